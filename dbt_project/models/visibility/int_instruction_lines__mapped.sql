select
    instruction_id,
    instruction_line_ref,
    line_id,
    qty as asked_qty,
from {{ source('instructions', 'instruction_lines') }}
union all
select
    instruction_id,
    instruction_line_ref,
    line_id,
    qty as asked_qty,
from {{ ref('fct_order_events') }}
where event_type = 'OPENING' and instruction_id is not null
