with source as (
    select *
    from {{ source('bronze', 'products') }}
),

renamed as (
    select
        ---------- ids
        sku_ref as sku_id,
        ---------- text
        product_name,
        department,
        category,
        brand,
        package_size,
        ---------- numerics
        cast(grams as bigint) as grams,
        ---------- booleans
        is_weight_estimated = 'true' as is_weight_estimated,
        coalesce(is_kit = 'true', false) as is_kit,
        ---------- time stamps
        cast(released_on as date) as released_date,
        cast(updated_at as timestamptz) as updated_at,
        ---------- what was said and where
        {{ content_digest([
            'sku_ref', 'product_name', 'department', 'category', 'brand',
            'package_size', 'grams', 'is_weight_estimated', 'is_kit',
            'released_on', 'updated_at',
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
