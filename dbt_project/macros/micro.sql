{#
    A price or cost of one each as integer millionths of a major unit, exactly:
    it may be finer than the currency's coin, and floats never cross rooms.
#}
{% macro micro(amount) -%}
    cast(
        cast({{ amount }} as decimal(18, 6)) * cast(1000000 as decimal(19, 0))
        as bigint
    )
{%- endmacro %}
