{# Lines of touched orders add up to what their orders say. #}
{% test lines_add_up(model) %}
{% set since = decided_since() %}
with touched as (
    select order_id
    from {{ ref('int_order_lines__touched') }}
),

lines as (
    select
        order_id,
        sum(ordered_qty) as ordered_qty,
        sum(line_amount_minor - discount_minor + tax_minor) as amount_minor,
    from {{ model }}
    where
        ordered_at >= {{ since }}
        and order_id in (select order_id from touched)
    group by order_id
),

orders as (
    select *
    from {{ ref('fct_orders') }}
    where
        ordered_at >= {{ since }}
        and order_id in (select order_id from touched)
)

select order_id
from orders
left join lines using (order_id)
where
    lines.ordered_qty is distinct from orders.ordered_qty
    or lines.amount_minor is distinct from orders.amount_minor
{% endtest %}
