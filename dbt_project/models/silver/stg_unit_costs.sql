with source as (
    select *
    from {{ source('bronze', 'unit_costs') }}
),

renamed as (
    select
        ---------- ids
        sku_ref as sku_id,
        coalesce(node_ref, '') as node_id,
        ---------- text
        currency_code,
        ---------- numerics
        {{ micro('unit_amount') }} as unit_cost_micro,
        ---------- time stamps
        cast(left(valid_from, 10) as date) as valid_from_date,
        cast(updated_at as timestamptz) as updated_at,
        ---------- what was said and where
        {{ content_digest([
            'sku_ref', 'node_ref', 'unit_amount', 'currency_code',
            'valid_from', 'updated_at',
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
