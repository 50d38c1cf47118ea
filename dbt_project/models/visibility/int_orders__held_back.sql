with held_lines as (
    select *
    from {{ ref('int_order_lines__quarantined') }}
    where
        is_open
        and order_id in (select order_id from {{ ref('int_orders__changed') }})
        and order_id not in (select order_id from {{ ref('fct_orders') }})
    qualify
        version_no = max(version_no) over (partition by order_id)
),

-- Cancelled while it waits: what becomes sound of it is cancelled at once.
refused as (
    select order_id
    from {{ ref('int_order_actions__judged') }}
    where code is null and action_code = 'CANCEL' and line_ref is null
),

final as (
    select
        order_id,
        min(order_name) as order_name,
        min(channel_id) as channel_id,
        min(order_ref) as order_ref,
        min(ordered_at) as ordered_at,
        min({{ business_date('ordered_at') }}) as business_date,
        bool_or(is_till_sale) as is_till_sale,
        min(currency_code) as currency_code,
        min(service_code) as service_code,
        min(region_code) as region_code,
        cast(sum(qty) as bigint) as bucket_qty,
        cast(sum(line_amount_minor - discount_minor + tax_minor) as bigint)
            as amount_minor,
        count(*) as line_count,
        if(
            order_id in (select order_id from refused),
            'REJECTED',
            'QUARANTINED'
        ) as order_status,
        cast(0 as bigint) as version_no,
    from held_lines
    group by order_id
)

select *
from final
