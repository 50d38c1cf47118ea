{{ config(unique_key=[
    'node_id', 'sku_ref', 'currency_code', 'valid_from_date'
]) }}

-- The name as it was told: what it means today is asked where it is weighed.
with newest as (
    select *
    from {{ newest_known(
        'stock_worths',
        key=['node_id', 'sku_ref', 'currency_code', 'valid_from_date'],
        newest_first=['updated_at'],
        said_date='told.valid_from_date',
        quantities=[]
    ) }}
),

final as (
    select
        node_id,
        sku_ref,
        currency_code,
        worth_minor,
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
