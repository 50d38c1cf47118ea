{% set documents = {
    'stock_snapshots': {
        'row_id': "concat_ws(
            '/', node_id, sku_ref, stock_status, lot_ref, uom_code, expires_date
        )",
        'thread': "concat_ws('/', partner_id, node_id)",
        'outdates': 'true',
        'said_at': 'snapshot_at',
    },
    'stock_adjustments': {
        'row_id': 'adjustment_id', 'said_on': 'adjusted_on',
    },
    'receipts': {'row_id': 'receipt_id', 'said_on': 'received_on'},
    'shipment_confirmations': {
        'row_id': "concat_ws('/', shipment_line_id, tracking_ref)",
        'said_on': 'shipped_on',
    },
    'rejections': {'row_id': 'rejection_id', 'said_at': 'rejected_at'},
    'ship_notices': {
        'row_id': 'notice_line_id',
        'thread': "concat_ws('/', partner_id, notice_ref)",
        'outdates': "action_code <> 'original'",
        'said_at': 'stated_at',
        'said_date': 'cast(left(shipped_on, 10) as date)',
    },
    'fulfilment_statuses': {'row_id': 'status_id', 'said_at': 'status_at'},
    'returns': {'row_id': 'return_step_id', 'said_on': 'returned_on'},
    'opening_stock': {
        'row_id': "concat_ws('/', node_id, sku_ref, stock_status)",
        'said_at': 'cut_at',
    },
    'expected_receipts': {
        'row_id': "concat_ws('/', po_ref, po_line_ref)",
        'said_at': 'updated_at', 'said_date': 'expected_date',
    },
    'stock_worths': {
        'row_id': "concat_ws('/', node_id, sku_ref, valid_from_date)",
        'said_at': 'updated_at', 'said_date': 'valid_from_date',
    },
} %}
{% set zone = "'" ~ var('company_zone') ~ "'" %}

{% for document, told in documents.items() %}
{% if told.said_on %}
{% set said_at = instant(told.said_on, zone) %}
{% set said_date = 'cast(left(' ~ told.said_on ~ ', 10) as date)' %}
{% else %}
{% set said_at = told.said_at %}
{% set said_date = told.said_date or business_date(told.said_at) %}
{% endif %}
select
    '{{ document }}' as document,
    {{ told.row_id }} as row_id,
    {{ told.thread or told.row_id }} as thread_id,
    {{ told.outdates or 'false' }} as is_outdating,
    node_id,
    sku_ref,
    {{ 'uom_code' if has_units(document) else 'cast(null as varchar)' }}
        as uom_code,
    {{ said_at }} as said_at,
    {{ said_date }} as said_date,
    content_digest,
    partner_id,
    payload_sha256,
    payload_line,
    known_at,
    landing_id,
from {{ ref('stg_' ~ document) }}
{{ 'union all' if not loop.last }}
{% endfor %}
