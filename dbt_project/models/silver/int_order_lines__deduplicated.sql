{{ config(unique_key=['order_id']) }}

with touched as (
    select order_id
    from {{ ref('stg_orders') }}
    where {{ has_arrived() }}
    union
    select order_id
    from {{ held_orders() }}
    {% if is_incremental() %}
    union
    select order_id
    from {{ this }}
    where {{ is_uncommitted('changed_run_id') }}
    {% endif %}
),

-- Few orders have a past: look for it in the ids before the whole rows.
earlier_files as (
    select distinct landing_id
    from {{ ref('stg_orders') }}
    where
        not {{ has_arrived() }}
        and order_id in (select order_id from touched)
),

sent as (
    select *
    from {{ ref('stg_orders') }}
    where {{ has_arrived() }}
    union all
    select *
    from {{ ref('stg_orders') }}
    where
        not {{ has_arrived() }}
        and landing_id in (select landing_id from earlier_files)
        and order_id in (select order_id from touched)
),

orders as (
    select
        order_id,
        list_sort(list_distinct(list(line_sort_key))) as line_keys,
        count(*) > len(line_keys) or min(updated_at) < max(updated_at)
            as is_repeated,
    from sent
    group by order_id
),

-- A line of one time stamp is one line, in however many files it came.
repeated_lines as (
    select *
    from sent
    where
        order_id in (
            select order_id from orders
            where is_repeated
        )
    qualify row_number() over (
        partition by line_id, updated_at
        order by content_digest desc, landing_id, payload_line
    ) = 1
),

-- A copy that says what the one before it said is no new version.
changed_copies as (
    select
        order_id,
        updated_at,
        md5(string_agg(content_digest, '' order by line_ref)) as copy_digest,
    from repeated_lines
    group by order_id, updated_at
    qualify copy_digest is distinct from lag(copy_digest) over (
        partition by order_id order by updated_at
    )
),

versions as (
    select
        order_id,
        updated_at,
        row_number() over (
            partition by order_id order by updated_at
        ) as version_no,
        count(*) over (partition by order_id) as version_count,
    from changed_copies
),

lines as (
    select
        *,
        cast(1 as bigint) as version_no,
        cast(1 as bigint) as version_count,
    from sent
    where
        order_id in (
            select order_id from orders
            where not is_repeated
        )
    union all
    select
        repeated_lines.*,
        versions.version_no,
        versions.version_count,
    from repeated_lines
    inner join versions using (order_id, updated_at)
),

final as (
    select
        lines.* exclude (content_digest, line_sort_key),
        cast(
            list_position(orders.line_keys, lines.line_sort_key) as bigint
        ) as line_no,
        '{{ var("run_id") }}' as changed_run_id,
    from lines
    inner join orders using (order_id)
)

select *
from final
