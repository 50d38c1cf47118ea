with source as (
    select *
    from {{ source('bronze', 'currency_rates') }}
),

renamed as (
    select
        ---------- text
        from_currency_code,
        to_currency_code,
        rate_source,
        ---------- numerics
        cast(
            cast(rate as decimal(20, 10)) * cast(10000000000 as decimal(18, 0))
            as bigint
        ) as rate_e10,
        ---------- time stamps
        cast(left(rate_date, 10) as date) as rate_date,
        ---------- what was said and where
        {{ content_digest([
            'from_currency_code', 'to_currency_code', 'rate', 'rate_date',
            'rate_source',
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
