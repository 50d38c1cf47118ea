-- Few, and a row of one day ends another's: made anew whenever one arrives.
-- What names an unknown SKU waits in silver; rpt_master_gaps names it.
with dated as (
    select
        sku_id,
        alternative_sku_id,
        ratio,
        preference,
        policy,
        max_delta_minor,
        currency_code,
        valid_from_date,
        least(
            coalesce(valid_to_date, date '9999-12-31'),
            lead(valid_from_date - 1, 1, date '9999-12-31') over (
                partition by sku_id, alternative_sku_id
                order by valid_from_date
            )
        ) as valid_to_date,
    from {{ ref('int_substitutions__deduplicated') }}
),

final as (
    select *
    from dated
    where
        valid_from_date <= valid_to_date
        and sku_id in (
            select known.sku_id from {{ ref('int_skus__known') }} as known
        )
        and alternative_sku_id in (
            select known.sku_id from {{ ref('int_skus__known') }} as known
        )
)

select *
from final
