"""Invoices of a real wholesaler balance to their totals, through our feeds.

The UCI invoices of nine months: 320,705 lines with cancellations (invoices C…),
write-offs below zero, prices of nothing and lines that stand twice and are two.
Sales are read as orders; what each invoice came to as a payment, credits as
refunds. No row is lost and no penny: what is accepted and what is set aside, by
reason, is what the file holds.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest

from transforms.contracts.decisions import LINE_BUCKETS
from transforms.contracts.gold import (
    FCT_ORDER_LINES,
    FCT_ORDERS,
    FCT_PAYMENTS,
    FCT_REFUNDS,
)
from transforms.contracts.profile import Parsed, Profile
from transforms.contracts.table import Table
from transforms.feeds import csv_payments, mapped_orders
from transforms.reconciliation.payment_matching import MoneyFacts
from transforms.reconciliation.payment_policy import PaymentPolicy
from transforms.reconciliation.payments import reconcile_payments

UCI = (
    Path(__file__).parents[3].parent
    / "shared/data/orders/uci_online_retail_to_2011_08.parquet"
)
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not UCI.exists(), reason="the shared data is not here"),
]

AS_OF = datetime(2012, 1, 1, tzinfo=UTC)
PROFILE = Profile(
    "uci",
    zone="Europe/London",
    currency_code="GBP",
    options={
        "column.order_ref": "InvoiceNo",
        "column.ordered_at": "InvoiceDate",
        "column.sku_ref": "StockCode",
        "column.qty": "Quantity",
        "column.unit_amount": "UnitPrice",
        "constant.payment_status": "terms",
        "ignored_columns": "*",
    },
)
MILLS = 1000
"""Three prices have a third digit."""


def mills() -> pl.Expr:
    """What a line comes to, in thousandths of a pound, exactly."""
    price = (pl.col("UnitPrice") * MILLS).round().cast(pl.Int64)
    return price * pl.col("Quantity")


@pytest.fixture(scope="module")
def invoices() -> pl.DataFrame:
    """The lines as the shop has them, under their line of the file."""
    return pl.read_parquet(UCI).with_columns(
        mills=mills(), payload_line=pl.int_range(2, pl.len() + 2, dtype=pl.Int64)
    )


@pytest.fixture(scope="module")
def orders(invoices: pl.DataFrame) -> Parsed:
    """The file as our feed reads it."""
    named = ["InvoiceNo", "StockCode", "Quantity", "InvoiceDate", "UnitPrice"]
    file = invoices.select(named).write_csv(datetime_format="%Y-%m-%d %H:%M:%S")
    return mapped_orders.parse(file.encode(), PROFILE)


def test_every_line_is_read_or_set_aside(
    invoices: pl.DataFrame, orders: Parsed
) -> None:
    told = pl.concat(
        [orders.rows["payload_line"], orders.rejects["payload_line"]]
    ).unique()

    assert orders.lines.is_balanced()
    assert invoices["payload_line"].to_list() == told.sort().to_list()


def test_what_is_read_and_what_is_set_aside_come_to_what_the_file_holds(
    invoices: pl.DataFrame, orders: Parsed
) -> None:
    read = orders.rows.select(
        pl.col("line_amount").str.to_decimal(scale=3).sum() * MILLS
    )
    aside = invoices.join(orders.rejects, on="payload_line", how="semi")

    assert invoices["mills"].sum() == int(read.item()) + aside["mills"].sum()


def test_lines_that_look_alike_are_two(invoices: pl.DataFrame, orders: Parsed) -> None:
    names = ["InvoiceNo", "StockCode", "Quantity", "InvoiceDate", "UnitPrice"]
    sold = invoices.join(orders.rejects, on="payload_line", how="anti")
    again = sold.height - sold.unique(names).height

    assert again > 2_000
    assert sold.height == orders.rows.select("order_ref", "line_ref").n_unique()


def test_what_is_set_aside_is_what_no_order_can_be(
    invoices: pl.DataFrame, orders: Parsed
) -> None:
    """Cancellations, write-offs, a debt below zero, a price finer than a penny."""
    is_good = (
        (pl.col("Quantity") > 0)
        & (pl.col("UnitPrice") >= 0)
        & (pl.col("mills") % 10 == 0)
    )
    # An order with a broken line is set aside whole.
    by_hand = invoices.filter(~is_good.all().over("InvoiceNo"))

    aside = sorted(orders.rejects["payload_line"].unique())
    assert by_hand["payload_line"].to_list() == aside


def fact(rows: pl.DataFrame, table: Table) -> pl.DataFrame:
    """Rows with nothing where they say nothing."""
    missing = [
        pl.lit(None, dtype).alias(name)
        for name, dtype in table.schema.items()
        if name not in rows.columns
    ]
    return rows.with_columns(missing).select(table.names).cast(table.schema)


def read_payments(invoices: pl.DataFrame) -> pl.DataFrame:
    """What each invoice came to, as FCT_PAYMENTS: taken, or given back."""
    whole = (
        invoices.group_by("InvoiceNo")
        .agg(pl.col("mills").sum(), at=pl.col("InvoiceDate").max())
        .filter(pl.col("mills") != 0, pl.col("mills") % 10 == 0)
        .sort("InvoiceNo")
    )
    pennies = pl.col("mills").abs() // 10
    rows = whole.select(
        payment_ref="InvoiceNo",
        order_ref="InvoiceNo",
        kind=pl.when(pl.col("mills") > 0)
        .then(pl.lit("CAPTURE"))
        .otherwise(pl.lit("REFUND")),
        status_code=pl.lit("SUCCEEDED"),
        method=pl.lit("account"),
        amount=pl.format(
            "{}.{}", pennies // 100, (pennies % 100).cast(pl.String).str.zfill(2)
        ),
        currency_code=pl.lit("GBP"),
        occurred_at=pl.col("at").dt.to_string("%Y-%m-%dT%H:%M:%S+00:00"),
    )
    read = csv_payments.parse(rows.write_csv().encode(), PROFILE)
    assert read.rejects.is_empty()
    return fact(
        read.rows.select(
            "order_ref",
            "status_code",
            "currency_code",
            payment_id=pl.format("uci/{}", "payment_ref"),
            order_id=pl.format("uci/{}", "order_ref"),
            payment_kind="kind",
            method_code="method",
            amount_minor=pl.col("amount").str.to_decimal(scale=2) * 100,
            is_test=pl.lit(value=False),
            occurred_at=pl.col("occurred_at").str.to_datetime(time_zone="UTC"),
        ),
        FCT_PAYMENTS,
    )


def test_every_invoice_has_one_class_and_the_classes_come_to_the_total(
    invoices: pl.DataFrame, orders: Parsed
) -> None:
    lines = orders.rows.select(
        "currency_code",
        order_id=pl.format("uci/{}", "order_ref"),
        line_id=pl.format("uci/{}/{}", "order_ref", "line_ref"),
        line_amount_minor=pl.col("line_amount").str.to_decimal(scale=2) * 100,
        discount_minor=pl.lit(0),
        tax_minor=pl.lit(0),
        ordered_qty=pl.col("qty").cast(pl.Int64),
    )
    heads = lines.select("order_id", "currency_code", channel_id=pl.lit("uci")).unique()
    facts = MoneyFacts(
        orders=fact(heads, FCT_ORDERS),
        lines=fact(lines, FCT_ORDER_LINES),
        buckets=LINE_BUCKETS.empty(),
        payments=read_payments(invoices),
        refunds=FCT_REFUNDS.empty(),
        planned=pl.DataFrame(schema={"order_id": pl.String, "ship_date": pl.Date}),
        waiting=pl.DataFrame(schema={"order_id": pl.String}),
    )

    rows = reconcile_payments(facts, AS_OF, PaymentPolicy(tolerance_minor=0))

    sums = dict(
        rows.group_by("payment_class")
        .agg((pl.col("captured_minor") - pl.col("refunded_minor")).sum())
        .rows()
    )
    totals = invoices.group_by("InvoiceNo").agg(pl.col("mills").sum())
    whole = totals.filter(pl.col("mills") % 10 == 0).select(
        pennies=pl.col("mills") // 10
    )
    pennies = pl.col("pennies")
    # What was set aside is what was given back, and came to nothing.
    assert sums == {
        "nothing_due": 0,
        "settled": whole.filter(pennies > 0).sum().item(),
        "over_refunded": whole.filter(pennies < 0).sum().item(),
    }
    assert whole["pennies"].sum() == sum(sums.values())
