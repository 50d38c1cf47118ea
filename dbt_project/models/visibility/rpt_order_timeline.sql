-- depends_on: {{ ref('int_orders__changed') }}
{{ config(incremental_predicates=['of_changed_since']) }}

with told as (
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

events as (
    select * replace (coalesce(is_date_only, false) as is_date_only)
    from told
),

files as (
    select
        landing_id,
        file_name,
    from {{ source('bronze', 'landing_ledger') }}
),

-- Of a cancellation that was asked of the node in part, the part that was not
-- applied at all is what to look at: its verdict comes behind in the alphabet.
verdicts as (
    select
        event_id,
        max(verdict) as verdict,
    from {{ source('decisions', 'event_verdicts') }}
    group by event_id
),

timed as (
    select
        *,
        if(
            is_date_only, event_at + interval 1 day - interval 1 microsecond,
            event_at
        ) as done_at,
    from events
),

-- A step is an event and the one before it on the same line.
steps as (
    select
        *,
        lag(event_type) over line as previous_event_type,
        date_diff('minute', lag(done_at) over line, done_at)
            as minutes_since_previous,
    from timed
    window line as (
        partition by line_id order by done_at, source_rank, event_id
    )
),

final as (
    select
        events.event_id,
        events.order_id,
        events.line_id,
        events.event_at,
        events.is_date_only,
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
        events.previous_event_type,
        events.minutes_since_previous,
        -- A line in several parts goes a step once for each: what we decide at
        -- one moment, and what each instruction's node says.
        dense_rank() over (
            partition by
                events.line_id,
                events.previous_event_type,
                events.event_type,
                if(events.source_kind = 'document', events.instruction_id, null)
            order by events.done_at
        ) > 1 as is_repeated_step,
    from steps as events
    left join files using (landing_id)
    left join verdicts using (event_id)
)

select *
from final
