-- depends_on: {{ ref('int_orders__worked_on') }}
{% set since = worked_on_since() %}
{% set buckets = [
    'pending', 'held', 'preordered', 'backordered', 'allocated', 'released',
    'in_fulfilment'
] %}

with open_eaches as (
    {% for bucket in buckets %}
    select
        line_id,
        '{{ bucket }}' as bucket,
        {{ bucket }}_qty as qty,
        ordered_qty as bucket_ordered_qty,
    from {{ source('decisions', 'line_buckets') }}
    where {{ may_be_open() }} and {{ bucket }}_qty > 0
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

backorders as (
    select *
    from {{ source('decisions', 'backorders') }}
    where {{ is_of_this_run() }}
),

aged as (
    select
        open_eaches.*,
        lines.* exclude (line_id),
        {{ age_days('lines.ordered_at') }} as age_days,
        case
            when age_days < 1 then 1
            when age_days < 2 then 2
            when age_days < 4 then 3
            when age_days < 7 then 4
            when age_days < 14 then 5
            else 6
        end as age_rank,
    from open_eaches
    inner join {{ ref('fct_order_lines') }} as lines using (line_id)
    where lines.ordered_at >= {{ since }}
),

final as (
    select
        aged.line_id,
        aged.bucket,
        aged.order_id,
        orders.order_name,
        aged.channel_id,
        aged.sku_id,
        products.product_name,
        aged.qty,
        {{ share_minor('aged.qty', 'bucket_ordered_qty') }} as value_minor,
        aged.currency_code,
        aged.ordered_at,
        aged.age_days,
        ['0-1', '1-2', '2-4', '4-7', '7-14', '14+'][aged.age_rank] as age_band,
        cast(aged.age_rank as bigint) as age_rank,
        orders.region_code,
        orders.service_code,
        if(
            aged.bucket in ('backordered', 'preordered'),
            backorders.reason_code,
            null
        ) as reason_code,
        if(
            aged.bucket in ('backordered', 'preordered'),
            backorders.expected_date,
            null
        ) as expected_date,
    from aged
    inner join {{ ref('fct_orders') }} as orders using (order_id)
    inner join {{ ref('dim_products') }} as products
        on aged.sku_id = products.sku_id
    left join backorders on aged.line_id = backorders.line_id
    where orders.ordered_at >= {{ since }}
)

select *
from final
