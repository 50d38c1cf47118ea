{{ config(unique_key=['landing_id']) }}

with files as (
    select *
    from {{ source('bronze', 'landing_ledger') }}
    where {{ has_arrived() }}
),

final as (
    select
        landing_id,
        partner_id,
        feed,
        document,
        format,
        file_name,
        payload_sha256,
        size_bytes,
        received_at,
        verdict,
        coalesce(physical_lines, 0) as physical_lines,
        coalesce(accepted_lines, 0) as accepted_lines,
        coalesce(quarantined_lines, 0) as quarantined_lines,
        coalesce(blank_lines, 0) as blank_lines,
        run_id,
    from files
)

select *
from final
