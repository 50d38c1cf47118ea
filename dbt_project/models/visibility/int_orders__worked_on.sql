-- Asked once: what each answer costs grows with history.
with lines as (
    select
        order_id,
        ordered_at,
    from {{ source('decisions', 'line_buckets') }}
    where {{ may_be_open() }}
    union all
    select
        order_id,
        ordered_at,
    from {{ source('decisions', 'line_buckets') }}
    where {{ is_of_this_run() }}
),

moments as (
    select ordered_at
    from lines
    union all
    select ordered_at
    from {{ ref('fct_orders') }}
    where order_id in (select order_id from lines)
),

final as (
    select coalesce(min(ordered_at), timestamptz '9999-12-01') as ordered_since
    from moments
)

select *
from final
