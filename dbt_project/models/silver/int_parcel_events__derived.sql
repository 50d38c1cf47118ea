{% set of_named_parcels = (
    'select shipment_line_id from ' ~ ref('stg_shipment_confirmations')
    ~ ' where tracking_ref in (select tracking_ref from '
    ~ ref('int_tracking_events__deduplicated')
    ~ ' where ' ~ has_arrived() ~ ' union all select tracking_ref from '
    ~ ref('stg_shipment_confirmations') ~ ' where shipment_line_id in ('
    ~ 'select shipment_line_id from ' ~ ref('stg_shipment_confirmations')
    ~ ' where ' ~ has_arrived() ~ '))'
) %}

-- Parcels that a new scan names, or a confirmation of a line that is told anew.
with confirmed as (
    select *
    from {{ told_confirmations(also=of_named_parcels) }}
),

told as (
    select
        shipment_line_id,
        max(known_at) filter (where is_standing) as known_at,
        max(landing_id) as landing_id,
    from confirmed
    group by shipment_line_id
),

-- One that the newest document no longer names is of no eaches.
packed as (
    select
        confirmed.shipment_line_id,
        confirmed.substitute_sku_id,
        confirmed.tracking_ref,
        confirmed.instruction_id,
        confirmed.instruction_line_ref,
        confirmed.node_id,
        confirmed.is_standing,
        min(confirmed.sku_id) as sku_id,
        min(confirmed.shipped_on) as shipped_on,
        cast(
            sum(if(confirmed.is_standing, confirmed.shipped_qty, 0)) as bigint
        ) as shipped_qty,
        {{ lots_of_confirmed('is_standing') }} as lots,
        max(if(confirmed.is_standing, confirmed.known_at, told.known_at))
            as known_at,
        max(if(confirmed.is_standing, confirmed.landing_id, told.landing_id))
            as landing_id,
    from confirmed
    inner join told using (shipment_line_id)
    where confirmed.tracking_ref is not null and confirmed.shipped_qty > 0
    group by
        confirmed.shipment_line_id,
        confirmed.substitute_sku_id,
        confirmed.tracking_ref,
        confirmed.instruction_id,
        confirmed.instruction_line_ref,
        confirmed.node_id,
        confirmed.is_standing
    qualify row_number() over (
        partition by
            confirmed.shipment_line_id,
            confirmed.substitute_sku_id,
            confirmed.tracking_ref
        order by confirmed.is_standing desc
    ) = 1
),

-- What two confirmations say left in one parcel is in it once.
parcels as (
    select
        *,
        row_number() over (
            partition by
                tracking_ref, instruction_id, instruction_line_ref, sku_id
            order by shipped_qty = 0, shipped_on, shipment_line_id
        ) > 1 as is_told_again,
    from packed
),

-- A parcel that comes back to us is a return and no delivery.
scans as (
    select *
    from {{ ref('int_tracking_events__deduplicated') }}
    where
        not is_return
        and status_code in ('DELIVERED', 'LOST', 'RETURN_TO_SENDER')
        and tracking_ref in (select tracking_ref from parcels)
),

-- The first scan of a kind counts; a carrier repeats itself.
firsts as (
    select
        *,
        min(if(status_code = 'DELIVERED', occurred_at, null))
            over (partition by tracking_ref) as delivered_at,
        min(if(status_code = 'LOST', occurred_at, null))
            over (partition by tracking_ref) as lost_at,
        min(if(status_code = 'RETURN_TO_SENDER', occurred_at, null))
            over (partition by tracking_ref) as returned_at,
    from scans
    qualify row_number() over (
        partition by tracking_ref, status_code
        order by occurred_at, carrier_code, landing_id, payload_line
    ) = 1
),

-- What was given back to its sender reached nobody; what was delivered was
-- found, and what came back was not lost. An event that another scan overtook
-- stays, about no eaches.
judged as (
    select
        *,
        case
            when status_code = 'RETURN_TO_SENDER' then 'RTS'
            when status_code = 'DELIVERED' and lost_at < occurred_at
                then 'FOUND'
            else status_code
        end as event_type,
        coalesce(
            case status_code
                when 'DELIVERED' then returned_at <= occurred_at
                when 'LOST'
                    then delivered_at <= occurred_at or returned_at is not null
                when 'RETURN_TO_SENDER' then delivered_at < occurred_at
            end,
            false
        ) as is_overtaken,
    from firsts
),

final as (
    select
        concat_ws(
            '/', shipment_line_id, nullif(substitute_sku_id, ''), tracking_ref,
            judged.status_code
        ) as event_id,
        judged.event_type,
        parcels.instruction_id,
        parcels.instruction_line_ref,
        parcels.sku_id,
        parcels.node_id,
        if(
            judged.is_overtaken or parcels.is_told_again,
            0,
            parcels.shipped_qty
        ) as qty,
        judged.occurred_at as event_at,
        false as is_date_only,
        70 as source_rank,
        judged.partner_code as reason_code,
        json_object(
            'tracking_ref', tracking_ref,
            'carrier_code', judged.carrier_code
        ) as told,
        cast(
            {{ told_with_lots('told', 'parcels.lots') }} as varchar
        ) as detail,
        judged.partner_id,
        judged.payload_sha256,
        judged.payload_line,
        greatest(judged.known_at, parcels.known_at) as known_at,
        greatest(judged.landing_id, parcels.landing_id) as landing_id,
    from parcels
    inner join judged using (tracking_ref)
)

select * exclude (told)
from final
