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
from reconciled
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
    order_id,
    min(ordered_at) as ordered_since,
    min(first_landing_id) as landed_since,
from {{ ref('fct_order_lines') }}
where order_id in (select order_id from {{ order_ids }})
group by order_id
{% endset %}
{% set reaches = counted('reaches_of_moved', their_lines) %}

-- A payment or a parcel may name an order that nobody knows.
with ours as (
    select order_id
    from {{ order_ids }}
    where
        order_id in (select order_id from {{ reaches }})
        or order_id in (
            select order_id from {{ ref('int_order_lines__touched') }}
        )
        or order_id in (
            select order_id from {{ ref('int_order_actions__judged') }}
            where {{ is_uncommitted('changed_run_id') }}
        )
),

orders as (
    select
        order_id,
        business_date,
    from {{ ref('fct_orders') }}
    where
        ordered_at >= {{ moment_of(
            "select cast(coalesce(min(ordered_since), timestamptz '9999-12-01')"
            ~ " as varchar) from " ~ reaches
        ) }}
),

final as (
    select
        ours.order_id,
        orders.business_date,
        reaches.ordered_since,
        reaches.landed_since,
    from ours
    left join orders using (order_id)
    left join {{ reaches }} as reaches using (order_id)
)

select *
from final
