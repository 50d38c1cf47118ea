{#
    Of each key that a new row names, the newest row: by its own time stamps,
    then by content, never by arrival; of equal ones the first received.
#}
{% macro newest_by_key(model, key, newest_first) -%}
    {%- set key = key | join(", ") -%}
    (
        select *
        from {{ model }}
        where ({{ key }}) in (
            select ({{ key }}) from {{ model }} where {{ has_arrived() }}
        )
        qualify row_number() over (
            partition by {{ key }}
            order by
                {% for column in newest_first %}{{ column }} desc, {% endfor -%}
                content_digest desc, landing_id, payload_line
        ) = 1
    )
{%- endmacro %}
