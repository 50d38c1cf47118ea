{# Digest of what a row says, whoever delivered it and however often. #}
{% macro content_digest(columns) -%}
    md5(concat_ws('|'
    {%- for column in columns %}, coalesce({{ column }}, '~'){% endfor -%}
    ))
{%- endmacro %}
