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
    such a file has the hash and the lines of what it mends, such as 25.21to24
    (orchestration/resources/mending.py writes it).
#}
{% macro mended_lines() -%}
    (
        select distinct
            mended_sha,
            unnest(
                range(first_line, least(last_line, first_line + 10000) + 1)
            ) as mended_line,
        from (
            select
                mended_sha,
                try_cast(split_part(span, 'to', 1) as bigint) as first_line,
                coalesce(
                    try_cast(nullif(split_part(span, 'to', 2), '') as bigint),
                    try_cast(split_part(span, 'to', 1) as bigint)
                ) as last_line,
            from (
                select
                    regexp_extract(
                        file_name, 'mend-([0-9a-f]{12})-[0-9]+', 1
                    ) as mended_sha,
                    unnest(
                        string_split(
                            regexp_extract(
                                file_name,
                                'mend-[0-9a-f]{12}-([0-9]+(to[0-9]+)?([.][0-9]+(to[0-9]+)?)*)',
                                1
                            ),
                            '.'
                        )
                    ) as span,
                from {{ source('bronze', 'landing_ledger') }}
                where
                    file_name like '%mend-%'
                    and verdict in ('ACCEPTED', 'PARTIAL', 'REVISION')
                    and accepted_lines > 0
            )
        )
    )
{%- endmacro %}

{# Files that take the place of lines of another one, as a table to read. #}
{% macro mending_files() -%}
    (
        select distinct
            payload_sha256,
            regexp_extract(
                file_name, 'mend-([0-9a-f]{12})-[0-9]+', 1
            ) as mended_sha,
        from {{ source('bronze', 'landing_ledger') }}
        where regexp_matches(file_name, 'mend-[0-9a-f]{12}-[0-9]+')
    )
{%- endmacro %}

{# Joins the mend of a row's line, where there is one. #}
{% macro join_mended(rows) -%}
    left join {{ mended_lines() }} as mended
        on
            left({{ rows }}.payload_sha256, 12) = mended.mended_sha
            and {{ rows }}.payload_line = mended.mended_line
{%- endmacro %}
