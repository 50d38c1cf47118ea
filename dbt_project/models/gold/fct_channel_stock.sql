{{ config(unique_key=['channel_id', 'sku_id']) }}

with named as (
    select
        echoes.*,
        {{ named_sku('echoes') }} as sku_id,
        {{ named_eaches() }} as eaches,
    from {{ ref('stg_stock_snapshots') }} as echoes
    {{ join_aliases('echoes', business_date('echoes.snapshot_at')) }}
    where
        {{ is_echo('echoes.partner_id') }}
        and echoes.stock_status = 'AVAILABLE'
        and echoes.uom_code is null
),

-- What each of the channel's places showed last.
newest as (
    select *
    from named
    where (partner_id, sku_id) in (
        select (partner_id, sku_id) from named
        where {{ has_arrived() }}
    )
    qualify row_number() over (
        partition by partner_id, node_id, sku_ref, lot_ref
        order by snapshot_at desc, content_digest desc, landing_id, payload_line
    ) = 1
),

final as (
    select
        partner_id as channel_id,
        sku_id,
        cast(sum(qty * eaches) as bigint) as qty,
        count(distinct node_id) as place_count,
        min(snapshot_at) as shown_at,
        partner_id,
        arg_min(
            payload_sha256, (snapshot_at, landing_id, payload_line)
        ) as payload_sha256,
        arg_min(
            payload_line, (snapshot_at, landing_id, payload_line)
        ) as payload_line,
        arg_min(known_at, (snapshot_at, landing_id, payload_line)) as known_at,
        max(landing_id) as landing_id,
    from newest
    group by partner_id, sku_id
)

select *
from final
