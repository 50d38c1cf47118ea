{#
    Incremental model "replace": rows that the run decided anew take the place
    of the old ones in one transaction, vanished ones included.

    incremental_predicates: which rows of the table are decided anew (none and
    no unique_key: all of them). unique_key: rows of the same key go as well.

    dbt's own asks DuckDB for the columns of both sides, four questions a model
    and run; here the contract names them. It is checked whenever the text of a
    model may be new: when the table is made, and when the code is not that of
    the run before (checks_contracts).
#}
{% materialization incremental, adapter="duckdb" -%}
    {%- set existing = load_cached_relation(this) -%}
    {%- set target = this.incorporate(type="table") -%}
    {%- set stands = existing is not none and not existing.is_view -%}

    {%- if stands and should_full_refresh() -%}
        {%- do adapter.drop_relation(existing) -%}
        {%- set stands = false -%}
    {%- elif existing is not none and existing.is_view -%}
        {%- do adapter.drop_relation(existing) -%}
    {%- endif -%}

    {%- call statement("main") -%}
        {%- if stands -%}
            {%- if config.get("contract").enforced and var("checks_contracts") -%}
                {{ get_assert_columns_equivalent(compiled_code) }}
                {%- do assert_table_has_columns_of_contract(target) -%}
            {%- endif -%}
            {{ replace_rows(target, compiled_code) }}
        {%- else -%}
            begin;
            {{ name_the_commit() }};
            {{ create_table_as(False, target, compiled_code) }}
            commit;
        {%- endif -%}
    {%- endcall -%}
    {{ return({"relations": [target]}) }}
{%- endmaterialization %}

{# on_schema_change: fail. A table of other columns is made anew by a rebuild. #}
{% macro assert_table_has_columns_of_contract(target) -%}
    {%- set found = adapter.get_columns_in_relation(target) -%}
    {%- set found = found | map(attribute="name") | sort -%}
    {%- set wanted = model.columns | sort -%}
    {%- if found != wanted -%}
        {{ exceptions.raise_compiler_error(
            target ~ " has the columns " ~ found | join(", ")
            ~ "; its contract names " ~ wanted | join(", ")
            ~ ". Run `orderhouse rebuild` to make the tables anew."
        ) }}
    {%- endif -%}
{%- endmacro %}

{# The rows are computed first: a model may read the table that it changes. #}
{% macro replace_rows(target, query) -%}
    {%- set arriving = target.identifier ~ "__arriving" -%}
    {%- if config.get("contract").enforced -%}
        {%- set columns = model.columns | join(", ") -%}
    {%- else -%}
        {%- set columns = adapter.get_columns_in_relation(target) -%}
        {%- set columns = columns | map(attribute="name") | join(", ") -%}
    {%- endif -%}
    {%- set reasons = config.get("incremental_predicates") or [] -%}
    {%- set key = config.get("unique_key") -%}
    {%- if key -%}
        {%- set key = [key] if key is string else key -%}
        {%- set key = "(" ~ key | join(", ") ~ ")" -%}
        {%- set reasons = reasons + [key ~ " in (select " ~ key ~ " from " ~ arriving ~ ")"] -%}
    {%- endif -%}

    create or replace temporary table {{ arriving }} as (
        {{ query }}
    );

    begin;
    {{ name_the_commit() }};
    delete from {{ target }}
    {%- if reasons %} where {{ reasons | join(" or ") }}{% endif %};

    insert into {{ target }} ({{ columns }})
    select {{ columns }} from {{ arriving }};
    commit;

    drop table {{ arriving }}
{%- endmacro %}
