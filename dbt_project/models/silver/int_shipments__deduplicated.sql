-- The same parcel confirmed twice left once.
with parcels as (
    select *
    from {{ newest_known(
        'shipment_confirmations',
        key=['shipment_line_id', 'tracking_ref'],
        newest_first=['shipped_on', 'shipped_qty'],
        said_date="cast(left(told.shipped_on, 10) as date)",
        quantities=['ordered_qty', 'shipped_qty'],
        touched=['shipment_line_id'],
        apart=['lot_ref']
    ) }}
),

totals as (
    select
        shipment_line_id,
        cast(sum(shipped_qty) as bigint) as total_shipped_qty,
        string_agg(tracking_ref, ' ' order by tracking_ref) as tracking_refs,
        {{ lots_of_confirmed() }} as lots,
    from parcels
    group by shipment_line_id
),

final as (
    select
        parcels.* exclude (shipped_qty, tracking_ref),
        totals.total_shipped_qty as shipped_qty,
        totals.tracking_refs as tracking_ref,
        totals.lots,
    from parcels
    inner join totals using (shipment_line_id)
    qualify row_number() over (
        partition by shipment_line_id
        order by shipped_on desc, content_digest desc, landing_id, payload_line
    ) = 1
)

select *
from final
