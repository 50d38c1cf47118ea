-- One order told under two kinds of line names: a report without item ids
-- calls a line sku:<SKU>, its second of that SKU sku:<SKU>#2.
-- Nearly no order is: they are found by their line names before a row is read,
-- and the many orders of a run are asked for among the few, not the other way.
with told_by_sku as (
    select order_id
    from {{ ref('int_orders__touched') }}
    where order_id in (
        select order_id from {{ ref('stg_orders') }}
        where
            line_ref >= 'sku:'
            and line_ref < 'sku;'
            and landing_id >= {{ touched_landed_since() }}
    )
),

by_sku as (
    select distinct
        order_id,
        line_ref,
        sku_ref,
        coalesce(
            try_cast(
                regexp_extract(
                    substr(line_ref, length('sku:' || sku_ref) + 1),
                    '^#([0-9]+)$', 1
                ) as bigint
            ), 1
        ) as place_no,
    from {{ ref('stg_orders') }}
    where
        line_ref >= 'sku:'
        and line_ref < 'sku;'
        and landing_id >= {{ touched_landed_since() }}
        and order_id in (select order_id from told_by_sku)
),

by_id as (
    select
        order_id,
        line_ref,
        sku_ref,
        row_number() over (
            partition by order_id, sku_ref order by line_sort_key
        ) as place_no,
    from (
        select distinct
            order_id,
            line_ref,
            line_sort_key,
            sku_ref,
        from {{ ref('stg_orders') }}
        where
            landing_id >= {{ touched_landed_since() }}
            and order_id in (select order_id from by_sku)
            and not starts_with(line_ref, 'sku:')
    ) as lines
),

longer_told as (
    select order_id
    from by_id
    union
    select order_id
    from {{ ref('int_orders__touched') }}
    where order_id in (
        select order_id from {{ ref('int_order_changes__judged') }}
        where code is null
    )
),

copies as (
    select *
    from {{ ref('stg_orders') }}
    where
        landing_id >= {{ touched_landed_since() }}
        and order_id in (select order_id from longer_told)
),

told as (
    select *
    from {{ counted_by_name(
        'copies', business_date('copies.ordered_at'), ['qty', 'shipped_qty']
    ) }}
),

standing as (
    select distinct
        order_id,
        line_ref,
    from {{ decided_lines() }}
    where
        ordered_at >= {{ touched_since() }}
        and order_id in (select order_id from by_id)
        and not {{ is_uncommitted('changed_run_id') }}
),

-- A line that was decided under one name keeps it: eaches hang on it.
names as (
    select
        order_id,
        by_sku.line_ref as sku_name,
        by_id.line_ref as id_name,
        if(
            (order_id, by_sku.line_ref) in (
                select (order_id, line_ref) from standing
            )
            and (order_id, by_id.line_ref) not in (
                select (order_id, line_ref) from standing
            ),
            by_sku.line_ref,
            by_id.line_ref
        ) as line_ref,
    from by_sku
    inner join by_id using (order_id, sku_ref, place_no)
),

-- What the report leaves out is what the fuller copy says.
fuller as (
    select
        told.*,
        names.line_ref as name_ref,
    from told
    inner join names
        on told.order_id = names.order_id and told.line_ref = names.id_name
    qualify row_number() over (
        partition by told.line_id
        order by
            told.updated_at desc, told.content_digest desc,
            told.landing_id, told.payload_line
    ) = 1
),

called as (
    select
        told.* replace (
            coalesce(names.line_ref, told.line_ref) as line_ref,
            {% for column in [
                'node_id', 'product_name', 'region_code', 'country_code',
                'customer_token', 'ship_to_name', 'ship_to_street',
                'ship_to_street2', 'ship_to_city', 'ship_to_postal_code',
                'ship_to_phone',
            ] -%}
            coalesce(told.{{ column }}, fuller.{{ column }}) as {{ column }},
            {% endfor %}
        ),
        names.sku_name is not null and told.line_ref = names.sku_name
            as is_by_sku,
    from told
    left join names
        on
            told.order_id = names.order_id
            and told.line_ref in (names.sku_name, names.id_name)
    left join fuller
        on
            names.order_id = fuller.order_id
            and names.line_ref = fuller.name_ref
            and told.line_ref = names.sku_name
),

-- Told both ways at one instant, the copy with item ids is the fuller one.
final as (
    select
        * exclude (is_by_sku) replace (
            order_id || '/' || line_ref as line_id,
            {{ sort_key('line_ref') }} as line_sort_key,
            {{ line_digest() }} as content_digest
        ),
    from called
    qualify row_number() over (
        partition by order_id, line_ref, updated_at
        order by is_by_sku, content_digest desc, landing_id, payload_line
    ) = 1
)

select *
from final
