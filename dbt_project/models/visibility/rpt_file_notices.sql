{{ config(unique_key=['landing_id', 'payload_line', 'code', 'column_name']) }}

-- A missing number is looked for again by every run: its file may have come.
with notices as (
    select *
    from {{ source('bronze', 'file_notices') }}
    where {{ has_arrived() }} or code = 'SEQUENCE_GAP'
),

files as (
    select
        landing_id,
        partner_id,
        number_feed,
        file_name,
        file_number,
        payload_sha256,
        received_at,
    from {{ source('bronze', 'landing_ledger') }}
    where
        {{ has_arrived() }} or landing_id in (select landing_id from notices)
),

-- The file before one that names a gap: what else is missing before it is told
-- of that file.
closing as (
    select
        files.landing_id,
        min(ledger.received_at) as closed_at,
    from files
    inner join {{ source('bronze', 'landing_ledger') }} as ledger
        on
            files.partner_id = ledger.partner_id
            and files.number_feed = ledger.number_feed
            and files.file_number = ledger.file_number + 1
    group by files.landing_id
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
        if(notices.code = 'SEQUENCE_GAP', closing.closed_at, null) as closed_at,
        notices.run_id,
    from notices
    inner join files using (landing_id)
    left join closing using (landing_id)
)

select *
from final
