{% set buckets = [
    'pending', 'backordered', 'released', 'shipped', 'delivered', 'cancelled',
    'held', 'lost'
] %}

with opening_lines as (
    -- What it had promised to a node, and not told it, is decided anew.
    select
        * exclude (allocated_qty) replace (
            pending_qty + allocated_qty as pending_qty
        ),
    from {{ ref('stg_opening_lines') }}
    {% if not openings_are_told() -%}
    where false
    {%- endif %}
),

{% if kits_are_known() %}
kits as (
    select
        line_id,
        max_by(kit_parts, version_no) as kit_parts,
    from {{ ref('int_order_lines__deduplicated') }}
    where kit_parts is not null
    group by line_id
),
{% endif %}

-- Once per line: of several the one that is newest by content.
{{ 'told' if kits_are_known() else 'lines' }} as (
    select *
    from opening_lines
    where
        line_id in (
            select line_id from opening_lines
            where {{ has_arrived() }}
        )
        {% if kits_are_known() -%}
        or line_id in (
            select line_id from kits
            where line_id in (
                select line_id from {{ ref('int_order_lines__touched') }}
            )
        )
        {%- endif %}
    qualify row_number() over (
        partition by line_id
        order by cut_at desc, content_digest desc, landing_id, payload_line
    ) = 1
),

{% if kits_are_known() %}
parts as (
    select
        line_id,
        unnest(
            from_json(kit_parts, '[{"sku":"VARCHAR","qty":"BIGINT"}]')
        ) as part,
    from kits
    where line_id in (select line_id from told)
),

-- The system before asked for a kit; its components are in no line of that.
lines as (
    select told.*
    from told
    anti join kits using (line_id)
    union all
    select
        told.* replace (
            told.line_id || '~' || part['sku'] as line_id,
            {% for bucket in buckets -%}
            {{ bucket }}_qty * part['qty'] as {{ bucket }}_qty,
            {% endfor -%}
            cast(null as varchar) as instruction_id,
            cast(null as varchar) as instruction_line_ref
        ),
    from told
    inner join parts using (line_id)
),
{% endif %}

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
        if(held_qty > 0, reason_code, null) as reason_code,
        cast(json_object(
            {% for bucket in buckets -%}
            '{{ bucket }}', {{ bucket }}_qty,
            {% endfor -%}
            'node_id', node_id,
            'instruction_id', instruction_id,
            'instruction_line_ref', instruction_line_ref,
            'author', case
                -- Rules of ours (``allocation/holds.py``) end these.
                when
                    reason_code not in (
                        'AWAITING_PAYMENT', 'APPROVAL', 'CREDIT'
                    )
                    then partner_id
            end
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
