{#
    Money text in major units as integer minor units, exactly: the decimal is
    moved by the currency's exponent (ISO 4217), never rounded or floated.
#}
{% macro minor(amount, currency="currency_code") -%}
    cast(
        cast({{ amount }} as decimal(16, 4))
        * cast(
            case {{ exponent(currency) }}
                when 0 then 1
                when 3 then 1000
                else 100
            end as decimal(4, 0)
        ) as bigint
    )
{%- endmacro %}

{# Integer minor units as text in major units, with the currency's decimals. #}
{% macro major(amount_minor, currency="currency_code") -%}
    case {{ exponent(currency) }}
        when 0 then cast({{ amount_minor }} as varchar)
        when 3 then cast(
            cast({{ amount_minor }} as decimal(19, 0))
            * cast('0.001' as decimal(4, 3)) as varchar
        )
        else cast(
            cast({{ amount_minor }} as decimal(19, 0))
            * cast('0.01' as decimal(3, 2)) as varchar
        )
    end
{%- endmacro %}

{% macro exponent(currency) -%}
    case
        when {{ currency }} in (
            'BIF', 'CLP', 'DJF', 'GNF', 'ISK', 'JPY', 'KMF', 'KRW',
            'PYG', 'RWF', 'UGX', 'UYI', 'VND', 'VUV', 'XAF', 'XOF',
            'XPF'
        ) then 0
        when {{ currency }} in (
            'BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR', 'TND'
        ) then 3
        else 2
    end
{%- endmacro %}
