with told as (
    select *
    from {{ told_confirmations() }}
),

totals as (
    select
        shipment_line_id,
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
    from told
    group by shipment_line_id, document_sha, stated_at, is_standing
),

-- What one of a line's documents says another one may take back.
ever as (
    select
        shipment_line_id,
        bool_or(total_shipped_qty > 0) as was_shipped,
        bool_or(asked_qty > total_shipped_qty) as was_short,
        max(landing_id) as told_landing_id,
    from totals
    group by shipment_line_id
),

final as (
    select
        told.* exclude (shipped_qty, tracking_ref),
        totals.total_shipped_qty as shipped_qty,
        totals.tracking_refs as tracking_ref,
        totals.lots,
        ever.was_shipped,
        ever.was_short or told.ordered_qty > totals.total_shipped_qty
            as was_short,
        ever.told_landing_id,
    from told
    inner join totals
        on
            told.shipment_line_id = totals.shipment_line_id
            and totals.is_standing
    inner join ever on told.shipment_line_id = ever.shipment_line_id
    where told.is_standing
    qualify row_number() over (
        partition by told.shipment_line_id
        order by
            told.shipped_on desc,
            told.content_digest desc,
            told.landing_id,
            told.payload_line
    ) = 1
)

select *
from final
