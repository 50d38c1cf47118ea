{% set names = ['shipped', 'substituted', 'short', 'refused', 'cancelled'] %}

-- By line: what one line got too much leaves another as open as it was.
with asked as (
    select
        instruction_id,
        instruction_line_ref,
        qty as asked_qty,
    from {{ source('instructions', 'instruction_lines') }}
    where
        instruction_id in (
            select instruction_id from {{ ref('int_instructions__moving') }}
        )
),

-- What we took back of a node that never knew of it was refused by nobody.
answers as (
    select
        instruction_id,
        instruction_line_ref,
        qty,
        event_at,
        if(
            event_type = 'REJECTED' and reason_code = 'UNREAD',
            'WITHDRAWN',
            event_type
        ) as kind,
    from {{ ref('fct_order_events') }}
    where
        instruction_id in (select instruction_id from asked)
        and event_type in (
            'SHIPPED', 'COLLECTED', 'SHORT', 'SUBSTITUTED_BY_NODE', 'REJECTED',
            'CANCEL_ACK', 'NOT_COLLECTED'
        )
),

said as (
    select
        instruction_id,
        instruction_line_ref,
        {% for name, kinds in {
            'shipped': "'SHIPPED', 'COLLECTED'",
            'substituted': "'SUBSTITUTED_BY_NODE'",
            'short': "'SHORT'",
            'refused': "'REJECTED'",
            'cancelled': "'CANCEL_ACK', 'NOT_COLLECTED', 'WITHDRAWN'",
        }.items() -%}
        coalesce(sum(qty) filter (kind in ({{ kinds }})), 0)
            as {{ name }}_qty,
        {% endfor -%}
        sum(qty) as answered_qty,
        max(event_at) as answered_at,
        max(event_at) filter (kind <> 'WITHDRAWN') as said_at,
    from answers
    group by all
),

lines as (
    select
        asked.*,
        answered_at,
        said_at,
        {% for name in names -%}
        coalesce({{ name }}_qty, 0) as {{ name }}_qty,
        {% endfor -%}
        coalesce(answered_qty, 0) as answered_qty,
    from asked
    left join said using (instruction_id, instruction_line_ref)
),

final as (
    select
        instruction_id,
        count(*) as line_count,
        {% for name in ['asked'] + names -%}
        cast(sum({{ name }}_qty) as bigint) as {{ name }}_qty,
        {% endfor -%}
        cast(sum(greatest(asked_qty - answered_qty, 0)) as bigint) as open_qty,
        max(answered_at) as answered_at,
        max(said_at) as said_at,
    from lines
    group by instruction_id
)

select *
from final
