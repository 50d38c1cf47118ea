{{ config(unique_key=['correction_id']) }}

-- A correction told twice is one; of two under one number the later one counts.
with final as (
    select * exclude (content_digest)
    from {{ ref('stg_instruction_corrections') }}
    where
        correction_id in (
            select correction_id
            from {{ ref('stg_instruction_corrections') }}
            where {{ has_arrived() }}
        )
    qualify row_number() over (
        partition by correction_id
        order by
            corrected_at desc, content_digest desc, landing_id, payload_line
    ) = 1
)

select *
from final
