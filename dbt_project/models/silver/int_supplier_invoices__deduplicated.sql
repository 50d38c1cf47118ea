{{ config(unique_key=['partner_id', 'invoice_ref', 'line_ref']) }}

with newest as (
    select *
    from {{ newest_by_key(
        ref('stg_supplier_invoices'),
        key=['partner_id', 'invoice_ref', 'line_ref'],
        newest_first=['invoiced_date']
    ) }}
),

final as (
    select
        invoice_ref,
        line_ref,
        po_ref,
        po_line_ref,
        sku_ref,
        currency_code,
        qty,
        unit_price_micro,
        line_amount_minor,
        invoice_amount_minor,
        invoiced_date,
        partner_id,
        payload_sha256,
        payload_line,
        known_at,
        landing_id,
    from newest
)

select *
from final
