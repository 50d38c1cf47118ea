"""All reconciliations of many lines, beside the least that a join of them costs.

    python tests/bench/reconcile.py [lines, 1000000 unless told]

Orders of two lines and one parcel, each authorised and captured; one in fifty
lines, parcels and payments is wrong. The floor is what any comparison must do: one
full join of the two sides on their key and one sum. Wall and processor seconds; on a
busy machine look at the latter, over two cores.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from time import perf_counter, process_time

import polars as pl

from transforms.contracts.decisions import INSTRUCTION_LINES, LINE_BUCKETS
from transforms.contracts.gold import (
    FCT_ORDER_LINES,
    FCT_ORDERS,
    FCT_PAYMENTS,
    FCT_REFUNDS,
)
from transforms.contracts.table import Table
from transforms.reconciliation.parcels import (
    ParcelPolicy,
    confirmed_parcels,
    reconcile_parcels,
)
from transforms.reconciliation.payment_matching import MoneyFacts
from transforms.reconciliation.payment_policy import PaymentPolicy
from transforms.reconciliation.payments import reconcile_payments
from transforms.reconciliation.shipments import reconcile_shipments

AT = datetime(2017, 12, 27, 15, tzinfo=UTC)
AS_OF = AT + timedelta(days=3)
WRONG = 50
"""One in so many is wrong."""
LIMIT_SECONDS = 15
"""Of all reconciliations of a million lines, on two cores."""


def filled(frame: pl.DataFrame, table: Table) -> pl.DataFrame:
    """Rows with nothing where they say nothing."""
    missing = [
        pl.lit(None, dtype).alias(name)
        for name, dtype in table.schema.items()
        if name not in frame.columns
    ]
    return frame.with_columns(missing).select(table.names).cast(table.schema)


def lines_of(count: int) -> pl.DataFrame:
    """Order lines of one each at two dollars."""
    number = pl.int_range(count, eager=True).alias("n")
    order = pl.format("shop/{}", pl.col("n") // 2)
    return pl.DataFrame(number).with_columns(
        order_id=order,
        line_id=pl.format("{}/{}", order, pl.col("n") % 2 + 1),
        instruction_id=pl.format("FO-{}", pl.col("n") // 2),
        instruction_line_ref=(pl.col("n") % 2 + 1).cast(pl.String),
        sku_id=pl.format("S{}", pl.col("n") % 5000),
        channel_id=pl.lit("shop"),
        currency_code=pl.lit("USD"),
        ordered_qty=pl.lit(1),
        qty=pl.lit(1),
        line_amount_minor=pl.lit(200),
        discount_minor=pl.lit(0),
        tax_minor=pl.lit(0),
        ordered_at=pl.lit(AT),
    )


def money_of(lines: pl.DataFrame) -> MoneyFacts:
    """An authorisation and a capture of every order; some capture too little."""
    heads = lines.filter(pl.col("n") % 2 == 0)
    common = heads.select(
        "order_id",
        "currency_code",
        order_ref="order_id",
        status_code=pl.lit("SUCCEEDED"),
        method_code=pl.lit("card"),
        is_test=pl.lit(value=False),
        occurred_at=pl.lit(AT),
        is_wrong=pl.col("n") // 2 % WRONG == 0,
    )
    held, taken = pl.format("{}-a", "order_id"), pl.format("{}-c", "order_id")
    auths = common.with_columns(
        payment_id=held, payment_kind=pl.lit("AUTHORISATION"), amount_minor=pl.lit(400)
    )
    captures = common.with_columns(
        payment_id=taken,
        parent_id=held,
        payment_kind=pl.lit("CAPTURE"),
        amount_minor=pl.when("is_wrong").then(100).otherwise(400),
    )
    both = pl.concat([auths, captures], how="diagonal")
    sent = lines.with_columns(
        cancelled_qty=pl.lit(0),
        shipped_qty=pl.lit(1),
        delivered_qty=pl.lit(0),
        lost_qty=pl.lit(0),
        last_event_at=pl.lit(AT),
    )
    return MoneyFacts(
        orders=filled(heads, FCT_ORDERS),
        lines=filled(lines, FCT_ORDER_LINES),
        buckets=filled(sent, LINE_BUCKETS),
        payments=filled(both, FCT_PAYMENTS),
        refunds=FCT_REFUNDS.empty(),
        planned=pl.DataFrame(schema={"order_id": pl.String, "ship_date": pl.Date}),
        waiting=pl.DataFrame(schema={"order_id": pl.String}),
    )


def shipped_of(lines: pl.DataFrame) -> pl.DataFrame:
    """A confirmation of every line but some, with its parcel."""
    number = pl.col("n") // 2
    parcel = pl.concat_str(
        pl.lit('{"shipment_ref":"S'),
        number,
        pl.lit('","carrier_code":"UPS","tracking_ref":"T'),
        number,
        pl.lit('"}'),
    )
    return lines.filter(pl.col("n") % WRONG != 1).select(
        "line_id",
        "instruction_id",
        "instruction_line_ref",
        "sku_id",
        "qty",
        event_id=pl.format("{}/SHIPPED", "line_id"),
        event_type=pl.lit("SHIPPED"),
        node_id=pl.lit("EAST"),
        event_at=pl.lit(AT + timedelta(hours=5)),
        effective_at=pl.lit(AT + timedelta(hours=5)),
        line_sku_id="sku_id",
        detail=parcel,
    )


def scans_of(lines: pl.DataFrame) -> pl.DataFrame:
    """Three scans of every parcel; some stop after the second."""
    parcels = lines.filter(pl.col("n") % 2 == 0).select(
        "n",
        tracking_ref=pl.format("T{}", pl.col("n") // 2),
        carrier_code=pl.lit("UPS"),
        partner_code=pl.lit("x"),
        expected_at=pl.lit(AS_OF),
        is_return=pl.lit(value=False),
    )
    steps = {"PRE_TRANSIT": 6, "IN_TRANSIT": 12, "DELIVERED": 40}
    every = pl.concat(
        [
            parcels.with_columns(
                status_code=pl.lit(name), occurred_at=pl.lit(AT + timedelta(hours=hour))
            )
            for name, hour in steps.items()
        ]
    )
    stops = (pl.col("n") // 2 % WRONG == 0) & (pl.col("status_code") == "DELIVERED")
    return every.filter(~stops)


def timed(name: str, work: Callable[[], pl.DataFrame]) -> tuple[float, float]:
    """Wall and processor seconds of some work, told with its rows."""
    wall, processor = perf_counter(), process_time()
    rows = work().height
    spent = perf_counter() - wall, process_time() - processor
    sys.stdout.write(f"{name:<28}{rows:>10,} {spent[0]:>7.2f} s {spent[1]:>7.2f} s\n")
    return spent


def floor(left: pl.DataFrame, right: pl.DataFrame, key: list[str]) -> pl.DataFrame:
    """One full join and one sum of what stands on both sides."""
    summed = right.group_by(key).agg(pl.len())
    return left.join(summed, on=key, how="full", coalesce=True)


def main(count: int) -> None:
    """Print what each reconciliation of ``count`` lines costs, and the floor."""
    lines = lines_of(count)
    money, shipped, scans = money_of(lines), shipped_of(lines), scans_of(lines)
    asked = filled(lines, INSTRUCTION_LINES)
    promises = pl.DataFrame(schema={"line_id": pl.String, "promise_date": pl.Date})
    parcels = confirmed_parcels(shipped, lines, promises)
    pair = ["instruction_id", "instruction_line_ref"]
    sys.stdout.write(f"{'':<28}{'rows':>10} {'wall':>9} {'processor':>9}\n")
    floors = [
        timed(
            "floor: payments", lambda: floor(money.lines, money.payments, ["order_id"])
        ),
        timed("floor: shipments", lambda: floor(asked, shipped, pair)),
        timed("floor: parcels", lambda: floor(parcels, scans, ["tracking_ref"])),
    ]
    spent = [
        timed("payments", lambda: reconcile_payments(money, AS_OF, PaymentPolicy())),
        timed("shipments", lambda: reconcile_shipments(asked, shipped)),
        timed("parcels confirmed", lambda: confirmed_parcels(shipped, lines, promises)),
        timed(
            "parcels", lambda: reconcile_parcels(parcels, scans, AS_OF, ParcelPolicy())
        ),
    ]
    wall, processor = (sum(column) for column in zip(*spent, strict=True))
    least = sum(seconds for _, seconds in floors)
    sys.stdout.write(
        f"all: {wall:.1f} s wall, {processor / 2:.1f} s of two cores"
        f" (limit {LIMIT_SECONDS} s a million lines),"
        f" {processor / least:.1f} times the floor\n"
    )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
