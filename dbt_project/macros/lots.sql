{# Confirmed rows by the lots that they name, as JSON; null where none names one. #}
{% macro lots_of_confirmed(which="true") -%}
    to_json(
        list(
            struct_pack(lot := lot_ref, qty := shipped_qty)
            order by lot_ref, shipped_qty
        ) filter (where lot_ref is not null and {{ which }})
    )
{%- endmacro %}

{# What is told of an event, with its lots where it has some. #}
{% macro told_with_lots(told, lots) -%}
    if(
        {{ lots }} is null,
        {{ told }},
        json_merge_patch({{ told }}, json_object('lots', {{ lots }}))
    )
{%- endmacro %}
