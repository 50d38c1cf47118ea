-- What stands beside the header: money, carrier and way back, each on its own.
with changed as (
    select order_id
    from {{ ref('int_orders__changed') }}
),

sums as (
    select
        order_id,
        bool_or(payment_class = 'payment_failed') as is_failed,
        -- Charges that the channel does not tell are no surplus.
        bool_and(payment_class = 'settled') as is_settled,
        sum(due_minor) as due_minor,
        sum(authorised_minor) as authorised_minor,
        sum(captured_minor) as captured_minor,
        sum(refunded_minor) as refunded_minor,
    from {{ source('decisions', 'reconciled_payments') }}
    where order_id in (select order_id from changed)
    group by order_id
),

paid as (
    select
        order_id,
        case
            when captured_minor = 0 and authorised_minor = 0
                then if(is_failed, 'FAILED', 'NONE')
            when refunded_minor > 0 and refunded_minor >= captured_minor
                then 'REFUNDED'
            when captured_minor - refunded_minor > due_minor and not is_settled
                then 'OVERCHARGED'
            when captured_minor >= due_minor then 'CAPTURED'
            when captured_minor > 0 then 'PARTIAL'
            when authorised_minor >= due_minor then 'AUTHORISED'
            else 'PARTIAL'
        end as money_axis,
    from sums
),

-- A parcel is one of every order with eaches in it.
parcels_of_orders as (
    select
        order_id,
        parcel_class,
        delivered_at,
    from {{ source('decisions', 'reconciled_parcels') }}
    union all
    select
        unnest(string_split(other_order_ids, '|')) as order_id,
        parcel_class,
        delivered_at,
    from {{ source('decisions', 'reconciled_parcels') }}
    where other_order_ids is not null
),

parcels as (
    select
        order_id,
        count(*) as parcel_count,
        count(*) filter (delivered_at is not null) as delivered_count,
        count(*) filter (
            parcel_class in ('parcel_lost', 'parcel_failed')
        ) as lost_count,
        count(*) filter (
            parcel_class = 'parcel_sent_back'
        ) as sent_back_count,
    from parcels_of_orders
    where order_id in (select order_id from changed)
    group by order_id
),

carried as (
    select
        order_id,
        case
            when lost_count > 0 then 'LOST'
            when sent_back_count > 0 then 'SENT_BACK'
            when delivered_count = parcel_count then 'DELIVERED'
            when delivered_count > 0 then 'PARTLY_DELIVERED'
            else 'ON_ITS_WAY'
        end as carrier_axis,
    from parcels
),

overlays as (
    select
        order_id,
        sum(return_expected_qty) as expected_qty,
        sum(returned_qty) as returned_qty,
        sum(return_lost_qty) as lost_qty,
        sum(
            shipped_qty + delivered_qty
            + shipped_instead_qty + delivered_instead_qty
        ) as sent_qty,
    from {{ source('decisions', 'line_buckets') }}
    where
        ordered_at >= {{ changed_since() }}
        and order_id in (select order_id from changed)
    group by order_id
),

returned as (
    select
        order_id,
        case
            when expected_qty > 0 and returned_qty > 0
                then 'PARTLY_RECEIVED'
            when expected_qty > 0 then 'EXPECTED'
            when returned_qty > 0 and returned_qty < sent_qty
                then 'PARTLY_RETURNED'
            when returned_qty > 0 then 'RETURNED'
            when lost_qty > 0 then 'LOST'
            else 'NONE'
        end as reverse_axis,
    from overlays
),

final as (
    select
        returned.order_id,
        returned.reverse_axis,
        paid.money_axis,
        carried.carrier_axis,
    from returned
    left join paid using (order_id)
    left join carried using (order_id)
)

select *
from final
