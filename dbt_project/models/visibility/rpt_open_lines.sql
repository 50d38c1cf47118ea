with lines as (
    select *
    from {{ ref('rpt_open_line_list') }}
),

final as (
    select
        bucket,
        age_band,
        age_rank,
        channel_id,
        count(*) as line_count,
        cast(sum(qty) as bigint) as qty,
        cast(sum(value_minor) as bigint) as value_minor,
        currency_code,
    from lines
    group by all
)

select *
from final
