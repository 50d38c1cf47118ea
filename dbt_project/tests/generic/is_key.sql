{# The columns are never null and unique together. Only the rows that the run
   wrote need a look (within): the others were looked at when written. #}
{% test is_key(model, columns, within=none) %}
{% set has_null = columns | join(" is null or ") ~ " is null" %}
select
    {{ columns | join(", ") }},
    count(*) as row_count,
from {{ model }}
where {{ within or "true" }}
group by all
having count(*) > 1 or {{ has_null }}
{% endtest %}
