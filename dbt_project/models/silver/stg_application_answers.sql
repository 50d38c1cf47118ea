with source as (
    select *
    from {{ source('bronze', 'application_answers') }}
),

renamed as (
    select
        ---------- ids
        concat_ws(
            '/', partner_id, answer_ref, answered_ref, coalesce(line_ref, ''),
            answer_code, coalesce(confirmed_on, '')
        ) as answer_id,
        answer_ref,
        answered_document,
        answered_ref,
        line_ref,
        sku_ref,
        substitute_sku_ref,
        ---------- text
        answer_code,
        partner_code,
        reason,
        currency_code,
        ---------- numerics
        cast(qty as bigint) as qty,
        {{ micro('price_amount') }} as unit_price_micro,
        ---------- time stamps
        cast(answered_at as timestamptz) as answered_at,
        cast(left(confirmed_on, 10) as date) as confirmed_date,
        ---------- what was said and where
        {{ content_digest([
            'answer_ref', 'answered_document', 'answered_ref', 'line_ref',
            'sku_ref', 'answer_code', 'partner_code', 'qty', 'price_amount',
            'currency_code', 'confirmed_on', 'substitute_sku_ref', 'reason',
            'answered_at',
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
