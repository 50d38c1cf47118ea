with nodes as (
    select *
    from {{ ref('int_nodes__deduplicated') }}
),

shipments as (
    select
        shipments.*,
        {{ instant(
            'shipped_on',
            "coalesce(nodes.zone, '" ~ var('company_zone') ~ "')"
        ) }} as event_at,
        json_object(
            'shipment_ref', shipment_ref,
            'carrier_code', carrier_code,
            'tracking_ref', tracking_ref
        ) as told,
        -- Most name no lot, and say what they always said.
        if(
            lots is null,
            told,
            json_merge_patch(told, json_object('lots', lots))
        ) as detail,
    from {{ ref('int_shipments__deduplicated') }} as shipments
    left join nodes using (node_id)
),

shipped as (
    select
        *,
        shipment_line_id || '/SHIPPED' as event_id,
        'SHIPPED' as event_type,
        shipped_qty as qty,
        60 as source_rank,
    from shipments
    where shipped_qty > 0
),

short as (
    select
        *,
        shipment_line_id || '/SHORT' as event_id,
        'SHORT' as event_type,
        ordered_qty - shipped_qty as qty,
        61 as source_rank,
    from shipments
    where ordered_qty > shipped_qty
),

rejected as (
    select
        *,
        rejection_id || '/REJECTED' as event_id,
        'REJECTED' as event_type,
        rejected_qty as qty,
        rejected_at as event_at,
        false as is_date_only,
        55 as source_rank,
        json_object('stock_effect', stock_effect) as detail,
    from {{ ref('int_rejections__deduplicated') }}
),

-- A node gave up what it was asked for, or what it will not send.
given_up as (
    select
        *,
        status_id || '/CANCEL_ACK' as event_id,
        'CANCEL_ACK' as event_type,
        status_at as event_at,
        false as is_date_only,
        56 as source_rank,
        cast(null as varchar) as reason_code,
        cast(null as varchar) as detail,
    from {{ ref('int_fulfilment_statuses__deduplicated') }}
    where
        {{ has_arrived() }}
        and status_code = 'CANCELLED'
        and instruction_line_ref is not null
        and qty is not null
),

final as (
    {% for kind in ['shipped', 'short', 'rejected', 'given_up'] %}
    select
        event_id,
        event_type,
        instruction_id,
        instruction_line_ref,
        sku_id,
        node_id,
        qty,
        event_at,
        is_date_only,
        source_rank,
        reason_code,
        cast(detail as varchar) as detail,
        partner_id,
        payload_sha256,
        payload_line,
        known_at,
        landing_id,
    from {{ kind }}
    {{ 'union all' if not loop.last }}
    {% endfor %}
)

select *
from final
