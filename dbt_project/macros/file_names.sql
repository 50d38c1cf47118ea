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
    Lines that a later file takes the place of, as a table to read. The name of
    such a file has the hash and the line of what it mends
    (orchestration/resources/mending.py writes it).
#}
{% macro mended_lines() -%}
    (
        select distinct
            regexp_extract(
                file_name, 'mend-([0-9a-f]{12})-[0-9]+', 1
            ) as mended_sha,
            try_cast(
                regexp_extract(file_name, 'mend-[0-9a-f]{12}-([0-9]+)', 1)
                as bigint
            ) as mended_line,
        from {{ source('bronze', 'landing_ledger') }}
        where
            file_name like '%mend-%'
            and verdict in ('ACCEPTED', 'PARTIAL', 'REVISION')
            and accepted_lines > 0
    )
{%- endmacro %}

{# Joins the mend of a row's line, where there is one. #}
{% macro join_mended(rows) -%}
    left join {{ mended_lines() }} as mended
        on
            left({{ rows }}.payload_sha256, 12) = mended.mended_sha
            and {{ rows }}.payload_line = mended.mended_line
{%- endmacro %}
