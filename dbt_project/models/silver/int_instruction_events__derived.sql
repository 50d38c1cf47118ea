{% set steps = {
    'ACCEPTED': ('ACCEPTED_BY_NODE', 57),
    'PICKING': ('ACCEPTED_BY_NODE', 57),
    'PICKED': ('PICKED', 58),
    'PACKED': ('PACKED', 59),
    'LABELLED': ('PACKED', 59),
    'READY': ('PACKED', 59),
    'CANCELLED': ('CANCEL_ACK', 56),
    'COLLECTED': ('COLLECTED', 62),
    'NOT_COLLECTED': ('NOT_COLLECTED', 63),
} %}

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
        if(
            substitute_sku_id = '',
            told,
            json_merge_patch(
                told,
                json_object(
                    'sent_sku_id', sku_id, 'ordered_sku_ref', ordered_sku_ref
                )
            )
        ) as named,
        -- Most name no lot, and say what they always said.
        {{ told_with_lots('named', 'lots') }} as detail,
    from {{ ref('int_shipments__deduplicated') }} as shipments
    left join nodes using (node_id)
),

-- What a node no longer says is of no eaches.
shipped as (
    select
        * replace (
            if(shipped_qty > 0, landing_id, told_landing_id) as landing_id
        ),
        shipment_line_id || '/SHIPPED' as event_id,
        'SHIPPED' as event_type,
        shipped_qty as qty,
        60 as source_rank,
    from shipments
    where was_shipped and substitute_sku_id = ''
),

-- The line's eaches are gone, though what left is of another SKU.
substituted as (
    select
        * replace (
            if(shipped_qty > 0, landing_id, told_landing_id) as landing_id
        ),
        shipment_line_id || '/SUBSTITUTED_BY_NODE' as event_id,
        'SUBSTITUTED_BY_NODE' as event_type,
        shipped_qty as qty,
        60 as source_rank,
    from shipments
    where was_shipped and substitute_sku_id != ''
),

short as (
    select
        * replace (
            if(short_qty > 0, landing_id, told_landing_id) as landing_id,
            if(substitute_sku_id = '', sku_id, null) as sku_id
        ),
        shipment_line_id || '/SHORT' as event_id,
        'SHORT' as event_type,
        short_qty as qty,
        61 as source_rank,
    from shipments
    where was_short
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

-- How far a node is, and what it gave up or handed over. What is on hold there
-- is no further. Without eaches all of the line is meant, without a line all of
-- the instruction: whoever knows what it asked for fills them in.
progress as (
    select
        * replace (coalesce(qty, 0) as qty),
        case status_code
            {% for status, (event_type, _) in steps.items() -%}
            when '{{ status }}' then '{{ event_type }}'
            {% endfor %}
        end as event_type,
        status_id || '/' || event_type as event_id,
        case status_code
            {% for status, (_, source_rank) in steps.items() -%}
            when '{{ status }}' then {{ source_rank }}
            {% endfor %}
        end as source_rank,
        status_at as event_at,
        false as is_date_only,
        if(status_code in ('PICKING', 'LABELLED', 'READY'), status_code, null)
            as reason_code,
        cast(null as varchar) as detail,
    from {{ ref('int_fulfilment_statuses__deduplicated') }}
    where {{ has_arrived() }} and status_code != 'ON_HOLD'
),

final as (
    {% for kind in [
        'shipped', 'substituted', 'short', 'rejected', 'progress'
    ] %}
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
