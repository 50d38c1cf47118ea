{{ config(unique_key=['partner_id', 'refund_ref', 'entry_ref']) }}

with newest as (
    select *
    from {{ newest_by_key(
        ref('stg_refunds'),
        key=['partner_id', 'refund_ref', 'entry_ref'],
        newest_first=['refunded_at']
    ) }}
),

final as (
    select
        refund_ref,
        entry_ref,
        order_id,
        line_id,
        sku_ref,
        node_id,
        payment_ref,
        restock_code,
        currency_code,
        note,
        qty,
        amount_minor,
        tax_minor,
        refunded_at,
        partner_id,
        payload_sha256,
        payload_line,
        known_at,
        landing_id,
    from newest
)

select *
from final
