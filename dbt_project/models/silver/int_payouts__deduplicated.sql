{{ config(unique_key=['partner_id', 'payout_ref']) }}

with newest as (
    select *
    from {{ newest_by_key(
        ref('stg_payouts'),
        key=['partner_id', 'payout_ref'],
        newest_first=['status_no', 'paid_date']
    ) }}
),

final as (
    select
        payout_ref,
        status_code,
        currency_code,
        amount_minor,
        fee_minor,
        paid_date,
        partner_id,
        payload_sha256,
        payload_line,
        known_at,
        landing_id,
    from newest
)

select *
from final
