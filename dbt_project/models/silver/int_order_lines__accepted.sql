with lines as (
    select *
    from {{ ref('int_order_lines__deduplicated') }}
    where {{ is_of_this_run('changed_run_id') }}
),

accepted as (
    select *
    from lines
    anti join {{ ref('int_order_lines__quarantined') }}
        using (order_id, version_no)
),

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
