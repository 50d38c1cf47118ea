{{ config(unique_key=['payment_id']) }}

with payments as (
    select *
    from {{ ref('int_payments__deduplicated') }}
    where {{ has_arrived() }}
),

final as (
    select
        partner_id || '/' || payment_ref as payment_id,
        partner_id || '/' || parent_ref as parent_id,
        * exclude (
            payment_ref, parent_ref, node_id, card_brand, card_last4, error_code
        ),
    from payments
)

select *
from final
