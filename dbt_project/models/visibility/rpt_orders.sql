-- depends_on: {{ ref('int_orders__changed') }}
{{ config(incremental_predicates=['of_changed_since']) }}

with orders as (
    select
        orders.*,
        sums.* exclude (order_id, ordered_qty),
        sums.ordered_qty as bucket_qty,
        traces.* exclude (order_id),
        axes.* exclude (order_id),
    from {{ ref('fct_orders') }} as orders
    inner join {{ ref('int_orders__summed') }} as sums
        on orders.order_id = sums.order_id
    left join {{ ref('int_orders__traced') }} as traces
        on orders.order_id = traces.order_id
    left join {{ ref('int_orders__axes') }} as axes
        on orders.order_id = axes.order_id
    where orders.ordered_at >= {{ changed_since() }}
    union all by name
    select *
    from {{ ref('int_orders__held_back') }}
),

final as (
    select
        order_id,
        order_name,
        channel_id,
        order_ref,
        ordered_at,
        business_date,
        {{ order_month('ordered_at') }} as order_month,
        order_status,
        coalesce(money_axis, 'NONE') as money_axis,
        coalesce(carrier_axis, 'NONE') as carrier_axis,
        coalesce(reverse_axis, 'NONE') as reverse_axis,
        version_no,
        is_till_sale,
        bucket_qty as ordered_qty,
        coalesce(waiting_qty, 0) + coalesce(at_node_qty, 0) as open_qty,
        coalesce(shipped_qty, 0) as shipped_qty,
        coalesce(delivered_qty, 0) as delivered_qty,
        coalesce(backordered_qty, 0) as backordered_qty,
        coalesce(cancelled_qty, 0) as cancelled_qty,
        line_count,
        amount_minor,
        currency_code,
        service_code,
        region_code,
        coalesce(node_ids, '') as node_ids,
        coalesce(instruction_ids, '') as instruction_ids,
        coalesce(tracking_refs, '') as tracking_refs,
        '{{ var("run_id") }}' as changed_run_id,
    from orders
)

select *
from final
