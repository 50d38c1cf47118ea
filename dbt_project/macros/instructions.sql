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

{# Lines of our instructions, and of those that the system before had sent. #}
{% macro mapped_instruction_lines() -%}
    select
        instruction_id,
        instruction_line_ref,
        line_id,
        qty as asked_qty,
    from {{ source('instructions', 'instruction_lines') }}
    union all
    select
        instruction_id,
        instruction_line_ref,
        line_id,
        qty as asked_qty,
    from {{ ref('fct_order_events') }}
    where event_type = 'OPENING' and instruction_id is not null
{%- endmacro %}
