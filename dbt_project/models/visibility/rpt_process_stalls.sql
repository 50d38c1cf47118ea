-- depends_on: {{ ref('int_orders__worked_on') }}
with steps as (
    select
        channel_id,
        from_event_type as event_type,
        cast(max(slow_minutes) as bigint) as usual_minutes,
    from {{ ref('rpt_process_steps') }}
    where from_event_type != ''
    group by channel_id, from_event_type
),

open_lines as (
    select
        line_id,
        channel_id,
        cast(sum(qty) as bigint) as qty,
    from {{ ref('rpt_open_line_list') }}
    group by line_id, channel_id
),

newest as (
    select
        line_id,
        event_type,
        coalesce(node_id, '') as node_id,
        date_diff('minute', event_at, {{ as_of() }}) as waited_minutes,
    from {{ ref('rpt_order_timeline') }}
    where
        order_month >= {{ worked_on_since_month() }}
        and line_id in (select line_id from open_lines)
    qualify row_number() over (
        partition by line_id
        order by event_at desc, source_rank desc, event_id desc
    ) = 1
),

-- Where nine of ten lines had gone on by now; a day is never a stall.
waiting as (
    select
        newest.*,
        open_lines.channel_id,
        open_lines.qty,
        steps.usual_minutes,
        waited_minutes > greatest(steps.usual_minutes, 1440) as is_stalled,
    from newest
    inner join open_lines using (line_id)
    inner join steps using (channel_id, event_type)
),

final as (
    select
        channel_id,
        node_id,
        event_type,
        count(*) as waiting_line_count,
        count(*) filter (is_stalled) as stalled_line_count,
        cast(sum(qty) filter (is_stalled) as bigint) as stalled_qty,
        any_value(usual_minutes) as usual_minutes,
        max(waited_minutes) as longest_minutes,
        arg_min(line_id, (-waited_minutes, line_id)) as example_line_id,
    from waiting
    group by channel_id, node_id, event_type
    having count(*) filter (is_stalled) > 0
)

select *
from final
