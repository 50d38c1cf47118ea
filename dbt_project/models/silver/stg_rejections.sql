with source as (
    select *
    from {{ source('bronze', 'rejections') }}
),

renamed as (
    select
        ---------- ids
        concat_ws('/', node_ref, instruction_ref, line_ref) as rejection_id,
        node_ref as node_id,
        instruction_ref as instruction_id,
        line_ref as instruction_line_ref,
        sku_ref,
        ---------- text
        reason_code,
        stock_effect,
        ---------- numerics
        cast(rejected_qty as bigint) as rejected_qty,
        ---------- time stamps
        cast(rejected_at as timestamptz) as rejected_at,
        ---------- what was said and where
        {{ content_digest([
            'node_ref', 'instruction_ref', 'line_ref', 'sku_ref',
            'rejected_qty', 'reason_code', 'stock_effect', 'rejected_at',
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
