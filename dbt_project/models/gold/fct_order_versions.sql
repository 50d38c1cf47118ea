-- depends_on: {{ ref('int_order_lines__touched') }}
{{ config(incremental_predicates=['of_touched_orders']) }}
{% set of_a_line = [
    'sku_id', 'qty', 'shipped_qty', 'line_amount_minor', 'discount_minor',
    'tax_minor', 'node_id', 'product_name', 'keep_together'
] %}
{% set of_the_order = [
    'order_name', 'service_code', 'payment_status', 'currency_code',
    'is_ship_complete', 'wanted_ship_date', 'wanted_delivery_date',
    'is_cancelled', 'region_code', 'country_code',
    'customer_token', 'ship_to_name', 'ship_to_street', 'ship_to_street2',
    'ship_to_city', 'ship_to_postal_code', 'ship_to_phone'
] %}
{% set place = place_columns() %}

with lines as (
    select
        *,
        change_landing_id is not null as is_by_change,
        qty || ' x ' || sku_id as line,
    from {{ ref('int_order_lines__sound') }}
    where version_count > 1
),

-- The header is what the order's first line says.
heads as (
    select *
    from lines
    qualify row_number() over (
        partition by order_id, version_no order by line_no
    ) = 1
),

versions as (
    select
        order_id,
        version_no,
        updated_at,
        is_by_change,
        {% for column in place -%}
        coalesce(change_{{ column }}, {{ column }}) as {{ column }},
        {% endfor -%}
        lag(version_no) over (
            partition by order_id order by version_no
        ) as before_no,
    from heads
),

after_lines as (
    select lines.*
    from lines
    inner join versions using (order_id, version_no)
    where versions.before_no is not null
),

before_lines as (
    select lines.* replace (versions.version_no as version_no)
    from lines
    inner join versions
        on
            lines.order_id = versions.order_id
            and lines.version_no = versions.before_no
),

-- A line that a change took away stands in that change only.
deletions as (
    select
        line_id,
        landing_id,
        min(payload_line) as payload_line,
    from {{ ref('int_order_changes__judged') }}
    where
        code is null
        and (line_action_code = 'delete' or qty = 0)
        and line_id in (select line_id from before_lines)
    group by line_id, landing_id
),

line_changes as (
    select
        order_id,
        version_no,
        line_id,
        after_lines.payload_sha256 as line_payload_sha256,
        coalesce(after_lines.payload_line, deletions.payload_line)
            as line_payload_line,
        after_lines.known_at as line_known_at,
        after_lines.landing_id as line_landing_id,
        unnest(
            if(
                before_lines.line is null or after_lines.line is null,
                [struct_pack(
                    field_name := 'line',
                    before_value := before_lines.line,
                    after_value := after_lines.line
                )],
                [
                    {% for column in of_a_line -%}
                    struct_pack(
                        field_name := '{{ column }}',
                        before_value
                        := cast(before_lines.{{ column }} as varchar),
                        after_value := cast(after_lines.{{ column }} as varchar)
                    ){{ ', ' if not loop.last }}
                    {%- endfor %}
                ]
            ),
            recursive := true
        ),
    from after_lines
    full join before_lines using (order_id, version_no, line_id)
    left join versions using (order_id, version_no)
    left join deletions
        on
            after_lines.landing_id is null
            and before_lines.line_id = deletions.line_id
            and versions.landing_id = deletions.landing_id
),

order_changes as (
    select
        versions.order_id,
        versions.version_no,
        '' as line_id,
        unnest(
            [
                {% for column in of_the_order -%}
                struct_pack(
                    field_name := '{{ column }}',
                    before_value := cast(before_heads.{{ column }} as varchar),
                    after_value := cast(after_heads.{{ column }} as varchar)
                ){{ ', ' if not loop.last }}
                {%- endfor %}
            ],
            recursive := true
        ),
    from versions
    inner join heads as after_heads
        on
            versions.order_id = after_heads.order_id
            and versions.version_no = after_heads.version_no
    inner join heads as before_heads
        on
            versions.order_id = before_heads.order_id
            and versions.before_no = before_heads.version_no
),

changes as (
    select *
    from line_changes
    union all by name
    select *
    from order_changes
),

final as (
    select
        order_id,
        version_no,
        changes.line_id,
        changes.field_name,
        changes.before_value,
        changes.after_value,
        versions.updated_at as version_at,
        if(versions.is_by_change, 'order_changes', 'orders') as document,
        split_part(order_id, '/', 1) as partner_id,
    {% for column in place -%}
    coalesce(changes.line_{{ column }}, versions.{{ column }})
        as {{ column }},
    {% endfor -%}
    from changes
    inner join versions using (order_id, version_no)
    where changes.before_value is distinct from changes.after_value
)

select *
from final
