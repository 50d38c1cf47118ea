{#
    Money text in major units as integer minor units, exactly: the decimal is
    moved by the currency's exponent (ISO 4217), never rounded or floated.
#}
{% macro minor(amount, currency="currency_code") -%}
    cast(
        cast({{ amount }} as decimal(15, 4))
        * cast(
            case
                when {{ currency }} in ('JPY', 'KRW', 'VND', 'CLP', 'ISK') then 1
                when {{ currency }} in ('BHD', 'JOD', 'KWD', 'OMR', 'TND') then 1000
                else 100
            end as decimal(4, 0)
        ) as bigint
    )
{%- endmacro %}
