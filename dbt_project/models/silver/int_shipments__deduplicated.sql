with confirmations as (
    select
        *,
        concat_ws(
            '/', node_id, shipment_ref, instruction_id, instruction_line_ref
        ) as shipment_line_id,
    from {{ ref('stg_shipment_confirmations') }}
),

touched as (
    select *
    from confirmations
    where shipment_line_id in (
        select shipment_line_id from confirmations
        where {{ has_arrived() }}
    )
),

-- The same parcel confirmed twice left once.
parcels as (
    select *
    from touched
    qualify row_number() over (
        partition by shipment_line_id, tracking_ref
        order by
            shipped_on desc, shipped_qty desc, content_digest desc,
            landing_id, payload_line
    ) = 1
),

totals as (
    select
        shipment_line_id,
        cast(sum(shipped_qty) as bigint) as total_shipped_qty,
        string_agg(tracking_ref, ' ' order by tracking_ref) as tracking_refs,
    from parcels
    group by shipment_line_id
),

final as (
    select
        parcels.* exclude (shipped_qty, tracking_ref),
        totals.total_shipped_qty as shipped_qty,
        totals.tracking_refs as tracking_ref,
    from parcels
    inner join totals using (shipment_line_id)
    qualify row_number() over (
        partition by shipment_line_id
        order by shipped_on desc, content_digest desc, landing_id, payload_line
    ) = 1
)

select *
from final
