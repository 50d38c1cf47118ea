"""Payments of a real shop against its orders, read by feeds and made facts by SQL.

The Olist sample: 8,135 paid orders, of which 7,360 have items. Payments are the
items' prices and freight but for 26. What the shop cancelled stands as it was
ordered: the sample tells of no refunds.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest

from tests.unit.dbt.builders import Row, a_lane, a_node, a_product
from tests.unit.dbt.conftest import Lake
from transforms.contracts.decisions import LINE_BUCKETS
from transforms.contracts.documents import LANES, NODES, ORDERS, PAYMENTS, PRODUCTS
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
from transforms.reconciliation.payment_policy import DISAGREEMENTS, PaymentPolicy
from transforms.reconciliation.payments import reconcile_payments

OLIST = Path(__file__).parents[3].parent / "shared/data/orders/olist_sample"
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not OLIST.exists(), reason="the shared data is not here"),
]

AS_OF = datetime(2019, 1, 1, tzinfo=UTC)
RECEIVED = datetime(2018, 12, 1, tzinfo=UTC)
METHODS = {
    "credit_card": "card",
    "debit_card": "card",
    "boleto": "bank",
    "voucher": "gift_card",
}
PROFILE = Profile(
    "olist",
    zone="America/Sao_Paulo",
    currency_code="BRL",
    options={
        "column.order_ref": "order_id",
        "column.line_ref": "order_item_id",
        "column.ordered_at": "order_purchase_timestamp",
        "column.sku_ref": "product_id",
        "column.line_amount": "price_and_freight",
        "column.ship_to_region": "customer_state",
        "constant.qty": "1",
        "constant.payment_status": "paid",
        "ignored_columns": "*",
    },
)


def table(name: str) -> pl.DataFrame:
    return pl.read_csv(OLIST / f"olist_{name}_dataset.csv.gz", infer_schema=False)


def centavos(*names: str) -> pl.Expr:
    coins = [pl.col(name).str.to_decimal(scale=2) * 100 for name in names]
    return pl.sum_horizontal(coins).cast(pl.Int64)


def read_orders() -> Parsed:
    """Items with the hour of their order; freight is part of what is paid."""
    real = centavos("price", "freight_value")
    items = (
        table("order_items")
        .join(
            table("orders").select(
                "order_id", "customer_id", "order_purchase_timestamp"
            ),
            on="order_id",
        )
        .join(
            table("customers").select("customer_id", "customer_state"), on="customer_id"
        )
    )
    priced = items.with_columns(
        price_and_freight=pl.format(
            "{}.{}", real // 100, (real % 100).cast(pl.String).str.zfill(2)
        )
    )
    return mapped_orders.parse(priced.write_csv().encode(), PROFILE)


def read_payments() -> Parsed:
    """Payments under the columns of our own CSV."""
    asked = table("orders").select("order_id", occurred_at="order_purchase_timestamp")
    paid = table("order_payments").join(asked, on="order_id")
    rows = paid.select(
        payment_ref=pl.format("{}-{}", "order_id", "payment_sequential"),
        order_ref="order_id",
        kind=pl.lit("SALE"),
        status_code=pl.lit("SUCCEEDED"),
        method=pl.col("payment_type").replace_strict(METHODS, default="other"),
        gateway="payment_type",
        amount="payment_value",
        currency_code=pl.lit("BRL"),
        occurred_at=pl.col("occurred_at").str.replace(" ", "T") + "-03:00",
    )
    return csv_payments.parse(rows.write_csv().encode(), PROFILE)


def like(row: Row, said: pl.DataFrame, name: str) -> pl.DataFrame:
    """A master row for every value of a column."""
    others = {key: pl.lit(value) for key, value in row.items() if key != name}
    return said.select(name).unique().with_columns(**others)


def loaded(lake: Lake, document: Table, rows: pl.DataFrame) -> None:
    """Rows of a file in bronze."""
    place = rows.with_columns(
        partner_id=pl.lit("olist"),
        payload_sha256=pl.lit(document.name),
        received_at=pl.lit(RECEIVED),
        landing_id=pl.lit(1, pl.Int64),
        payload_line=pl.int_range(1, pl.len() + 1, dtype=pl.Int64),
    )
    lake.connection.register("arriving", place.to_arrow())
    lake.connection.execute(
        f"insert into lake.{document.path} by name select * from arriving"
    )
    lake.connection.unregister("arriving")


def fact(lake: Lake, of: Table) -> pl.DataFrame:
    rows = lake.connection.execute(f"select {', '.join(of.names)} from lake.{of.path}")
    return rows.pl().cast(of.schema)


@pytest.fixture(scope="module")
def reconciled(tmp_path_factory: pytest.TempPathFactory) -> pl.DataFrame:
    """RECONCILED_PAYMENTS of the whole sample."""
    lake = Lake(tmp_path_factory.mktemp("olist") / "lake")
    lake.folder.mkdir()
    lake.create()
    orders, payments = read_orders(), read_payments()
    assert orders.rejects.is_empty()
    assert payments.rejects.is_empty()
    loaded(lake, ORDERS, orders.rows)
    loaded(lake, PAYMENTS, payments.rows)
    loaded(lake, PRODUCTS, like(a_product("-"), orders.rows, "sku_ref"))
    loaded(lake, NODES, pl.DataFrame([a_node("DC-EAST")]))
    regions = orders.rows.select(region="ship_to_region")
    loaded(lake, LANES, like(a_lane("-", "DC-EAST"), regions, "region"))
    lake.make("+fct_orders", "+fct_order_lines", "+fct_payments")
    facts = MoneyFacts(
        orders=fact(lake, FCT_ORDERS),
        lines=fact(lake, FCT_ORDER_LINES),
        buckets=LINE_BUCKETS.empty(),
        payments=fact(lake, FCT_PAYMENTS),
        refunds=FCT_REFUNDS.empty(),
        planned=pl.DataFrame(schema={"order_id": pl.String, "ship_date": pl.Date}),
        waiting=pl.DataFrame(schema={"order_id": pl.String}),
    )
    return reconcile_payments(facts, AS_OF, PaymentPolicy(tolerance_minor=1))


def test_every_order_of_the_sample_has_one_row(reconciled: pl.DataFrame) -> None:
    assert 8_135 == reconciled.height == reconciled["order_id"].n_unique()


def test_of_orders_with_items_exactly_26_payments_disagree(
    reconciled: pl.DataFrame,
) -> None:
    known = reconciled.filter(pl.col("channel_id").is_not_null())
    wrong = known.filter(pl.col("payment_class").is_in(DISAGREEMENTS))

    assert (7_360, 26) == (known.height, wrong.height)
    assert {"settled"} == set(known["payment_class"]) - set(wrong["payment_class"])


def test_they_are_those_that_a_sum_by_hand_finds(reconciled: pl.DataFrame) -> None:
    paid = (
        table("order_payments")
        .group_by("order_id")
        .agg(paid=centavos("payment_value").sum())
    )
    by_hand = (
        table("order_items")
        .group_by("order_id")
        .agg(worth=centavos("price", "freight_value").sum())
        .join(paid, on="order_id")
        .select(
            order_id=pl.format("olist/{}", "order_id"),
            difference_minor=pl.col("paid") - pl.col("worth"),
        )
        .filter(pl.col("difference_minor").abs() > 1)
        .sort("order_id")
    )
    wrong = reconciled.filter(
        pl.col("payment_class").is_in(DISAGREEMENTS), pl.col("channel_id").is_not_null()
    )

    assert by_hand.rows() == wrong.select(by_hand.columns).rows()


def test_what_was_paid_for_orders_without_items_has_no_order(
    reconciled: pl.DataFrame,
) -> None:
    strays = reconciled.filter(pl.col("channel_id").is_null())

    counts = strays["payment_class"].value_counts().sort("payment_class")
    # Three of the 775 say that nothing was paid.
    assert [("nothing_due", 3), ("orphan_payment", 772)] == counts.rows()
