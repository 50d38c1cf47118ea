{{ config(unique_key=['partner_id', 'invoice_ref', 'line_ref']) }}

with newest as (
    select *
    from {{ newest_by_key(
        ref('stg_carrier_invoices'),
        key=['partner_id', 'invoice_ref', 'line_ref'],
        newest_first=['invoiced_date']
    ) }}
),

final as (
    select
        invoice_ref,
        line_ref,
        tracking_ref,
        shipment_ref,
        carrier_code,
        charge_code,
        currency_code,
        zone_code,
        service_code,
        amount_minor,
        billed_weight_grams,
        shipped_date,
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
