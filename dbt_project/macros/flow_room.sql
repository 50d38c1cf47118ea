{# The columns of a room's row in the flow, from one relation that counted it. #}
{% macro flow_room(room_no, room, unit, rows_in, rows_out, set_aside, files="0") -%}
    cast({{ room_no }} as bigint) as room_no,
    '{{ room }}' as room,
    '{{ unit }}' as unit,
    {%- for name, count in [
        ("rows_in", rows_in), ("rows_out", rows_out), ("set_aside", set_aside),
        ("file_count", files)
    ] %}
    cast(coalesce({{ count }}, 0) as bigint) as {{ name }},
    {%- endfor %}
{%- endmacro %}
