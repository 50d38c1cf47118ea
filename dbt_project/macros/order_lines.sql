{#
    Orders that the run decides anew: something arrived about them, they were
    held back, or a run that never came to its end had decided them.
#}
{% macro touched_orders() -%}
    select order_id
    from {{ ref('stg_orders') }}
    where {{ has_arrived() }}
    union
    select order_id
    from {{ ref('stg_order_changes') }}
    where {{ has_arrived() }}
    union
    select order_id
    from {{ ref('stg_order_actions') }}
    where {{ has_arrived() }}
    union
    select order_id
    from {{ held_orders() }}
    union
    select order_id
    from {{ orders_awaiting_skus() }}
    union
    select order_id
    from {{ decided_lines() }}
    where {{ is_uncommitted('changed_run_id') }}
    union
    select order_id
    from {{ orders_judged_uncommitted('int_order_changes__judged') }}
    union
    select order_id
    from {{ orders_judged_uncommitted('int_order_actions__judged') }}
{%- endmacro %}

{#
    Whether the run meets an order with changes, or one told under two kinds of
    line names. Nearly no run does, and planning for them takes longer than the
    orders of a small run: so the question is asked before.
#}
{% macro some_orders_are_changed() -%}
    {%- set asked = "select count(*) from (" ~ orders_changed() ~ ")" -%}
    {%- if not execute -%}
        {{ return(true) }}
    {%- endif -%}
    {{ return(run_query(asked).columns[0].values()[0] > 0) }}
{%- endmacro %}

{# Orders of the run with changes, or told under two kinds of line names. #}
{% macro orders_changed() -%}
    select order_id
    from {{ ref('int_orders__touched') }}
    where order_id in (
        select order_id from {{ ref('int_order_changes__judged') }}
        where code is null
        union all
        select order_id from {{ ref('stg_orders') }}
        where
            line_ref >= 'sku:'
            and line_ref < 'sku;'
            and landing_id >= {{ touched_landed_since() }}
    )
{%- endmacro %}

{#
    Lines that silver decided in earlier runs, as a table to read. Not a ref():
    the table stands downstream of the models that ask, and it is its state of
    yesterday that is wanted.
#}
{% macro decided_lines() -%}
    {%- set table = load_relation(
        api.Relation.create(
            database=target.database,
            schema="silver",
            identifier="int_order_lines__deduplicated",
            type="table",
        )
    ) if execute else none -%}
    {%- if table -%}
        (
            select
                order_id,
                line_ref,
                ordered_at,
                first_landing_id,
                changed_run_id,
            from {{ table }}
        )
    {%- else -%}
        (
            select
                cast(null as varchar) as order_id,
                cast(null as varchar) as line_ref,
                cast(null as timestamptz) as ordered_at,
                cast(null as bigint) as first_landing_id,
                cast(null as varchar) as changed_run_id
            where false
        )
    {%- endif -%}
{%- endmacro %}

{#
    Lines that came through silver in runs before, as a table to read. Not a
    ref(), like decided_lines().
#}
{% macro accepted_lines() -%}
    {%- set tables = [] -%}
    {%- if execute -%}
        {%- for name in [
            "int_order_lines__deduplicated", "int_order_lines__quarantined"
        ] -%}
            {%- do tables.append(load_relation(api.Relation.create(
                database=target.database,
                schema="silver",
                identifier=name,
                type="table",
            ))) -%}
        {%- endfor -%}
    {%- endif -%}
    {%- if tables and none not in tables -%}
        (
            select
                order_id,
                line_id,
                sku_id,
                kit_parts,
            from {{ tables[0] }}
            where
                not {{ is_uncommitted('changed_run_id') }}
                and ordered_at >= {{ touched_since() }}
                and (order_id, version_no) not in (
                    select (order_id, version_no) from {{ tables[1] }}
                )
        )
    {%- else -%}
        (
            select
                cast(null as varchar) as order_id,
                cast(null as varchar) as line_id,
                cast(null as varchar) as sku_id,
                cast(null as varchar) as kit_parts
            where false
        )
    {%- endif -%}
{%- endmacro %}

{#
    Digest of an order line as typed columns say it, whether a copy or a change
    said so. The order's total as sent is no part of it: changes name none.
#}
{% macro line_digest() -%}
    md5(concat_ws('|'
    {%- for column in [
        "line_ref", "order_name", "sku_ref", "node_id", "product_name",
        "service_code", "payment_status", "currency_code", "region_code",
        "country_code", "customer_token", "ship_to_name", "ship_to_street",
        "ship_to_street2", "ship_to_city", "ship_to_postal_code",
        "ship_to_phone", "qty", "uom_code", "shipped_qty", "line_amount_minor",
        "discount_minor", "tax_minor", "is_cancelled", "is_ship_complete",
        "wanted_ship_date", "wanted_delivery_date", "ordered_at",
    ] %}, coalesce(cast({{ column }} as varchar), '~'){% endfor -%}
    , 'keep_together=' || keep_together
    ))
{%- endmacro %}

{# Sorts line 2 before line 10. #}
{% macro sort_key(name) -%}
    lpad(cast(length({{ name }}) as varchar), 4, '0') || {{ name }}
{%- endmacro %}

{# Money of some eaches as money of others, half a coin rounded up. #}
{% macro scaled_minor(amount, from_qty, to_qty) -%}
    (2 * {{ amount }} * {{ to_qty }} + {{ from_qty }})
    // greatest(2 * {{ from_qty }}, 1)
{%- endmacro %}
