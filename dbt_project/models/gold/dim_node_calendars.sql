{{ config(unique_key=['node_id', 'calendar_date']) }}

with days as (
    select *
    from {{ ref('int_node_calendars__deduplicated') }}
    where {{ has_arrived() }}
)

select
    node_id,
    calendar_date,
    is_open,
    cutoff_local,
    capacity_qty,
from days
