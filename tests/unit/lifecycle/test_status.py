"""Status words follow from quantities."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from transforms.contracts.decisions import BUCKETS, OVERLAYS
from transforms.lifecycle.status import HAS_OPEN_EACHES, order_status

MACROS = Path(__file__).parents[3] / "dbt_project" / "macros" / "reach.sql"
OPEN = [name for name in BUCKETS if name not in ("shipped", "delivered", "lost")]
OPEN = [name for name in OPEN if name not in ("cancelled", "substituted_out")]


def lines(*rows: dict[str, int]) -> pl.DataFrame:
    names = BUCKETS + OVERLAYS
    columns = {f"{name}_qty": [row.get(name, 0) for row in rows] for name in names}
    ordered = pl.sum_horizontal(f"{name}_qty" for name in BUCKETS)
    return pl.DataFrame(columns).with_columns(
        order_id=pl.lit("O1"), ordered_qty=ordered
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
        ("SHIPPED", [{"substituted_out": 2, "shipped_instead": 2}]),
        (
            "PARTIALLY_SHIPPED",
            [{"substituted_out": 2, "shipped_instead": 1}, {"held": 0, "released": 1}],
        ),
        (
            "PARTIALLY_DELIVERED",
            [{"shipped": 1}, {"substituted_out": 1, "delivered_instead": 1}],
        ),
        (
            "DELIVERED",
            [{"substituted_out": 1, "delivered_instead": 1}, {"delivered": 1}],
        ),
        ("CLOSED", [{"substituted_out": 1, "lost_instead": 1}]),
    ],
)
def test_the_first_status_that_fits_is_the_orders(
    expected: str, rows: list[dict[str, int]]
) -> None:
    assert [expected] == order_status(lines(*rows))["order_status"].to_list()


@pytest.mark.parametrize("other", BUCKETS)
@pytest.mark.parametrize("bucket", OPEN)
def test_a_line_with_an_open_each_has_a_status_that_says_so(
    bucket: str, other: str
) -> None:
    row = lines({other: 3} | {bucket: 1})

    assert order_status(row)["order_status"].item() in HAS_OPEN_EACHES


def test_sql_knows_the_same_statuses() -> None:
    assert ", ".join(f"'{word}'" for word in HAS_OPEN_EACHES) in MACROS.read_text()
