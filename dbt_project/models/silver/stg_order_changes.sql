with source as (
    select *
    from {{ source('bronze', 'order_changes') }}
),

renamed as (
    select
        ---------- ids
        partner_id as channel_id,
        partner_id || '/' || order_ref as order_id,
        partner_id || '/' || order_ref || '/' || line_ref as line_id,
        order_ref,
        change_ref,
        lpad(cast(length(change_ref) as varchar), 4, '0')
        || change_ref as change_sort_key,
        line_ref,
        sku_ref,
        ---------- text
        action as action_code,
        line_action as line_action_code,
        product_name,
        service_code,
        currency_code,
        uom_code,
        line_amount,
        unit_amount,
        ship_to_region as region_code,
        ship_to_country as country_code,
        ---------- tokens of the vault
        ship_to_name,
        ship_to_street,
        ship_to_street2,
        ship_to_city,
        ship_to_postal_code,
        ---------- numerics
        cast(qty as bigint) as qty,
        ---------- time stamps
        cast(changed_at as timestamptz) as changed_at,
        ---------- what was said and where
        {{ content_digest([
            'action', 'order_ref', 'change_ref', 'changed_at', 'line_ref',
            'line_action', 'sku_ref', 'product_name', 'qty', 'uom_code',
            'line_amount', 'unit_amount', 'currency_code', 'service_code',
            'ship_to_region', 'ship_to_country', 'ship_to_name',
            'ship_to_street', 'ship_to_street2', 'ship_to_city',
            'ship_to_postal_code', 'note',
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
