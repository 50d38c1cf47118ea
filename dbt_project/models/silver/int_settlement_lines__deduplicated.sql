{{ config(unique_key=['partner_id', 'entry_ref']) }}

with newest as (
    select *
    from {{ newest_by_key(
        ref('stg_settlement_lines'),
        key=['partner_id', 'entry_ref'],
        newest_first=['payout_ref is not null', 'posted_at']
    ) }}
),

final as (
    select
        entry_ref,
        payout_ref,
        order_ref,
        line_ref,
        payment_ref,
        sku_ref,
        entry_kind,
        amount_type,
        amount_description,
        currency_code,
        qty,
        amount_minor,
        fee_minor,
        net_minor,
        payout_minor,
        posted_at,
        deposited_at,
        available_date,
        partner_id,
        payload_sha256,
        payload_line,
        known_at,
        landing_id,
    from newest
)

select *
from final
