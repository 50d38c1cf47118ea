with lines as (
    select *
    from {{ ref('int_order_lines__deduplicated') }}
    where order_id in (
        select order_id from {{ ref('int_order_lines__touched') }}
    )
),

accepted as (
    select *
    from lines
    anti join {{ ref('int_order_lines__quarantined') }}
        using (order_id, version_no)
),

orders as (
    select
        order_id,
        min(version_no) as oldest_version_no,
        max(version_no) as newest_version_no,
    from accepted
    group by order_id
),

mentions as (
    select
        line_id,
        min(version_no) as first_mention_no,
        max(version_no) as last_mention_no,
    from accepted
    group by line_id
),

final as (
    select
        accepted.*,
        orders.oldest_version_no,
        orders.newest_version_no,
        mentions.first_mention_no,
        mentions.last_mention_no,
    from accepted
    inner join orders using (order_id)
    inner join mentions using (line_id)
)

select *
from final
