-- depends_on: {{ ref('int_orders__worked_on') }}
{% set since = worked_on_since() %}
with backorders as (
    select *
    from {{ source('decisions', 'backorders') }}
    where {{ is_of_this_run() }}
),

final as (
    select
        backorders.line_id,
        backorders.order_id,
        orders.order_name,
        orders.channel_id,
        backorders.sku_id,
        products.product_name,
        backorders.qty,
        {{ share_minor('backorders.qty', 'lines.ordered_qty') }} as value_minor,
        lines.currency_code,
        backorders.reason_code,
        backorders.expected_date,
        backorders.expected_parts,
        backorders.told_date,
        backorders.unpinned_date,
        backorders.unpinned_node_id,
        backorders.business_class,
        backorders.owner,
        lines.ordered_at,
        {{ age_days('lines.ordered_at') }} as age_days,
        backorders.as_of,
        backorders.run_id,
    from backorders
    inner join {{ ref('fct_order_lines') }} as lines
        on backorders.line_id = lines.line_id
    inner join {{ ref('fct_orders') }} as orders
        on backorders.order_id = orders.order_id
    inner join {{ ref('dim_products') }} as products
        on backorders.sku_id = products.sku_id
    where lines.ordered_at >= {{ since }} and orders.ordered_at >= {{ since }}
)

select *
from final
