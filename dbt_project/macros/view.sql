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
    {%- elif existing is not none -%}
        {%- do adapter.drop_relation(existing) -%}
    {%- endif -%}

    {%- if known == digest -%}
        {%- call statement("main") -%} select 'unchanged' {%- endcall -%}
    {%- else -%}
        {%- call statement("main") -%}
            begin;
            {{ name_the_commit() }};
            create or replace view {{ view }} as (
            {{ sql }}
            );
            comment on view {{ view }} is '{{ digest }}';
            commit;
        {%- endcall -%}
    {%- endif -%}
    {{ return({"relations": [view]}) }}
{%- endmaterialization %}
