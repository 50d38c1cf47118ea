{{ config(incremental_predicates=['of_touched_since']) }}

{% set named = ref('int_order_lines__named') %}
{% set changed = ref('int_order_lines__changed') %}

-- Most orders are told once: only those with changes, or told under two kinds
-- of line names, take the longer way.
{% if some_orders_are_changed() %}
with named as (
    select *
    from {{ named }}
),

sent as (
    select *
    from {{ ref('int_order_lines__sent') }}
    anti join named using (order_id)
    union all by name
    select *
    from named
    union all by name
    select *
    from {{ changed }}
),
{% else %}
with sent as (
    select
        *,
        cast(null as varchar) as change_payload_sha256,
        cast(null as bigint) as change_payload_line,
        cast(null as timestamptz) as change_known_at,
        cast(null as bigint) as change_landing_id,
    from {{ ref('int_order_lines__sent') }}
),
{% endif %}

first_told as (
    select
        order_id,
        least(min(sent.landing_id), min(touched.landed_since))
            as first_landing_id,
    from {{ ref('int_order_lines__sent') }} as sent
    inner join {{ ref('int_orders__touched') }} as touched using (order_id)
    group by order_id
),

orders as (
    select
        order_id,
        list_sort(list_distinct(list(line_sort_key))) as line_keys,
        count(*) > len(line_keys) or min(updated_at) < max(updated_at)
            as is_repeated,
    from sent
    group by order_id
),

-- A line of one time stamp is one line, in however many files it came.
repeated_lines as (
    select *
    from sent
    where
        order_id in (
            select order_id from orders
            where is_repeated
        )
    qualify row_number() over (
        partition by line_id, updated_at
        order by content_digest desc, landing_id, payload_line
    ) = 1
),

-- A copy that says what the one before it said is no new version.
changed_copies as (
    select
        order_id,
        updated_at,
        md5(string_agg(content_digest, '' order by line_ref)) as copy_digest,
    from repeated_lines
    group by order_id, updated_at
    qualify copy_digest is distinct from lag(copy_digest) over (
        partition by order_id order by updated_at
    )
),

versions as (
    select
        order_id,
        updated_at,
        row_number() over (
            partition by order_id order by updated_at
        ) as version_no,
        count(*) over (partition by order_id) as version_count,
    from changed_copies
),

lines as (
    select
        *,
        cast(1 as bigint) as version_no,
        cast(1 as bigint) as version_count,
    from sent
    where
        order_id in (
            select order_id from orders
            where not is_repeated
        )
    union all
    select
        repeated_lines.*,
        versions.version_no,
        versions.version_count,
    from repeated_lines
    inner join versions using (order_id, updated_at)
),

counted as (
    select
        lines.* exclude (content_digest, line_sort_key) replace (
            lines.qty * {{ unit_eaches() }} as qty,
            lines.shipped_qty * {{ unit_eaches() }} as shipped_qty,
            -- What stays is a unit that nobody has told the eaches of.
            if(
                named_unit.eaches is null,
                split_part(lines.uom_code, '+', 1),
                null
            ) as uom_code
        ),
        {{ named_sku('lines') }} as sku_id,
        cast(
            list_position(orders.line_keys, lines.line_sort_key) as bigint
        ) as line_no,
        first_told.first_landing_id,
        '{{ var("run_id") }}' as changed_run_id,
    from lines
    inner join orders using (order_id)
    inner join first_told using (order_id)
    {{ join_aliases('lines', business_date('lines.ordered_at')) }}
    {{ join_units('lines', business_date('lines.ordered_at')) }}
),

{% if kits_are_known() %}
asked as (
    select distinct
        sku_id,
        {{ business_date('ordered_at') }} as said_date,
    from counted
),

kits as (
    select *
    from {{ taken_apart('asked') }}
),

-- A line that was accepted stays what it was taken for: eaches hang on it.
standing as (
    select
        line_id,
        sku_id,
        min(kit_parts) as kit_parts,
    from {{ accepted_lines() }}
    where order_id in (select order_id from orders)
    group by line_id, sku_id
),

final as (
    select
        counted.*,
        if(
            standing.line_id is null, kits.kit_parts, standing.kit_parts
        ) as kit_parts,
        if(standing.line_id is null, kits.kit_code, null) as kit_code,
        if(standing.line_id is null, kits.kit_detail, null) as kit_detail,
    from counted
    left join kits
        on
            counted.sku_id = kits.sku_id
            and {{ business_date('counted.ordered_at') }} = kits.said_date
    left join standing
        on
            counted.line_id = standing.line_id
            and counted.sku_id = standing.sku_id
)
{% else %}
final as (
    select
        *,
        cast(null as varchar) as kit_parts,
        cast(null as varchar) as kit_code,
        cast(null as varchar) as kit_detail,
    from counted
)
{% endif %}

select *
from final
