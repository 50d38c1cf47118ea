{% set steps = [
    'on_hand', 'blocked', 'expired', 'allocated', 'released', 'buffer',
    'floor'
] %}

with waiting as (
    select
        sku_id,
        cast(sum(
            pending_qty + held_qty + preordered_qty + backordered_qty
        ) as bigint) as open_qty,
    from {{ source('decisions', 'line_buckets') }}
    where
        {{ may_be_open() }}
        and pending_qty + held_qty + preordered_qty + backordered_qty > 0
    group by sku_id
),

availability as (
    select
        atp.*,
        waiting.open_qty,
        products.product_name,
    from {{ source('decisions', 'available_to_promise') }} as atp
    inner join waiting using (sku_id)
    inner join {{ ref('dim_products') }} as products using (sku_id)
),

final as (
    {% for step in steps %}
    select
        node_id,
        sku_id,
        product_name,
        '{{ step | upper }}' as step,
        cast({{ loop.index }} as bigint) as step_no,
        {{ step }}_qty as qty,
        {{ step ~ '_rule' if step in ['buffer', 'expired']
            else 'cast(null as varchar)' }} as rule,
        atp_qty,
        open_qty,
    from availability
    {{ 'union all' if not loop.last }}
    {% endfor %}
)

select *
from final
