{{ config(unique_key=['notice_line_id']) }}

with notices as (
    select *
    from {{ ref('int_ship_notices__deduplicated') }}
    where {{ has_arrived() }}
),

nodes as (
    select *
    from {{ ref('int_nodes__deduplicated') }}
),

-- Notices that name no place, no goods or no eaches put nothing on its way.
final as (
    select
        notices.notice_line_id,
        notices.notice_ref,
        notices.notice_kind,
        notices.po_ref,
        notices.node_id,
        if(notices.notice_kind = 'transfer', leaving.node_id, null)
            as from_node_id,
        notices.sku_id,
        notices.lot_ref,
        notices.shipped_qty as qty,
        notices.is_taken_back,
        coalesce(
            {{ instant(
                'notices.shipped_on',
                "coalesce(leaving.zone, '" ~ var('company_zone') ~ "')"
            ) }},
            notices.stated_at
        ) as event_at,
        coalesce(notices.is_date_only, false) as is_date_only,
        notices.partner_id,
        notices.payload_sha256,
        notices.payload_line,
        notices.known_at,
        notices.landing_id,
    from notices
    left join nodes as leaving on notices.ship_from_ref = leaving.node_id
    where
        notices.node_id is not null
        and notices.sku_id is not null
        and notices.shipped_qty is not null
)

select *
from final
