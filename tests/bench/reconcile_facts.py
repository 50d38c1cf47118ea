"""A million order lines and what both sides say of them, made up.

One in fifty lines, parcels, payments, orders and counts is wrong.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import polars as pl

from transforms.contracts.decisions import (
    CANCEL_REQUESTS,
    FULFILMENT_ORDERS,
    LINE_BUCKETS,
    NODE_CONFIDENCE,
    PROMISE_POSTINGS,
    STOCK_POSITIONS,
    STOCK_VARIANCES,
    UNIT_POSTINGS,
)
from transforms.contracts.gold import (
    DIM_NODES,
    FCT_ACKNOWLEDGEMENTS,
    FCT_OPENING_STOCK,
    FCT_ORDER_LINES,
    FCT_ORDERS,
    FCT_PAYMENTS,
    FCT_RECEIPTS,
    FCT_REFUNDS,
    FCT_STOCK_SNAPSHOTS,
)
from transforms.contracts.table import Table
from transforms.reconciliation.orders import OrderClaims
from transforms.reconciliation.oversells import OversellFacts
from transforms.reconciliation.payment_matching import MoneyFacts
from transforms.reconciliation.stock import StockFacts

AT = datetime(2017, 12, 27, 15, tzinfo=UTC)
AS_OF = AT + timedelta(days=3)
WRONG = 50
"""One in so many is wrong."""
NODES, SKUS, DAYS = 200, 5_000, 30


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
        "n",
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
        reason_code=pl.lit(None, pl.String),
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


def confirmed_of(lines: pl.DataFrame) -> pl.DataFrame:
    """What nodes and carriers say of every line: most left, most arrived."""
    shipped = shipped_of(lines)
    arrived = shipped.filter(pl.col("n") % WRONG != 2).with_columns(
        event_id=pl.format("{}/DELIVERED", "line_id"),
        event_type=pl.lit("DELIVERED"),
        effective_at=pl.lit(AT + timedelta(hours=40)),
    )
    return pl.concat([shipped, arrived]).drop("n")


def instructions_of(lines: pl.DataFrame) -> pl.DataFrame:
    """The instruction of every order, each a set of its own."""
    heads = lines.filter(pl.col("n") % 2 == 0)
    told = heads.select(
        "n",
        "instruction_id",
        "order_id",
        partner_id=pl.lit("warehouse"),
        node_id=pl.format("N{}", pl.col("n") % NODES),
        control_ref=pl.format("C{}", pl.col("n") // 1000),
        set_ref=pl.format("{}", pl.col("n")),
    )
    return filled(told, FULFILMENT_ORDERS)


def acknowledgements_of(instructions: pl.DataFrame) -> pl.DataFrame:
    """An answer to every set but some."""
    said = instructions.with_row_index("i").filter(pl.col("i") % WRONG != 0)
    return filled(
        said.select(
            "partner_id",
            "set_ref",
            interchange_ref="control_ref",
            status_code=pl.lit("A"),
            acknowledged_at=pl.lit(AT + timedelta(hours=1)),
        ),
        FCT_ACKNOWLEDGEMENTS,
    )


def claims_of(lines: pl.DataFrame) -> OrderClaims:
    """Every order here, as its channel lists and settles it; some settle too much."""
    heads = lines.filter(pl.col("n") % 2 == 0).select("n", "order_id", "channel_id")
    is_wrong = pl.col("n") // 2 % WRONG == 0
    amount = pl.lit(400, pl.Int64)
    return OrderClaims(
        ours=heads.select(
            "order_id",
            "channel_id",
            ordered_at=pl.lit(AT),
            currency_code=pl.lit("USD"),
            amount_minor=amount,
            left_minor=amount,
            left_at=pl.lit(AT),
            is_open=pl.lit(value=False),
        ),
        listed=heads.select(
            "order_id", "channel_id", listed_at=pl.lit(AT), listed_minor=amount
        ),
        settled=heads.select(
            "order_id",
            "channel_id",
            settled_at=pl.lit(AT),
            settled_minor=pl.when(is_wrong).then(900).otherwise(400).cast(pl.Int64),
            currency_code=pl.lit("USD"),
        ),
        covered=pl.DataFrame({"channel_id": ["shop"], "covered_at": [AS_OF]}),
        waiting=pl.DataFrame(schema={"order_id": pl.String}),
    )


def stock_of(count: int) -> StockFacts:
    """A night's count of every node and SKU, and a movement since; some are short."""
    shelf = pl.DataFrame({"n": pl.int_range(count, eager=True)}).with_columns(
        node_id=pl.format("N{}", pl.col("n") % NODES),
        sku_id=pl.format("S{}", pl.col("n") // NODES),
        stock_status=pl.lit("AVAILABLE"),
        qty=pl.lit(-1),
        event_at=pl.lit(AT + timedelta(hours=1)),
    )
    held = shelf.with_columns(
        available_qty=pl.lit(9),
        damaged_qty=pl.lit(0),
        hold_qty=pl.lit(0),
        allocated_qty=pl.lit(0),
        released_qty=pl.lit(0),
    )
    counted = shelf.with_columns(
        qty=pl.when(pl.col("n") // NODES % WRONG == 0).then(7).otherwise(10),
        quantity_basis=pl.lit("on_hand"),
        snapshot_at=pl.lit(AT),
    )
    moved = shelf.with_columns(account=pl.lit("ON_HAND"), is_date_only=False)
    kept = shelf.with_columns(account=pl.lit("RELEASED"))
    nodes = pl.DataFrame({"node_id": [f"N{n}" for n in range(NODES)]})
    return StockFacts(
        snapshots=filled(counted, FCT_STOCK_SNAPSHOTS),
        positions=filled(held, STOCK_POSITIONS),
        units=filled(moved, UNIT_POSTINGS),
        promises=filled(kept, PROMISE_POSTINGS),
        opening_stock=FCT_OPENING_STOCK.empty(),
        nodes=filled(nodes, DIM_NODES),
        refused=pl.DataFrame(schema={"operator_id": pl.String, "landing_id": pl.Int64}),
    )


def oversells_of(lines: pl.DataFrame) -> OversellFacts:
    """Lines that a node could not fill, though each was promised there."""
    promised = lines.select(
        "line_id",
        node_id=pl.format("N{}", pl.col("n") % NODES),
        promised_at=pl.lit(AT) + pl.duration(minutes=pl.col("n") % 1440),
    )
    missed = lines.filter(pl.col("n") % WRONG == 0).select(
        "line_id",
        "sku_id",
        event_id=pl.format("{}/SHORT", "line_id"),
        node_id=pl.format("N{}", pl.col("n") % NODES),
        qty=pl.lit(1, pl.Int64),
        reason_code=pl.lit("OUT_OF_STOCK"),
        missed_at=pl.lit(AS_OF),
    )
    nights = pl.DataFrame({"day": range(DAYS)}).join(
        pl.DataFrame({"node": range(NODES)}), how="cross"
    )
    counted = pl.lit(AT) - pl.duration(days=DAYS - pl.col("day"))
    counts = nights.select(
        node_id=pl.format("N{}", "node"),
        as_of=counted + pl.duration(hours=2),
        snapshot_at=counted,
        verdict=pl.lit("TRUSTED"),
    )
    return OversellFacts(
        missed=missed,
        promised=promised,
        counts=filled(counts, NODE_CONFIDENCE),
        receipts=FCT_RECEIPTS.empty(),
        variances=STOCK_VARIANCES.empty(),
        cancels=CANCEL_REQUESTS.empty(),
        units=pl.DataFrame({"sku_id": ["S50"], "eaches": [12]}),
        kits_left=pl.DataFrame(
            {
                "node_id": ["N0"],
                "sku_id": ["S100"],
                "kit_sku_id": ["BOX"],
                "qty": [2],
                "at": [AT],
            }
        ),
    )
