{# One room's row of the flow: how many rows came in, went out, were set aside. #}
{% macro flow_room(room_no, room, unit, rows_in, rows_out, quarantined, files="0") -%}
    select
        '{{ room }}' as room,
        {{ room_no }} as room_no,
        '{{ unit }}' as unit,
        ({{ rows_in }}) as rows_in,
        ({{ rows_out }}) as rows_out,
        ({{ quarantined }}) as quarantined,
        ({{ files }}) as file_count
{%- endmacro %}

{# Number of rows of a table that meet a condition, as a scalar query. #}
{% macro row_count(table, condition) -%}
    select count(*) from {{ table }} where {{ condition }}
{%- endmacro %}
