-- Only orders that say more than "accepted" are compared version by version.
with revised_lines as (
    select *
    from {{ ref('int_order_lines__accepted') }}
    where
        (version_count > 1 or is_cancelled)
        and (not is_till_sale or version_no = newest_version_no)
),

-- A version that leaves a line out is known by its first row.
versions as (
    select *
    from revised_lines
    qualify row_number() over (
        partition by order_id, version_no order by landing_id, payload_line
    ) = 1
),

-- What stands of each line after each version, from its first mention on.
states as (
    select
        mention.line_id,
        mention.sku_id,
        mention.node_id,
        versions.* exclude (line_id, sku_ref, sku_id, node_id, qty),
        line.qty,
        if(line.qty is null or versions.is_cancelled, 0, line.qty)
            as standing_qty,
    from revised_lines as mention
    inner join versions
        on
            mention.order_id = versions.order_id
            and mention.first_mention_no <= versions.version_no
    left join revised_lines as line
        on
            mention.line_id = line.line_id
            and versions.version_no = line.version_no
    where mention.version_no = mention.last_mention_no
),

changes as (
    select
        *,
        lag(standing_qty, 1, qty) over (
            partition by line_id order by version_no
        ) as before_qty,
        if(standing_qty = 0, 'CANCELLED', 'AMENDED') as event_type,
    from states
    qualify standing_qty != before_qty
),

final as (
    select
        line_id || '/' || event_type || '/' || version_no as event_id,
        event_type,
        line_id,
        sku_id,
        node_id,
        if(standing_qty = 0, before_qty, standing_qty - before_qty) as qty,
        if(is_cancelled, coalesce(cancelled_at, updated_at), updated_at)
            as event_at,
        if(event_type = 'CANCELLED', 30, 20) as source_rank,
        case
            when event_type = 'CANCELLED'
                then if(is_cancelled, 'BY_CHANNEL', 'LINE_REMOVED')
        end as reason_code,
        partner_id,
        coalesce(change_payload_sha256, payload_sha256) as payload_sha256,
        coalesce(change_payload_line, payload_line) as payload_line,
        coalesce(change_known_at, known_at) as known_at,
        coalesce(change_landing_id, landing_id) as landing_id,
    from changes
)

select *
from final
