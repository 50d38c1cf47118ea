{{ config(unique_key=['refund_id']) }}

with refunds as (
    select *
    from {{ ref('int_refunds__deduplicated') }}
    where {{ has_arrived() }}
),

final as (
    select
        partner_id || '/' || refund_ref || '/' || entry_ref as refund_id,
        order_id,
        line_id,
        partner_id || '/' || payment_ref as payment_id,
        restock_code,
        qty,
        amount_minor + tax_minor as amount_minor,
        currency_code,
        refunded_at,
        partner_id,
        payload_sha256,
        payload_line,
        known_at,
        landing_id,
    from refunds
)

select *
from final
