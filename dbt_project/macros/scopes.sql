{#
    Which rows are new to this run, and which rows it therefore decides anew.
    Conditions only; a model that uses one of the named sets must ref() it.
#}

{# A bronze row that landed after the last committed run. #}
{% macro has_arrived(relation="") -%}
    {% if relation %}{{ relation }}.{% endif %}landing_id > {{ var("since_landing_id") }}
{%- endmacro %}

{# A row that this run wrote. A constant, so that a scan skips whole files. #}
{% macro is_of_this_run(column="run_id") -%}
    {{ column }} = '{{ var("run_id") }}'
{%- endmacro %}

{#
    A row of this run, or of one whose commit never came. Commits are bookkeeping
    and no fact: they are asked for by name, or silver would stand on decisions.
    Where the run before came to its end there are no such rows, and history is
    not looked through for them.
#}
{% macro is_uncommitted(column) -%}
    {%- if var("is_standing") -%}
        {{ is_of_this_run(column) }}
    {%- else -%}
        (
            {{ is_of_this_run(column) }}
            or {{ column }} not in (
                select run_id from {{ target.database }}.decisions.runs
            )
        )
    {%- endif -%}
{%- endmacro %}

{% macro of_touched_orders() -%}
    order_id in (
        select order_id from {{ target.database }}.silver.int_orders__touched
    )
{%- endmacro %}

{# Ranks of events that are decided anew with their line, all of them. #}
{% macro is_of_channel() -%}
    source_rank in (10, 15, 20, 25, 30, 35, 36, 37, 38)
{%- endmacro %}

{# Where a table says when an order was made. #}
{% macro of_touched_since() -%}
    ordered_at >= {{ touched_since() }} and {{ of_touched_orders() }}
{%- endmacro %}

{# Where events lie that are decided anew with their line. #}
{% macro of_told_channels() -%}
    landing_id >= {{ touched_landed_since() }} and {{ is_of_channel() }}
{%- endmacro %}

{#
    Where all others lie that are told again: what a document's rows are, their rank
    says, and most runs are told of shipments and parcels and of no opening, which
    are many. A range of ranks is told apart by the file, a list of them is not.
#}
{% macro of_told_documents() -%}
    {%- if execute -%}
        {%- set ranks = run_query(
            "select coalesce(min(source_rank), 0), coalesce(max(source_rank), 0)"
            ~ " from fct_order_events__arriving where not " ~ is_of_channel()
        ).rows[0] -%}
        source_rank between {{ ranks[0] }} and {{ ranks[1] }}
        and not {{ is_of_channel() }}
    {%- endif -%}
{%- endmacro %}

{#
    A run that broke may have told of an order of which this one reads nothing: all
    that arrived since is told again.
#}
{% macro of_touched_lines() -%}
    {{ of_told_channels() }} and (
        line_id in (
            select line_id
            from {{ target.database }}.silver.int_order_lines__touched
        )
        {%- if not var("is_standing") %} or {{ has_arrived() }} {%- endif %}
    )
{%- endmacro %}

{#
    What was told of a kit's line before anybody knew that it is one, and of what it
    was taken to be of before its components were told. Nearly no run decides a kit
    anew: then openings, which are many, are not looked through.
#}
{% macro of_touched_kits() -%}
    {%- set kits -%}
        select line_id
        from {{ target.database }}.silver.int_order_lines__deduplicated
        where {{ is_of_this_run('changed_run_id') }} and kit_parts is not null
    {%- endset -%}
    {%- if execute and not _answer("exists (" ~ kits ~ ")") -%}
        false
    {%- else -%}
        source_rank = 5 and (
            line_id in ({{ kits }})
            or (
                regexp_replace(line_id, '~[^~]*$', '') in ({{ kits }})
                or split_part(line_id, '~', 1) in ({{ kits }})
            )
            and line_id not in (
                select line_id
                from {{ target.database }}.silver.int_order_lines__deduplicated
                where {{ is_of_this_run('changed_run_id') }}
            )
        )
    {%- endif -%}
{%- endmacro %}

{# A return that is told anew may be of other lines. #}
{% macro of_told_returns() -%}
    source_rank between 80 and 84 and split_part(event_id, '/RETURN_', 1) in (
        select split_part(event_id, '/RETURN_', 1) from fct_order_events__arriving
        where source_rank between 80 and 84
    )
{%- endmacro %}

{% macro of_changed_orders() -%}
    order_id in (
        select order_id from {{ target.database }}.visibility.int_orders__changed
    )
{%- endmacro %}

{# Where a table says in which month an order was made. #}
{% macro of_changed_since() -%}
    order_month >= {{ known_since_month() }} and {{ of_changed_orders() }}
{%- endmacro %}

{% macro of_changed_dates() -%}
    business_date in (
        select business_date from {{ target.database }}.visibility.int_orders__changed
    )
{%- endmacro %}

{% macro of_changed_months() -%}
    order_month in (
        select strftime(business_date, '%Y-%m')
        from {{ target.database }}.visibility.int_orders__changed
    )
{%- endmacro %}
