-- depends_on: {{ ref('int_orders__changed') }}
{{ config(incremental_predicates=[of_changed_orders()]) }}

with events as (
    select
        *,
        'document' as source_kind,
    from {{ ref('int_order_timeline__documents') }}
    union all by name
    select
        *,
        'decision' as source_kind,
        'self' as partner_id,
    from {{ ref('int_order_timeline__decisions') }}
),

files as (
    select
        landing_id,
        file_name,
    from {{ source('bronze', 'landing_ledger') }}
),

verdicts as (
    select
        event_id,
        min(verdict) as verdict,
    from {{ source('decisions', 'event_verdicts') }}
    group by event_id
),

final as (
    select
        events.event_id,
        events.order_id,
        events.line_id,
        events.event_at,
        coalesce(events.is_date_only, false) as is_date_only,
        cast(events.source_rank as bigint) as source_rank,
        events.event_type,
        events.qty,
        events.sku_id,
        events.node_id,
        events.instruction_id,
        events.reason_code,
        events.detail,
        verdicts.verdict,
        events.source_kind,
        events.partner_id,
        coalesce(files.file_name, events.file_name) as file_name,
        events.payload_sha256,
        events.payload_line,
        events.run_id,
        events.order_month,
    from events
    left join files using (landing_id)
    left join verdicts using (event_id)
)

select *
from final
