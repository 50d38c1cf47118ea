{# The signed steps of a waterfall are its result. #}
{% test steps_add_up(model) %}
select node_id, sku_id, sum(qty) as steps_qty, max(atp_qty) as atp_qty
from {{ model }}
group by node_id, sku_id
having sum(qty) != max(atp_qty)
{% endtest %}
