{% set events = {
    'HOLD': ('HOLD', 35),
    'UNHOLD': ('UNHOLD', 36),
    'CANCEL': ('CANCELLED', 37),
    'APPROVE': ('APPROVED', 38),
} %}

with actions as (
    select *
    from {{ ref('int_order_actions__judged') }}
    where code is null
),

lines as (
    select *
    from {{ ref('int_order_lines__accepted') }}
    where not is_till_sale
    {% if lines_are_substituted() -%}
    union all by name
    select
        line_id,
        order_id,
        line_ref,
        sku_id,
        asked_qty as qty,
        ordered_at,
        -- As if the order had gained it when somebody decided on it.
        acted_at as updated_at,
        2 as version_no,
        1 as oldest_version_no,
    from {{ ref('int_order_lines__linked') }}
    {%- endif %}
),

-- Each line as it stood when somebody acted; a hold is of lines that are added
-- later as well, a cancellation is not.
acted as (
    select
        actions.* exclude (qty),
        lines.line_id,
        lines.sku_id,
        lines.qty,
        greatest(actions.acted_at, lines.ordered_at) as event_at,
    from actions
    inner join lines
        on
            actions.order_id = lines.order_id
            and (actions.line_ref is null or actions.line_ref = lines.line_ref)
    where
        actions.action_code != 'CANCEL'
        or lines.version_no = lines.oldest_version_no
        or lines.updated_at <= actions.acted_at
    qualify row_number() over (
        partition by actions.action_id, lines.line_id
        order by
            lines.updated_at <= actions.acted_at desc,
            if(
                lines.updated_at <= actions.acted_at,
                -lines.version_no,
                lines.version_no
            )
    ) = 1
),

final as (
    {% for action, (event_type, source_rank) in events.items() %}
    select
        line_id || '/{{ event_type }}/' || action_id as event_id,
        '{{ event_type }}' as event_type,
        line_id,
        sku_id,
        cast(null as varchar) as node_id,
        qty,
        event_at,
        {{ source_rank }} as source_rank,
        reason_code,
        cast(
            if(
                until_date is null,
                json_object('author', author),
                json_object('author', author, 'until', until_date)
            ) as varchar
        ) as detail,
        partner_id,
        payload_sha256,
        payload_line,
        known_at,
        landing_id,
    from acted
    where action_code = '{{ action }}'
    {{ 'union all' if not loop.last }}
    {% endfor %}
)

select *
from final
