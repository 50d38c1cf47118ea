{% set address = address_columns() %}
{% set header = header_columns() %}
{% set place = place_columns() %}

with named as (
    select *
    from {{ ref('int_order_lines__named') }}
),

changes as (
    select *
    from {{ ref('int_order_changes__judged') }}
    where
        code is null
        and order_id in (select order_id from named)
),

copies as (
    select *
    from named
    where order_id in (select order_id from changes)
),

orders as (
    select
        order_id,
        min(ordered_at) as ordered_at,
        min(updated_at) as first_copy_at,
    from copies
    group by order_id
),

-- A change made before the first copy we have is part of that copy.
statements as (
    select distinct
        order_id,
        updated_at as said_at,
        false as is_change,
        '' as change_sort_key,
        cast(null as timestamptz) as changed_at,
    from copies
    union all by name
    select
        order_id,
        greatest(changes.changed_at, any_value(orders.ordered_at)) as said_at,
        true as is_change,
        change_sort_key,
        changes.changed_at,
        bool_or(action_code = 'cancel') as is_cancel,
        bool_or(action_code = 'replace') as is_replace,
        {% for column in header -%}
        min({{ column }}) as {{ column }},
        {% endfor -%}
        arg_min(
            struct_pack(
                {% for column in address -%}
                {{ column }} := {{ column }}{{ ', ' if not loop.last }}
                {%- endfor %}
            ),
            payload_line
        ) filter (ship_to_street is not null) as address,
        arg_min(
            struct_pack(
                {% for column in place -%}
                {{ column }} := {{ column }}{{ ', ' if not loop.last }}
                {%- endfor %}
            ),
            (payload_line, landing_id)
        ) as change_place,
    from changes
    inner join orders using (order_id)
    group by order_id, change_sort_key, changes.changed_at
    having said_at >= any_value(orders.first_copy_at)
),

-- Copies and changes of one instant: the copies first, then each change a
-- microsecond after what it changes.
numbered as (
    select
        *,
        row_number() over sequence as statement_no,
        said_at + to_microseconds(
            row_number() over (
                partition by order_id, said_at
                order by is_change, changed_at, change_sort_key
            ) - 1
        ) as stated_at,
        count(*) filter (not is_change) over sequence as copy_no,
    from statements
    window
        sequence as (
            partition by order_id
            order by said_at, is_change, changed_at, change_sort_key
        )
),

final as (
    select
        * replace (
            {% for column in header -%}
            last_value({{ column }} ignore nulls) over so_far as {{ column }},
            {% endfor -%}
            last_value(address ignore nulls) over so_far as address
        ),
        first_value(said_at) over so_far as copy_at,
        bool_or(coalesce(is_cancel, false)) over so_far as is_cancelled,
        min(if(is_cancel, changed_at, null)) over so_far as cancelled_at,
    from numbered
    window
        so_far as (
            partition by order_id, copy_no
            order by statement_no
            rows between unbounded preceding and current row
        )
)

select *
from final
