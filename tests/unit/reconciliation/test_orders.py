"""A channel's list of orders beside ours: one class each."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl
import pytest

from transforms.contracts.table import INSTANT, INTEGER, TEXT
from transforms.reconciliation.orders import (
    OrderPolicy,
    OrderPolicyError,
    reconcile_orders,
)

AT = datetime(2017, 12, 1, 15, tzinfo=UTC)
AS_OF = AT + timedelta(days=40)
OURS = pl.Schema(
    {
        "order_id": TEXT,
        "channel_id": TEXT,
        "ordered_at": INSTANT,
        "currency_code": TEXT,
        "amount_minor": INTEGER,
        "left_at": INSTANT,
    }
)
THEIRS = pl.Schema(
    {
        "order_id": TEXT,
        "channel_id": TEXT,
        "settled_at": INSTANT,
        "settled_minor": INTEGER,
        "currency_code": TEXT,
    }
)
COVERED = pl.DataFrame(
    {"channel_id": ["market"], "covered_at": [AT + timedelta(days=30)]},
    schema={"channel_id": TEXT, "covered_at": INSTANT},
)


def ours(name: str, left_days: int | None) -> dict[str, Any]:
    """An order of ours that left so many days after it was placed."""
    left = None if left_days is None else AT + timedelta(days=left_days)
    return {
        "order_id": f"market/{name}",
        "channel_id": "market",
        "ordered_at": AT,
        "currency_code": "USD",
        "amount_minor": 900,
        "left_at": left,
    }


def theirs(name: str, days: int) -> dict[str, Any]:
    """An order that the channel settled so many days later."""
    return {
        "order_id": f"market/{name}",
        "channel_id": "market",
        "settled_at": AT + timedelta(days=days),
        "settled_minor": 800,
        "currency_code": "USD",
    }


@pytest.mark.parametrize(
    ("expected", "value", "our", "their", "waits"),
    [
        ("matched", 900, [ours("1", 1)], [theirs("1", 5)], []),
        ("order_missing", 800, [], [theirs("1", 39)], []),
        ("waiting", 800, [], [theirs("1", 40)], []),
        ("order_waits", 800, [], [theirs("1", 5)], ["market/1"]),
        ("order_unsettled", 900, [ours("1", 9)], [], []),
        ("waiting", 900, [ours("1", 10)], [], []),
        ("waiting", 900, [ours("1", None)], [], []),
    ],
)
def test_every_order_has_one_class(
    expected: str,
    value: int,
    our: list[dict[str, Any]],
    their: list[dict[str, Any]],
    waits: list[str],
) -> None:
    """Settlements speak of all until the 31st."""
    rows = reconcile_orders(
        pl.DataFrame(our, schema=OURS),
        pl.DataFrame(their, schema=THEIRS),
        COVERED,
        pl.DataFrame({"order_id": waits}, schema={"order_id": TEXT}),
        (AS_OF, OrderPolicy()),
    )

    assert [(expected, value)] == rows.select("order_class", "value_minor").rows()


def test_nonsense_is_refused_and_its_key_named() -> None:
    with pytest.raises(OrderPolicyError, match="missing_hour"):
        OrderPolicy.from_mapping({"missing_hour": 3})
