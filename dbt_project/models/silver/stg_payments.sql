with source as (
    select *
    from {{ source('bronze', 'payments') }}
),

renamed as (
    select
        ---------- ids
        payment_ref,
        parent_ref,
        partner_id || '/' || order_ref as order_id,
        order_ref,
        node_ref as node_id,
        ---------- text
        kind as payment_kind,
        status_code,
        method as method_code,
        gateway,
        currency_code,
        card_brand,
        card_last4,
        error_code,
        ---------- numerics
        {{ minor('amount') }} as amount_minor,
        {{ minor('captured_amount') }} as captured_minor,
        {{ minor('refunded_amount') }} as refunded_minor,
        ---------- booleans
        is_test = 'true' as is_test,
        ---------- time stamps
        cast(occurred_at as timestamptz) as occurred_at,
        cast(updated_at as timestamptz) as updated_at,
        cast(authorised_until as timestamptz) as authorised_until,
        ---------- what was said and where
        {{ content_digest([
            'payment_ref', 'parent_ref', 'order_ref', 'kind', 'status_code',
            'method', 'gateway', 'amount', 'captured_amount',
            'refunded_amount', 'currency_code', 'authorised_until',
            'card_brand', 'card_last4', 'error_code', 'node_ref',
            'occurred_at', 'updated_at', 'is_test',
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
