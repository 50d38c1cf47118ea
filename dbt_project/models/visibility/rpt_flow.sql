{{ config(unique_key=['run_id', 'room']) }}
{% set documents = [
    'orders', 'stock_snapshots', 'receipts', 'shipment_confirmations',
    'acknowledgements', 'rejections', 'opening_lines', 'opening_stock',
    'expected_receipts', 'products', 'nodes', 'lanes', 'rates'
] %}
{% set figures = ['rows_in', 'rows_out', 'quarantined', 'file_count'] %}
{% set now = "run_id = '" ~ var('run_id') ~ "'" %}
{% set now_changed = "changed_run_id = '" ~ var('run_id') ~ "'" %}

with files as (
    select *
    from {{ source('bronze', 'landing_ledger') }}
    where {{ has_arrived() }}
),

document_rows as (
    {% for document in documents %}
    select count(*) as row_count
    from {{ source('bronze', document) }}
    where {{ has_arrived() }}
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

rooms as (
    {{ flow_room(
        1, 'ingest', 'lines of files',
        'select sum(physical_lines) from files',
        'select sum(accepted_lines) from files',
        'select sum(quarantined_lines) from files',
        'select count(*) from files'
    ) }}
    union all
    {{ flow_room(
        2, 'bronze', 'document rows',
        'select sum(accepted_lines) from files',
        'select sum(row_count) from document_rows',
        row_count(source('bronze', 'rejects'), has_arrived())
    ) }}
    union all
    {{ flow_room(
        3, 'silver', 'order lines',
        row_count(source('bronze', 'orders'), has_arrived()),
        row_count(ref('int_order_lines__deduplicated'), now_changed),
        row_count(
            ref('int_order_lines__quarantined'), now_changed ~ ' and is_open'
        )
    ) }}
    union all
    {{ flow_room(
        4, 'gold', 'order lines and their events',
        row_count(ref('int_order_lines__deduplicated'), now_changed),
        row_count(ref('fct_order_events'), has_arrived()),
        '0'
    ) }}
    union all
    {{ flow_room(
        5, 'decisions', 'open and allocated lines',
        row_count(source('decisions', 'open_demand'), now),
        row_count(source('decisions', 'allocations'), now),
        row_count(source('decisions', 'backorders'), now)
    ) }}
    union all
    {{ flow_room(
        6, 'instructions', 'allocated and instructed lines',
        row_count(source('decisions', 'allocations'), now),
        row_count(source('instructions', 'instruction_lines'), now),
        '0',
        row_count(source('instructions', 'outbox_files'), now)
    ) }}
),

final as (
    select
        '{{ var("run_id") }}' as run_id,
        {{ as_of() }} as as_of,
        room,
        cast(room_no as bigint) as room_no,
        unit,
        {% for figure in figures %}
        cast(coalesce({{ figure }}, 0) as bigint) as {{ figure }},
        {% endfor %}
    from rooms
)

select *
from final
