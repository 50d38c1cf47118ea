{{ config(unique_key=['proof', 'as_of']) }}

with proofs as (
    select *
    from {{ source('decisions', 'proofs') }}
    where {{ is_of_this_run() }}
),

final as (
    select
        proof,
        kind,
        checked_rows,
        failed_rows,
        failed_rows = 0 as is_passed,
        example,
        as_of,
        run_id,
    from proofs
)

select *
from final
