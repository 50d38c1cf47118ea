{#
    Accepted, amended and cancelled eaches are what the newest version orders;
    what others than the channel cancel (rank 37) is no version, and a linked line
    is no channel's: eaches of it are ours to accept (decisions.own_events). All of
    them are of rows that the run decided, which say how far back there is to look.
#}
{% test events_add_up(model) %}
{% set since = decided_since() %}
with touched as (
    select order_id, line_id
    from {{ ref('int_order_lines__touched') }}
),

events as (
    select
        line_id,
        sum(
            case event_type
                when 'CANCELLED' then -qty
                when 'ACCEPTED' then qty
                when 'AMENDED' then qty
                else 0
            end
        ) as standing_qty,
    from {{ model }}
    where
        landing_id >= {{ decided_landed_since() }}
        and line_id in (select line_id from touched)
        and source_rank != 37
    group by line_id
),

lines as (
    select
        lines.line_id,
        if(orders.is_cancelled, 0, lines.ordered_qty) as standing_qty,
    from {{ ref('fct_order_lines') }} as lines
    inner join {{ ref('fct_orders') }} as orders using (order_id)
    where
        lines.ordered_at >= {{ since }}
        and orders.ordered_at >= {{ since }}
        and lines.order_id in (select order_id from touched)
        and lines.substitutes_line_id is null
)

select line_id
from lines
left join events using (line_id)
where events.standing_qty is distinct from lines.standing_qty
{% endtest %}
