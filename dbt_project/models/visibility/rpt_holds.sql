-- depends_on: {{ ref('int_orders__worked_on') }}
{% set since = worked_on_since() %}
with holds as (
    select *
    from {{ source('decisions', 'line_holds') }}
    where ended_at is null
),

-- A hold of a line that has nothing to wait any more concerns nobody.
buckets as (
    select *
    from {{ source('decisions', 'line_buckets') }}
    where {{ may_be_open() }} and held_qty > 0
),

final as (
    select
        holds.line_id,
        buckets.order_id,
        orders.order_name,
        orders.channel_id,
        buckets.sku_id,
        holds.reason_code,
        holds.placed_by,
        holds.held_at,
        holds.until_date,
        {{ age_days('holds.held_at') }} as age_days,
        buckets.held_qty as qty,
        {{ share_minor('buckets.held_qty', 'lines.ordered_qty') }}
            as value_minor,
        lines.currency_code,
    from holds
    inner join buckets
        on holds.line_id = buckets.line_id
    inner join {{ ref('fct_order_lines') }} as lines
        on holds.line_id = lines.line_id
    inner join {{ ref('fct_orders') }} as orders
        on buckets.order_id = orders.order_id
    where lines.ordered_at >= {{ since }} and orders.ordered_at >= {{ since }}
)

select *
from final
