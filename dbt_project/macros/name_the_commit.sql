{# One model is one snapshot of the lake; its message names run and table. #}
{% macro name_the_commit() -%}
    call {{ target.database }}.set_commit_message(
        'dbt', '{{ var("run_id") }} {{ this.schema }}.{{ this.identifier }}'
    )
{%- endmacro %}
