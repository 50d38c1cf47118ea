with source as (
    select *
    from {{ source('bronze', 'supplier_invoices') }}
),

renamed as (
    select
        ---------- ids
        invoice_ref,
        line_ref,
        po_ref,
        po_line_ref,
        sku_ref,
        ---------- text
        currency_code,
        ---------- numerics
        cast(qty as bigint) as qty,
        {{ micro('unit_amount') }} as unit_price_micro,
        {{ minor('line_amount') }} as line_amount_minor,
        {{ minor('invoice_amount') }} as invoice_amount_minor,
        ---------- time stamps
        cast(left(invoiced_on, 10) as date) as invoiced_date,
        ---------- what was said and where
        {{ content_digest([
            'invoice_ref', 'line_ref', 'po_ref', 'po_line_ref', 'sku_ref',
            'qty', 'unit_amount', 'line_amount', 'invoice_amount',
            'currency_code', 'invoiced_on',
        ]) }} as content_digest,
        partner_id,
        payload_sha256,
        payload_line,
        received_at as known_at,
        landing_id,
    from source
)

select *
from renamed
