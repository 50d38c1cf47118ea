with source as (
    select *
    from {{ source('bronze', 'sku_aliases') }}
),

renamed as (
    select
        ---------- ids
        coalesce(used_by, '') as used_by,
        alias_ref,
        sku_ref as sku_id,
        ---------- text
        alias_kind,
        ---------- numerics
        cast(eaches as bigint) as eaches,
        ---------- time stamps
        cast(left(valid_from, 10) as date) as valid_from_date,
        cast(left(coalesce(valid_to, '9999-12-31'), 10) as date)
            as valid_to_date,
        cast(updated_at as timestamptz) as updated_at,
        ---------- what was said and where
        {{ content_digest([
            'used_by', 'alias_ref', 'alias_kind', 'sku_ref', 'eaches',
            'valid_from', 'valid_to', 'updated_at',
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
