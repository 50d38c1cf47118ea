-- Where an order's eaches are or went, told by its timeline.
with events as (
    select *
    from {{ ref('rpt_order_timeline') }}
    where
        order_month >= {{ changed_since_month() }}
        and order_id in (select order_id from {{ ref('int_orders__changed') }})
        and node_id is not null
),

nodes as (
    select
        order_id,
        node_id,
    from events
    group by order_id, node_id
    having sum(
        case
            when event_type in ('ALLOCATED', 'OPENING', 'SOLD_AT_TILL')
                then qty
            when event_type in ('DEALLOCATED', 'REJECTED', 'SHORT') then -qty
            else 0
        end
    ) > 0
),

node_lists as (
    select
        order_id,
        string_agg(node_id, '|' order by node_id) as node_ids,
    from nodes
    group by order_id
),

tracked as (
    select
        order_id,
        instruction_id,
        case
            when event_type in ('SHIPPED', 'SUBSTITUTED_BY_NODE')
                then detail ->> 'tracking_ref'
        end as tracking_ref,
    from events
),

references_by_order as (
    select
        order_id,
        string_agg(
            distinct instruction_id, '|' order by instruction_id
        ) as instruction_ids,
        string_agg(
            distinct tracking_ref, '|' order by tracking_ref
        ) as tracking_refs,
    from tracked
    where instruction_id is not null
    group by order_id
)

select *
from node_lists
full join references_by_order using (order_id)
