with held_lines as (
    select *
    from {{ ref('int_order_lines__quarantined') }}
    where is_open and is_cause
),

waiting_rows as (
    select *
    from {{ ref('int_document_rows__quarantined') }}
    where is_open
),

files as (
    select
        landing_id,
        file_name,
    from {{ source('bronze', 'landing_ledger') }}
),

faults as (
    select
        *,
        'bronze' as room,
        '' as line_id,
        '' as row_id,
    from {{ source('bronze', 'rejects') }}
    union all by name
    select
        'silver' as room,
        partner_id,
        'orders' as document,
        code,
        column_name,
        detail as message,
        order_id,
        line_id,
        line_id as row_id,
        payload_sha256,
        payload_line,
        known_at as received_at,
        landing_id,
    from held_lines
    union all by name
    select
        'silver' as room,
        partner_id,
        document,
        code,
        column_name,
        detail as message,
        '' as line_id,
        row_id,
        payload_sha256,
        payload_line,
        known_at as received_at,
        landing_id,
    from waiting_rows
),

final as (
    select
        faults.room,
        faults.partner_id,
        faults.document,
        faults.code,
        faults.column_name,
        faults.message,
        faults.masked_value,
        faults.order_id,
        faults.line_id,
        faults.row_id,
        files.file_name,
        faults.payload_sha256,
        faults.payload_line,
        faults.received_at,
        faults.landing_id,
    from faults
    left join files using (landing_id)
)

select *
from final
