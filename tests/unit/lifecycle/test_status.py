"""Status words follow from quantities."""

from __future__ import annotations

import polars as pl
import pytest

from transforms.contracts.decisions import BUCKETS
from transforms.lifecycle.status import order_status


def lines(*rows: dict[str, int]) -> pl.DataFrame:
    columns = {f"{name}_qty": [row.get(name, 0) for row in rows] for name in BUCKETS}
    frame = pl.DataFrame(columns)
    return frame.with_columns(
        order_id=pl.lit("O1"), ordered_qty=pl.sum_horizontal(frame.columns)
    )


@pytest.mark.parametrize(
    ("expected", "rows"),
    [
        ("OPEN", [{"pending": 1, "allocated": 2}]),
        ("CANCELLED", [{"cancelled": 2}, {"substituted_out": 1}]),
        ("CANCELLED", [{}]),
        ("ON_HOLD", [{"shipped": 1}, {"held": 1}]),
        ("PARTIALLY_RELEASED", [{"released": 1}, {"backordered": 1}]),
        ("RELEASED", [{"released": 1, "cancelled": 4}, {"in_fulfilment": 1}]),
        ("PARTIALLY_SHIPPED", [{"shipped": 1}, {"pending": 1}]),
        ("PARTIALLY_SHIPPED", [{"delivered": 1}, {"released": 1}]),
        ("SHIPPED", [{"shipped": 1}, {"shipped": 1}]),
        ("PARTIALLY_DELIVERED", [{"shipped": 1}, {"delivered": 1}]),
        ("DELIVERED", [{"delivered": 3}]),
        ("CLOSED", [{"delivered": 3}, {"lost": 1}]),
    ],
)
def test_the_first_status_that_fits_is_the_orders(
    expected: str, rows: list[dict[str, int]]
) -> None:
    assert [expected] == order_status(lines(*rows))["order_status"].to_list()
