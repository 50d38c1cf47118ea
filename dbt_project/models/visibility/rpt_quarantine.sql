with held_lines as (
    select *
    from {{ ref('int_order_lines__quarantined') }}
    where is_open and is_cause
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
        payload_sha256,
        payload_line,
        known_at as received_at,
        landing_id,
    from held_lines
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
