-- depends_on: {{ ref('int_orders__touched') }}
{{ config(unique_key=['order_id']) }}

{% set changed_orders %}
select order_id
from {{ ref('stg_order_changes') }}
where {{ has_arrived() }}
union
select order_id
from {{ ref('stg_orders') }}
where
    {{ has_arrived() }}
    and order_id in (select order_id from {{ ref('stg_order_changes') }})
{% if is_incremental() %}
union
select order_id
from {{ this }}
where {{ is_uncommitted('changed_run_id') }}
{% endif %}
{% endset %}

with touched as (
    select order_id
    from {{ counted('orders_changed', changed_orders) }}
),

-- The same row of a change told twice is one row.
told as (
    select
        *,
        (line_action_code = 'add' or action_code = 'replace')
        and sku_ref is not null
        and qty > 0 as is_adding,
    from {{ ref('stg_order_changes') }}
    where order_id in (select order_id from touched)
    qualify row_number() over (
        partition by order_id, change_ref, changed_at, line_ref
        order by content_digest desc, landing_id, payload_line
    ) = 1
),

sent as (
    select distinct
        order_id,
        line_ref,
    from {{ ref('stg_orders') }}
    where
        landing_id >= {{ touched_landed_since() }}
        and order_id in (select order_id from touched)
),

orders as (
    select distinct order_id
    from sent
),

-- A line that the order never had may be added by a change, unless that
-- change waits itself.
{% for pass in ['first', 'second'] %}
{{ pass }}_added as (
    select
        order_id,
        line_ref,
        min(changed_at) as added_at,
    from {{ 'told' if loop.first else 'first_judged' }}
    where is_adding {{ 'and code is null' if loop.last }}
    group by order_id, line_ref
),

{{ pass }}_judged as (
    select
        told.*,
        case
            when orders.order_id is null then 'UNKNOWN_ORDER'
            when
                told.line_ref is not null
                and is_adding is not true
                and sent.line_ref is null
                and added.line_ref is null
                then 'UNKNOWN_LINE'
        end as row_code,
        min(row_code) over (
            partition by told.order_id, told.change_ref, told.changed_at
        ) as code,
    from told
    left join orders on told.order_id = orders.order_id
    left join sent
        on told.order_id = sent.order_id and told.line_ref = sent.line_ref
    left join {{ pass }}_added as added
        on
            told.order_id = added.order_id
            and told.line_ref = added.line_ref
            and told.changed_at >= added.added_at
),
{% endfor %}

-- A change is taken whole or waits whole.
final as (
    select
        * exclude (row_code, is_adding, content_digest),
        row_code is not null as is_cause,
        case row_code
            when 'UNKNOWN_ORDER'
                then 'order ' || order_id || ' has not arrived'
            when 'UNKNOWN_LINE'
                then 'order ' || order_id || ' has no line ' || line_ref
        end as detail,
        '{{ var("run_id") }}' as changed_run_id,
    from second_judged
)

select *
from final
