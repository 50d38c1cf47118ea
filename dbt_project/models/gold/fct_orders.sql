-- depends_on: {{ ref('int_order_lines__touched') }}
{{ config(incremental_predicates=['of_touched_since']) }}

with lines as (
    select *
    from {{ ref('int_order_lines__accepted') }}
    where version_no = newest_version_no
),

totals as (
    select
        order_id,
        count(distinct line_no) as line_count,
        arg_min(line_id, (line_no, line_id)) as line_id,
        cast(sum(qty) as bigint) as ordered_qty,
        cast(sum(line_amount_minor - discount_minor + tax_minor) as bigint)
            as amount_minor,
        bool_or(is_cancelled) as is_cancelled,
        bool_or(is_ship_complete) as is_ship_complete,
    from lines
    group by order_id
),

stores as (
    select
        node_id,
        region_code,
    from {{ ref('int_nodes__deduplicated') }}
),

-- The header is what the order's first line says.
final as (
    select
        order_id,
        lines.channel_id,
        lines.order_ref,
        lines.order_name,
        lines.ordered_at,
        {{ business_date('lines.ordered_at') }} as business_date,
        lines.version_no,
        totals.is_cancelled,
        lines.currency_code,
        totals.amount_minor,
        totals.line_count,
        totals.ordered_qty,
        lines.service_code,
        totals.is_ship_complete,
        lines.wanted_ship_date,
        lines.wanted_delivery_date,
        lines.payment_status,
        lines.is_till_sale,
        lines.node_id,
        if(
            lines.service_code = 'SHIP_TO_STORE',
            stores.region_code,
            lines.region_code
        ) as region_code,
        lines.country_code,
        lines.customer_token,
        lines.ship_to_name,
        lines.ship_to_street,
        lines.ship_to_street2,
        lines.ship_to_city,
        lines.ship_to_postal_code,
        lines.ship_to_phone,
        lines.partner_id,
        lines.payload_sha256,
        lines.payload_line,
        lines.known_at,
        lines.landing_id,
    from lines
    inner join totals using (order_id, line_id)
    left join stores on lines.node_id = stores.node_id
)

select *
from final
