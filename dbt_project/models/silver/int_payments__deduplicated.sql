{{ config(unique_key=['partner_id', 'payment_ref']) }}

with newest as (
    select *
    from {{ newest_by_key(
        ref('stg_payments'),
        key=['partner_id', 'payment_ref'],
        newest_first=['updated_at']
    ) }}
),

final as (
    select
        payment_ref,
        parent_ref,
        order_id,
        order_ref,
        node_id,
        payment_kind,
        status_code,
        method_code,
        gateway,
        currency_code,
        card_brand,
        card_last4,
        error_code,
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
    from newest
)

select *
from final
