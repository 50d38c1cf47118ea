-- depends_on: {{ ref('int_orders__changed') }}
{{ config(unique_key=['partner_id', 'file_name']) }}

with files as (
    select *
    from {{ source('instructions', 'outbox_files') }}
    {% if is_incremental() %}
    where
        (partner_id, file_name) not in (
            select (partner_id, file_name)
            from {{ this }}
            where state = 'RECONCILED'
        )
        or (partner_id, file_name) in (
            select (partner_id, file_name)
            from {{ source('instructions', 'fulfilment_orders') }}
            where
                order_id in (
                    select order_id from {{ ref('int_orders__changed') }}
                )
        )
        or (partner_id, file_name) in (
            select (partner_id, file_name)
            from {{ source('instructions', 'file_deliveries') }}
            where {{ is_of_this_run('run_id') }}
        )
    {% endif %}
),

deliveries as (
    select
        partner_id,
        file_name,
        min(event_at) filter (event_type = 'DELIVERED') as delivered_at,
        max(event_at) filter (event_type = 'RESENT') as resent_at,
        count(*) filter (event_type = 'RESENT') as resent_count,
        count(*) filter (event_type = 'FAILED') as failed_count,
        max_by(detail, event_at) filter (event_type = 'FAILED') as failure,
    from {{ source('instructions', 'file_deliveries') }}
    group by partner_id, file_name
),

-- What a later file replaces is done with where it stood.
told as (
    select
        partner_id,
        file_name,
        heard_at is not null as is_heard,
        ack_code <> 'A' as is_error,
        is_closed,
        open_qty,
        due_at,
        is_overdue,
        false as is_replaced,
    from {{ ref('rpt_instructions') }}
    union all by name
    select distinct
        partner_id,
        file_name,
        instruction_id,
        true as is_heard,
        true as is_closed,
        0 as open_qty,
        true as is_replaced,
    from {{ source('instructions', 'corrected_instructions') }}
    where outcome in ('REPLACED', 'TOLD_ANEW')
),

instructions as (
    select
        partner_id,
        file_name,
        count(*) as instruction_count,
        count(*) filter (is_heard) as heard_count,
        count(*) filter (is_error) as error_count,
        count(*) filter (is_replaced) as replaced_count,
        count(*) filter (not is_closed) as open_count,
        cast(sum(open_qty) as bigint) as open_qty,
        min(due_at) as due_at,
        coalesce(bool_or(is_overdue), false) as is_overdue,
    from told
    group by partner_id, file_name
),

-- Of the file itself: of stock feeds and answers nothing else is said.
receipts as (
    select
        partner_id,
        interchange_ref as control_ref,
        count(*) filter (status_code <> 'A') as receipt_errors,
    from {{ ref('fct_acknowledgements') }}
    where set_ref <> 'ISA' or status_code = 'R'
    group by partner_id, interchange_ref
),

final as (
    select
        files.partner_id,
        files.file_name,
        files.format,
        files.control_ref,
        files.sha256,
        files.row_count,
        files.unit_count,
        files.as_of as released_at,
        case
            when
                instructions.replaced_count = instructions.instruction_count
                and receipts.receipt_errors is null
                then 'SUPERSEDED'
            when instructions.open_count = 0 then 'RECONCILED'
            when
                instructions.error_count > 0
                or instructions.instruction_count is null
                and receipts.receipt_errors > 0
                then 'RECEIPT_ERRORS'
            when
                instructions.heard_count = instructions.instruction_count
                or instructions.instruction_count is null
                and receipts.receipt_errors = 0
                then 'RECEIPT_OK'
            when deliveries.delivered_at is not null then 'DELIVERED'
            else 'GENERATED'
        end as state,
        instructions.due_at,
        coalesce(instructions.is_overdue, false) as is_overdue,
        deliveries.delivered_at,
        deliveries.resent_at,
        coalesce(deliveries.resent_count, 0) as resent_count,
        coalesce(deliveries.failed_count, 0) as failed_count,
        if(
            deliveries.delivered_at is null, deliveries.failure, null
        ) as failure,
        coalesce(instructions.instruction_count, 0) as instruction_count,
        coalesce(instructions.heard_count, 0) as heard_count,
        coalesce(instructions.error_count, 0) as error_count,
        coalesce(instructions.replaced_count, 0) as replaced_count,
        coalesce(instructions.open_count, 0) as open_count,
        coalesce(instructions.open_qty, 0) as open_qty,
    from files
    left join deliveries using (partner_id, file_name)
    left join instructions using (partner_id, file_name)
    left join receipts using (partner_id, control_ref)
)

select *
from final
