{# Everything lives in the lake. #}
{% macro generate_database_name(custom_database_name, node) -%}
    {{ target.database }}
{%- endmacro %}
