{#
    States of instructions as an earlier run left them, as a table to read. Not a
    ref(): the table stands downstream of the models that ask.
#}
{% macro told_instructions() -%}
    {%- set table = load_relation(
        api.Relation.create(
            database=target.database,
            schema="visibility",
            identifier="rpt_instructions",
            type="table",
        )
    ) if execute else none -%}
    {%- if table -%}
        (
            select
                instruction_id,
                state,
                is_closed,
            from {{ table }}
        )
    {%- else -%}
        (
            select
                cast(null as varchar) as instruction_id,
                cast(null as varchar) as state,
                false as is_closed,
            where false
        )
    {%- endif -%}
{%- endmacro %}
