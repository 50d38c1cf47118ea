{% if lines_are_substituted() %}
with actions as (
    select *
    from {{ ref('int_order_actions__judged') }}
    where action_code = 'SUBSTITUTE' and code is null
),

-- A kit goes whole: none of its components is replaced. What was taken at a
-- till is gone.
lines as (
    select *
    from {{ ref('int_order_lines__accepted') }}
    where
        version_no = last_mention_no
        and kit_line_id is null
        and not is_till_sale
),

final as (
    select
        actions.linked_line_id as line_id,
        lines.line_id as substitutes_line_id,
        actions.ratio as substitutes_ratio,
        lines.order_id,
        lines.channel_id,
        lines.line_no,
        lines.line_ref,
        actions.alternative_sku_id as sku_id,
        lines.keep_together,
        coalesce(actions.qty, lines.qty) * actions.ratio as asked_qty,
        lines.currency_code,
        lines.ordered_at,
        actions.acted_at,
        actions.partner_id,
        actions.payload_sha256,
        actions.payload_line,
        actions.known_at,
        actions.landing_id,
        lines.first_landing_id,
    from lines
    inner join actions using (order_id, line_ref)
    where actions.alternative_sku_id != lines.sku_id
)
{% else %}
-- The columns of a linked line, and none of it.
with final as (
    select
        line_id,
        line_id as substitutes_line_id,
        qty as substitutes_ratio,
        order_id,
        channel_id,
        line_no,
        line_ref,
        sku_id,
        keep_together,
        qty as asked_qty,
        currency_code,
        ordered_at,
        ordered_at as acted_at,
        partner_id,
        payload_sha256,
        payload_line,
        known_at,
        landing_id,
        first_landing_id,
    from {{ ref('int_order_lines__accepted') }}
    where false
)
{% endif %}

select *
from final
