{{ config(
    unique_key=['instruction_id'],
    incremental_predicates=["state = 'UNKNOWN_TO_US'"]
) }}

with instructions as (
    select *
    from {{ ref('int_instructions__moving') }}
),

files as (
    select
        partner_id,
        file_name,
        min(event_at) filter (event_type = 'DELIVERED') as delivered_at,
        max(event_at) filter (event_type = 'RESENT') as resent_at,
    from {{ source('instructions', 'file_deliveries') }}
    group by partner_id, file_name
),

steps as (
    select
        statuses.instruction_id,
        min(statuses.status_at) as begun_at,
        min(statuses.status_at) filter (
            closing_rule = 'status:' || statuses.status_code
        ) as closing_status_at,
    from {{ ref('int_fulfilment_statuses__deduplicated') }} as statuses
    inner join instructions using (instruction_id)
    group by statuses.instruction_id
),

requests as (
    select
        instruction_id,
        sum(qty) as asked_back_qty,
        max(requested_at) as requested_at,
    from {{ source('instructions', 'cancel_requests') }}
    group by instruction_id
),

nodes as (
    select
        node_id,
        zone,
    from {{ ref('dim_nodes') }}
),

told as (
    select
        instructions.*,
        files.delivered_at,
        files.resent_at,
        heard.status_code as ack_code,
        heard.reason as ack_reason,
        heard.acknowledged_at,
        steps.begun_at,
        steps.closing_status_at,
        requests.requested_at,
        coalesce(
            requests.asked_back_qty
            > done.cancelled_qty + done.short_qty + done.refused_qty
            + done.substituted_qty,
            false
        ) as is_asked_back,
        done.* exclude (instruction_id),
        done.shipped_qty + done.substituted_qty as left_qty,
        timezone(
            nodes.zone, cast(instructions.ship_by_date + 1 as timestamp)
        ) as ship_due_at,
        instructions.ack_due_at
        - coalesce(instructions.corrected_at, instructions.released_at)
            as time_to_answer,
        greatest(
            files.resent_at,
            coalesce(instructions.corrected_at, instructions.released_at)
        ) + time_to_answer as answer_due_at,
        coalesce(instructions.closing_rule, 'final_945') as rule,
    from instructions
    inner join {{ ref('int_instructions__answered') }} as done
        using (instruction_id)
    left join files using (partner_id, file_name)
    left join {{ ref('int_instructions__heard') }} as heard
        using (instruction_id)
    left join steps using (instruction_id)
    left join requests using (instruction_id)
    left join nodes using (node_id)
),

closing as (
    select
        *,
        case
            when open_qty > 0 then null
            when left_qty = 0 or rule = 'final_945' then answered_at
            when starts_with(rule, 'status:')
                then greatest(
                    answered_at,
                    coalesce(closing_status_at, timestamptz 'infinity')
                )
            else
                answered_at
                + to_days(cast(split_part(rule, ':', 2) as integer))
        end as closes_at,
        case
            when open_qty > 0 and left_qty > 0 then 'PARTLY_SHIPPED'
            when open_qty > 0 then null
            when left_qty >= asked_qty then 'SHIPPED'
            when left_qty > 0 or short_qty > 0 then 'SHORT_CLOSED'
            when cancelled_qty >= asked_qty then 'CANCELLED'
            else 'REJECTED'
        end as outcome,
    from told
),

ours as (
    select
        *,
        coalesce(closes_at <= {{ as_of() }}, false) as is_closed,
        case
            when outcome in ('CANCELLED', 'REJECTED') then outcome
            when closes_at <= {{ as_of() }} then 'CLOSED'
            when is_asked_back and open_qty > 0 then 'CANCEL_REQUESTED'
            when outcome is not null then outcome
            when ack_code = 'R' then 'REJECTED'
            when begun_at is not null or answered_at is not null
                then 'IN_PROGRESS'
            when ack_code is not null then 'ACKED'
            when delivered_at is null then 'RELEASED'
            when answer_due_at <= {{ as_of() }} then 'ACK_OVERDUE'
            when resent_at is not null then 'RESENT'
            else 'SENT'
        end as state,
    from closing
),

-- A node may ship without a word: then the word was its shipment.
dated as (
    select
        *,
        least(acknowledged_at, begun_at, said_at) as heard_at,
        acknowledged_at is null
        and coalesce(begun_at, said_at) is not null as is_ack_implied,
        case
            when is_closed then null
            when state = 'CANCEL_REQUESTED'
                then requested_at + time_to_answer
            when ack_code = 'R' and state = 'REJECTED' then acknowledged_at
            when state in ('RELEASED', 'SENT', 'RESENT', 'ACK_OVERDUE')
                then least(answer_due_at, ship_due_at)
            when closes_at is not null and isfinite(closes_at) then closes_at
            when open_qty = 0
                then answered_at + time_to_answer
            when state = 'PARTLY_SHIPPED' and starts_with(rule, 'days:')
                then greatest(
                    ship_due_at,
                    answered_at
                    + to_days(cast(split_part(rule, ':', 2) as integer))
                )
            else ship_due_at
        end as due_at,
    from ours
),

-- What the system before sent is answered to us too, and owes us nothing.
before_us as (
    select event_id
    from {{ source('decisions', 'event_verdicts') }}
    where verdict = 'BEFORE_OPENING'
),

unknown as (
    select
        instruction_id,
        min(partner_id) as partner_id,
        min(node_id) as node_id,
        'UNKNOWN_TO_US' as state,
        count(distinct instruction_line_ref) as line_count,
        cast(0 as bigint) as asked_qty,
        {% for name, kind in {
            'shipped': 'SHIPPED', 'substituted': 'SUBSTITUTED_BY_NODE',
            'short': 'SHORT', 'refused': 'REJECTED'
        }.items() -%}
        cast(coalesce(sum(qty) filter (event_type = '{{ kind }}'), 0) as bigint)
            as {{ name }}_qty,
        {% endfor -%}
        cast(0 as bigint) as cancelled_qty,
        cast(0 as bigint) as open_qty,
        max(event_at) as answered_at,
        max(event_at) as heard_at,
        false as is_ack_implied,
        min(known_at) as due_at,
        false as is_closed,
    from {{ ref('fct_order_events') }}
    where
        source_rank > 50
        and event_type in (
            'SHIPPED', 'SUBSTITUTED_BY_NODE', 'SHORT', 'REJECTED'
        )
        and line_id is null
        and event_id not in (select event_id from before_us)
        and (
            {{ has_arrived() }}
            or instruction_id in (
                select instruction_id
                from {{ told_instructions() }} as before
                where state = 'UNKNOWN_TO_US'
            )
        )
        and instruction_id not in (
            select instruction_id
            from {{ ref('int_instruction_lines__mapped') }}
        )
    group by instruction_id
),

every_one as (
    select *
    from dated
    union all by name
    select *
    from unknown
),

final as (
    select
        instruction_id,
        partner_id,
        node_id,
        order_id,
        document,
        state,
        outcome,
        due_at,
        coalesce(due_at <= {{ as_of() }}, false) as is_overdue,
        is_closed,
        released_at,
        corrected_at,
        ship_by_date,
        service_code,
        file_name,
        control_ref,
        set_ref,
        delivered_at,
        resent_at,
        ack_code,
        ack_reason,
        acknowledged_at,
        is_ack_implied,
        heard_at,
        answered_at,
        if(is_closed, closes_at, null) as closed_at,
        closing_rule,
        line_count,
        asked_qty,
        shipped_qty,
        substituted_qty,
        short_qty,
        refused_qty,
        cancelled_qty,
        open_qty,
    from every_one
)

select *
from final
