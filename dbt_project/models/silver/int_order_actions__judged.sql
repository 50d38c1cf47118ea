{{ config(unique_key=['order_id']) }}

with touched as (
    select order_id
    from {{ ref('stg_order_actions') }}
    where {{ has_arrived() }}
    union
    select order_id
    from {{ ref('int_orders__touched') }}
    where order_id in (select order_id from {{ ref('stg_order_actions') }})
    {% if is_incremental() %}
    union
    select order_id
    from {{ this }}
    where
        {{ is_uncommitted('changed_run_id') }}
        or code in ('UNKNOWN_NODE', 'UNKNOWN_SKU')
    {% endif %}
),

-- An action told twice is one; of two under one number the later one counts.
-- What was substituted stays: of that the one that was done first.
told as (
    select *
    from {{ ref('stg_order_actions') }}
    where order_id in (select order_id from touched)
    qualify row_number() over (
        partition by order_id, action_id
        order by
            action_code = 'SUBSTITUTE' desc,
            if(action_code = 'SUBSTITUTE', acted_at, null),
            acted_at desc, content_digest desc, landing_id, payload_line
    ) = 1
),

lines as (
    select distinct
        order_id,
        line_ref,
    from {{ ref('int_order_lines__deduplicated') }}
    where order_id in (select order_id from told)
),

orders as (
    select distinct order_id
    from lines
),

judged as (
    select
        told.* exclude (content_digest),
        case
            when orders.order_id is null then 'UNKNOWN_ORDER'
            when told.line_ref is not null and lines.line_ref is null
                then 'UNKNOWN_LINE'
            when
                told.action_code = 'PIN'
                and told.node_id not in (
                    select node_id from {{ ref('int_nodes__deduplicated') }}
                )
                then 'UNKNOWN_NODE'
            when
                told.action_code = 'SUBSTITUTE'
                and told.alternative_sku_id not in (
                    select sku_id from {{ ref('int_skus__known') }}
                )
                then 'UNKNOWN_SKU'
        end as code,
    from told
    left join orders using (order_id)
    left join lines
        on told.order_id = lines.order_id and told.line_ref = lines.line_ref
),

final as (
    select
        *,
        case code
            when 'UNKNOWN_ORDER'
                then 'order ' || order_id || ' has not arrived'
            when 'UNKNOWN_LINE'
                then 'order ' || order_id || ' has no line ' || line_ref
            when 'UNKNOWN_NODE'
                then 'no node ' || node_id || ' is known'
            when 'UNKNOWN_SKU'
                then
                    'SKU ' || alternative_sku_id
                    || ' is not in the product master'
        end as detail,
        case action_code
            when 'SUBSTITUTE'
                then
                    order_id || '/' || line_ref || '~'
                    || left(md5(action_id), 12)
        end as linked_line_id,
        '{{ var("run_id") }}' as changed_run_id,
    from judged
)

select *
from final
