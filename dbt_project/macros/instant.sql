{#
    Text that is an instant with offset, or a date: a date is the start of that
    day in the zone.
#}
{% macro instant(text, zone) -%}
    case
        when length({{ text }}) = 10
            then timezone({{ zone }}, try_cast({{ text }} as timestamp))
        else try_cast({{ text }} as timestamptz)
    end
{%- endmacro %}

{# The calendar date of an instant in the company's zone. #}
{% macro business_date(instant) -%}
    cast(timezone('{{ var("company_zone") }}', {{ instant }}) as date)
{%- endmacro %}

{# The month of an instant in the company's zone, YYYY-MM. #}
{% macro order_month(instant) -%}
    strftime(timezone('{{ var("company_zone") }}', {{ instant }}), '%Y-%m')
{%- endmacro %}
