with lines as (
    select
        line_id,
        order_id,
        {{ order_month('ordered_at') }} as order_month,
    from {{ ref('fct_order_lines') }}
    where order_id in (select order_id from {{ ref('int_orders__changed') }})
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
),

events_of_instructions as (
    select * exclude (line_id)
    from {{ ref('fct_order_events') }}
    where line_id is null
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

final as (
    select *
    from events_of_lines
    union all by name
    select
        events.*,
        lines.*,
    from events_of_instructions as events
    inner join instruction_lines using (instruction_id, instruction_line_ref)
    inner join lines on instruction_lines.line_id = lines.line_id
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
