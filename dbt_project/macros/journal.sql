{#
    Where our own events are landed: each run's choices are one document of the
    partner self (orchestration/resources/journal.py). Its name says instant and
    run; its first line is the run, then come the run's events, by id.
#}
{% macro journal_file(run_id, as_of) -%}
    'self_' || strftime({{ as_of }} at time zone 'UTC', '%Y%m%dT%H%M%S')
    || '_' || {{ run_id }} || '.jsonl'
{%- endmacro %}

{# Line of an event in it, over all events of the run. #}
{% macro journal_line(run_id, event_id) -%}
    1 + row_number() over (partition by {{ run_id }} order by {{ event_id }})
{%- endmacro %}
