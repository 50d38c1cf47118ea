-- depends_on: {{ ref('int_order_lines__touched') }}
{{ config(
    unique_key=['event_id'],
    key_within='of_told_documents',
    known_first=['of_told_channels', 'of_told_documents'],
    incremental_predicates=[
        'of_touched_lines', 'of_touched_kits', 'of_told_returns'
    ]
) }}

with events as (
    select *
    from {{ ref('int_order_events__accepted') }}
    union all by name
    select *
    from {{ ref('int_order_events__revised') }}
    union all by name
    select *
    from {{ ref('int_order_events__acted') }}
    union all by name
    {% if lines_are_substituted() -%}
    select *
    from {{ ref('int_order_events__linked') }}
    union all by name
    {% endif -%}
    select *
    from {{ ref('int_opening_events__derived') }}
    union all by name
    select *
    from {{ ref('int_instruction_events__derived') }}
    union all by name
    select *
    from {{ ref('int_parcel_events__derived') }}
    {% if returns_are_told() -%}
    union all by name
    select *
    from {{ ref('int_return_events__derived') }}
    {%- endif %}
),

final as (
    select
        event_id,
        event_type,
        line_id,
        instruction_id,
        instruction_line_ref,
        sku_id,
        node_id,
        qty,
        event_at,
        coalesce(is_date_only, false) as is_date_only,
        cast(source_rank as bigint) as source_rank,
        reason_code,
        detail,
        partner_id,
        payload_sha256,
        payload_line,
        known_at,
        landing_id,
    from events
)

select *
from final
