{% set moved_lines %}
with instruction_lines as (
    {{ mapped_instruction_lines() }}
),

document_events as (
    select
        line_id,
        instruction_id,
        instruction_line_ref,
    from {{ ref('fct_order_events') }}
    where {{ has_arrived() }} and (source_rank = 5 or source_rank > 50)
)

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
{% endset %}
{% set moved_orders %}
with reconciled as (
    select order_id
    from {{ source('decisions', 'reconciled_payments') }}
    where {{ is_uncommitted('run_id') }}
    union
    select order_id
    from {{ source('decisions', 'reconciled_parcels') }}
    where {{ is_uncommitted('run_id') }}
    union
    select unnest(string_split(other_order_ids, '|')) as order_id
    from {{ source('decisions', 'reconciled_parcels') }}
    where other_order_ids is not null and {{ is_uncommitted('run_id') }}
)

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
where line_id in (select line_id from {{ counted('lines_moved', moved_lines) }})
union
select order_id
from {{ source('instructions', 'fulfilment_orders') }}
where (partner_id, control_ref) in (
    select (partner_id, interchange_ref)
    from {{ ref('fct_acknowledgements') }}
    where {{ has_arrived() }}
)
{% endset %}
{% set order_ids = counted('orders_moved', moved_orders) %}
{% set their_lines %}
select
    line_id,
    order_id,
    ordered_at,
from {{ ref('fct_order_lines') }}
where order_id in (select order_id from {{ order_ids }})
{% endset %}
{% set lines = counted('lines_of_moved', their_lines) %}

with landed as (
    select
        line_id,
        min(landing_id) as landed_since,
    from {{ ref('fct_order_events') }}
    where line_id in (select line_id from {{ lines }})
    group by line_id
),

reaches as (
    select
        order_id,
        min(lines.ordered_at) as ordered_since,
        min(landed.landed_since) as landed_since,
    from {{ lines }} as lines
    left join landed using (line_id)
    group by order_id
),

final as (
    select
        order_ids.order_id,
        orders.business_date,
        reaches.ordered_since,
        reaches.landed_since,
    from {{ order_ids }} as order_ids
    left join {{ ref('fct_orders') }} as orders using (order_id)
    left join reaches using (order_id)
)

select *
from final
