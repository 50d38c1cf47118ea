with source as (
    select *
    from {{ source('bronze', 'settlement_lines') }}
),

renamed as (
    select
        ---------- ids
        entry_ref,
        payout_ref,
        order_ref,
        line_ref,
        payment_ref,
        sku_ref,
        ---------- text
        entry_kind,
        amount_type,
        amount_description,
        currency_code,
        ---------- numerics
        cast(qty as bigint) as qty,
        {{ minor('amount') }} as amount_minor,
        {{ minor('fee_amount') }} as fee_minor,
        {{ minor('net_amount') }} as net_minor,
        {{ minor('payout_amount') }} as payout_minor,
        ---------- time stamps
        cast(posted_at as timestamptz) as posted_at,
        cast(deposited_at as timestamptz) as deposited_at,
        cast(left(available_on, 10) as date) as available_date,
        ---------- what was said and where
        {{ content_digest([
            'entry_ref', 'payout_ref', 'payout_amount', 'deposited_at',
            'entry_kind', 'amount_type', 'amount_description', 'order_ref',
            'line_ref', 'payment_ref', 'sku_ref', 'qty', 'amount',
            'fee_amount', 'net_amount', 'currency_code', 'posted_at',
            'available_on',
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
