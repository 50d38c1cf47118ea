{{ config(unique_key=['landing_id', 'payload_line', 'code', 'column_name']) }}

with notices as (
    select *
    from {{ source('bronze', 'file_notices') }}
    where {{ has_arrived() }}
),

files as (
    select
        landing_id,
        file_name,
        payload_sha256,
        received_at,
    from {{ source('bronze', 'landing_ledger') }}
    where {{ has_arrived() }}
),

final as (
    select
        landing_id,
        notices.partner_id,
        notices.document,
        files.file_name,
        files.payload_sha256,
        notices.payload_line,
        notices.column_name,
        notices.code,
        notices.message,
        files.received_at,
        notices.run_id,
    from notices
    inner join files using (landing_id)
)

select *
from final
