{{ config(unique_key=['run_id']) }}

with allocations as (
    select *
    from {{ source('decisions', 'allocations') }}
    where {{ is_of_this_run() }}
),

orders as (
    select
        run_id,
        as_of,
        order_id,
        count(distinct line_id) as line_count,
        count(distinct node_id) as node_count,
        sum(qty) as qty,
        sum(freight_minor) as freight_minor,
        sum(processing_minor) as processing_minor,
        sum(split_minor) as split_minor,
        sum(lateness_minor) as lateness_minor,
        sum(worth_minor) as worth_minor,
        sum(total_minor) as total_minor,
    from allocations
    group by run_id, as_of, order_id
),

final as (
    select
        run_id,
        as_of,
        {{ business_date("as_of - interval 1 second") }} as business_date,
        count(*) as order_count,
        cast(sum(line_count) as bigint) as line_count,
        cast(sum(qty) as bigint) as qty,
        cast(sum(node_count) as bigint) as shipment_count,
        count(*) filter (node_count > 1) as split_order_count,
        cast(sum(freight_minor) as bigint) as freight_minor,
        cast(sum(processing_minor) as bigint) as processing_minor,
        cast(sum(split_minor) as bigint) as split_minor,
        cast(sum(lateness_minor) as bigint) as lateness_minor,
        cast(sum(worth_minor) as bigint) as worth_minor,
        cast(sum(total_minor) as bigint) as total_minor,
        coalesce(
            (select min(currency_code) from {{ ref('dim_rates') }}), 'USD'
        ) as currency_code,
    from orders
    group by run_id, as_of
)

select *
from final
