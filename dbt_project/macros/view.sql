{#
    A view that is made once and left alone until its text changes. dbt's own
    makes, renames and drops each view in every run: two dozen empty snapshots
    of the lake a run. The digest of the text is kept as the view's comment.
#}
{% materialization view, adapter="duckdb" -%}
    {%- set existing = load_cached_relation(this) -%}
    {%- set view = this.incorporate(type="view") -%}
    {%- set digest = local_md5(sql) -%}
    {%- set known = none -%}

    {%- if existing is not none and existing.is_view -%}
        {%- set known = run_query(
            "select comment from duckdb_views() where database_name = '"
            ~ this.database ~ "' and schema_name = '" ~ this.schema
            ~ "' and view_name = '" ~ this.identifier ~ "'"
        ).columns[0].values() | first -%}
    {%- endif -%}

    {%- call statement("main") -%}
        {%- if known == digest -%}
            select 'unchanged'
        {%- else -%}
            {%- call in_one_commit() -%}
                {%- if existing is not none and not existing.is_view -%}
                    drop table {{ existing }};
                {%- endif %}
                create or replace view {{ view }} as (
                {{ sql }}
                );
                comment on view {{ view }} is '{{ digest }}';
            {%- endcall -%}
        {%- endif -%}
    {%- endcall -%}
    {{ return({"relations": [view]}) }}
{%- endmaterialization %}
