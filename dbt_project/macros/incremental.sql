{#
    Incremental model "replace": rows that the run decided anew take the place
    of the old ones in one transaction, vanished ones included.

    known_first: known_at of what is told again stays as it was; where to look for
    it, as conditions of which no two hold of a row, or names of macros.
    incremental_predicates: which rows of the table are decided anew (none and
    no unique_key: all of them), as conditions or names of macros that give one.
    What a model's config calls itself is called when the project is parsed, and
    knows of no run. unique_key: rows of the same key go as well;
    of those that key_within leaves to look at, a condition or a macro's name.

    The rows are computed before the transaction: a model may read the table
    that it changes, and the write stays short.

    dbt's own asks DuckDB for the columns of both sides, four questions a model
    and run; here the contract names them. It is checked whenever the text of a
    model may be new: when the table is made, and when the code is not that of
    the run before (is_standing).
#}
{% materialization incremental, adapter="duckdb" -%}
    {%- set existing = load_cached_relation(this) -%}
    {%- set target = this.incorporate(type="table") -%}
    {%- set stands = existing is not none and existing.is_table and not should_full_refresh() -%}

    {%- if stands -%}
        {%- if not var("is_standing") -%}
            {%- do get_assert_columns_equivalent(compiled_code) -%}
            {%- do assert_table_has_columns_of_contract(target) -%}
        {%- endif -%}
        {%- call statement("arriving") -%}
            create or replace temporary table {{ arriving(target) }} as (
                {{ compiled_code }}
            )
        {%- endcall -%}
        {%- if config.get("known_first") -%}
            {%- call statement("known") -%}
                {{ keep_first_knowledge(target) }}
            {%- endcall -%}
        {%- endif -%}
    {%- endif -%}
    {%- call statement("main") -%}
        {%- call in_one_commit() -%}
            {%- if stands -%}
                {{ replace_rows(target) }}
            {%- else -%}
                {%- if existing is not none -%}
                    drop {{ existing.type }} {{ existing }};
                {%- endif %}
                {{ create_table_as(
                    False, target, "select * from (" ~ compiled_code ~ ") " ~ by_time()
                ) }};
            {%- endif -%}
        {%- endcall -%}
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

{#
    What waited in quarantine was known to us when it was set free, not before;
    what is only told again is known since the first time. Asked of the rows that
    were computed: how many they are is known then, and history is not read for a
    guess of how many there may be.
#}
{% macro keep_first_knowledge(target) -%}
    {%- set key = config.get("unique_key") | join(", ") -%}
    create or replace temporary table {{ arriving(target) }} as
    select
        arriving.* replace (
            case
                when arriving.landing_id > {{ var("since_landing_id") }}
                    then arriving.known_at
                else coalesce(known.known_at, {{ as_of() }})
            end as known_at
        )
    from {{ arriving(target) }} as arriving
    left join (
        {% for within in config.get("known_first") %}
        select {{ key }}, known_at from {{ target }}
        where {{ condition(within) }} and {{ key }} in (
            select {{ key }} from {{ arriving(target) }}
            where not {{ has_arrived() }}
        )
        {{ "union all" if not loop.last }}
        {% endfor %}
    ) as known using ({{ key }})
{%- endmacro %}

{# As it is written, or as the macro of that name says. #}
{% macro condition(name) -%}
    {{ return(context[name]() if name in context else name) }}
{%- endmacro %}

{% macro arriving(target) -%}
    {{ target.identifier }}__arriving
{%- endmacro %}

{# History is stored by time, so that a file tells how far it reaches. #}
{% macro by_time() -%}
    {%- for column in ["ordered_at", "order_month", "landing_id"] -%}
        {%- if column in model.columns -%}
            {{ return("order by " ~ column) }}
        {%- endif -%}
    {%- endfor -%}
{%- endmacro %}

{% macro replace_rows(target) -%}
    {%- set columns = model.columns | join(", ") -%}
    {%- set reasons = [] -%}
    {%- for reason in config.get("incremental_predicates") or [] -%}
        {%- do reasons.append(condition(reason)) -%}
    {%- endfor -%}
    {%- set key = config.get("unique_key") -%}
    {%- if key -%}
        {%- set key = [key] if key is string else key -%}
        {%- set key = "(" ~ key | join(", ") ~ ")" -%}
        {%- set same = key ~ " in (select " ~ key ~ " from " ~ arriving(target) ~ ")" -%}
        {%- set within = config.get("key_within") -%}
        {%- do reasons.append(condition(within) ~ " and " ~ same if within else same) -%}
    {%- endif -%}

    {# Each by itself: of two in one condition every column of history is read. #}
    {%- for reason in reasons or [none] %}
    delete from {{ target }}{% if reason %} where {{ reason }}{% endif %};
    {%- endfor %}

    insert into {{ target }} ({{ columns }})
    select {{ columns }} from {{ arriving(target) }} {{ by_time() }};

    drop table {{ arriving(target) }};
{%- endmacro %}
