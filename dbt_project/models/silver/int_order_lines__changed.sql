{# The lines of changed orders, as each change leaves them. #}
{% set address = address_columns() %}
{% set header = header_columns() %}
{% set place = place_columns() %}

with statements as (
    select *
    from {{ ref('int_order_statements__sequenced') }}
),

changes as (
    select *
    from {{ ref('int_order_changes__judged') }}
    where
        code is null
        and order_id in (select order_id from statements)
),

copies as (
    select *
    from {{ ref('int_order_lines__named') }}
    where order_id in (select order_id from statements)
),

orders as (
    select
        order_id,
        min(ordered_at) as ordered_at,
    from copies
    group by order_id
),

line_names as (
    select
        order_id,
        line_ref,
    from copies
    union
    select
        order_id,
        line_ref,
    from changes
    where line_ref is not null
),

heads as (
    select *
    from copies
    qualify row_number() over (
        partition by order_id, updated_at order by line_sort_key
    ) = 1
),

-- Every line at every statement: what the copy said of it, and the change.
cells as (
    select
        statements.*,
        line_names.line_ref,
        copies as copy_row,
        if(changes.order_id is null, null, changes) as change_row,
        case
            when not is_change then copies.order_id is not null
            when changes.line_action_code = 'delete' or changes.qty = 0
                then false
            when changes.order_id is not null then true
            when is_replace then false
        end as is_named,
    from statements
    inner join line_names using (order_id)
    left join copies
        on
            not statements.is_change
            and statements.order_id = copies.order_id
            and statements.said_at = copies.updated_at
            and line_names.line_ref = copies.line_ref
    left join changes
        on
            statements.is_change
            and statements.order_id = changes.order_id
            and statements.change_sort_key = changes.change_sort_key
            and statements.changed_at = changes.changed_at
            and line_names.line_ref = changes.line_ref
),

-- What a change counts, of the goods that the line has by then.
named as (
    select
        cells.*,
        change_row['partner_id'] as partner_id,
        coalesce(
            last_value(change_row['sku_ref'] ignore nulls) over so_far,
            first_value(copy_row['sku_ref']) over so_far
        ) as sku_ref,
        nullif(change_row['qty'], 0) as qty,
        change_row['uom_code'] as uom_code,
        orders.ordered_at,
    from cells
    inner join orders using (order_id)
    window
        so_far as (
            partition by order_id, line_ref, copy_no
            order by statement_no
            rows between unbounded preceding and current row
        )
),

counted as (
    select
        *,
        if(
            qty is null, null, struct_pack(qty := qty, uom_code := uom_code)
        ) as quantity,
        if(
            change_row['line_amount'] is null
            and change_row['unit_amount'] is null,
            null,
            struct_pack(
                line_amount := change_row['line_amount'],
                unit_amount := change_row['unit_amount'],
                currency_code := change_row['currency_code'],
                qty := qty,
                uom_code := uom_code
            )
        ) as price,
    from {{ counted_by_name(
        'named', business_date('named.ordered_at'), ['qty']
    ) }}
),

tracked as (
    select
        * exclude (
            copy_row, change_row, is_named, partner_id, ordered_at, qty,
            uom_code, quantity, price
        ) replace (
            last_value(change_row['sku_ref'] ignore nulls) over so_far
                as sku_ref
        ),
        first_value(copy_row) over so_far as base,
        coalesce(last_value(is_named ignore nulls) over so_far, false)
            as is_ordered,
        last_value(change_row ignore nulls) over so_far as newest,
        last_value(price ignore nulls) over so_far as priced,
        last_value(quantity ignore nulls) over so_far as quantity,
        last_value(change_row['product_name'] ignore nulls) over so_far
            as product_name,
    from counted
    window
        so_far as (
            partition by order_id, line_ref, copy_no
            order by statement_no
            rows between unbounded preceding and current row
        )
),

-- An order whose last line goes is cancelled, its lines stay to be seen.
standing as (
    select
        * replace (coalesce(sku_ref, base['sku_ref']) as sku_ref),
        coalesce(quantity['qty'], base['qty']) as qty,
        list_distinct([
            if(
                base['qty'] is null, null, coalesce(base['uom_code'], 'EA')
            ),
            if(quantity is null, null, coalesce(quantity['uom_code'], 'EA')),
            if(priced is null, null, coalesce(priced['uom_code'], 'EA'))
        ]) as units,
        -- Counted, changed or priced in several units of which nobody told the
        -- eaches: no row has a unit "CS+EA", so the line waits, shown as in CS.
        nullif(
            array_to_string(
                list_sort(list_filter(units, unit -> unit <> 'EA'))
                || list_filter(units, unit -> unit = 'EA'),
                '+'
            ), 'EA'
        ) as uom_code,
        not bool_or(is_ordered) over (
            partition by order_id, statement_no
        ) as is_emptied,
    from tracked
    where is_change
),

said as (
    select
        standing.order_id,
        standing.order_id || '/' || standing.line_ref as line_id,
        standing.line_ref,
        {{ sort_key('standing.line_ref') }} as line_sort_key,
        standing.sku_ref,
        base['node_id'] as node_id,
        coalesce(standing.product_name, base['product_name']) as product_name,
        {% for column in [
            'channel_id', 'order_ref', 'order_name', 'payment_status',
            'currency_code', 'customer_token', 'ship_to_phone',
            'is_ship_complete', 'wanted_ship_date', 'wanted_delivery_date',
            'is_till_sale', 'ordered_at', 'partner_id',
        ] -%}
        coalesce(base['{{ column }}'], heads.{{ column }}) as {{ column }},
        {% endfor -%}
        {% for column in header -%}
        coalesce(
            standing.{{ column }}, base['{{ column }}'], heads.{{ column }}
        ) as {{ column }},
        {% endfor -%}
        {% for column in address -%}
        if(
            address is null,
            coalesce(base['{{ column }}'], heads.{{ column }}),
            address['{{ column }}']
        ) as {{ column }},
        {% endfor -%}
        standing.qty,
        standing.uom_code,
        base['keep_together'] as keep_together,
        base['shipped_qty'] as shipped_qty,
        case
            when priced['unit_amount'] is not null
                then {{ scaled_minor(
                    micro("priced['unit_amount']") ~ ' * ' ~ minor(
                        "1",
                        "coalesce(priced['currency_code'], heads.currency_code)"
                    ),
                    '1000000',
                    'standing.qty'
                ) }}
            when priced is not null
                then {{ scaled_minor(
                    minor(
                        "priced['line_amount']",
                        "coalesce(priced['currency_code'], heads.currency_code)"
                    ),
                    "coalesce(priced['qty'], standing.qty)",
                    'standing.qty'
                ) }}
            when base['qty'] > 0
                then {{ scaled_minor(
                    "base['line_amount_minor']", "base['qty']", 'standing.qty'
                ) }}
            else 0
        end as line_amount_minor,
        {% for column in ['discount_minor', 'tax_minor'] -%}
        coalesce({{ scaled_minor(
            "base['" ~ column ~ "']", "base['qty']", 'standing.qty'
        ) }}, 0) as {{ column }},
        {% endfor -%}
        cast(null as bigint) as order_amount_minor,
        heads.is_cancelled or standing.is_cancelled or is_emptied
            as is_cancelled,
        stated_at as updated_at,
        coalesce(
            heads.cancelled_at,
            standing.cancelled_at,
            if(is_emptied, changed_at, null)
        ) as cancelled_at,
        {% for column in place -%}
        coalesce(newest['{{ column }}'], base['{{ column }}']) as {{ column }},
        change_place['{{ column }}'] as change_{{ column }},
        {% endfor -%}
    from standing
    inner join heads
        on
            standing.order_id = heads.order_id
            and standing.copy_at = heads.updated_at
    where
        (is_ordered or is_emptied)
        and standing.sku_ref is not null
        and standing.qty is not null
),

final as (
    select
        *,
        {{ line_digest() }} as content_digest,
    from said
)

select *
from final
