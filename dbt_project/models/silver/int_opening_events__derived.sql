{% set buckets = [
    'pending', 'backordered', 'released', 'shipped', 'delivered', 'cancelled'
] %}

with opening_lines as (
    select *
    from {{ ref('stg_opening_lines') }}
),

-- Once per line: of several the one that is newest by content.
lines as (
    select *
    from opening_lines
    where
        line_id in (
            select line_id from opening_lines
            where {{ has_arrived() }}
        )
    qualify row_number() over (
        partition by line_id
        order by cut_at desc, content_digest desc, landing_id, payload_line
    ) = 1
),

final as (
    select
        line_id || '/OPENING' as event_id,
        'OPENING' as event_type,
        line_id,
        instruction_id,
        instruction_line_ref,
        node_id,
        {% for bucket in buckets -%}
        {{ bucket }}_qty{{ ' + ' if not loop.last }}
        {%- endfor %} as qty,
        cut_at as event_at,
        5 as source_rank,
        cast(json_object(
            {% for bucket in buckets -%}
            '{{ bucket }}', {{ bucket }}_qty,
            {% endfor -%}
            'node_id', node_id,
            'instruction_id', instruction_id,
            'instruction_line_ref', instruction_line_ref
        ) as varchar) as detail,
        partner_id,
        payload_sha256,
        payload_line,
        known_at,
        landing_id,
    from lines
)

select *
from final
