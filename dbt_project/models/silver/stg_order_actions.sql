with source as (
    select *
    from {{ source('bronze', 'order_actions') }}
),

-- Nobody but operators acts on another channel's order.
owned as (
    select
        *,
        if(
            partner_id = 'operators',
            coalesce(channel_ref, partner_id),
            partner_id
        ) as channel_id,
    from source
),

renamed as (
    select
        ---------- ids
        partner_id || '/' || action_ref as action_id,
        channel_id,
        channel_id || '/' || order_ref as order_id,
        order_ref,
        line_ref,
        ---------- text
        action as action_code,
        if(action = 'APPROVE', 'APPROVAL', reason_code) as reason_code,
        author,
        node_ref as node_id,
        alternative_ref as alternative_sku_id,
        ---------- numerics
        cast(ratio as bigint) as ratio,
        cast(qty as bigint) as qty,
        ---------- time stamps
        cast(acted_at as timestamptz) as acted_at,
        cast(until_date as date) as until_date,
        ---------- what was said and where
        {{ content_digest([
            'action', 'channel_ref', 'order_ref', 'line_ref', 'reason_code',
            'author', 'acted_at', 'node_ref', 'until_date', 'alternative_ref',
            'ratio', 'qty', 'note',
        ]) }} as content_digest,
        partner_id,
        payload_sha256,
        payload_line,
        received_at as known_at,
        landing_id,
    from owned
)

select *
from renamed
