-- depends_on: {{ ref('int_orders__changed') }}
{{ config(incremental_predicates=['of_changed_months']) }}

-- The table knows steps before the cut-over, of which nobody told us, and that
-- what is with a node is cancelled by asking for it.
with timeline as (
    select
        *,
        coalesce(
            verdict not in (
                'BEFORE_OPENING', 'CANCEL_REQUESTED', 'CANCEL_WITHDRAWN'
            ),
            false
        ) as is_off_table,
    from {{ ref('rpt_order_timeline') }}
    {% if is_incremental() %}
    where {{ of_changed_months() }}
    {% endif %}
),

orders as (
    select
        order_id,
        channel_id,
    from {{ ref('fct_orders') }}
),

final as (
    select
        timeline.order_month,
        orders.channel_id,
        coalesce(timeline.node_id, '') as node_id,
        coalesce(timeline.previous_event_type, '') as from_event_type,
        timeline.event_type as to_event_type,
        count(*) as event_count,
        count(distinct timeline.line_id) as line_count,
        cast(sum(abs(timeline.qty)) as bigint) as qty,
        cast(
            quantile_disc(timeline.minutes_since_previous, 0.5) as bigint
        ) as median_minutes,
        cast(
            quantile_disc(timeline.minutes_since_previous, 0.9) as bigint
        ) as slow_minutes,
        count(*) filter (timeline.is_repeated_step) as repeated_count,
        count(*) filter (timeline.is_off_table) as off_table_count,
        min(timeline.line_id) filter (
            timeline.is_repeated_step or timeline.is_off_table
        ) as example_line_id,
    from timeline
    inner join orders using (order_id)
    group by all
)

select *
from final
