{#
    Whether a stock file is an echo: a channel that we tell its stock sends back
    what it shows. It is no claim about goods that lie somewhere.
#}
{% macro is_echo(partner_id) -%}
    {{ partner_id }} in (
        {%- for channel in var("published_channels") %}'{{ channel }}', {% endfor -%}
        ''
    )
{%- endmacro %}
