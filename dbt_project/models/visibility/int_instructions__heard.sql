-- What was said of its own set counts, else what was said of all that is in its
-- file, else that the file's envelope was refused.
with instructions as (
    select
        partner_id,
        instruction_id,
        control_ref,
        set_ref,
    from {{ ref('int_instructions__moving') }}
),

answers as (
    select
        instructions.instruction_id,
        said.status_code,
        said.reason,
        said.acknowledged_at,
        case
            when said.set_ref = instructions.set_ref then 1
            when said.set_ref = instructions.control_ref then 2
            when said.set_ref = 'ISA' and said.status_code = 'R' then 3
        end as nearness,
    from instructions
    inner join {{ ref('fct_acknowledgements') }} as said
        on
            instructions.partner_id = said.partner_id
            and instructions.control_ref = said.interchange_ref
),

final as (
    select
        instruction_id,
        status_code,
        reason,
        acknowledged_at,
    from answers
    where nearness is not null
    qualify row_number() over (
        partition by instruction_id
        order by nearness
    ) = 1
)

select *
from final
