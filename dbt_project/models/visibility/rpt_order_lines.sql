{{ config(incremental_predicates=['of_changed_since']) }}
{% set since = changed_since() %}
{% set buckets = [
    'pending', 'held', 'preordered', 'backordered', 'allocated', 'released',
    'in_fulfilment', 'shipped', 'delivered', 'lost', 'cancelled',
    'substituted_out'
] %}
{% set overlays = [
    'overshipped', 'shipped_instead', 'delivered_instead', 'lost_instead',
    'return_expected', 'returned', 'return_lost'
] %}

with lines as (
    select *
    from {{ ref('fct_order_lines') }}
    where
        ordered_at >= {{ since }}
        and order_id in (select order_id from {{ ref('int_orders__changed') }})
),

final as (
    select
        lines.line_id,
        lines.order_id,
        orders.order_name,
        lines.channel_id,
        lines.line_no,
        lines.line_ref,
        lines.sku_id,
        lines.kit_sku_id,
        lines.kit_qty,
        products.product_name,
        lines.ordered_at,
        {{ order_month('lines.ordered_at') }} as order_month,
        buckets.line_status,
        buckets.ordered_qty,
        {% for bucket in buckets + overlays -%}
        buckets.{{ bucket }}_qty,
        {% endfor -%}
        lines.line_amount_minor,
        lines.discount_minor,
        lines.tax_minor,
        lines.currency_code,
        buckets.last_event_at,
        '{{ var("run_id") }}' as changed_run_id,
    from lines
    inner join {{ ref('fct_orders') }} as orders using (order_id)
    inner join {{ source('decisions', 'line_buckets') }} as buckets
        using (line_id)
    inner join {{ ref('dim_products') }} as products
        on lines.sku_id = products.sku_id
    where orders.ordered_at >= {{ since }} and buckets.ordered_at >= {{ since }}
)

select *
from final
