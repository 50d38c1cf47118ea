{{ config(materialized='view') }}

{% set sides = {
    'orders': (source('decisions', 'reconciled_orders'), 'order_class'),
    'stock': (ref('rpt_reconciled_stock'), 'stock_class'),
    'shipments': (source('decisions', 'reconciled_shipments'), 'shipment_class'),
    'acknowledgements': (source('decisions', 'reconciled_shipments'), 'ack_class'),
    'carriers': (source('decisions', 'reconciled_shipments'), 'carrier_class'),
    'parcels': (source('decisions', 'reconciled_parcels'), 'parcel_class'),
    'payments': (source('decisions', 'reconciled_payments'), 'payment_class'),
} -%}
{% set worthless = ['shipments', 'acknowledgements', 'carriers'] -%}
{% set unowned = ['acknowledgements', 'carriers'] -%}

with rows_of_all as (
    {% for name, (table, class) in sides.items() -%}
    select
        '{{ name }}' as reconciliation,
        {{ class }} as class,
        {{ 'null' if name in unowned else 'owner' }} as owner,
        {{ 'null' if name in unowned else 'cause_code' }} as cause_code,
        since_at,
        {{ 'null' if name in worthless else 'value_minor' }} as value_minor,
    from {{ table }}
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

final as (
    select
        reconciliation,
        class,
        cast(any_value(owner) as varchar) as owner,
        cast(any_value(owner) is null as boolean) as is_agreed,
        count(*) as row_count,
        cast(mode(cause_code) as varchar) as most_often,
        min(since_at) as oldest_at,
        cast(sum(value_minor) as bigint) as value_minor,
    from rows_of_all
    group by reconciliation, class
)

select *
from final
