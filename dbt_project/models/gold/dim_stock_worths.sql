-- Of today: made anew in every run of a house that was ever told of any, so
-- that a name that was corrected since counts as what it means now.
with named as (
    select
        told.node_id,
        {{ named_sku('told') }} as sku_id,
        -- A worth is told of what the name counts, such as a case.
        told.worth_minor // {{ named_eaches() }} as worth_minor,
        told.valid_from_date,
        told.valid_to_date,
        told.updated_at,
        told.partner_id,
        told.sku_ref,
    from {{ ref('int_stock_worths__deduplicated') }} as told
    {{ join_aliases('told', 'told.valid_from_date') }}
    where
        told.valid_from_date <= {{ business_date(as_of()) }}
        -- Money of another kind than the costs cannot be weighed against them.
        and told.currency_code = coalesce(
            (select min(currency_code) from {{ ref('dim_rates') }}), 'USD'
        )
),

begun as (
    select *
    from named
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
