with lines as (
    select *
    from {{ ref('int_order_lines__deduplicated') }}
    where {{ is_of_this_run('changed_run_id') }}
)

select *
from lines
anti join {{ ref('int_order_lines__quarantined') }}
    using (order_id, version_no)
