select *
from {{ newest_known(
    'rejections',
    key=['rejection_id'],
    newest_first=['rejected_at'],
    said_date=business_date('told.rejected_at'),
    quantities=['rejected_qty']
) }}
