with source as (
    select *
    from {{ source('bronze', 'ship_notices') }}
),

renamed as (
    select
        ---------- ids
        concat_ws(
            '/', partner_id, notice_ref, line_ref, coalesce(package_ref, ''),
            coalesce(lot_ref, '')
        ) as notice_line_id,
        notice_ref,
        line_ref as notice_line_ref,
        po_ref,
        po_line_ref,
        ship_from_ref,
        node_ref as node_id,
        sku_ref,
        package_ref,
        lot_ref,
        tracking_ref,
        ---------- text
        action as action_code,
        notice_kind,
        carrier_code,
        uom_code,
        ---------- numerics
        cast(shipped_qty as bigint) as shipped_qty,
        cast(ordered_qty as bigint) as ordered_qty,
        ---------- time stamps
        -- What takes back is said a moment after what it takes back.
        {{ instant('notice_at', "'" ~ var('company_zone') ~ "'") }}
        + to_days(
            cast(action <> 'original' and length(notice_at) = 10 as integer)
        )
        + to_microseconds(
            case action when 'replace' then 1 when 'cancel' then 2 else 0 end
        ) as stated_at,
        shipped_on,
        length(shipped_on) = 10 as is_date_only,
        cast(left(expires_on, 10) as date) as expires_date,
        cast(left(expected_on, 10) as date) as expected_date,
        ---------- what was said and where
        {{ content_digest([
            'notice_ref', 'action', 'notice_at', 'notice_kind', 'line_ref',
            'po_ref', 'po_line_ref', 'ship_from_ref', 'node_ref', 'sku_ref',
            'shipped_qty', 'ordered_qty', 'uom_code', 'package_ref', 'lot_ref',
            'expires_on', 'carrier_code', 'tracking_ref', 'shipped_on',
            'expected_on',
        ]) }} as content_digest,
        partner_id,
        payload_sha256,
        payload_line,
        received_at as known_at,
        landing_id,
    from source
)

select *
from renamed
