-- A line that a change left alone waits once, though each version has it.
with held_lines as (
    select
        *,
        case code
            when 'UNKNOWN_SKU' then sku_ref
            when 'UNKNOWN_UNIT' then uom_code
            when 'KIT_WITHOUT_COMPONENTS' then sku_id
            when 'KIT_CYCLE' then sku_id
            when 'UNKNOWN_NODE' then node_id
            when 'UNKNOWN_REGION' then region_code
        end as missing_ref,
    from {{ ref('int_order_lines__quarantined') }}
    where is_open and is_cause
    qualify row_number() over (
        partition by line_id, payload_sha256, payload_line
        order by version_no desc
    ) = 1
),

changes_and_actions as (
    select
        'order_changes' as document,
        *,
        concat_ws(
            '/', order_id, change_ref, epoch_us(changed_at), line_ref
        ) as row_id,
    from {{ ref('int_order_changes__judged') }}
    where code is not null and is_cause
    union all by name
    select
        'order_actions' as document,
        *,
        action_id as row_id,
    from {{ ref('int_order_actions__judged') }}
    where code is not null
),

waiting_changes as (
    select
        *,
        case code
            when 'UNKNOWN_LINE' then 'line_ref'
            when 'UNKNOWN_NODE' then 'node_ref'
            when 'UNKNOWN_SKU' then 'alternative_ref'
            else 'order_ref'
        end as column_name,
        case code
            when 'UNKNOWN_LINE' then line_ref
            when 'UNKNOWN_NODE' then node_id
            when 'UNKNOWN_SKU' then alternative_sku_id
            else order_ref
        end as missing_ref,
    from changes_and_actions
),

waiting_rows as (
    select
        *,
        case
            when code in ('UNKNOWN_NODE', 'WRONG_NODE') then node_id
            when code = 'UNKNOWN_UNIT' then uom_code
            else sku_ref
        end as missing_ref,
    from {{ ref('int_document_rows__quarantined') }}
    where is_open
),

files as (
    select
        landing_id,
        file_name,
    from {{ source('bronze', 'landing_ledger') }}
),

-- Bytes that nobody expected, or that the wrong feed refused, and that came
-- under the right name later: what was said of them before holds no more.
arrivals as (
    select
        partner_id,
        payload_sha256,
        min(landing_id) as first_landing_id,
    from {{ source('bronze', 'landing_ledger') }}
    where
        verdict in ('ACCEPTED', 'PARTIAL', 'REJECTED', 'REVISION')
        and payload_sha256 in (
            select payload_sha256 from {{ source('bronze', 'rejects') }}
        )
    group by partner_id, payload_sha256, file_name, received_at
),

-- A file that several feeds read has a row for each, the first one first.
read_later as (
    select
        partner_id,
        payload_sha256,
        max(first_landing_id) as read_landing_id,
    from arrivals
    group by partner_id, payload_sha256
),

rejects as (
    select rejects.*
    from {{ source('bronze', 'rejects') }} as rejects
    left join read_later using (partner_id, payload_sha256)
    where
        rejects.landing_id
        >= coalesce(read_later.read_landing_id, rejects.landing_id)
),

faults as (
    select
        *,
        'bronze' as room,
        '' as line_id,
        '' as row_id,
    from rejects
    union all by name
    select
        'silver' as room,
        partner_id,
        'orders' as document,
        code,
        column_name,
        detail as message,
        missing_ref,
        order_id,
        line_id,
        line_id as row_id,
        payload_sha256,
        payload_line,
        known_at as received_at,
        landing_id,
    from held_lines
    union all by name
    select
        'silver' as room,
        partner_id,
        document,
        code,
        column_name,
        detail as message,
        missing_ref,
        order_id,
        '' as line_id,
        row_id,
        payload_sha256,
        payload_line,
        known_at as received_at,
        landing_id,
    from waiting_changes
    union all by name
    select
        'silver' as room,
        partner_id,
        document,
        code,
        column_name,
        detail as message,
        missing_ref,
        '' as line_id,
        row_id,
        payload_sha256,
        payload_line,
        known_at as received_at,
        landing_id,
    from waiting_rows
),

final as (
    select
        faults.room,
        faults.partner_id,
        faults.document,
        faults.code,
        faults.column_name,
        faults.message,
        faults.masked_value,
        faults.missing_ref,
        faults.order_id,
        faults.line_id,
        faults.row_id,
        files.file_name,
        faults.payload_sha256,
        faults.payload_line,
        faults.received_at,
        faults.landing_id,
    from faults
    left join files using (landing_id)
    {{ join_mended('faults') }}
    where mended.mended_sha is null
)

select *
from final
