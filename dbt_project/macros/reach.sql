{#
    How far back a run reads. History is stored by time, and DuckLake knows of
    each file how far it reaches: it passes by all that a moment in the text of a
    statement rules out, but not what a join would. So the moment is asked for
    when the statement is put together.
#}
{% macro moment_of(question) -%}
    {%- if execute -%}
        timestamptz '{{ run_query(question).columns[0].values()[0] }}'
    {%- else -%}
        timestamptz '-infinity'
    {%- endif -%}
{%- endmacro %}

{% macro month_of(question) -%}
    {%- if execute -%}
        '{{ run_query(question).columns[0].values()[0] }}'
    {%- else -%}
        ''
    {%- endif -%}
{%- endmacro %}

{% macro _changed_since() -%}
    coalesce(min(ordered_since), timestamptz '9999-12-01')
{%- endmacro %}

{% macro _of_changed() -%}
    from {{ target.database }}.visibility.int_orders__changed
{%- endmacro %}

{#
    What a question answers, as a table to read whose size is known: guessing it
    from the size of history, a join would hash history to look a few rows up.
#}
{% macro counted(name, question) -%}
    {%- if not execute -%}
        {{ return("(" ~ question ~ ")") }}
    {%- endif -%}
    {%- do run_query(
        "create or replace temporary table " ~ name ~ " as " ~ question
    ) -%}
    {{ return(name) }}
{%- endmacro %}

{#
    No line of an order that the run decides anew was ordered earlier, as the run
    before left it. Where that run broke, nobody knows what it left.
#}
{% macro touched_since() -%}
    {%- if var("is_standing") -%}
        {{ moment_of(
            "select cast(coalesce(min(ordered_since), timestamptz '9999-12-01')"
            ~ " as varchar) " ~ _of_touched()
        ) }}
    {%- else -%}
        timestamptz '-infinity'
    {%- endif -%}
{%- endmacro %}

{#
    Nothing was told earlier of an order that the run decides anew. What a run left
    that broke says so as well: a file that told of an order first stays the first.
#}
{% macro touched_landed_since() -%}
    {%- if execute -%}
        {{ run_query(
            "select least(min(landed_since), " ~ var("since_landing_id")
            ~ " + 1) " ~ _of_touched()
        ).columns[0].values()[0] }}
    {%- else -%}
        0
    {%- endif -%}
{%- endmacro %}

{% macro _of_touched() -%}
    from {{ target.database }}.silver.int_orders__touched
{%- endmacro %}

{# No event of a line of an order that this run changed landed earlier. #}
{% macro changed_landed_since() -%}
    {%- if execute -%}
        {{ run_query(
            "select coalesce(min(landed_since), " ~ var("since_landing_id")
            ~ " + 1) " ~ _of_changed()
        ).columns[0].values()[0] }}
    {%- else -%}
        0
    {%- endif -%}
{%- endmacro %}

{#
    No event of our own of a line of an order that this run changed is older: we say
    nothing of an order before a run has read of it, and date it by the run.
#}
{% macro our_events_since() -%}
    {{ moment_of(
        "select cast(coalesce(min(as_of), timestamptz '-infinity') as varchar) from "
        ~ target.database ~ ".decisions.runs where landing_id >= "
        ~ changed_landed_since()
    ) }}
{%- endmacro %}

{# No line of an order that this run changed was ordered earlier. #}
{% macro changed_since() -%}
    {{ moment_of(
        "select cast(" ~ _changed_since() ~ " as varchar) " ~ _of_changed()
    ) }}
{%- endmacro %}

{# No line of an order of the dates on which this run changed any was ordered
   earlier, wherever the company's midnight is. #}
{% macro changed_dates_since() -%}
    {{ moment_of(
        "select cast(coalesce(min(business_date), date '9999-12-01') - 2 as varchar) "
        ~ _of_changed()
    ) }}
{%- endmacro %}

{# No event of a line that was ordered since then landed earlier. #}
{% macro landed_since(moment) -%}
    {%- set lines = ref('fct_order_lines') -%}
    {%- if execute -%}
        {{ run_query(
            "select coalesce(min(first_landing_id), " ~ var("since_landing_id")
            ~ " + 1) from " ~ lines ~ " where ordered_at >= " ~ moment
        ).columns[0].values()[0] }}
    {%- else -%}
        0
    {%- endif -%}
{%- endmacro %}

{# The month of it. #}
{% macro changed_since_month() -%}
    {{ month_of("select " ~ order_month(_changed_since()) ~ " " ~ _of_changed()) }}
{%- endmacro %}

{#
    The month before which no line of an order that this run changed was ordered, as
    it is told now and as the run before knew it.
#}
{% macro known_since_month() -%}
    {%- if var("is_standing") -%}
        {{ month_of(
            "select " ~ order_month(
                "least(" ~ _changed_since() ~ ", (select min(ordered_since) "
                ~ _of_touched() ~ "))"
            ) ~ " " ~ _of_changed()
        ) }}
    {%- else -%}
        ''
    {%- endif -%}
{%- endmacro %}

{#
    Of line_buckets: lines with any each that has not left, nor was given up. A
    status is told apart by the file, a sum of quantities only row by row
    (transforms/lifecycle/status.py names the same).
#}
{% macro may_be_open(relation="") -%}
    {% if relation %}{{ relation }}.{% endif %}line_status in (
        'ON_HOLD', 'OPEN', 'PARTIALLY_RELEASED', 'RELEASED', 'PARTIALLY_SHIPPED'
    )
{%- endmacro %}

{% macro _of_decided() -%}
    from {{ ref('int_order_lines__deduplicated') }}
    where {{ is_of_this_run('changed_run_id') }}
{%- endmacro %}

{# No line of an order that this run decided anew was ordered earlier. #}
{% macro decided_since() -%}
    {{ moment_of(
        "select cast(coalesce(min(ordered_at), timestamptz '9999-12-01') as varchar) "
        ~ _of_decided()
    ) }}
{%- endmacro %}

{# No row of the documents that these lines stand on landed earlier. #}
{% macro decided_landed_since() -%}
    {%- if execute -%}
        {{ run_query(
            "select coalesce(min(first_landing_id), 0) "
            ~ _of_decided()
        ).columns[0].values()[0] }}
    {%- else -%}
        0
    {%- endif -%}
{%- endmacro %}

{% macro _of_worked_on() -%}
    from {{ target.database }}.visibility.int_orders__worked_on
{%- endmacro %}

{# No line that is open, or of which this run decided something, was ordered
   earlier; nor the order that it is of. #}
{% macro worked_on_since() -%}
    {{ moment_of("select cast(ordered_since as varchar) " ~ _of_worked_on()) }}
{%- endmacro %}

{# The month of it. #}
{% macro worked_on_since_month() -%}
    {{ month_of("select " ~ order_month("ordered_since") ~ " " ~ _of_worked_on()) }}
{%- endmacro %}

{#
    Whether the run reads an opening line, or takes a kit of one apart anew. The
    cut-over is long ago in most runs, and its lines are many.
#}
{% macro openings_are_told() -%}
    {{ return(_answer(
        "exists (select 1 from " ~ source('bronze', 'opening_lines') ~ " where "
        ~ has_arrived() ~ ") or exists (select 1 from "
        ~ ref('int_order_lines__deduplicated') ~ " where "
        ~ is_of_this_run('changed_run_id') ~ " and kit_parts is not null)"
    )) }}
{%- endmacro %}

{#
    Whether the run is told of a return, decides the order of one anew, or learns
    what a node sent instead of something. Nearly
    no run is, and planning for them takes longer than their events: so the
    question is asked before.
#}
{% macro returns_are_told() -%}
    {{ return(_answer(
        "exists (select 1 from " ~ ref('int_returns__deduplicated') ~ " where "
        ~ has_arrived() ~ " or order_ref in ("
        ~ "select substr(order_id, strpos(order_id, '/') + 1) from "
        ~ ref('int_order_lines__touched') ~ ")) or exists (select 1 from "
        ~ ref('stg_shipment_confirmations') ~ " where " ~ has_arrived()
        ~ " and ordered_sku_ref is not null) or exists (select 1 from "
        ~ ref('int_sku_aliases__deduplicated') ~ " where " ~ has_arrived()
        ~ " and alias_ref in (select sku_ref from "
        ~ ref('stg_shipment_confirmations')
        ~ " where ordered_sku_ref is not null))"
    )) }}
{%- endmacro %}

{#
    Whether anybody ever had another SKU sent than a line asks for. In most houses
    nobody did, as above.
#}
{% macro lines_are_substituted() -%}
    {{ return(_answer(
        "exists (select 1 from " ~ source('bronze', 'order_actions')
        ~ " where action = 'SUBSTITUTE')"
    )) }}
{%- endmacro %}

{#
    Whether a node was ever told to take a kit that lies packed. In most houses none
    was, and planning for them takes longer than their rows: so the question is
    asked before.
#}
{% macro kits_are_packed() -%}
    {{ return(_answer(
        "exists (select 1 from " ~ sent_lines() ~ " where packed_ref is not null)"
    )) }}
{%- endmacro %}

{# What the lake says now; yes, where it is not asked. #}
{% macro _answer(condition) -%}
    {{ return(
        run_query("select " ~ condition).columns[0].values()[0]
        if execute else true
    ) }}
{%- endmacro %}
