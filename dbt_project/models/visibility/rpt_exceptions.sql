with exceptions as (
    select
        exceptions.*,
        coalesce(runs.as_of, {{ as_of() }}) as changed_at,
    from {{ source('decisions', 'exceptions') }} as exceptions
    left join {{ source('decisions', 'runs') }} as runs using (run_id)
),

-- What was done about one that closed and opened again is of another time. A
-- document may ask for any date: no rest is longer than the policy lets, and
-- none began after we heard of it.
actions as (
    select
        actions.* replace (
            least(actions.acted_at, actions.known_at) as acted_at,
            least(
                actions.snoozed_until_date,
                cast(
                    timezone(
                        '{{ var("company_zone") }}',
                        least(actions.acted_at, actions.known_at)
                    ) as date
                )
                + if(
                    list_contains({{ var("proof_codes") }}, exceptions.code),
                    {{ var("most_snooze_proof_days") }},
                    {{ var("most_snooze_days") }}
                )
            ) as snoozed_until_date
        ),
    from {{ ref('fct_exception_actions') }} as actions
    inner join exceptions using (exception_id)
    where actions.acted_at >= exceptions.opened_at
),

handled as (
    select
        exception_id,
        max_by(owner, (acted_at, action_id)) filter (
            action_code = 'ASSIGN'
        ) as assigned_owner,
        max_by(remark, (acted_at, action_id)) filter (
            remark is not null
        ) as remark,
        max_by(author, (acted_at, action_id)) filter (
            remark is not null
        ) as noted_by,
        max_by(snoozed_until_date, (acted_at, action_id)) filter (
            action_code = 'SNOOZE'
        ) as snoozed_until_date,
        max(acted_at) filter (action_code = 'SNOOZE') as snoozed_at,
    from actions
    group by exception_id
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
        correction_id as subject,
        order_id,
    from {{ source('instructions', 'corrected_instructions') }}
    union all
    select
        request_id as subject,
        order_id,
    from {{ source('instructions', 'payment_requests') }}
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
        coalesce(handled.assigned_owner, exceptions.owner) as owner,
        exceptions.detail,
        exceptions.cause_code,
        exceptions.value_minor,
        exceptions.currency_code,
        subjects.order_id,
        exceptions.opened_at,
        exceptions.closed_at,
        exceptions.closed_at is null as is_open,
        coalesce(
            handled.snoozed_at >= exceptions.changed_at
            and timezone(
                '{{ var("company_zone") }}',
                cast(handled.snoozed_until_date as timestamp)
            ) > {{ as_of() }},
            false
        ) as is_snoozed,
        handled.snoozed_until_date,
        handled.remark,
        handled.noted_by,
        date_diff(
            'hour',
            exceptions.opened_at,
            coalesce(exceptions.closed_at, {{ as_of() }})
        ) // 24 as age_days,
        exceptions.run_id,
    from exceptions
    left join subjects using (subject)
    left join handled using (exception_id)
)

select *
from final
