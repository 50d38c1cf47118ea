{#
    Money text in major units as integer minor units, exactly: the decimal is
    moved by the currency's exponent (ISO 4217), never rounded or floated.
#}
{% macro minor(amount, currency="currency_code") -%}
    cast(
        cast({{ amount }} as decimal(16, 4))
        * cast(
            case
                when {{ currency }} in (
                    'BIF', 'CLP', 'DJF', 'GNF', 'ISK', 'JPY', 'KMF', 'KRW',
                    'PYG', 'RWF', 'UGX', 'UYI', 'VND', 'VUV', 'XAF', 'XOF',
                    'XPF'
                ) then 1
                when {{ currency }} in (
                    'BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR', 'TND'
                ) then 1000
                else 100
            end as decimal(4, 0)
        ) as bigint
    )
{%- endmacro %}
