-- depends_on: {{ ref('int_orders__worked_on') }}
{{ config(unique_key=['line_id', 'node_id', 'as_of']) }}

with traces as (
    select *
    from {{ source('decisions', 'decision_trace') }}
    where {{ is_of_this_run() }}
),

-- Of a line what lies in packed kits is a row of its own.
allocations as (
    select
        line_id,
        node_id,
        as_of,
        cast(sum(freight_minor) as bigint) as freight_minor,
        cast(sum(processing_minor) as bigint) as processing_minor,
        cast(sum(split_minor) as bigint) as split_minor,
        cast(sum(lateness_minor) as bigint) as lateness_minor,
        cast(sum(worth_minor) as bigint) as worth_minor,
        cast(sum(total_minor) as bigint) as total_minor,
        max(service_code) as service_code,
        max(ship_date) as ship_date,
        max(promise_date) as promise_date,
    from {{ source('decisions', 'allocations') }}
    where {{ is_of_this_run() }}
    group by line_id, node_id, as_of
),

lines as (
    select *
    from {{ ref('fct_order_lines') }}
    where
        ordered_at >= {{ worked_on_since() }}
        and line_id in (select line_id from traces)
),

final as (
    select
        traces.line_id,
        traces.node_id,
        traces.as_of,
        lines.order_id,
        lines.sku_id,
        traces.chosen_qty > 0 as is_chosen,
        traces.chosen_qty,
        traces.candidate_rank,
        traces.failed_rules,
        traces.node_rule,
        traces.atp_qty,
        traces.distance_km,
        traces.ship_date as first_ship_date,
        traces.freight_minor,
        traces.processing_minor,
        traces.lateness_minor,
        traces.worth_minor,
        traces.total_minor,
        traces.lacking_qty,
        traces.price_milli,
        traces.over_minor,
        allocations.freight_minor as allocated_freight_minor,
        allocations.processing_minor as allocated_processing_minor,
        allocations.split_minor as allocated_split_minor,
        allocations.lateness_minor as allocated_lateness_minor,
        allocations.worth_minor as allocated_worth_minor,
        allocations.total_minor as allocated_total_minor,
        allocations.service_code,
        allocations.ship_date,
        allocations.promise_date,
        traces.run_id,
        {{ order_month('lines.ordered_at') }} as order_month,
    from traces
    inner join lines using (line_id)
    left join allocations
        on
            traces.line_id = allocations.line_id
            and traces.node_id = allocations.node_id
            and traces.as_of = allocations.as_of
)

select *
from final
