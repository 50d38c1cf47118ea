-- A closed one stays as it is, unless its order changes or its node speaks.
with closed as (
    select instruction_id
    from {{ told_instructions() }} as told
    where is_closed
),

spoken_of as (
    select instruction_id
    from {{ ref('int_fulfilment_statuses__deduplicated') }}
    where {{ has_arrived() }}
),

final as (
    select *
    from {{ source('instructions', 'fulfilment_orders') }}
    where
        instruction_id not in (select instruction_id from closed)
        or instruction_id in (select instruction_id from spoken_of)
        or order_id in (select order_id from {{ ref('int_orders__changed') }})
)

select *
from final
