with requests as (
    select
        *,
        sum(qty) over (
            partition by instruction_id, instruction_line_ref
            order by requested_at, request_id
        ) - qty as qty_before,
    from {{ source('instructions', 'cancel_requests') }}
),

-- Of several requests for one line the oldest is answered first.
answered as (
    select
        requests.*,
        shipments.answered_at,
        coalesce(shipments.open_qty, 1) = 0 as is_answered,
        greatest(
            least(
                requests.qty,
                coalesce(
                    shipments.cancelled_qty + shipments.refused_qty
                    + shipments.short_qty,
                    0
                ) - requests.qty_before
            ),
            0
        ) as given_up_qty,
    from requests
    left join
        {{ source('decisions', 'reconciled_shipments') }} as shipments
        using (instruction_id, instruction_line_ref)
),

final as (
    select
        answered.request_id,
        answered.order_id,
        orders.order_name,
        answered.line_id,
        answered.sku_id,
        answered.instruction_id,
        answered.instruction_line_ref,
        answered.partner_id,
        answered.node_id,
        answered.qty,
        cast(answered.given_up_qty as bigint) as given_up_qty,
        cast(
            if(answered.is_answered, answered.qty - answered.given_up_qty, 0)
            as bigint
        ) as refused_qty,
        case
            when answered.given_up_qty >= answered.qty then 'ACKED'
            when answered.is_answered then 'REFUSED'
            else 'REQUESTED'
        end as state,
        answered.reason_code,
        answered.requested_at,
        answered.answered_at,
        answered.file_name,
    from answered
    inner join {{ ref('fct_orders') }} as orders using (order_id)
)

select *
from final
