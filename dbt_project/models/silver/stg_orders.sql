with source as (
    select *
    from {{ source('bronze', 'orders') }}
),

renamed as (
    select
        ---------- ids
        partner_id as channel_id,
        partner_id || '/' || order_ref as order_id,
        partner_id || '/' || order_ref || '/' || line_ref as line_id,
        order_ref,
        order_name,
        line_ref,
        lpad(cast(length(line_ref) as varchar), 4, '0')
        || line_ref as line_sort_key,
        sku_ref,
        node_ref as node_id,
        ---------- text
        product_name,
        service_code,
        payment_status,
        currency_code,
        uom_code,
        keep_together,
        ship_to_region as region_code,
        ship_to_country as country_code,
        ---------- tokens of the vault
        customer_ref as customer_token,
        ship_to_name,
        ship_to_street,
        ship_to_street2,
        ship_to_city,
        ship_to_postal_code,
        customer_phone as ship_to_phone,
        ---------- numerics
        cast(qty as bigint) as qty,
        cast(shipped_qty as bigint) as shipped_qty,
        {{ minor('line_amount') }} as line_amount_minor,
        {{ minor('discount_amount') }} as discount_minor,
        {{ minor('tax_amount') }} as tax_minor,
        {{ minor('order_amount') }} as order_amount_minor,
        ---------- booleans
        coalesce(action = 'cancel' or cancelled_at is not null, false)
            as is_cancelled,
        is_ship_complete = 'true' as is_ship_complete,
        service_code = 'NONE' as is_till_sale,
        ---------- time stamps
        cast(ship_on as date) as wanted_ship_date,
        cast(deliver_on as date) as wanted_delivery_date,
        cast(ordered_at as timestamptz) as ordered_at,
        cast(updated_at as timestamptz) as updated_at,
        cast(cancelled_at as timestamptz) as cancelled_at,
        ---------- what was said and where
        {{ content_digest([
            'action', 'order_ref', 'order_name', 'line_ref', 'ordered_at',
            'cancelled_at', 'currency_code', 'sku_ref', 'product_name', 'qty', 'uom_code',
            'shipped_qty', 'line_amount', 'discount_amount', 'tax_amount', 'order_amount',
            'service_code', 'is_ship_complete', 'ship_on', 'deliver_on',
            'payment_status', 'node_ref',
            'ship_to_region', 'ship_to_country', 'customer_ref',
            'customer_name', 'customer_email', 'customer_phone',
            'ship_to_name', 'ship_to_street', 'ship_to_street2',
            'ship_to_city', 'ship_to_postal_code', 'tags', 'note', 'line_note',
        ], ['keep_together']) }} as content_digest,
        partner_id,
        payload_sha256,
        payload_line,
        received_at as known_at,
        landing_id,
    from source
)

select *
from renamed
