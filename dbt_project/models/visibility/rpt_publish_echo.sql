{{ config(materialized='view') }}

-- Every figure that a channel was told, beside what it shows. What it does not
-- show is unknown, not zero.
with told as (
    select
        channel_id,
        sku_id,
        available_qty as told_qty,
        as_of as told_at,
    from {{ source('decisions', 'channel_availability') }}
),

shown as (
    select
        channel_id,
        sku_id,
        qty as shown_qty,
        shown_at,
    from {{ ref('fct_channel_stock') }}
),

heard as (
    select
        channel_id,
        max(shown_at) as heard_at,
    from shown
    group by channel_id
),

final as (
    select
        channel_id,
        sku_id,
        told.told_qty,
        told.told_at,
        shown.shown_qty,
        shown.shown_at,
        shown.shown_qty - told.told_qty as difference_qty,
        case
            when told.told_qty is null then 'NOT_TOLD'
            when heard.heard_at is null then 'NOT_HEARD'
            when shown.shown_qty is null then 'NOT_SHOWN'
            when shown.shown_qty = told.told_qty then 'SAME'
            when
                shown.shown_at
                < told.told_at + interval {{ var('echo_grace_hours') }} hour
                then 'TOLD_SINCE'
            when shown.shown_qty > told.told_qty then 'SHOWS_MORE'
            else 'SHOWS_LESS'
        end as echo_class,
    from told
    full outer join shown using (channel_id, sku_id)
    left join heard using (channel_id)
)

select *
from final
