-- Few, and a row of one day ends another's: made anew whenever one arrives.
select
    kit_sku_id,
    component_sku_id,
    qty,
    valid_from_date,
    valid_to_date,
from {{ dated_components() }}
where valid_from_date <= valid_to_date
