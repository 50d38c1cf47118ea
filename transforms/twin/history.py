"""All files of the history: what arrived before the system took over.

Master data, the channels' order documents of every day, warehouse documents
of the system before for its last two days, and the opening files. Not here:
the played days (``day``).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import polars as pl

from transforms.contracts.simulation import NamedBytes
from transforms.twin.company import Company
from transforms.twin.documents.masters import master_files, opening_files, shelf_rows
from transforms.twin.documents.warehouse_documents import (
    by_operator,
    tell_receipts,
    tell_shipments,
    tell_stock,
)
from transforms.twin.draws import draws, placed
from transforms.twin.faulting.order_faults import faulty_order_files
from transforms.twin.founding.supply import RECEIVING
from transforms.twin.warehouses.snapshots import reported

_DOCUMENTED_DAYS = 2
_RECEIVED_LINES = 30


def history(company: Company) -> Iterator[NamedBytes]:
    """Every file up to the cut; none arrives after its midnight.

    Files come grouped by sender, not by hour: sort by ``received_at`` to play
    them in order.
    """
    plan = company.plan
    yield from master_files(company)
    told = company.lines.filter(pl.col("business_date") <= plan.cut_date)
    for file, _ in faulty_order_files(company, told):
        yield file
    for age in reversed(range(_DOCUMENTED_DAYS)):
        day = plan.cut_date - timedelta(days=age)
        if day >= plan.first_date:
            yield from _warehouse_day(company, day)
    yield from _last_counts(company)
    yield from opening_files(company)


def _warehouse_day(company: Company, day: date) -> Iterator[NamedBytes]:
    plan, zone = company.plan, company.plan.zone
    shipments = _old_shipments(company, day)
    for partner, rows in by_operator(shipments, company.nodes):
        yield tell_shipments(partner, rows, plan.local(day, 21), zone)
    for partner, rows in by_operator(_old_receipts(company, day), company.nodes):
        yield tell_receipts(partner, rows, plan.local(day, 13), zone)


def _old_shipments(company: Company, day: date) -> pl.DataFrame:
    """What the system before shipped on a day, from each order's home node."""
    is_shipped = pl.col("shipped_qty") > 0
    shipped = company.opening.filter(is_shipped, pl.col("business_date") == day)
    at = pl.lit(company.plan.local(day, 20)).cast(pl.Datetime("us", "UTC"))
    return shipped.sort("basket_id", "line_no").select(
        pl.col("home").alias("node_ref"),
        pl.format("S{}", "basket_id").alias("shipment_ref"),
        pl.format("LEG-{}", "basket_id").alias("instruction_ref"),
        pl.format("{}/{}", "channel_id", "order_ref").alias("order_ref"),
        pl.col("line_no").cast(pl.String).alias("line_ref"),
        pl.col("product_id").cast(pl.String).alias("sku_ref"),
        pl.col("qty").alias("ordered_qty"),
        pl.col("shipped_qty"),
        at.alias("shipped_at"),
        pl.format("1ZLEG{}", "basket_id").alias("tracking_ref"),
    )


def _old_receipts(company: Company, day: date) -> pl.DataFrame:
    held = company.shelves.filter(pl.col("node_ref").is_in(RECEIVING))
    keys = placed(held)
    rolled = held.with_columns(
        draws(keys, company.seed, f"received {day}", 1 << 60).alias("received")
    )
    chosen = rolled.sort("node_ref", "received").with_columns(
        number=pl.int_range(1, pl.len() + 1).over("node_ref")
    )
    reference = pl.format(f"{{}}-{day:%m%d}", "node_ref")
    at = pl.lit(company.plan.local(day, 11)).cast(pl.Datetime("us", "UTC"))
    return chosen.filter(pl.col("number") <= _RECEIVED_LINES).select(
        "node_ref",
        pl.format("R-{}", reference).alias("receipt_ref"),
        pl.format("OLD-{}", reference).alias("po_ref"),
        pl.col("number").cast(pl.String).alias("line_ref"),
        pl.col("product_id").cast(pl.String).alias("sku_ref"),
        ((pl.col("received") % 6 + 1) * 6).alias("qty"),
        at.alias("received_at"),
    )


def _last_counts(company: Company) -> Iterator[NamedBytes]:
    """The warehouses' counts of the last night, told before the hand-over."""
    plan = company.plan
    cut = plan.local(plan.cut_date, 23)
    released = company.opening.filter(pl.col("released_qty") > 0).select(
        "node_ref",
        "product_id",
        pl.col("released_qty").alias("qty"),
        pl.lit(cut).cast(pl.Datetime("us", "UTC")).alias("acked_at"),
        pl.lit(plan.cut_at).cast(pl.Datetime("us", "UTC")).alias("done_at"),
    )
    shelves = reported(company.shelves, released, company.nodes, cut)
    rows = shelf_rows(shelves).filter(pl.col("node_ref").is_in(RECEIVING))
    for partner, counted in by_operator(rows, company.nodes):
        at = plan.local(plan.cut_date, 23, 30)
        yield tell_stock(partner, counted, cut, at, plan.zone)
