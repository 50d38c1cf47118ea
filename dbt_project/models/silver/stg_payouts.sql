with source as (
    select *
    from {{ source('bronze', 'payouts') }}
),

renamed as (
    select
        ---------- ids
        payout_ref,
        ---------- text
        status_code,
        currency_code,
        ---------- numerics
        {{ minor('amount') }} as amount_minor,
        {{ minor('fee_amount') }} as fee_minor,
        case status_code
            when 'SCHEDULED' then 1
            when 'IN_TRANSIT' then 2
            when 'PAID' then 3
            else 4
        end as status_no,
        ---------- time stamps
        cast(left(paid_on, 10) as date) as paid_date,
        ---------- what was said and where
        {{ content_digest([
            'payout_ref', 'status_code', 'amount', 'fee_amount',
            'currency_code', 'paid_on',
        ]) }} as content_digest,
        partner_id,
        payload_sha256,
        payload_line,
        received_at as known_at,
        landing_id,
    from source
)

select *
from renamed
