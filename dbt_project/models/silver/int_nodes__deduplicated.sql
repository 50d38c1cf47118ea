select *
from {{ ref('stg_nodes') }}
qualify row_number() over (
    partition by node_id
    order by updated_at desc, content_digest desc, landing_id, payload_line
) = 1
