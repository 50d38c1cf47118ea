{{ config(unique_key=[
    'from_currency_code', 'to_currency_code', 'rate_date', 'rate_source'
]) }}

with newest as (
    select *
    from {{ newest_by_key(
        ref('stg_currency_rates'),
        key=[
            'from_currency_code', 'to_currency_code', 'rate_date',
            'rate_source'
        ],
        newest_first=[]
    ) }}
),

final as (
    select
        from_currency_code,
        to_currency_code,
        rate_source,
        rate_e10,
        rate_date,
        partner_id,
        payload_sha256,
        payload_line,
        known_at,
        landing_id,
    from newest
)

select *
from final
