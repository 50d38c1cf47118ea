{% set touched = counted("orders_touched", touched_orders()) %}

with known as (
    select
        order_id,
        min(ordered_at) as ordered_since,
        min(first_landing_id) as landed_since,
    from {{ decided_lines() }} as decided
    where order_id in (select order_id from {{ touched }})
    group by order_id
),

-- What was told of an order before the order itself waited for it.
unknown as (
    select
        order_id,
        substr(order_id, strpos(order_id, '/') + 1) as order_ref,
    from {{ touched }}
    anti join known using (order_id)
),

told as (
    {% for model in ['stg_order_changes', 'stg_order_actions'] %}
    select
        order_id,
        landing_id,
    from {{ ref(model) }}
    where order_id in (select order_id from unknown)
    union all
    {% endfor %}
    {% for document in ['opening_lines', 'returns'] %}
    select
        unknown.order_id,
        told.landing_id,
    from {{ source('bronze', document) }} as told
    inner join unknown using (order_ref)
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

waited as (
    select
        order_id,
        min(landing_id) as landed_since,
    from told
    group by order_id
),

final as (
    select
        touched.order_id,
        known.ordered_since,
        coalesce(known.landed_since, waited.landed_since) as landed_since,
    from {{ touched }} as touched
    left join known using (order_id)
    left join waited using (order_id)
)

select *
from final
