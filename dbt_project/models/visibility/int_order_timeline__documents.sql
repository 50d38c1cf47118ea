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

instruction_lines as (
    select *
    from {{ ref('int_instruction_lines__mapped') }}
    where line_id in (select line_id from lines)
),

-- Asked twice, as a relation that two ask is written down whole.
events_of_lines as (
    select
        events.*,
        lines.order_id,
        lines.order_month,
    from {{ ref('fct_order_events') }} as events
    inner join lines using (line_id)
    where events.landing_id >= {{ changed_landed_since() }}
),

events_of_instructions as (
    select * exclude (line_id)
    from {{ ref('fct_order_events') }}
    where
        source_rank > 50
        and line_id is null
        -- Two ask for these: such a relation is written down whole.
        and instruction_id in (select instruction_id from instruction_lines)
),

-- An answer names the set, all that is in the file, or a refused envelope.
sent as (
    select
        partner_id,
        instruction_id,
        node_id,
        control_ref,
        unnest(list_distinct([set_ref, control_ref, 'ISA'])) as set_ref,
    from {{ source('instructions', 'fulfilment_orders') }}
),

answers as (
    select
        concat_ws('/', partner_id, interchange_ref, set_ref, 'ACKNOWLEDGED')
            as event_id,
        'ACKNOWLEDGED' as event_type,
        sent.instruction_id,
        cast(null as varchar) as sku_id,
        sent.node_id,
        acknowledged_at as event_at,
        false as is_date_only,
        50 as source_rank,
        status_code as reason_code,
        case
            when reason is not null
                then cast(json_object('reason', reason) as varchar)
        end as detail,
        partner_id,
        payload_sha256,
        payload_line,
        landing_id,
    from {{ ref('fct_acknowledgements') }} as answers
    inner join sent using (partner_id, set_ref)
    where
        answers.interchange_ref = sent.control_ref
        and (set_ref <> 'ISA' or status_code = 'R')
),

-- A step of a whole instruction is one of each line; without eaches it is of
-- all of the line.
of_lines as (
    select
        events.* replace (
            case
                when qty = 0 and source_rank in (57, 58, 59)
                    then asked.asked_qty
                else qty
            end as qty
        ),
        asked.line_id as asked_line_id,
    from events_of_instructions as events
    inner join instruction_lines as asked
        using (instruction_id, instruction_line_ref)
    union all by name
    select
        events.* replace (
            concat_ws('/', event_id, asked.instruction_line_ref) as event_id,
            asked.instruction_line_ref as instruction_line_ref,
            asked.asked_qty as qty
        ),
        asked.line_id as asked_line_id,
    from events_of_instructions as events
    inner join instruction_lines as asked using (instruction_id)
    where events.instruction_line_ref is null
),

final as (
    select *
    from events_of_lines
    union all by name
    select
        of_lines.* exclude (asked_line_id),
        lines.*,
    from of_lines
    inner join lines on of_lines.asked_line_id = lines.line_id
    union all by name
    select
        answers.*,
        lines.*,
        sent.qty,
    from answers
    inner join {{ source('instructions', 'instruction_lines') }} as sent
        using (instruction_id)
    inner join lines on sent.line_id = lines.line_id
)

select *
from final
