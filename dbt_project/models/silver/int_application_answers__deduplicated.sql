{{ config(unique_key=['answer_id']) }}

with newest as (
    select *
    from {{ newest_by_key(
        ref('stg_application_answers'),
        key=['answer_id'],
        newest_first=['answered_at']
    ) }}
),

final as (
    select
        answer_id,
        answer_ref,
        answered_document,
        answered_ref,
        line_ref,
        sku_ref,
        substitute_sku_ref,
        answer_code,
        partner_code,
        reason,
        currency_code,
        qty,
        unit_price_micro,
        answered_at,
        confirmed_date,
        partner_id,
        payload_sha256,
        payload_line,
        known_at,
        landing_id,
    from newest
)

select *
from final
