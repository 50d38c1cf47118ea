with newest as (
    select *
    from {{ newest_known(
        'rejections',
        key=['rejection_id'],
        newest_first=['rejected_at'],
        said_date=business_date('told.rejected_at'),
        quantities=['rejected_qty']
    ) }}
)

select *
from {{ by_component(
    'newest', id='rejection_id', quantities=['rejected_qty']
) }}
