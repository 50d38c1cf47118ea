{{ config(unique_key=['sku_id']) }}

-- The file that was first to know a SKU stays: what waited for it is set free
-- by the run that read that file.
with products as (
    select
        sku_id,
        landing_id,
    from {{ ref('stg_products') }}
    {% if is_incremental() %}
    where
        {{ has_arrived() }}
        and sku_id not in (
            select sku_id from {{ this }}
            where not {{ has_arrived() }}
        )
    {% endif %}
),

final as (
    select
        sku_id,
        min(landing_id) as landing_id,
    from products
    group by sku_id
)

select *
from final
