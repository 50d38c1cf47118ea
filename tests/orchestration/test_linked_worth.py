"""What is sent instead of a line is worth what its customer paid for that line."""

from __future__ import annotations

import polars as pl

from orchestration.resources.findings import prices_of
from orchestration.resources.house import House
from tests.orchestration.test_arrival import NIGHT, house
from tests.orchestration.test_stock_facts import lay
from transforms.contracts.gold import FCT_ORDER_LINES
from transforms.reconciliation.findings.finding import sold_for

__all__ = ["house"]

LINE = {"order_id": "web/1", "currency_code": "USD", "ordered_at": NIGHT}
LINE |= {"discount_minor": 100, "tax_minor": 0, "first_landing_id": 1}


def test_a_lost_parcel_of_what_was_sent_instead_is_worth_its_part_of_the_line(
    house: House,
) -> None:
    """Ten eaches for 11.00 less 1.00; some are sent as two of another SKU each."""
    linked = {"line_id": "web/1/1~x", "sku_id": "B", "line_amount_minor": 0}
    linked |= {"discount_minor": 0, "ordered_qty": 0}
    linked |= {"substitutes_line_id": "web/1/1", "substitutes_ratio": 2}
    bought = {"line_id": "web/1/1", "sku_id": "A", "ordered_qty": 10}
    lay(
        house,
        FCT_ORDER_LINES,
        [LINE | bought | {"line_amount_minor": 1100}, LINE | linked],
    )
    lost = pl.DataFrame({"line_id": ["web/1/1~x", "web/1/1"], "qty": [3, 3]})

    worth = sold_for(lost, prices_of(house, lost))

    assert [("web/1/1", 300), ("web/1/1~x", 150)] == sorted(
        worth.select("line_id", "value_minor").rows()
    )
