{# The columns are never null and unique together. Only the rows that the run
   wrote need a look (within): the others were looked at when they were written. #}
{% test is_key(model, columns, within=none) %}
select {{ columns | join(", ") }}, count(*) as row_count
from {{ model }}
{%- if within %}
where {{ within }}
{%- endif %}
group by all
having
    count(*) > 1
    {%- for column in columns %} or {{ column }} is null{% endfor %}
{% endtest %}
