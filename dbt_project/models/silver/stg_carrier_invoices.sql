with source as (
    select *
    from {{ source('bronze', 'carrier_invoices') }}
),

renamed as (
    select
        ---------- ids
        invoice_ref,
        line_ref,
        tracking_ref,
        shipment_ref,
        ---------- text
        carrier_code,
        charge_code,
        currency_code,
        zone as zone_code,
        service_code,
        ---------- numerics
        {{ minor('amount') }} as amount_minor,
        cast(billed_weight_grams as bigint) as billed_weight_grams,
        ---------- time stamps
        cast(left(shipped_on, 10) as date) as shipped_date,
        cast(left(invoiced_on, 10) as date) as invoiced_date,
        ---------- what was said and where
        {{ content_digest([
            'invoice_ref', 'line_ref', 'carrier_code', 'tracking_ref',
            'shipment_ref', 'charge_code', 'amount', 'currency_code',
            'billed_weight_grams', 'zone', 'service_code', 'shipped_on',
            'invoiced_on',
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
