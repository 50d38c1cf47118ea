with told as (
    select *
    from {{ told_confirmations() }}
),

totals as (
    select
        shipment_line_id,
        substitute_sku_id,
        document_sha,
        stated_at,
        is_standing,
        max(ordered_qty) as asked_qty,
        cast(sum(shipped_qty) as bigint) as total_shipped_qty,
        coalesce(
            string_agg(
                if(shipped_qty > 0, tracking_ref, null),
                ' ' order by tracking_ref
            ),
            string_agg(tracking_ref, ' ' order by tracking_ref)
        ) as tracking_refs,
        {{ lots_of_confirmed() }} as lots,
        max(landing_id) as landing_id,
        max(known_at) as known_at,
    from told
    group by
        shipment_line_id, substitute_sku_id, document_sha, stated_at,
        is_standing
),

-- What was asked for and what left instead of it are one line's.
documents as (
    select
        shipment_line_id,
        is_standing,
        max(asked_qty) as asked_qty,
        cast(sum(total_shipped_qty) as bigint) as total_shipped_qty,
        max(landing_id) as landing_id,
        max(known_at) as known_at,
    from totals
    group by shipment_line_id, document_sha, stated_at, is_standing
),

-- What one of a line's documents says another one may take back.
lines as (
    select
        shipment_line_id,
        bool_or(asked_qty > total_shipped_qty) as was_short,
        max(landing_id) as told_landing_id,
        max(asked_qty) filter (is_standing) as asked_qty,
        max(total_shipped_qty) filter (is_standing) as total_shipped_qty,
        max(known_at) filter (is_standing) as known_at,
    from documents
    group by shipment_line_id
),

ever as (
    select
        shipment_line_id,
        substitute_sku_id,
        bool_or(total_shipped_qty > 0) as was_shipped,
        count(*) over (partition by shipment_line_id) = 1 as is_alone,
        substitute_sku_id = min(substitute_sku_id) over (
            partition by shipment_line_id
        ) as is_first,
    from totals
    group by shipment_line_id, substitute_sku_id
),

final as (
    select
        told.* exclude (shipped_qty, tracking_ref) replace (
            concat_ws(
                '/', told.shipment_line_id, nullif(told.substitute_sku_id, '')
            ) as shipment_line_id,
            if(told.is_standing, told.known_at, lines.known_at) as known_at
        ),
        if(told.is_standing, totals.total_shipped_qty, 0) as shipped_qty,
        totals.tracking_refs as tracking_ref,
        if(told.is_standing, totals.lots, null) as lots,
        ever.was_shipped,
        case
            when not ever.is_first then 0
            when ever.is_alone
                then greatest(told.ordered_qty - totals.total_shipped_qty, 0)
            else greatest(lines.asked_qty - lines.total_shipped_qty, 0)
        end as short_qty,
        ever.is_first and (lines.was_short or short_qty > 0) as was_short,
        lines.told_landing_id,
    from told
    inner join totals
        on
            told.shipment_line_id = totals.shipment_line_id
            and told.substitute_sku_id = totals.substitute_sku_id
            and told.document_sha = totals.document_sha
            and told.stated_at is not distinct from totals.stated_at
    inner join ever
        on
            told.shipment_line_id = ever.shipment_line_id
            and told.substitute_sku_id = ever.substitute_sku_id
    inner join lines on told.shipment_line_id = lines.shipment_line_id
    qualify row_number() over (
        partition by told.shipment_line_id, told.substitute_sku_id
        order by
            told.is_standing desc,
            told.shipped_on desc,
            told.content_digest desc,
            told.landing_id,
            told.payload_line
    ) = 1
)

select *
from final
