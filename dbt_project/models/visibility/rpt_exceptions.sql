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
        exceptions.order_id,
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
    left join handled using (exception_id)
)

select *
from final
