with requests as (
    select
        *,
        sum(qty) over (
            partition by instruction_id, instruction_line_ref
            order by requested_at, request_id
        ) - qty as qty_before,
    from {{ source('instructions', 'cancel_requests') }}
),

again as (
    select
        event_id,
        sum(qty) as again_qty,
    from {{ source('decisions', 'event_verdicts') }}
    where verdict = 'CANCEL_WITHDRAWN'
    group by event_id
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

-- What is wanted again of a wish is of its requests in their order.
counted as (
    select
        answered.*,
        greatest(
            least(
                qty - given_up_qty,
                coalesce(again_qty, 0) - (
                    sum(qty - given_up_qty) over (
                        partition by event_id
                        order by
                            instruction_id,
                            instruction_line_ref,
                            requested_at,
                            request_id
                    ) - (qty - given_up_qty)
                )
            ),
            0
        ) as withdrawn_qty,
    from answered
    left join again using (event_id)
),

final as (
    select
        counted.request_id,
        counted.order_id,
        orders.order_name,
        counted.line_id,
        counted.sku_id,
        counted.instruction_id,
        counted.instruction_line_ref,
        counted.partner_id,
        counted.node_id,
        counted.qty,
        cast(counted.given_up_qty as bigint) as given_up_qty,
        cast(
            if(
                counted.is_answered,
                counted.qty - counted.given_up_qty - counted.withdrawn_qty,
                0
            ) as bigint
        ) as refused_qty,
        case
            when counted.given_up_qty >= counted.qty then 'ACKED'
            when counted.given_up_qty + counted.withdrawn_qty >= counted.qty
                then 'WITHDRAWN'
            when counted.is_answered then 'REFUSED'
            else 'REQUESTED'
        end as state,
        counted.reason_code,
        counted.requested_at,
        counted.answered_at,
        counted.file_name,
    from counted
    inner join {{ ref('fct_orders') }} as orders using (order_id)
)

select *
from final
