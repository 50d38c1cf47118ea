{{ config(unique_key=[
    'price_list', 'sku_id', 'currency_code', 'minimum_qty',
    'valid_from_date'
]) }}

with newest as (
    select *
    from {{ newest_by_key(
        ref('stg_price_lists'),
        key=[
            'price_list', 'sku_id', 'currency_code', 'minimum_qty',
            'valid_from_date'
        ],
        newest_first=['updated_at']
    ) }}
),

final as (
    select
        price_list,
        sku_id,
        currency_code,
        minimum_qty,
        unit_price_micro,
        valid_from_date,
        valid_to_date,
        updated_at,
        partner_id,
        payload_sha256,
        payload_line,
        known_at,
        landing_id,
    from newest
)

select *
from final
