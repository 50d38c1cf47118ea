with lines as (
    select
        line_id,
        order_id,
        {{ order_month('ordered_at') }} as order_month,
    from {{ ref('fct_order_lines') }}
    where
        ordered_at >= {{ changed_since() }}
        and order_id in (select order_id from {{ ref('int_orders__changed') }})
),

own_events as (
    select *
    from {{ source('decisions', 'own_events') }}
    where
        event_at >= {{ our_events_since() }}
        and line_id in (select line_id from lines)
),

-- Lines are counted over whole runs, but only over those that decided these.
journal as (
    select
        event_id,
        {{ journal_file('run_id', 'event_at') }} as file_name,
        {{ journal_line('run_id', 'event_id') }} as payload_line,
    from {{ source('decisions', 'own_events') }}
    where run_id in (select run_id from own_events)
),

sent as (
    select *
    from {{ source('instructions', 'fulfilment_orders') }}
),

final as (
    select
        events.event_id,
        events.event_type,
        lines.line_id,
        lines.order_id,
        lines.order_month,
        events.sku_id,
        events.node_id,
        events.instruction_id,
        events.qty,
        events.event_at,
        events.source_rank,
        events.reason_code,
        events.run_id,
        journal.file_name,
        journal.payload_line,
        case
            when sent.file_name is not null
                then
                    cast(json_object(
                        'sent_file', sent.file_name,
                        'control_ref', sent.control_ref,
                        'ship_by', sent.ship_by_date
                    ) as varchar)
            when events.effective_date is not null then cast(json_object(
                'effective_date', events.effective_date
            ) as varchar)
        end as detail,
    from own_events as events
    inner join lines on events.line_id = lines.line_id
    inner join journal on events.event_id = journal.event_id
    left join sent on events.instruction_id = sent.instruction_id
)

select *
from final
