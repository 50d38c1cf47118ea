{% if kits_are_known() %}
with sound as (
    select *
    from {{ ref('int_order_lines__sound') }}
),

accepted as (
    select *
    from {{ taken_by_component('sound') }}
),
{% else %}
with accepted as (
    select
        *,
        cast(null as varchar) as kit_line_id,
        cast(null as varchar) as kit_sku_id,
        cast(null as bigint) as kit_qty,
    from {{ ref('int_order_lines__sound') }}
),
{% endif %}

-- An order of one version needs no search for its newest.
orders as (
    select
        order_id,
        min(version_no) as oldest_version_no,
        max(version_no) as newest_version_no,
    from accepted
    where version_count > 1
    group by order_id
),

mentions as (
    select
        line_id,
        min(version_no) as first_mention_no,
        max(version_no) as last_mention_no,
    from accepted
    where version_count > 1
    group by line_id
),

final as (
    select
        accepted.*,
        coalesce(orders.oldest_version_no, accepted.version_no)
            as oldest_version_no,
        coalesce(orders.newest_version_no, accepted.version_no)
            as newest_version_no,
        coalesce(mentions.first_mention_no, accepted.version_no)
            as first_mention_no,
        coalesce(mentions.last_mention_no, accepted.version_no)
            as last_mention_no,
    from accepted
    left join orders using (order_id)
    left join mentions using (line_id)
)

select *
from final
