{{ config(unique_key=['action_id']) }}

-- An action told twice is one; of two under one number the later one counts.
with final as (
    select * exclude (content_digest)
    from {{ ref('stg_exception_actions') }}
    where
        action_id in (
            select action_id
            from {{ ref('stg_exception_actions') }}
            where {{ has_arrived() }}
        )
    qualify row_number() over (
        partition by action_id
        order by acted_at desc, content_digest desc, landing_id, payload_line
    ) = 1
)

select *
from final
