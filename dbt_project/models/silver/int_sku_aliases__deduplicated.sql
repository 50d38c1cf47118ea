-- Few, and looked up by whoever names goods: made anew whenever one arrives.
with newest as (
    select *
    from {{ ref('stg_sku_aliases') }}
    qualify row_number() over (
        partition by used_by, alias_ref, valid_from_date
        order by updated_at desc, content_digest desc, landing_id, payload_line
    ) = 1
),

final as (
    select
        used_by,
        alias_ref,
        alias_kind,
        sku_id,
        eaches,
        valid_from_date,
        -- A name means one thing a day: a later row ends the one before it.
        least(
            valid_to_date,
            lead(valid_from_date - 1, 1, valid_to_date) over (
                partition by used_by, alias_ref
                order by valid_from_date
            )
        ) as valid_to_date,
        updated_at,
        partner_id,
        payload_sha256,
        payload_line,
        known_at,
        landing_id,
    from newest
)

select *
from final
