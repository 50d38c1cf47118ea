{% set goes_on = "('REQUESTED', 'AUTHORISED', 'IN_TRANSIT')" %}

with steps as (
    select
        returns.*,
        concat_ws('/', returns.partner_id, return_ref, return_line_ref)
            as return_line_id,
        left(returned_on, 10) as said_day,
        {{ instant(
            'returned_on',
            "coalesce(nodes.zone, '" ~ var('company_zone') ~ "')"
        ) }} as event_at,
    from {{ ref('int_returns__deduplicated') }} as returns
    left join {{ ref('int_nodes__deduplicated') }} as nodes using (node_id)
),

-- What nodes sent instead of what lines asked for.
replaced as (
    select
        sent.line_id,
        sent.sku_id,
        sent.landing_id,
        lines.order_id,
    from {{ replaced_lines() }} as sent
    inner join {{ ref('fct_order_lines') }} as lines
        on
            sent.line_id = lines.line_id
            and sent.sku_id not in (
                lines.sku_id, coalesce(lines.kit_sku_id, lines.sku_id)
            )
),

-- Returns that something was told of now, and those of orders that this run
-- decides anew, or that a node sent something instead for; the others of their
-- orders stand beside them.
named as (
    select
        return_line_id,
        order_ref,
    from steps
    where
        {{ has_arrived() }}
        or order_ref in (
            select substr(order_id, strpos(order_id, '/') + 1)
            from {{ ref('int_order_lines__touched') }}
            union all
            select substr(order_id, strpos(order_id, '/') + 1)
            from replaced
            where {{ has_arrived() }}
        )
),

told as (
    select *
    from steps
    where return_line_id in (
        select return_line_id from named
        union all
        select return_line_id from steps
        where order_ref in (select order_ref from named)
    )
),

-- What the steps of a returned line come to, whichever arrived first.
returned as (
    select
        return_line_id,
        partner_id,
        arg_max(order_ref, (event_at, status_code)) as order_ref,
        arg_max(order_line_ref, (event_at, status_code)) as order_line_ref,
        arg_max(sku_id, (event_at, status_code)) as sku_id,
        arg_max(lot_ref, (event_at, status_code)) as lot_ref,
        min(event_at) as first_at,
        max(landing_id) as newest_landing_id,
        coalesce(
            max(qty) filter (status_code = 'IN_TRANSIT'),
            max(qty) filter (status_code = 'AUTHORISED'),
            max(qty) filter (status_code = 'REQUESTED'),
            max(qty) filter (status_code = 'LOST'),
            0
        ) as asked_qty,
        coalesce(
            greatest(
                max(qty) filter (status_code = 'RECEIVED'),
                max(qty) filter (status_code = 'INSPECTED')
            ),
            0
        ) as came_qty,
        coalesce(max(qty) filter (status_code = 'LOST'), 0) as lost_qty,
        min(said_day) filter (status_code in ('RECEIVED', 'INSPECTED'))
            as came_day,
        min(said_day) filter (status_code in {{ goes_on }}) as asked_day,
        max(event_at) filter (
            status_code in ('AUTHORISED', 'IN_TRANSIT', 'RECEIVED', 'INSPECTED')
        ) as went_on_at,
    from told
    group by return_line_id, partner_id
),

-- What came before anybody asked was not expected any more.
counted as (
    select
        * exclude (asked_qty, lost_qty),
        if(coalesce(asked_day > came_day, false), 0, asked_qty)
            as expected_qty,
        greatest(least(lost_qty, expected_qty - came_qty), 0) as lost_qty,
    from returned
),

-- An order of the sender, or else the one order of that number.
orders as (
    select
        counted.return_line_id,
        orders.order_id,
    from counted
    inner join {{ ref('fct_orders') }} as orders
        on counted.order_ref = orders.order_ref
    qualify
        orders.channel_id = counted.partner_id
        or (
            count(*) over (partition by counted.return_line_id) = 1
        )
),

-- A kit comes back as its components, or some of them alone. What a node sent
-- instead is of the line that it says, else of the only one that it can be of.
goods as (
    select
        counted.*,
        lines.line_id,
        lines.line_no,
        if(replaced.line_id is null, lines.sku_id, counted.sku_id)
            as line_sku_id,
        lines.ordered_qty,
        lines.order_id,
        lines.first_landing_id,
        if(line_sku_id = counted.sku_id, 1, lines.kit_qty) as eaches,
        coalesce(lines.line_ref = counted.order_line_ref, false) as is_named,
    from counted
    inner join orders using (return_line_id)
    inner join {{ ref('fct_order_lines') }} as lines
        on orders.order_id = lines.order_id
    left join replaced
        on
            lines.line_id = replaced.line_id
            and counted.sku_id = replaced.sku_id
    where
        replaced.line_id is not null
        or counted.sku_id in (lines.sku_id, lines.kit_sku_id)
    qualify
        is_named
        or (
            not bool_or(is_named) over (partition by counted.return_line_id)
            and (
                replaced.line_id is null
                or count(*) over (partition by counted.return_line_id) = 1
            )
        )
),

-- That a node sent something instead is news of what came back of it.
instead as (
    select
        counted.return_line_id,
        counted.partner_id,
        counted.order_ref,
        max(replaced.landing_id) as replaced_landing_id,
    from counted
    inner join orders using (return_line_id)
    inner join replaced
        on
            orders.order_id = replaced.order_id
            and counted.sku_id = replaced.sku_id
    group by counted.return_line_id, counted.partner_id, counted.order_ref
),

-- Returns that name no line fill the lines of their SKU one after the other,
-- beside those that do; what no line has room for is of the last.
rooms as (
    select
        *,
        if(is_named, 0, greatest(expected_qty, came_qty) * eaches)
            as laid_qty,
        greatest(
            ordered_qty - sum(
                if(is_named, greatest(expected_qty, came_qty) * eaches, 0)
            ) over (partition by line_id),
            0
        ) as room_qty,
    from goods
),

laid as (
    select
        *,
        if(
            is_named, 0, coalesce(sum(laid_qty) over (
                partition by line_id, sku_id
                order by first_at, return_line_id
                rows between unbounded preceding and 1 preceding
            ), 0)
        ) as laid_from,
        if(
            is_named, 0, coalesce(sum(room_qty) over (
                of_goods
                rows between unbounded preceding and 1 preceding
            ), 0)
        ) as room_from,
        if(
            is_named or lead(line_id) over of_goods is null,
            9000000000000000000,
            sum(room_qty) over (
                of_goods rows between unbounded preceding and current row
            )
        ) as room_to,
        -- What moves between lines is news of both.
        if(
            is_named or count(*) over (
                partition by return_line_id, line_sku_id
            ) = 1,
            0,
            max(newest_landing_id) over (partition by order_id, sku_id)
        ) as moved_landing_id,
    from rooms
    window of_goods as (
        partition by return_line_id, line_sku_id order by line_no, line_id
    )
),

stepped as (
    select
        told.* exclude (lot_ref),
        counted.lot_ref,
        counted.expected_qty,
        counted.came_qty,
        counted.lost_qty,
        counted.went_on_at,
    from told
    inner join counted using (return_line_id)
),

expected as (
    select
        *,
        'RETURN_EXPECTED' as event_type,
        80 as source_rank,
        0 as skipped_qty,
        expected_qty as event_qty,
    from stepped
    where status_code in {{ goes_on }} or status_code = 'LOST'
    qualify row_number() over (
        partition by return_line_id
        order by status_code = 'LOST', event_at, status_code
    ) = 1
),

received as (
    select
        *,
        'RETURN_RECEIVED' as event_type,
        81 as source_rank,
        0 as skipped_qty,
        came_qty as event_qty,
    from stepped
    where status_code in ('RECEIVED', 'INSPECTED')
    qualify row_number() over (
        partition by return_line_id order by said_day, status_code desc
    ) = 1
),

inspected as (
    select
        *,
        'RETURN_INSPECTED' as event_type,
        82 as source_rank,
        0 as skipped_qty,
        qty as event_qty,
    from stepped
    where status_code = 'INSPECTED'
),

lost as (
    select
        *,
        'RETURN_LOST' as event_type,
        83 as source_rank,
        came_qty as skipped_qty,
        lost_qty as event_qty,
    from stepped
    where status_code = 'LOST'
),

-- Denied, and then sent all the same, was not denied for good.
given_up as (
    select
        *,
        'RETURN_CANCELLED' as event_type,
        84 as source_rank,
        came_qty + lost_qty as skipped_qty,
        if(
            status_code = 'DENIED' and coalesce(went_on_at > event_at, false),
            0,
            greatest(expected_qty - came_qty - lost_qty, 0)
        ) as event_qty,
    from stepped
    where status_code in ('DENIED', 'EXPIRED')
    qualify row_number() over (
        partition by return_line_id order by event_qty desc, event_at
    ) = 1
),

events as (
    {% for kind in ['expected', 'received', 'inspected', 'lost', 'given_up'] %}
    select * from {{ kind }}
    {{ 'union all by name' if not loop.last }}
    {% endfor %}
),

-- Goods that nobody can tell the line of came back all the same.
shared as (
    select
        events.*,
        laid.line_id,
        laid.line_sku_id,
        laid.line_no,
        laid.moved_landing_id,
        laid.first_landing_id,
        laid.laid_from + events.skipped_qty * laid.eaches as share_from,
        case
            when laid.line_id is null then events.event_qty
            else
                greatest(least(
                    share_from + events.event_qty * laid.eaches, laid.room_to
                ) - greatest(share_from, laid.room_from), 0)
        end as share_qty,
    from events
    left join laid using (return_line_id)
),

-- Returned lines that were said to be of other goods, lines or orders as well,
-- or were before it was said what they left instead of.
revised as (
    select
        partner_id,
        concat_ws('/', partner_id, return_ref, return_line_ref)
            as return_line_id,
        unnest(list(distinct order_ref)) as order_ref,
    from {{ ref('stg_returns') }}
    where return_line_id in (select return_line_id from counted)
    group by partner_id, return_line_id
    having
        count(distinct order_ref) > 1
        or count(distinct sku_ref) > 1
        or count(distinct coalesce(order_line_ref, '')) > 1
    union
    select
        partner_id,
        return_line_id,
        order_ref,
    from instead
),

-- They may have been of any line of those orders: of the others none is.
idle as (
    select
        revised.return_line_id,
        lines.line_id,
        lines.line_no,
        lines.sku_id as line_sku_id,
        lines.first_landing_id,
        max(counted.newest_landing_id) as moved_landing_id,
        0 as share_from,
        0 as share_qty,
    from revised
    inner join counted using (return_line_id)
    inner join {{ ref('fct_orders') }} as orders
        on revised.order_ref = orders.order_ref
    inner join {{ ref('fct_order_lines') }} as lines
        on orders.order_id = lines.order_id
    anti join laid
        on
            revised.return_line_id = laid.return_line_id
            and lines.line_id = laid.line_id
    group by all
),

parts as (
    select *
    from shared
    union all by name
    select
        events.*,
        idle.* exclude (return_line_id),
    from events
    inner join idle using (return_line_id)
),

-- Of each line with the SKU, where none is of it too: what once was of it is
-- taken back that way.
numbered as (
    select
        *,
        row_number() over (
            partition by return_line_id, event_type
            order by line_no, line_id
        ) as share_no,
    from parts
),

final as (
    select
        concat_ws(
            '/', return_line_id, event_type, if(share_no > 1, share_no, null)
        ) as event_id,
        event_type,
        line_id,
        coalesce(line_sku_id, sku_id) as sku_id,
        node_id,
        -- A return of nobody's is told of when the goods are there.
        cast(if(
            line_id is null
            and came_qty > 0
            and event_type not in ('RETURN_RECEIVED', 'RETURN_INSPECTED'),
            0,
            share_qty
        ) as bigint) as qty,
        event_at,
        is_date_only,
        source_rank,
        reason_code,
        json_object(
            'return_ref', return_ref,
            'order_ref', numbered.order_ref,
            'tracking_ref', tracking_ref,
            'disposition_code', disposition_code
        ) as said,
        -- What any step names is the lot of all its eaches.
        if(
            lot_ref is null,
            null,
            to_json([struct_pack(lot := lot_ref, qty := share_qty)])
        ) as lots,
        cast({{ told_with_lots('said', 'lots') }} as varchar) as detail,
        numbered.partner_id,
        payload_sha256,
        payload_line,
        known_at,
        -- A step may have named no order, or another: it is no older news of
        -- this one than what told of it first.
        greatest(
            landing_id, moved_landing_id, replaced_landing_id, first_landing_id
        ) as landing_id,
    from numbered
    left join instead using (return_line_id)
)

select * exclude (said, lots)
from final
