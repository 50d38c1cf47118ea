{{ config(incremental_strategy='replace', unique_key=['order_id']) }}

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

sent as (
    select *
    from {{ ref('stg_orders') }}
    where order_id in (select order_id from touched)
),

-- A line of one time stamp is one line, in however many files it came.
lines as (
    select *
    from sent
    qualify row_number() over (
        partition by line_id, updated_at
        order by content_digest desc, landing_id, payload_line
    ) = 1
),

copies as (
    select
        order_id,
        updated_at,
        md5(string_agg(content_digest, '' order by line_ref)) as copy_digest,
    from lines
    group by order_id, updated_at
),

-- A copy that says what the one before it said is no new version.
changed_copies as (
    select *
    from copies
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
    from changed_copies
),

line_numbers as (
    select
        line_id,
        row_number() over (
            partition by order_id
            order by try_cast(line_ref as bigint) nulls last, line_ref
        ) as line_no,
    from (select distinct order_id, line_id, line_ref from lines)
),

final as (
    select
        lines.*,
        line_numbers.line_no,
        versions.version_no,
        '{{ var("run_id") }}' as changed_run_id,
    from lines
    inner join versions using (order_id, updated_at)
    inner join line_numbers using (line_id)
)

select *
from final
