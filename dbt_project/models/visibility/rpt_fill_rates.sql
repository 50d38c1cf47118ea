-- depends_on: {{ ref('int_orders__changed') }}
{{ config(incremental_predicates=['of_changed_dates']) }}

with lines as (
    select *
    from {{ ref('int_lines__filled') }}
),

orders as (
    select
        order_id,
        channel_id,
        business_date,
        count(*) as line_count,
        count(*) filter (filled_qty = ordered_qty) as filled_line_count,
        sum(ordered_qty) as ordered_qty,
        sum(filled_qty) as filled_qty,
        sum(shipped_qty) as shipped_qty,
    from lines
    group by order_id, channel_id, business_date
),

final as (
    select
        business_date,
        channel_id,
        count(*) as order_count,
        cast(sum(line_count) as bigint) as line_count,
        cast(sum(ordered_qty) as bigint) as ordered_qty,
        count(*) filter (filled_line_count = line_count)
            as first_day_filled_order_count,
        cast(sum(filled_line_count) as bigint) as first_day_filled_line_count,
        cast(sum(filled_qty) as bigint) as first_day_filled_qty,
        cast(sum(shipped_qty) as bigint) as shipped_qty,
        '{{ var("run_id") }}' as changed_run_id,
    from orders
    group by business_date, channel_id
)

select *
from final
