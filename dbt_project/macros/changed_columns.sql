{# Columns of an order's address: a change that names one names them all. #}
{% macro address_columns() -%}
    {{ return(
        ["ship_to_street", "ship_to_street2", "ship_to_city", "ship_to_postal_code"]
    ) }}
{%- endmacro %}

{# Columns of an order that a change may set one by one. #}
{% macro header_columns() -%}
    {{ return(["service_code", "region_code", "country_code", "ship_to_name"]) }}
{%- endmacro %}

{# Columns that say where a row was landed. #}
{% macro place_columns() -%}
    {{ return(["payload_sha256", "payload_line", "known_at", "landing_id"]) }}
{%- endmacro %}
