with rejections as (
    select
        *,
        concat_ws('/', node_id, instruction_id, instruction_line_ref)
            as rejection_id,
    from {{ ref('stg_rejections') }}
),

final as (
    select *
    from rejections
    where
        rejection_id in (
            select rejection_id from rejections
            where {{ has_arrived() }}
        )
    qualify row_number() over (
        partition by rejection_id
        order by rejected_at desc, content_digest desc, landing_id, payload_line
    ) = 1
)

select *
from final
