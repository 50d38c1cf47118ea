{# An identity that every row keeps; null counts as broken. #}
{% test is_true(model, expression) %}
select *
from {{ model }}
where coalesce({{ expression }}, false) is false
{% endtest %}
