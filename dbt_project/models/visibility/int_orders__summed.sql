-- The header's status, first match; no waiting eaches means all are at a node
-- or further. What a node sent instead left too, and is where its carrier says.
with sums as (
    select
        order_id,
        cast(sum(ordered_qty) as bigint) as ordered_qty,
        cast(sum(held_qty) as bigint) as held_qty,
        cast(sum(
            pending_qty + held_qty + preordered_qty + backordered_qty
            + allocated_qty
        ) as bigint) as waiting_qty,
        cast(sum(released_qty + in_fulfilment_qty) as bigint)
            as at_node_qty,
        cast(sum(shipped_qty + shipped_instead_qty) as bigint) as shipped_qty,
        cast(sum(delivered_qty + delivered_instead_qty) as bigint)
            as delivered_qty,
        cast(sum(backordered_qty) as bigint) as backordered_qty,
        cast(sum(cancelled_qty) as bigint) as cancelled_qty,
    from {{ ref('rpt_order_lines') }}
    where
        ordered_at >= {{ changed_since() }}
        and order_id in (select order_id from {{ ref('int_orders__changed') }})
    group by order_id
),

final as (
    select
        *,
        case
            when cancelled_qty = ordered_qty then 'CANCELLED'
            when held_qty > 0 then 'ON_HOLD'
            when
                waiting_qty + at_node_qty > 0
                and shipped_qty + delivered_qty > 0 then 'PARTIALLY_SHIPPED'
            when waiting_qty > 0 and at_node_qty > 0 then 'PARTIALLY_RELEASED'
            when waiting_qty > 0 then 'OPEN'
            when at_node_qty > 0 then 'RELEASED'
            when shipped_qty > 0 and delivered_qty > 0
                then 'PARTIALLY_DELIVERED'
            when shipped_qty > 0 then 'SHIPPED'
            when delivered_qty > 0 then 'DELIVERED'
            else 'CLOSED'
        end as order_status,
    from sums
)

select *
from final
