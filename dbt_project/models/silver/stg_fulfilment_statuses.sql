with source as (
    select *
    from {{ source('bronze', 'fulfilment_statuses') }}
),

renamed as (
    select
        ---------- ids
        concat_ws(
            '/', node_ref, instruction_ref, coalesce(line_ref, ''), status_code,
            status_at
        ) as status_id,
        node_ref as node_id,
        instruction_ref as instruction_id,
        line_ref as instruction_line_ref,
        sku_ref,
        ---------- text
        status_code,
        ---------- tokens of the vault
        note,
        ---------- numerics
        cast(qty as bigint) as qty,
        ---------- time stamps
        cast(status_at as timestamptz) as status_at,
        ---------- what was said and where
        {{ content_digest([
            'node_ref', 'instruction_ref', 'line_ref', 'sku_ref',
            'status_code', 'qty', 'status_at', 'note',
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
