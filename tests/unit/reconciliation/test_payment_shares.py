"""Documents' shares of money add up to the sums of the comparison."""

from __future__ import annotations

from datetime import timedelta

import polars as pl
import pytest

from tests.unit.reconciliation.money import (
    LATER,
    ORDERED,
    Row,
    an_order,
    money,
    paid,
    refund_told,
)
from transforms.reconciliation.payment_matching import KEY
from transforms.reconciliation.payment_policy import PaymentPolicy
from transforms.reconciliation.payment_shares import money_shares
from transforms.reconciliation.payments import reconcile_payments

SUMS = {
    "DUE": "due_minor",
    "SENT": "shipped_minor",
    "AUTHORISED": "authorised_minor",
    "CAPTURED": "captured_minor",
    "REFUNDED": "refunded_minor",
}
HELD = paid("1", "AUTHORISATION", 900, authorised_until=LATER + timedelta(days=1))
OVER = paid("1", "AUTHORISATION", 800, authorised_until=ORDERED + timedelta(days=1))
NAMED = HELD["payment_id"]

CASES: dict[str, list[Row]] = {
    "taken of what is held": [HELD, paid("1", "CAPTURE", 400, parent_id=NAMED)],
    "taken without saying of what": [HELD, paid("1", "CAPTURE", 400)],
    "more taken than is held": [HELD, paid("1", "CAPTURE", 1_200)],
    "given up": [HELD, paid("1", "VOID", 900, parent_id=NAMED)],
    "held no more": [OVER, HELD],
    "given back by transaction": [
        paid("1", "SALE", 900, refunded_minor=100),
        paid("1", "REFUND", 300),
    ],
    "given back as the sale says": [
        paid("1", "SALE", 900, refunded_minor=500),
        paid("1", "REFUND", 300),
    ],
    "a test, and one that failed": [
        paid("1", "SALE", 900, is_test=True),
        paid("1", "SALE", 901, status_code="FAILED"),
    ],
    "told by document alone": [],
}


@pytest.mark.parametrize("payments", CASES.values(), ids=CASES)
def test_the_sums_are_made_of_documents(payments: list[Row]) -> None:
    facts = money(
        [an_order("1", 900, qty=3, cancelled_qty=1, shipped_qty=1)],
        payments,
        [refund_told("1", 250)],
    )
    policy = PaymentPolicy()
    compared = reconcile_payments(facts, LATER, policy)
    lines = facts.lines.join(
        facts.buckets.select("line_id", "cancelled_qty", left_qty="shipped_qty"),
        on="line_id",
    ).with_columns(order_currency=pl.lit("USD"))
    told = compared.select(*KEY, as_of=pl.lit(LATER))

    shares = money_shares(told, lines, facts.payments, facts.refunds, policy)

    moved = dict(shares.group_by("move").agg(pl.col("value").sum()).rows())
    row = compared.row(0, named=True)
    assert {move: row[name] for move, name in SUMS.items()} == dict.fromkeys(
        SUMS, 0
    ) | moved
