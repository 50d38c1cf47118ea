-- depends_on: {{ ref('int_orders__worked_on') }}
{% set since = worked_on_since() %}
with offers as (
    select *
    from {{ source('decisions', 'substitutes') }}
    where {{ is_of_this_run() }}
),

final as (
    select
        offers.line_id,
        offers.order_id,
        orders.order_name,
        orders.channel_id,
        offers.sku_id,
        offers.qty,
        offers.alternative_sku_id,
        products.product_name as alternative_name,
        offers.substitute_rank,
        offers.policy,
        offers.ratio,
        offers.covered_qty,
        offers.available_qty,
        offers.decided_qty,
        offers.node_id,
        offers.delta_minor,
        offers.currency_code,
        offers.as_of,
        offers.run_id,
    from offers
    inner join {{ ref('fct_orders') }} as orders
        on offers.order_id = orders.order_id
    inner join {{ ref('dim_products') }} as products
        on offers.alternative_sku_id = products.sku_id
    where orders.ordered_at >= {{ since }}
)

select *
from final
