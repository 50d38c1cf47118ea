with decided as (
    select
        order_id,
        line_id,
        kit_parts,
    from {{ ref('int_order_lines__deduplicated') }}
    where {{ is_of_this_run('changed_run_id') }}
),

final as (
    select
        order_id,
        line_id,
    from decided
    union
    select
        order_id,
        line_id || '~' || unnest(kit_parts ->> '$[*].sku') as line_id,
    from decided
    where kit_parts is not null
    union
    select
        order_id,
        linked_line_id as line_id,
    from {{ ref('int_order_actions__judged') }}
    where
        linked_line_id is not null
        and code is null
        and order_id in (select order_id from decided)
)

select *
from final
