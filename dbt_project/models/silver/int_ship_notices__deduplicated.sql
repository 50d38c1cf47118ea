{{ config(unique_key=['notice_line_id']) }}

with newest as (
    select *
    from {{ newest_known(
        'ship_notices',
        key=['notice_line_id'],
        newest_first=['stated_at'],
        said_date="cast(left(told.shipped_on, 10) as date)",
        quantities=['shipped_qty', 'ordered_qty'],
        touched=['partner_id', 'notice_ref']
    ) }}
),

-- Also a replacement whose own lines wait for a name takes back.
taken_back as (
    select
        partner_id,
        notice_ref,
        max(stated_at) as taken_back_at,
        max(landing_id) as taken_back_by,
    from {{ ref('stg_ship_notices') }}
    where
        action_code <> 'original'
        and (partner_id, notice_ref) in (
            select
                partner_id,
                notice_ref,
            from newest
        )
    group by partner_id, notice_ref
),

final as (
    select
        notice_line_id,
        notice_ref,
        notice_line_ref,
        po_ref,
        po_line_ref,
        ship_from_ref,
        node_id,
        sku_ref,
        sku_id,
        package_ref,
        lot_ref,
        tracking_ref,
        notice_kind,
        carrier_code,
        shipped_qty,
        ordered_qty,
        stated_at,
        coalesce(stated_at < taken_back_at, false) as is_taken_back,
        shipped_on,
        is_date_only,
        expires_date,
        expected_date,
        partner_id,
        payload_sha256,
        payload_line,
        known_at,
        -- That it was taken back is news of the line.
        greatest(landing_id, if(is_taken_back, taken_back_by, null))
            as landing_id,
    from newest
    left join taken_back using (partner_id, notice_ref)
    where action_code <> 'cancel'
)

select *
from final
