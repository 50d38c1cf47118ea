"""What a channel says of its orders beside ours: one class each, at one amount."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl
import pytest

from transforms.contracts.table import BOOLEAN, INSTANT, INTEGER, TEXT
from transforms.reconciliation.order_policy import OrderPolicy, OrderPolicyError
from transforms.reconciliation.orders import OrderClaims, reconcile_orders

AT = datetime(2017, 12, 1, 15, tzinfo=UTC)
AS_OF = AT + timedelta(days=40)
OURS = pl.Schema(
    {
        "order_id": TEXT,
        "channel_id": TEXT,
        "ordered_at": INSTANT,
        "currency_code": TEXT,
        "amount_minor": INTEGER,
        "left_minor": INTEGER,
        "is_open": BOOLEAN,
        "left_at": INSTANT,
    }
)
LISTED = pl.Schema(
    {
        "order_id": TEXT,
        "channel_id": TEXT,
        "listed_at": INSTANT,
        "listed_minor": INTEGER,
    }
)
SETTLED = pl.Schema(
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
POLICY = OrderPolicy(untold_charges_minor={"market": 100})

Row = dict[str, Any]


def ours(left_days: int | None = 1, **words: object) -> Row:
    """An order of ours that left so many days after it was placed."""
    left = None if left_days is None else AT + timedelta(days=left_days)
    return {
        "order_id": "market/1",
        "channel_id": "market",
        "ordered_at": AT,
        "currency_code": "USD",
        "amount_minor": 900,
        "left_minor": 0 if left is None else 900,
        "is_open": left is None,
        "left_at": left,
    } | words


def listed(minor: int | None = 900) -> Row:
    """The same order as its channel sent it."""
    told = {"order_id": "market/1", "channel_id": "market", "listed_at": AT}
    return told | {"listed_minor": minor}


def settled(days: int = 5, minor: int = 900, **words: object) -> Row:
    """The same order settled so many days later."""
    return {
        "order_id": "market/1",
        "channel_id": "market",
        "settled_at": AT + timedelta(days=days),
        "settled_minor": minor,
        "currency_code": "USD",
    } | words


def compared(
    our: list[Row],
    told: list[Row],
    theirs: list[Row],
    waits: tuple[str, ...] = (),
    covered: pl.DataFrame = COVERED,
) -> pl.DataFrame:
    claims = OrderClaims(
        pl.DataFrame(our, schema=OURS),
        pl.DataFrame(told, schema=LISTED),
        pl.DataFrame(theirs, schema=SETTLED),
        covered,
        pl.DataFrame({"order_id": waits}, schema={"order_id": TEXT}),
    )
    return reconcile_orders(claims, AS_OF, POLICY)


@pytest.mark.parametrize(
    ("expected", "value", "our", "theirs", "waits"),
    [
        ("matched", 900, [ours()], [settled()], ()),
        ("order_missing", 800, [], [settled(39, 800)], ()),
        ("waiting", 800, [], [settled(40, 800)], ()),
        ("order_waits", 900, [], [settled()], ("market/1",)),
        ("order_unsettled", 900, [ours(9)], [], ()),
        ("waiting", 900, [ours(10)], [], ()),
        ("waiting", 900, [ours(None)], [], ()),
        ("listed", 900, [ours(None, is_open=False)], [], ()),
    ],
)
def test_every_order_has_one_class(
    expected: str, value: int, our: list[Row], theirs: list[Row], waits: tuple[str, ...]
) -> None:
    """Settlements speak of all until the 31st."""
    told = [listed()] if our or waits else []
    rows = compared(our, told, theirs, waits)

    assert [(expected, value)] == rows.select("order_class", "value_minor").rows()


@pytest.mark.parametrize(
    ("cause", "value", "our", "told", "theirs"),
    [
        ("SETTLED_MORE", 102, ours(), 900, [settled(minor=1002)]),
        (None, 900, ours(), 900, [settled(minor=1001)]),
        ("SETTLED_LESS", 2, ours(9), 900, [settled(minor=898)]),
        (None, 900, ours(9), 900, [settled(minor=899)]),
        (None, 900, ours(10), 900, [settled(minor=400)]),
        (None, 900, ours(9, left_minor=300), 900, [settled(minor=300)]),
        ("LISTED_OTHERWISE", 50, ours(None), 950, []),
        (None, 900, ours(None), None, []),
        ("OTHER_CURRENCY", 900, ours(), 900, [settled(currency_code="EUR")]),
    ],
)
def test_amounts_agree_but_for_what_the_policy_lets(
    cause: str | None, value: int, our: Row, told: int | None, theirs: list[Row]
) -> None:
    """A penny is let, and a dollar of delivery that the order does not tell."""
    row = compared([our], [listed(told)], theirs).row(0, named=True)

    assert (cause, value) == (row["cause_code"], row["value_minor"])
    assert (cause is not None) == (row["order_class"] == "order_amount_differs")


def test_a_version_that_waits_is_no_list_to_compare_with() -> None:
    rows = compared([ours(None)], [listed(950)], [], ("market/1",))

    assert ["waiting"] == rows["order_class"].to_list()


def test_an_order_of_a_channel_that_settles_nothing_has_no_second_source() -> None:
    """A total that differs from its lines is told all the same."""
    nothing = COVERED.clear()
    alike = compared([ours(9)], [listed()], [], covered=nothing)
    otherwise = compared([ours(9)], [listed(950)], [], covered=nothing)

    assert ["no_second_source"] == alike["order_class"].to_list()
    assert ["order_amount_differs"] == otherwise["order_class"].to_list()


def test_nonsense_is_refused_and_its_key_named() -> None:
    with pytest.raises(OrderPolicyError, match="missing_hour"):
        OrderPolicy.from_mapping({"missing_hour": 3})
