"""What a customer owes with an order: his earlier ones on terms, less what he paid."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime

import duckdb
import polars as pl
import pytest

from orchestration.resources.hold_facts import OWED, OWING
from transforms.contracts.gold import FCT_ORDERS, FCT_PAYMENTS


def order(name: str, day: int, amount: int, **others: object) -> dict[str, object]:
    usual: dict[str, object] = {
        "order_id": f"business/{name}",
        "channel_id": "business",
        "currency_code": "USD",
        "customer_token": "acme",
        "payment_status": "terms",
        "ordered_at": datetime(2017, 12, day, 15, tzinfo=UTC),
        "business_date": date(2017, 12, day),
        "amount_minor": amount,
        "is_cancelled": False,
    }
    return usual | others


def payment(of: str, kind: str, amount: int, **others: object) -> dict[str, object]:
    usual: dict[str, object] = {
        "payment_id": f"bank/{of}-{kind}-{amount}",
        "order_ref": of,
        "order_id": f"business/{of}",
        "payment_kind": kind,
        "status_code": "SUCCEEDED",
        "currency_code": "USD",
        "amount_minor": amount,
        "is_test": False,
        "partner_id": "bank",
    }
    return usual | others


@pytest.fixture
def lake() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute("attach ':memory:' as lake; create schema lake.gold")
        yield connection


def owed(
    lake: duckdb.DuckDBPyConnection,
    orders: list[dict[str, object]],
    payments: list[dict[str, object]],
    waiting: list[str],
) -> dict[str, int]:
    """Order → what is owed with it, of orders that wait."""
    tables = {
        "fct_orders": pl.DataFrame(orders, schema=FCT_ORDERS.schema),
        "fct_payments": pl.DataFrame(payments, schema=FCT_PAYMENTS.schema),
    }
    for name, frame in tables.items():
        lake.register("frame", frame)
        lake.execute(f"create table lake.gold.{name} as from frame")
    names = [f"business/{name}" for name in waiting]
    lake.register(
        "waiting", tables["fct_orders"].filter(pl.col("order_id").is_in(names))
    )
    known = pl.DataFrame({"partner_id": ["bank"], "channel_id": ["business"]})
    lake.register("providers", known)
    since = {"terms": "terms", "since": date(2017, 11, 1)}
    lake.register("owing", lake.execute(OWING, since).pl())
    rows = lake.execute(OWED).fetchall()
    return {name.removeprefix("business/"): amount for name, amount in rows}


def test_an_order_owes_with_the_earlier_ones_of_its_customer(
    lake: duckdb.DuckDBPyConnection,
) -> None:
    orders = [
        order("1", 1, 500),
        order("2", 2, 300),
        order("3", 3, 200),
        order("other", 1, 9000, customer_token=None),
        order("paid", 1, 9000, payment_status="paid"),
        order("gone", 1, 9000, is_cancelled=True),
        order("euro", 1, 9000, currency_code="EUR"),
        order("old", 1, 9000, business_date=date(2017, 10, 1)),
    ]

    assert {"2": 800, "3": 1000} == owed(lake, orders, [], ["2", "3"])


def test_what_was_paid_is_owed_no_more_and_what_was_paid_back_is(
    lake: duckdb.DuckDBPyConnection,
) -> None:
    orders = [order("1", 1, 500), order("2", 2, 300)]
    payments = [
        payment("1", "SALE", 450),
        payment("1", "REFUND", 100),
        payment("1", "AUTH", 50),
        payment("1", "CAPTURE", 70, status_code="FAILED"),
        payment("2", "SALE", 999),
        payment("2", "SALE", 1, is_test=True),
    ]

    assert {"1": 150, "2": 150} == owed(lake, orders, payments, ["1", "2"])


def test_nobody_known_owes_what_he_orders(lake: duckdb.DuckDBPyConnection) -> None:
    orders = [order(n, 1, 500, customer_token=None) for n in ("1", "2")]

    assert {"1": 500, "2": 500} == owed(lake, orders, [], ["1", "2"])
