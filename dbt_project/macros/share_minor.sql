{# Net value of some eaches of a line, rounded down. #}
{% macro share_minor(qty, ordered_qty) -%}
    (line_amount_minor - discount_minor) * {{ qty }} // greatest({{ ordered_qty }}, 1)
{%- endmacro %}
