{{ config(unique_key=['payment_id']) }}

with arrived as (
    select *
    from {{ ref('int_payments__deduplicated') }}
    where {{ has_arrived() }}
),

-- What names no order is of the order of the payment that it names, whichever
-- came first.
waiting as (
    select child.*
    from {{ ref('int_payments__deduplicated') }} as child
    semi join
        arrived
        on
            child.partner_id = arrived.partner_id
            and child.parent_ref = arrived.payment_ref
    where child.order_ref is null and not {{ has_arrived('child') }}
),

payments as (
    select *
    from arrived
    union all
    select *
    from waiting
),

parents as (
    select
        partner_id,
        payment_ref as parent_ref,
        order_id as parent_order_id,
        order_ref as parent_order_ref,
    from {{ ref('int_payments__deduplicated') }}
    where
        payment_ref in (
            select payments.parent_ref
            from payments
            where payments.order_ref is null
        )
),

of_orders as (
    select
        payments.* replace (
            coalesce(payments.order_id, parents.parent_order_id) as order_id,
            coalesce(payments.order_ref, parents.parent_order_ref) as order_ref
        ),
    from payments
    left join parents using (partner_id, parent_ref)
),

final as (
    select
        partner_id || '/' || payment_ref as payment_id,
        partner_id || '/' || parent_ref as parent_id,
        * exclude (
            payment_ref, parent_ref, node_id, card_brand, card_last4, error_code
        ),
    from of_orders
)

select *
from final
