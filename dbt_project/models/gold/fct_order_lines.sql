-- depends_on: {{ ref('int_order_lines__touched') }}
{{ config(incremental_predicates=['of_touched_since']) }}

-- A line that the newest version leaves out stays, with nothing ordered.
with lines as (
    select
        *,
        version_no = newest_version_no as is_ordered,
    from {{ ref('int_order_lines__accepted') }}
    where version_no = last_mention_no
),

-- Where an order goes its first line says for all.
stores as (
    select
        order_id,
        arg_min(
            if(service_code = 'SHIP_TO_STORE', coalesce(node_id, ''), ''),
            (line_no, line_id)
        ) as store_id,
    from lines
    where is_ordered
    group by order_id
),

ordered as (
    select
        line_id,
        order_id,
        channel_id,
        line_no,
        line_ref,
        sku_id,
        if(is_ordered, qty, 0) as ordered_qty,
        if(is_ordered, line_amount_minor, 0) as line_amount_minor,
        if(is_ordered, discount_minor, 0) as discount_minor,
        if(is_ordered, tax_minor, 0) as tax_minor,
        currency_code,
        kit_line_id,
        kit_sku_id,
        kit_qty,
        keep_together,
        ordered_at,
        partner_id,
        payload_sha256,
        payload_line,
        known_at,
        landing_id,
        first_landing_id,
        cast(null as varchar) as substitutes_line_id,
        cast(null as bigint) as substitutes_ratio,
    from lines
    {% if lines_are_substituted() -%}
    -- Of the other SKU nobody ordered anything, and the line is paid for.
    union all by name
    select
        * exclude (asked_qty, acted_at),
        0 as ordered_qty,
        0 as line_amount_minor,
        0 as discount_minor,
        0 as tax_minor,
    from {{ ref('int_order_lines__linked') }}
    {%- endif %}
),

final as (
    select
        line_id,
        order_id,
        channel_id,
        line_no,
        line_ref,
        sku_id,
        ordered_qty,
        line_amount_minor,
        discount_minor,
        tax_minor,
        currency_code,
        kit_line_id,
        kit_sku_id,
        kit_qty,
        substitutes_line_id,
        substitutes_ratio,
        keep_together,
        nullif(stores.store_id, '') as to_store_id,
        ordered_at,
        partner_id,
        payload_sha256,
        payload_line,
        known_at,
        landing_id,
        first_landing_id,
    from ordered
    left join stores using (order_id)
)

select *
from final
