with instruction_lines as (
    select *
    from {{ ref('int_instruction_lines__mapped') }}
),

document_events as (
    select
        line_id,
        instruction_id,
        instruction_line_ref,
    from {{ ref('fct_order_events') }}
    where {{ has_arrived() }} and (source_rank = 5 or source_rank > 50)
),

line_ids as (
    select line_id
    from document_events
    union
    select instruction_lines.line_id
    from document_events
    inner join instruction_lines using (instruction_id)
    where
        document_events.instruction_line_ref is null
        or document_events.instruction_line_ref
        = instruction_lines.instruction_line_ref
    union
    select line_id
    from {{ source('decisions', 'own_events') }}
    where {{ is_uncommitted('run_id') }}
    union
    select line_id
    from {{ source('decisions', 'event_verdicts') }}
    where {{ is_uncommitted('run_id') }}
),

reconciled as (
    select order_id
    from {{ source('decisions', 'reconciled_payments') }}
    where {{ is_uncommitted('run_id') }}
    union
    select order_id
    from {{ source('decisions', 'reconciled_parcels') }}
    where {{ is_uncommitted('run_id') }}
),

order_ids as (
    select order_id
    from {{ ref('int_order_lines__touched') }}
    union
    select order_id
    from {{ ref('int_order_actions__judged') }}
    where {{ is_uncommitted('changed_run_id') }}
    union
    select order_id
    from {{ ref('fct_orders') }}
    where order_id in (select order_id from reconciled)
    union
    select order_id
    from {{ ref('fct_order_lines') }}
    where line_id in (select line_id from line_ids)
    union
    select order_id
    from {{ source('instructions', 'fulfilment_orders') }}
    where (partner_id, control_ref) in (
        select (partner_id, interchange_ref)
        from {{ ref('fct_acknowledgements') }}
        where {{ has_arrived() }}
    )
),

final as (
    select
        order_ids.order_id,
        orders.business_date,
    from order_ids
    left join {{ ref('fct_orders') }} as orders using (order_id)
)

select *
from final
