with exceptions as (
    select *
    from {{ source('decisions', 'exceptions') }}
),

subjects as (
    select
        line_id as subject,
        order_id,
    from {{ ref('fct_order_lines') }}
    where line_id in (select subject from exceptions)
    union all
    select
        order_id as subject,
        order_id,
    from {{ ref('fct_orders') }}
    where order_id in (select subject from exceptions)
    union all
    select
        instruction_id as subject,
        order_id,
    from {{ source('instructions', 'fulfilment_orders') }}
    union all
    select
        request_id as subject,
        order_id,
    from {{ source('instructions', 'cancel_requests') }}
    union all
    select
        tracking_ref as subject,
        order_id,
    from {{ source('decisions', 'reconciled_parcels') }}
    where tracking_ref in (select subject from exceptions)
    union all
    select
        event_id as subject,
        min(order_id) as order_id,
    from {{ ref('rpt_order_timeline') }}
    where event_id in (select subject from exceptions)
    group by event_id
),

final as (
    select
        exceptions.exception_id,
        exceptions.code,
        exceptions.subject,
        exceptions.owner,
        exceptions.detail,
        exceptions.cause_code,
        exceptions.value_minor,
        exceptions.currency_code,
        subjects.order_id,
        exceptions.opened_at,
        exceptions.closed_at,
        exceptions.closed_at is null as is_open,
        date_diff(
            'hour',
            exceptions.opened_at,
            coalesce(exceptions.closed_at, {{ as_of() }})
        ) // 24 as age_days,
        exceptions.run_id,
    from exceptions
    left join subjects using (subject)
)

select *
from final
