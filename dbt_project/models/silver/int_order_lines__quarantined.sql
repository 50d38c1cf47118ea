-- depends_on: {{ ref('int_order_lines__touched') }}
{{ config(incremental_predicates=['of_touched_orders']) }}

with stores as (
    select
        node_id,
        region_code as store_region_code,
    from {{ ref('int_nodes__deduplicated') }}
),

-- What is sent to a store goes where the store is.
lines as (
    select
        lines.* exclude (first_landing_id) replace (
            if(
                service_code = 'SHIP_TO_STORE',
                store_region_code,
                lines.region_code
            ) as region_code
        ),
    from {{ ref('int_order_lines__deduplicated') }} as lines
    left join stores using (node_id)
    where {{ is_of_this_run('changed_run_id') }}
),

versions as (
    select
        order_id,
        version_no,
        min(line_no) as first_line_no,
        sum(line_amount_minor - discount_minor + tax_minor) as sum_minor,
        bool_or(coalesce(shipped_qty, 0) < qty) as is_to_ship,
    from lines
    group by order_id, version_no
),

-- What concerns the whole order is told once, on its first line.
judged as (
    select
        lines.*,
        versions.sum_minor,
        versions.is_to_ship,
        lines.line_no = versions.first_line_no as is_first,
        case
            when sku_id not in (select sku_id from {{ ref('int_skus__known') }})
                then 'UNKNOWN_SKU'
            when uom_code is not null then 'UNKNOWN_UNIT'
            when kit_code is not null then kit_code
            when is_first and node_id not in (
                select node_id from {{ ref('stg_nodes') }}
            ) then 'UNKNOWN_NODE'
            when
                is_first and not is_till_sale and is_to_ship
                and service_code != 'PICK_UP'
                and coalesce(region_code, '') not in (
                    select region_code from {{ ref('stg_lanes') }}
                ) then 'UNKNOWN_REGION'
            when is_first and order_amount_minor != sum_minor
                then 'TOTAL_MISMATCH'
        end as code,
    from lines
    inner join versions using (order_id, version_no)
),

held_versions as (
    select
        order_id,
        version_no,
        min(code) as first_code,
    from judged
    where code is not null
    group by order_id, version_no
),

-- A version that a newer sound one replaced needs nobody any more.
accepted_versions as (
    select
        order_id,
        max(version_no) as version_no,
    from versions
    anti join held_versions using (order_id, version_no)
    group by order_id
),

final as (
    select
        judged.* exclude (
            code, is_first, sum_minor, is_to_ship, change_payload_sha256,
            change_payload_line, change_known_at, change_landing_id,
            kit_parts, kit_code, kit_detail
        ) replace (
            -- What concerns the whole order is where the version was told.
            {% for column in [
                'payload_sha256', 'payload_line', 'known_at', 'landing_id'
            ] -%}
            if(
                judged.code in ('UNKNOWN_SKU', 'UNKNOWN_UNIT', kit_code),
                {{ column }},
                coalesce(change_{{ column }}, {{ column }})
            ) as {{ column }}{{ ',' if not loop.last }}
            {% endfor %}
        ),
        coalesce(judged.code, held_versions.first_code) as code,
        judged.code is not null as is_cause,
        judged.version_no > coalesce(accepted_versions.version_no, 0)
            as is_open,
        case judged.code
            when 'UNKNOWN_SKU' then 'sku_ref'
            when 'UNKNOWN_UNIT' then 'uom_code'
            when kit_code then 'sku_ref'
            when 'UNKNOWN_NODE' then 'node_ref'
            when 'UNKNOWN_REGION' then 'ship_to_region'
            when 'TOTAL_MISMATCH' then 'order_amount'
        end as column_name,
        case judged.code
            when 'UNKNOWN_SKU'
                then
                    'SKU ' || sku_id
                    || if(sku_id = sku_ref, '', ', called ' || sku_ref || ',')
                    || ' is not in the product master'
            when 'UNKNOWN_UNIT' then {{ unknown_unit('judged') }}
            when kit_code then kit_detail
            when 'UNKNOWN_NODE'
                then 'node ' || node_id || ' is not in the node master'
            when 'UNKNOWN_REGION'
                then
                    coalesce(
                        'no lane leads to region ' || region_code,
                        'no region is named'
                    )
            when 'TOTAL_MISMATCH'
                then
                    'total ' || {{ major('order_amount_minor') }} || ' '
                    || currency_code || ' is not the sum of the lines, '
                    || {{ major('sum_minor') }}
        end as detail,
    from judged
    inner join held_versions using (order_id, version_no)
    left join accepted_versions using (order_id)
)

select *
from final
