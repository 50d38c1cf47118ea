-- Of today: made anew in every run of a house that was ever told of any.
with begun as (
    select
        node_id,
        sku_id,
        worth_minor,
        valid_to_date,
    from {{ ref('int_stock_worths__deduplicated') }}
    where valid_from_date <= {{ business_date(as_of()) }}
    -- A SKU under several names is one; what begins later ends the one before.
    qualify row_number() over (
        partition by node_id, sku_id
        order by
            valid_from_date desc, updated_at desc,
            partner_id = 'operators' desc, sku_ref
    ) = 1
),

final as (
    select
        node_id,
        sku_id,
        worth_minor,
    from begun
    where
        worth_minor > 0
        and coalesce(valid_to_date, date '9999-12-31')
        >= {{ business_date(as_of()) }}
)

select *
from final
