with source as (
    select *
    from {{ source('bronze', 'refunds') }}
),

renamed as (
    select
        ---------- ids
        refund_ref,
        entry_ref,
        partner_id || '/' || order_ref as order_id,
        partner_id || '/' || order_ref || '/' || line_ref as line_id,
        sku_ref,
        node_ref as node_id,
        payment_ref,
        ---------- text
        restock_code,
        currency_code,
        ---------- tokens of the vault
        note,
        ---------- numerics
        cast(qty as bigint) as qty,
        {{ minor('amount') }} as amount_minor,
        {{ minor('tax_amount') }} as tax_minor,
        ---------- time stamps
        cast(refunded_at as timestamptz) as refunded_at,
        ---------- what was said and where
        {{ content_digest([
            'refund_ref', 'entry_ref', 'order_ref', 'line_ref', 'sku_ref',
            'qty', 'restock_code', 'node_ref', 'amount', 'tax_amount',
            'currency_code', 'payment_ref', 'refunded_at', 'note',
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
