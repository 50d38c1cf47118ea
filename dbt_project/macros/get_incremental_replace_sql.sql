{#
    Incremental strategy "replace": rows that the run decided anew take the
    place of the old ones in one transaction, vanished ones included.

    incremental_predicates: which rows of the table are decided anew (none and
    no unique_key: all of them). unique_key: rows of the same key go as well.
#}
{% macro get_incremental_replace_sql(arg_dict) %}
    {%- set target = arg_dict["target_relation"] -%}
    {%- set source = arg_dict["temp_relation"] -%}
    {%- set columns = arg_dict["dest_columns"] | map(attribute="name") | join(", ") -%}
    {%- set reasons = arg_dict["incremental_predicates"] or [] -%}
    {%- set key = arg_dict["unique_key"] -%}
    {%- if key -%}
        {%- set key = [key] if key is string else key -%}
        {%- set key = key | join(", ") -%}
        {%- set reasons = reasons + ["(" ~ key ~ ") in (select (" ~ key ~ ") from " ~ source ~ ")"] -%}
    {%- endif -%}

    delete from {{ target }}
    {%- if reasons %} where {{ reasons | join(" or ") }}{% endif %};

    insert into {{ target }} ({{ columns }})
    select {{ columns }} from {{ source }}
{% endmacro %}
