{#
    Whether anybody ever told of a return. Many houses never hear of one, and
    planning for them takes longer than their events: so the question is asked
    before.
#}
{% macro returns_are_known() -%}
    {%- set asked -%}
        select exists (select 1 from {{ ref('int_returns__deduplicated') }})
    {%- endset -%}
    {%- if not execute -%}
        {{ return(true) }}
    {%- endif -%}
    {{ return(run_query(asked).columns[0].values()[0]) }}
{%- endmacro %}
