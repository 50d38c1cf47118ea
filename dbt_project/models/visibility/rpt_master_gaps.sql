-- depends_on: {{ ref('int_orders__worked_on') }}
with waiting as (
    select
        lines.sku_id,
        lines.order_id,
        orders.region_code,
        orders.service_code,
        lines.pending_qty + lines.held_qty + lines.preordered_qty
        + lines.backordered_qty + lines.allocated_qty as qty,
    from {{ source('decisions', 'line_buckets') }} as lines
    inner join {{ ref('fct_orders') }} as orders using (order_id)
    where
        orders.ordered_at >= {{ worked_on_since() }}
        and {{ may_be_open('lines') }}
        and lines.pending_qty + lines.held_qty + lines.preordered_qty
        + lines.backordered_qty + lines.allocated_qty > 0
),

by_sku as (
    select
        sku_id,
        count(*) as line_count,
        sum(qty) as qty,
    from waiting
    group by sku_id
),

by_region as (
    select
        region_code,
        service_code,
        count(*) as line_count,
        sum(qty) as qty,
    from waiting
    group by region_code, service_code
),

services as (
    select distinct service_code
    from {{ ref('dim_rates') }}
),

-- Lines that wait for something the node has.
unreachable as (
    select
        'NODE_WITHOUT_LANE' as gap_code,
        nodes.node_id as subject,
        'sourcing|promise' as degrades,
        by_sku.line_count,
        by_sku.qty,
    from {{ ref('dim_nodes') }} as nodes
    left join {{ source('decisions', 'available_to_promise') }} as atp
        on nodes.node_id = atp.node_id and atp.atp_qty > 0
    left join by_sku on atp.sku_id = by_sku.sku_id
    where
        nodes.is_shipping
        and nodes.node_id not in (select node_id from {{ ref('dim_lanes') }})
),

unweighed as (
    select
        'SKU_WITHOUT_WEIGHT' as gap_code,
        products.sku_id as subject,
        'freight|sourcing' as degrades,
        by_sku.line_count,
        by_sku.qty,
    from {{ ref('dim_products') }} as products
    left join by_sku using (sku_id)
    where products.is_weight_estimated
),

uncategorised as (
    select
        'SKU_WITHOUT_CATEGORY' as gap_code,
        products.sku_id as subject,
        'forecast|replenishment' as degrades,
        by_sku.line_count,
        by_sku.qty,
    from {{ ref('dim_products') }} as products
    left join by_sku using (sku_id)
    where
        upper(trim(products.category)) in ('', 'UNKNOWN', 'NONE', 'N/A', '-')
),

unpriced as (
    select
        'LANE_WITHOUT_RATE' as gap_code,
        concat_ws(
            '/', lanes.region_code, lanes.node_id, services.service_code
        ) as subject,
        'freight|sourcing|promise' as degrades,
        by_region.line_count,
        by_region.qty,
    from {{ ref('dim_lanes') }} as lanes
    cross join services
    anti join {{ ref('dim_rates') }} as rates
        on
            lanes.zone_no = rates.zone_no
            and services.service_code = rates.service_code
    left join by_region
        on
            lanes.region_code = by_region.region_code
            and services.service_code = by_region.service_code
),

-- The same SKU twice, as somebody typed it: apart in letters' case or spaces.
spelled as (
    select
        sku_id,
        lower(regexp_replace(sku_id, '\s', '', 'g')) as spelling,
    from {{ ref('dim_products') }}
),

doubled as (
    select spelling
    from spelled
    group by spelling
    having count(*) > 1
),

twins as (
    select
        'SKU_TWIN' as gap_code,
        string_agg(
            spelled.sku_id, ' | ' order by spelled.sku_id
        ) as subject,
        'sourcing|forecast|replenishment' as degrades,
        sum(by_sku.line_count) as line_count,
        sum(by_sku.qty) as qty,
    from spelled
    left join by_sku using (sku_id)
    where spelled.spelling in (select doubled.spelling from doubled)
    group by spelled.spelling
),

-- Names that mean nothing we have, or hide a SKU of that very name.
misnamed as (
    select
        if(
            products.sku_id is null, 'ALIAS_WITHOUT_SKU', 'ALIAS_HIDES_SKU'
        ) as gap_code,
        concat_ws(
            '/', nullif(aliases.used_by, ''), aliases.alias_ref, aliases.sku_id
        ) as subject,
        'sourcing|forecast|replenishment' as degrades,
        by_sku.line_count,
        by_sku.qty,
    from (
        select distinct
            used_by,
            alias_ref,
            sku_id,
        from {{ ref('int_sku_aliases__deduplicated') }}
    ) as aliases
    left join {{ ref('dim_products') }} as products
        on aliases.sku_id = products.sku_id
    left join {{ ref('dim_products') }} as hidden
        on
            aliases.alias_ref = hidden.sku_id
            and aliases.alias_ref != aliases.sku_id
    left join by_sku on aliases.sku_id = by_sku.sku_id
    where products.sku_id is null or hidden.sku_id is not null
),

unsubstituted as (
    select
        'SUBSTITUTION_WITHOUT_SKU' as gap_code,
        concat_ws('/', named.sku_id, named.alternative_sku_id) as subject,
        'substitutes' as degrades,
        by_sku.line_count,
        by_sku.qty,
    from (
        select distinct
            sku_id,
            alternative_sku_id,
        from {{ ref('int_substitutions__deduplicated') }}
    ) as named
    left join {{ ref('dim_products') }} as wanted
        on named.sku_id = wanted.sku_id
    left join {{ ref('dim_products') }} as offered
        on named.alternative_sku_id = offered.sku_id
    left join by_sku on named.sku_id = by_sku.sku_id
    where wanted.sku_id is null or offered.sku_id is null
),

-- Partners that count a unit of a SKU differently from the same day on; what
-- operators say of it settles the matter.
disputed as (
    select
        'UNIT_DISAGREES' as gap_code,
        concat_ws('/', units.sku_id, units.uom_code, units.valid_from_date)
            as subject,
        'sourcing|promise' as degrades,
        any_value(by_sku.line_count) as line_count,
        any_value(by_sku.qty) as qty,
    from (
        select *
        from {{ ref('stg_units_of_measure') }}
        qualify rank() over (
            partition by sku_id, uom_code, valid_from_date, partner_id
            order by updated_at desc
        ) = 1
    ) as units
    left join by_sku using (sku_id)
    group by units.sku_id, units.uom_code, units.valid_from_date
    having
        count(distinct units.eaches) > 1
        and not bool_or(units.partner_id = 'operators')
),

named_kits as (
    select distinct sku_id
    from {{ ref('stg_products') }}
    where is_kit
),

told_kits as (
    select distinct kit_sku_id as sku_id
    from {{ ref('dim_kit_components') }}
),

-- Kits that nobody can take apart, or that nobody called one.
muddled as (
    select
        case
            when told_kits.sku_id is null then 'KIT_WITHOUT_COMPONENTS'
            else 'KIT_NOT_NAMED'
        end as gap_code,
        coalesce(told_kits.sku_id, named_kits.sku_id) as subject,
        'sourcing|promise' as degrades,
        cast(null as bigint) as line_count,
        cast(null as bigint) as qty,
    from told_kits
    full join named_kits on told_kits.sku_id = named_kits.sku_id
    where told_kits.sku_id is null or named_kits.sku_id is null
),

gaps as (
    select *
    from muddled
    union all
    select *
    from disputed
    union all
    select *
    from twins
    union all
    select *
    from misnamed
    union all
    select *
    from unsubstituted
    union all
    select *
    from unreachable
    union all
    select *
    from unweighed
    union all
    select *
    from uncategorised
    union all
    select *
    from unpriced
),

final as (
    select
        gap_code,
        subject,
        degrades,
        cast(coalesce(sum(line_count), 0) as bigint) as open_line_count,
        cast(coalesce(sum(qty), 0) as bigint) as open_qty,
    from gaps
    group by gap_code, subject, degrades
)

select *
from final
