{% set touched = ref('int_orders__touched') %}

-- Few orders have a past: look for it in the ids before the whole rows.
with earlier_files as (
    select distinct landing_id
    from {{ ref('stg_orders') }}
    where
        not {{ has_arrived() }}
        and landing_id >= {{ touched_landed_since() }}
        and order_id in (select order_id from {{ touched }})
)

select *
from {{ ref('stg_orders') }}
where {{ has_arrived() }}
union all
select *
from {{ ref('stg_orders') }}
where
    not {{ has_arrived() }}
    and landing_id in (select landing_id from earlier_files)
    and order_id in (select order_id from {{ touched }})
