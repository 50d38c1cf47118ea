{#
    The date in a file's name, where it is one of the month before it arrived or
    the day after; else the date it arrived, in the partner's zone.
#}
{% macro date_of_file(file_name, received_at, zone) -%}
    {%- set found -%}
        try_cast(
            regexp_replace(
                regexp_extract(
                    {{ file_name }},
                    '20[0-9]{2}[-_]?[01][0-9][-_]?[0-3][0-9]'
                ),
                '([0-9]{4})[-_]?([0-9]{2})[-_]?([0-9]{2})', '\1-\2-\3'
            ) as date
        )
    {%- endset -%}
    {%- set arrived -%}
        cast(timezone({{ zone }}, {{ received_at }}) as date)
    {%- endset -%}
    if(
        {{ found }} between {{ arrived }} - 31 and {{ arrived }} + 1,
        {{ found }},
        {{ arrived }}
    )
{%- endmacro %}

{#
    Name of a file that takes the place of a line: hash and line of what it
    mends (orchestration/resources/mending.py writes it).
#}
{% macro mended_sha(file_name) -%}
    regexp_extract({{ file_name }}, 'mend-([0-9a-f]{12})-[0-9]+', 1)
{%- endmacro %}

{% macro mended_line(file_name) -%}
    try_cast(
        regexp_extract({{ file_name }}, 'mend-[0-9a-f]{12}-([0-9]+)', 1)
        as bigint
    )
{%- endmacro %}
