{#
    Orders that silver held back in the run before, as a table to read. Not a
    ref(): the table stands downstream of the model that asks, and it is its
    state of yesterday that is wanted.
#}
{% macro held_orders() -%}
    {{ return(_orders_of("int_order_lines__quarantined", "true")) }}
{%- endmacro %}

{# Orders of actions that waited for a SKU in the run before, likewise. #}
{% macro orders_awaiting_skus() -%}
    {{ return(_orders_of("int_order_actions__judged", "code = 'UNKNOWN_SKU'")) }}
{%- endmacro %}

{# Orders of which a run judged changes or actions that never came to its end. #}
{% macro orders_judged_uncommitted(identifier) -%}
    {{ return(_orders_of(identifier, is_uncommitted("changed_run_id"))) }}
{%- endmacro %}

{% macro _orders_of(identifier, condition) -%}
    {%- set table = load_relation(
        api.Relation.create(
            database=target.database,
            schema="silver",
            identifier=identifier,
            type="table",
        )
    ) if execute else none -%}
    {%- if table -%}
        {{ return("(select order_id from " ~ table ~ " where " ~ condition ~ ")") }}
    {%- endif -%}
    {{ return("(select cast(null as varchar) as order_id where false)") }}
{%- endmacro %}
