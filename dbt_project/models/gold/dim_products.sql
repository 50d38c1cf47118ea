{{ config(unique_key=['sku_id']) }}

with newest as (
    select *
    from {{ newest_by_key(
        ref('stg_products'),
        key=['sku_id'],
        newest_first=['updated_at']
    ) }}
),

final as (
    select
        sku_id,
        product_name,
        department,
        category,
        brand,
        grams,
        is_weight_estimated,
        released_date,
    from newest
)

select *
from final
