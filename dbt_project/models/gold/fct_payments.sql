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
        order_id,
        order_ref,
        payment_kind,
        status_code,
        method_code,
        gateway,
        currency_code,
        amount_minor,
        captured_minor,
        refunded_minor,
        is_test,
        occurred_at,
        updated_at,
        authorised_until,
        partner_id,
        payload_sha256,
        payload_line,
        known_at,
        landing_id,
    from payments
)

select *
from final
