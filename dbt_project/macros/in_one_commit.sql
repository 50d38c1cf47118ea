{#
    One model is one snapshot of the lake; its message names run and table.
    Every write of a model goes through here.
#}
{% macro in_one_commit() -%}
    begin;
    call {{ target.database }}.set_commit_message(
        'dbt', '{{ var("run_id") }} {{ this.schema }}.{{ this.identifier }}'
    );
    {{ caller() }}
    commit;
{%- endmacro %}
