{% set since = changed_dates_since() %}

with orders as (
    select
        order_id,
        channel_id,
        business_date,
        timezone(
            '{{ var("company_zone") }}',
            cast(business_date + 1 as timestamp)
        ) as day_end_at,
    from {{ ref('fct_orders') }}
    where
        not is_till_sale
        and ordered_at >= {{ since }}
        and business_date in (
            select business_date from {{ ref('int_orders__changed') }}
        )
),

lines as (
    select
        orders.*,
        buckets.line_id,
        buckets.ordered_qty - buckets.cancelled_qty as ordered_qty,
        buckets.shipped_qty + buckets.delivered_qty as shipped_qty,
    from {{ source('decisions', 'line_buckets') }} as buckets
    inner join orders using (order_id)
    where
        buckets.ordered_at >= {{ since }}
        and buckets.ordered_qty > buckets.cancelled_qty
        {%- if lines_are_substituted() %}
        -- Nobody ordered what is sent instead; what it replaces was not filled.
        and buckets.line_id not in (
            select line_id
            from {{ ref('fct_order_lines') }}
            where ordered_at >= {{ since }} and substitutes_line_id is not null
        )
        {%- endif %}
),

-- Both are looked for at once: events are many.
not_ours as (
    select
        line_id,
        event_type,
    from {{ ref('fct_order_events') }}
    where
        event_type in ('OPENING', 'FULFILLED_BY_CHANNEL')
        and landing_id >= {{ landed_since(since) }}
        and line_id in (select line_id from lines)
),

allocated as (
    select
        line_id,
        event_at,
        if(event_type = 'ALLOCATED', qty, -qty) as qty,
    from {{ source('decisions', 'own_events') }}
    where
        event_type in ('ALLOCATED', 'DEALLOCATED')
        and line_id in (select line_id from lines)
),

filled as (
    select
        line_id,
        sum(allocated.qty) as qty,
    from lines
    inner join allocated using (line_id)
    where allocated.event_at <= lines.day_end_at
    group by line_id
),

final as (
    select
        lines.*,
        cast(least(lines.ordered_qty, coalesce(filled.qty, 0)) as bigint)
            as filled_qty,
    from lines
    left join filled using (line_id)
    -- What somebody else sent, and we never allocated, is no line of ours.
    where
        lines.line_id not in (
            select line_id
            from not_ours
            where
                event_type = 'OPENING'
                or line_id not in (select line_id from allocated)
        )
)

select *
from final
