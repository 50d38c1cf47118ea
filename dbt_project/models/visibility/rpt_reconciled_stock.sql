{{ config(materialized='view') }}

-- Every figure of each node's newest count beside every balance of ours that is
-- not zero, as the newest run left both.
with judged as (
    select
        node_id,
        snapshot_at,
        verdict,
        as_of,
    from {{ source('decisions', 'node_confidence') }}
    where
        run_id in (
            select max_by(run_id, as_of)
            from {{ source('decisions', 'node_confidence') }}
        )
),

counted as (
    select
        figures.node_id,
        figures.sku_id,
        figures.stock_status,
        figures.snapshot_at,
        figures.quantity_basis,
        figures.qty as reported_qty,
        figures.partner_id,
        figures.payload_line,
        figures.landing_id,
    from {{ ref('fct_stock_snapshots') }} as figures
    inner join judged
        on
            figures.node_id = judged.node_id
            and figures.snapshot_at = judged.snapshot_at
),

ours as (
    {% for status in ['available', 'damaged', 'hold'] -%}
    select
        node_id,
        sku_id,
        '{{ status | upper }}' as stock_status,
        {{ status }}_qty as position_qty,
    from {{ source('decisions', 'stock_positions') }}
    where {{ status }}_qty <> 0
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

variances as (
    select *
    from {{ source('decisions', 'stock_variances') }}
),

both_sides as (
    select
        node_id,
        sku_id,
        stock_status,
        counted.* exclude (node_id, sku_id, stock_status),
        ours.position_qty,
    from counted
    full outer join ours
        using (node_id, sku_id, stock_status)
),

final as (
    select
        both_sides.node_id,
        nodes.operator_id as partner_id,
        both_sides.sku_id,
        both_sides.stock_status,
        judged.snapshot_at,
        both_sides.quantity_basis,
        both_sides.reported_qty,
        variances.ledger_qty,
        both_sides.position_qty,
        variances.variance_qty,
        variances.posted_qty,
        case
            when judged.snapshot_at is null then 'no_count'
            when both_sides.reported_qty is null then 'not_counted'
            when judged.verdict <> 'TRUSTED' then 'not_believed'
            when variances.cause_code is null then 'matched'
            else lower(variances.cause_code)
        end as stock_class,
        case stock_class
            when 'no_count' then 'NEVER_COUNTED'
            when 'not_counted' then 'NOT_IN_THE_FILE'
            when 'not_believed' then judged.verdict
            when 'matched' then null
            when 'shortfall' then 'NOTHING_EXPLAINS_IT'
            when 'surplus_waits' then 'ONE_COUNT_SAYS_SO'
            when 'surplus_confirmed' then 'TWO_COUNTS_SAY_SO'
            else 'A_LATE_DOCUMENT'
        end as cause_code,
        coalesce(exceptions.opened_at, judged.snapshot_at) as since_at,
        case
            when stock_class = 'not_believed' then 'integration team'
            when
                stock_class
                not in ('matched', 'explained', 'surplus_confirmed')
                then 'stock control'
        end as owner,
        exceptions.value_minor,
        exceptions.currency_code,
        both_sides.landing_id,
        both_sides.payload_line,
    from both_sides
    left join judged using (node_id)
    left join {{ ref('dim_nodes') }} as nodes using (node_id)
    left join variances
        on
            both_sides.node_id = variances.node_id
            and both_sides.sku_id = variances.sku_id
            and both_sides.stock_status = variances.stock_status
            and both_sides.snapshot_at = variances.snapshot_at
    left join {{ source('decisions', 'exceptions') }} as exceptions
        on
            exceptions.closed_at is null
            and exceptions.code in ('STOCK_SHORTFALL', 'STOCK_SURPLUS')
            and exceptions.subject = concat_ws(
                '/',
                both_sides.node_id,
                both_sides.sku_id,
                both_sides.stock_status
            )
)

select *
from final
