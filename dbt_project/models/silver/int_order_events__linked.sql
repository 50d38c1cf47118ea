-- What a channel cancels of a line, of which it knows, it cancels of what was
-- to be sent instead, of which it does not.
with linked as (
    select *
    from {{ ref('int_order_lines__linked') }}
),

final as (
    select
        linked.line_id || '/CANCELLED/' || events.event_id as event_id,
        events.event_type,
        linked.line_id,
        linked.sku_id,
        events.node_id,
        linked.asked_qty as qty,
        events.event_at,
        events.source_rank,
        events.reason_code,
        events.partner_id,
        events.payload_sha256,
        events.payload_line,
        events.known_at,
        events.landing_id,
    from {{ ref('int_order_events__revised') }} as events
    inner join linked on events.line_id = linked.substitutes_line_id
    where events.event_type = 'CANCELLED'
)

select *
from final
