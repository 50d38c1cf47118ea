{# The moment of the run, the only clock a model may read. #}
{% macro as_of() -%}
    cast('{{ var("as_of") }}' as timestamptz)
{%- endmacro %}

{# Whole days between an instant and the moment of the run. #}
{% macro age_days(instant) -%}
    greatest(date_diff('hour', {{ instant }}, {{ as_of() }}) // 24, 0)
{%- endmacro %}

{# First instant after a business date of the company. #}
{% macro day_end(business_date) -%}
    timezone(
        '{{ var("company_zone") }}', cast({{ business_date }} + 1 as timestamp)
    )
{%- endmacro %}
