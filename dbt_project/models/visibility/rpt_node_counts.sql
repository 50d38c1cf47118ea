{{ config(unique_key=['node_id', 'as_of']) }}

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
        cast(
            (judged.row_count * judged.changed_bp + 5000) // 10000 as bigint
        ) as differing_count,
        judged.verdict,
        judged.as_of,
        judged.run_id,
    from judged
    inner join nodes using (node_id)
    where judged.snapshot_at is not null
)

select *
from final
