{{ config(unique_key=['landing_id']) }}

-- A file that several feeds read has a row of the ledger for each.
with files as (
    select
        partner_id,
        file_name,
        payload_sha256,
        received_at,
        min(landing_id) as landing_id,
        {% for name in ['feed', 'document', 'format'] -%}
        string_agg(distinct {{ name }}, ' + ' order by {{ name }})
            as {{ name }},
        {% endfor -%}
        any_value(size_bytes) as size_bytes,
        count(distinct verdict) as verdict_count,
        min(verdict) as verdict,
        {% for name in ['physical', 'accepted', 'quarantined', 'blank'] -%}
        cast(sum(coalesce({{ name }}_lines, 0)) as bigint)
            as {{ name }}_lines,
        {% endfor -%}
        sum(loaded_rows) as loaded_rows,
        min(run_id) as run_id,
    from {{ source('bronze', 'landing_ledger') }}
    where {{ has_arrived() }}
    group by partner_id, file_name, payload_sha256, received_at
),

final as (
    select
        landing_id,
        partner_id,
        feed,
        document,
        format,
        file_name,
        payload_sha256,
        size_bytes,
        received_at,
        case
            when verdict_count = 1 and verdict != 'REJECTED' then verdict
            when loaded_rows > 0 then 'PARTIAL'
            else 'REJECTED'
        end as verdict,
        physical_lines,
        accepted_lines,
        quarantined_lines,
        blank_lines,
        run_id,
    from files
)

select *
from final
