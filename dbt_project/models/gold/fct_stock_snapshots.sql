{{ config(unique_key=['node_id', 'snapshot_at']) }}

with known as (
    select *
    from {{ newest_known(
        'stock_snapshots',
        key=['node_id', 'sku_ref', 'stock_status', 'snapshot_at', 'lot_ref'],
        newest_first=[],
        said_date=business_date('told.snapshot_at'),
        touched=['node_id', 'snapshot_at'],
        keeps_uncounted=true,
        apart=['uom_code', 'expires_date', 'location_ref']
    ) }}
),

-- What an operator says of a SKU takes the place of what the node said of it,
-- under whatever name and lot.
told as (
    select *
    from known
    where not {{ is_echo('partner_id') }}
    qualify
        partner_id = 'operators'
        or not bool_or(partner_id = 'operators') over (
            partition by node_id, sku_id, stock_status, snapshot_at
        )
),

-- Lots, and a SKU under several names, are one quantity. One that is in part in
-- a unit of unknown eaches is none: what was counted before stands.
final as (
    select
        node_id,
        sku_id,
        stock_status,
        min(quantity_basis) as quantity_basis,
        cast(sum(qty) as bigint) as qty,
        cast(to_json(
            list(
                struct_pack(
                    lot := coalesce(lot_ref, cast(expires_date as varchar)),
                    expires_date := expires_date,
                    location := location_ref,
                    qty := qty
                ) order by lot_ref, expires_date, location_ref, qty
            ) filter (where lot_ref is not null or expires_date is not null)
        ) as varchar) as lots,
        snapshot_at,
        min(partner_id) as partner_id,
        arg_min(payload_sha256, (landing_id, payload_line)) as payload_sha256,
        arg_min(payload_line, (landing_id, payload_line)) as payload_line,
        arg_min(known_at, (landing_id, payload_line)) as known_at,
        min(landing_id) as landing_id,
    from told
    group by node_id, sku_id, stock_status, snapshot_at
    having count(qty) = count(*)
)

select *
from final
