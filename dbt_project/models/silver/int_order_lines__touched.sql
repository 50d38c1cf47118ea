select distinct
    order_id,
    line_id,
from {{ ref('int_order_lines__deduplicated') }}
where {{ is_of_this_run('changed_run_id') }}
