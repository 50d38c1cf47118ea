{{ config(unique_key=['as_of', 'partner_id', 'event_type']) }}

with runs as (
    select max(as_of) as previous_as_of
    from {{ source('decisions', 'runs') }}
    where as_of < {{ as_of() }}
),

-- A date says "some time that day": it is over before anything is late.
events as (
    select
        partner_id,
        event_type,
        abs(qty) as qty,
        known_at,
        if(is_date_only, event_at + interval 1 day, event_at) as over_at,
    from {{ ref('fct_order_events') }}
    where {{ has_arrived() }} or known_at = {{ as_of() }}
    union all
    select
        partner_id,
        'RECEIVED' as event_type,
        abs(qty) as qty,
        known_at,
        if(is_date_only, event_at + interval 1 day, event_at) as over_at,
    from {{ ref('fct_receipts') }}
    where {{ has_arrived() }}
),

final as (
    select
        {{ as_of() }} as as_of,
        events.partner_id,
        events.event_type,
        count(*) as event_count,
        cast(sum(events.qty) as bigint) as qty,
        count(*) filter (events.over_at <= runs.previous_as_of)
            as late_event_count,
        cast(
            coalesce(
                sum(events.qty) filter (events.over_at <= runs.previous_as_of),
                0
            ) as bigint
        ) as late_qty,
        cast(
            max(greatest(date_diff('minute', events.over_at, known_at), 0))
            as bigint
        ) as longest_lag_minutes,
        cast(
            quantile_disc(
                greatest(date_diff('minute', events.over_at, known_at), 0), 0.5
            ) as bigint
        ) as median_lag_minutes,
        '{{ var("run_id") }}' as run_id,
    from events
    cross join runs
    group by events.partner_id, events.event_type
)

select *
from final
