{{ config(unique_key=['node_id', 'as_of']) }}

-- Nearly no run stops a node: all below is found by the few that one did.
with gates as (
    select *
    from {{ source('decisions', 'node_gates') }}
    where {{ is_of_this_run() }}
),

-- Lines that nothing but the stop kept from the node.
kept_away as (
    select
        trace.line_id,
        trace.node_id,
        trace.atp_qty,
        trace.total_minor - coalesce(trace.worth_minor, 0) as total_minor,
    from {{ source('decisions', 'decision_trace') }} as trace
    inner join gates
        on trace.node_id = gates.node_id and trace.as_of = gates.as_of
    where
        trace.failed_rules = 'NODE_STOPPED'
        and trace.atp_qty > 0
),

-- What shipping the line alone costs from where it ships now.
chosen as (
    select
        line_id,
        sum(chosen_qty) as qty,
        max(total_minor - coalesce(worth_minor, 0)) as total_minor,
    from {{ source('decisions', 'decision_trace') }}
    where
        {{ is_of_this_run() }}
        and chosen_qty > 0
        and line_id in (select line_id from kept_away)
    group by line_id
),

waiting as (
    select
        line_id,
        qty,
    from {{ source('decisions', 'backorders') }}
    where
        {{ is_of_this_run() }}
        and line_id in (select line_id from kept_away)
),

lines as (
    select *
    from {{ ref('fct_order_lines') }}
    where line_id in (select line_id from kept_away)
),

costs as (
    select
        kept_away.node_id,
        lines.order_id,
        lines.currency_code,
        kept_away.line_id,
        if(
            waiting.qty is null,
            0,
            cast(least(waiting.qty, kept_away.atp_qty) as bigint)
        ) as held_qty,
        if(
            chosen.total_minor > kept_away.total_minor,
            cast(least(chosen.qty, kept_away.atp_qty) as bigint),
            0
        ) as rerouted_qty,
        if(
            chosen.total_minor > kept_away.total_minor,
            chosen.total_minor - kept_away.total_minor,
            0
        ) as extra_cost_minor,
        {{ share_minor('held_qty', 'lines.ordered_qty') }} as held_value_minor,
        {{ share_minor('rerouted_qty', 'lines.ordered_qty') }}
            as rerouted_value_minor,
    from kept_away
    inner join lines using (line_id)
    left join chosen using (line_id)
    left join waiting using (line_id)
),

final as (
    select
        gates.node_id,
        gates.as_of,
        gates.since_at,
        gates.reason_codes,
        costs.currency_code,
        count(distinct costs.order_id) filter (costs.held_qty > 0)
            as held_order_count,
        cast(coalesce(sum(costs.held_qty), 0) as bigint) as held_qty,
        cast(coalesce(sum(costs.held_value_minor), 0) as bigint)
            as held_value_minor,
        count(distinct costs.order_id) filter (costs.rerouted_qty > 0)
            as rerouted_order_count,
        cast(coalesce(sum(costs.rerouted_qty), 0) as bigint) as rerouted_qty,
        cast(coalesce(sum(costs.rerouted_value_minor), 0) as bigint)
            as rerouted_value_minor,
        cast(coalesce(sum(costs.extra_cost_minor), 0) as bigint)
            as extra_cost_minor,
        date_diff('hour', gates.since_at, gates.as_of) as stopped_hours,
    from gates
    left join costs using (node_id)
    group by all
)

select *
from final
