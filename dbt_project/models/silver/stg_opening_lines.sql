with source as (
    select *
    from {{ source('bronze', 'opening_lines') }}
),

renamed as (
    select
        ---------- ids
        channel_id || '/' || order_ref || '/' || line_ref as line_id,
        node_ref as node_id,
        instruction_ref as instruction_id,
        instruction_line_ref,
        ---------- codes
        hold_reason as reason_code,
        ---------- numerics
        cast(pending_qty as bigint) as pending_qty,
        cast(backordered_qty as bigint) as backordered_qty,
        cast(released_qty as bigint) as released_qty,
        cast(shipped_qty as bigint) as shipped_qty,
        cast(delivered_qty as bigint) as delivered_qty,
        cast(cancelled_qty as bigint) as cancelled_qty,
        coalesce(cast(held_qty as bigint), 0) as held_qty,
        coalesce(cast(allocated_qty as bigint), 0) as allocated_qty,
        coalesce(cast(lost_qty as bigint), 0) as lost_qty,
        ---------- time stamps
        cast(cut_at as timestamptz) as cut_at,
        ---------- what was said and where
        {{ content_digest([
            'channel_id', 'order_ref', 'line_ref', 'cut_at', 'pending_qty',
            'backordered_qty', 'released_qty', 'shipped_qty', 'delivered_qty',
            'cancelled_qty', 'node_ref', 'instruction_ref',
            'instruction_line_ref', 'held_qty', 'hold_reason', 'allocated_qty',
            'lost_qty',
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
