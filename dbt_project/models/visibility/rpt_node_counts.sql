{{ config(unique_key=['node_id', 'snapshot_at']) }}

-- A file is one count, however many runs compare it; the newest one's stands.
with judged as (
    select *
    from {{ source('decisions', 'node_confidence') }}
    where {{ is_of_this_run() }}
),

nodes as (
    select
        node_id,
        operator_id,
    from {{ ref('dim_nodes') }}
),

final as (
    select
        judged.node_id,
        nodes.operator_id as partner_id,
        judged.snapshot_at,
        judged.row_count,
        judged.changed_count as differing_count,
        judged.verdict,
        judged.as_of,
        judged.run_id,
    from judged
    inner join nodes using (node_id)
    where judged.snapshot_at is not null
)

select *
from final
