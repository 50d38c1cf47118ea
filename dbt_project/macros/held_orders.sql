{#
    Orders that silver held back in the run before, as a table to read. Not a
    ref(): the table stands downstream of the model that asks, and it is its
    state of yesterday that is wanted.
#}
{% macro held_orders() -%}
    {%- set table = load_relation(
        api.Relation.create(
            database=target.database,
            schema="silver",
            identifier="int_order_lines__quarantined",
            type="table",
        )
    ) if execute else none -%}
    {%- if table -%}
        (select order_id from {{ table }})
    {%- else -%}
        (select cast(null as varchar) as order_id where false)
    {%- endif -%}
{%- endmacro %}

{# Orders of actions that waited for a SKU in the run before, likewise. #}
{% macro orders_awaiting_skus() -%}
    {%- set table = load_relation(
        api.Relation.create(
            database=target.database,
            schema="silver",
            identifier="int_order_actions__judged",
            type="table",
        )
    ) if execute else none -%}
    {%- if table -%}
        (select order_id from {{ table }} where code = 'UNKNOWN_SKU')
    {%- else -%}
        (select cast(null as varchar) as order_id where false)
    {%- endif -%}
{%- endmacro %}
