{#
    Digest of what a row says, whoever delivered it and however often. Of a column
    that is rare only what it says counts: a row without it has the digest that it
    had before there was the column.
#}
{% macro content_digest(columns, rare=[]) -%}
    md5(concat_ws('|'
    {%- for column in columns %}, coalesce({{ column }}, '~'){% endfor -%}
    {%- for column in rare %}, '{{ column }}=' || {{ column }}{% endfor -%}
    ))
{%- endmacro %}
