with source as (
    select *
    from {{ source('bronze', 'exception_actions') }}
),

renamed as (
    select
        ---------- ids
        partner_id || '/' || action_ref as action_id,
        exception_ref as exception_id,
        ---------- text
        action as action_code,
        owner,
        remark,
        author,
        ---------- time stamps
        cast(snoozed_until as date) as snoozed_until_date,
        cast(acted_at as timestamptz) as acted_at,
        ---------- what was said and where
        {{ content_digest([
            'exception_ref', 'action', 'owner', 'snoozed_until', 'remark', 'author',
            'acted_at',
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
