{{ config(unique_key=['run_id', 'room']) }}
{% set waiting = ['pending', 'held', 'preordered', 'backordered'] %}
{% set settled = [
    'allocated', 'released', 'in_fulfilment', 'shipped', 'delivered', 'lost',
    'cancelled', 'substituted_out'
] %}

-- A file that several feeds read has a row of the ledger for each.
with files as (
    select
        bool_or(
            verdict in ('ACCEPTED', 'PARTIAL', 'REJECTED', 'REVISION')
        ) as is_read,
        sum(physical_lines) as physical_lines,
        sum(accepted_lines) as accepted_lines,
        sum(blank_lines) as blank_lines,
    from {{ source('bronze', 'landing_ledger') }}
    where partner_id != 'self'
    group by partner_id, file_name, payload_sha256, received_at
),

rejects as (
    select count(*) as line_count
    from {{ source('bronze', 'rejects') }}
    where partner_id != 'self' and payload_line > 0
),

file_lines as (
    select
        sum(physical_lines - blank_lines) as told_count,
        sum(accepted_lines) as accepted_count,
        any_value(rejects.line_count) as broken_count,
    from files
    cross join rejects
),

-- Most orders have one version, and each of their lines one row: only those of
-- the others are looked at to count a line once.
single_lines as (
    select count(*) as line_count
    from {{ ref('int_order_lines__deduplicated') }}
    where version_count = 1
),

versioned_lines as (
    select count(distinct line_id) as line_count
    from {{ ref('int_order_lines__deduplicated') }}
    where version_count > 1
),

held_lines as (
    select
        line_id,
        bool_or(is_open) as is_open,
    from {{ ref('int_order_lines__quarantined') }}
    group by line_id
),

accepted_lines as (
    select distinct coalesce(kit_line_id, line_id) as line_id
    from {{ ref('fct_order_lines') }}
    where coalesce(kit_line_id, line_id) in (select line_id from held_lines)
),

-- A line that only a replaced version named is needed no more.
unaccepted_lines as (
    select
        count(*) as line_count,
        count(*) filter (is_open) as open_count,
    from held_lines
    anti join accepted_lines using (line_id)
),

-- A kit's line is one, however many components it has.
facts as (
    select
        count(*) filter (kit_line_id is null) + count(distinct kit_line_id)
            as line_count,
    from {{ ref('fct_order_lines') }}
    -- Nobody ordered a linked line.
    where substitutes_line_id is null
),

order_lines as (
    select
        single_lines.line_count + versioned_lines.line_count as told_count,
        told_count - unaccepted_lines.line_count as accepted_count,
        unaccepted_lines.open_count,
        facts.line_count as fact_count,
    from single_lines
    cross join versioned_lines
    cross join unaccepted_lines
    cross join facts
),

eaches as (
    select
        sum(ordered_qty) as ordered_qty,
        {% for kind, buckets in [('settled', settled), ('waiting', waiting)] %}
        sum(
            {% for bucket in buckets -%}
            {{ bucket }}_qty{{ ' + ' if not loop.last }}
            {%- endfor %}
        ) as {{ kind }}_qty,
        {% endfor %}
        count(*) filter (allocated_qty > 0) as untold_count,
    from {{ source('decisions', 'line_buckets') }}
),

allocated_lines as (
    select count(*) as line_count
    from {{ source('decisions', 'allocations') }}
),

instructed_lines as (
    select count(*) as line_count
    from {{ source('instructions', 'instruction_lines') }}
),

sent_files as (
    select count(*) as file_count
    from {{ source('instructions', 'outbox_files') }}
),

instructions as (
    select
        allocated_lines.line_count as allocated_count,
        instructed_lines.line_count as instructed_count,
        eaches.untold_count,
        sent_files.file_count as sent_count,
    from allocated_lines
    cross join instructed_lines
    cross join sent_files
    cross join eaches
),

rooms as (
    select
        {{ flow_room(
            1, 'ingest', 'files',
            'count(*)', 'count(*) filter (is_read)',
            'count(*) filter (not is_read)', 'count(*)'
        ) }}
    from files
    union all
    select
        {{ flow_room(
            2, 'bronze', 'lines of files',
            'told_count', 'accepted_count', 'broken_count'
        ) }}
    from file_lines
    union all
    select
        {{ flow_room(
            3, 'silver', 'order lines',
            'told_count', 'told_count - open_count', 'open_count'
        ) }}
    from order_lines
    union all
    select
        {{ flow_room(
            4, 'gold', 'order lines', 'accepted_count', 'fact_count', '0'
        ) }}
    from order_lines
    union all
    select
        {{ flow_room(
            5, 'decisions', 'eaches',
            'ordered_qty', 'settled_qty', 'waiting_qty'
        ) }}
    from eaches
    union all
    select
        {{ flow_room(
            6, 'instructions', 'allocated lines',
            'allocated_count', 'instructed_count', 'untold_count', 'sent_count'
        ) }}
    from instructions
),

final as (
    select
        '{{ var("run_id") }}' as run_id,
        {{ as_of() }} as as_of,
        rooms.*,
    from rooms
)

select *
from final
