{# An identity that every row keeps; null counts as broken. Only the rows that
   the run wrote need a look (within): the others were looked at when written. #}
{% test is_true(model, expression, within=none) %}
select *
from {{ model }}
where coalesce({{ expression }}, false) is false and ({{ within or "true" }})
{% endtest %}
