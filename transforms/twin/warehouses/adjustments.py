"""Corrections that nodes tell of: what they lost and found on their shelves.

Harbor and the first store correct a few SKUs on every played day, and each is
true. Planted: once a day Harbor corrects one of which nothing is missing, so its
own count shows more than we then believe. Not here: what goes missing without a
word (``faulting.drift``).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import polars as pl

from transforms.twin.company import Company
from transforms.twin.documents.adjustment_files import tell_adjustments
from transforms.twin.documents.warehouse_documents import by_operator
from transforms.twin.draws import draws, placed
from transforms.twin.faulting.drift import drift_of_night, quiet_positions
from transforms.twin.faulting.faults import Fault, listed
from transforms.twin.state import State

FALSE_QTY = 3
_ADJUSTED_HOUR, _TOLD_HOUR, _COUNTED_HOUR = 14, 18, 23
_NODE = "3PL-HARBOR"
_TRUE_LINES = 3


def adjust(company: Company, state: State, day: date) -> State:
    """Schedule the corrections of a day: the goods, and the files that tell of them."""
    chosen = _chosen(company, day)
    at = company.plan.local(day, _ADJUSTED_HOUR)
    rows = chosen.select(
        "node_ref",
        pl.format(f"ADJ-{day:%m%d}-{{}}", "node_ref").alias("adjustment_ref"),
        pl.col("number").cast(pl.String).alias("line_ref"),
        pl.col("product_id").cast(pl.String).alias("sku_ref"),
        "qty",
        "is_false",
        "product_id",
        reason_code=pl.when(pl.col("qty") < 0)
        .then(pl.lit("LOST"))
        .otherwise(pl.lit("FOUND")),
        adjusted_at=pl.lit(at).cast(pl.Datetime("us", "UTC")),
    )
    moved = rows.filter(~pl.col("is_false"))
    state = state.scheduled(moved.with_columns(at=pl.col("adjusted_at")))
    told = company.plan.local(day, _TOLD_HOUR)
    files = [
        tell_adjustments(partner, told_rows, told, company.plan.zone)
        for partner, told_rows in by_operator(rows, company.nodes)
    ]
    faults = [
        _false(company, node, product, day)
        for node, product in rows.filter("is_false")
        .select("node_ref", "product_id")
        .iter_rows()
    ]
    return replace(state.posted(files), planted=listed(faults, state.planted))


def _chosen(company: Company, day: date) -> pl.DataFrame:
    """Quiet positions that do not drift, a few a node: ``number, qty, is_false``."""
    nodes = [_NODE, *(f"STORE-{store}" for store in company.store_ids[:1])]
    drifting = pl.concat(
        [drift_of_night(company, night)[0] for night in company.plan.play_dates]
    )
    held = (
        quiet_positions(company)
        .filter(pl.col("node_ref").is_in(nodes))
        .join(drifting, on=["node_ref", "product_id"], how="anti")
    )
    turn = company.plan.play_dates.index(day)
    ranked = (
        held.with_columns(
            draws(placed(held), company.seed, "adjusted", 1 << 60).alias("roll")
        )
        .sort("node_ref", "roll")
        .with_columns(rank=pl.int_range(pl.len()).over("node_ref"))
    )
    number = pl.col("rank") - turn * (_TRUE_LINES + 1) + 1
    is_false = (number == _TRUE_LINES + 1) & (pl.col("node_ref") == _NODE)
    sign = pl.when(number % 2 == 0).then(1).otherwise(-1)
    chosen = ranked.with_columns(
        number=number,
        is_false=is_false,
        qty=pl.when(is_false).then(-FALSE_QTY).otherwise(sign).cast(pl.Int64),
    ).filter(pl.col("number").is_between(1, _TRUE_LINES + 1))
    is_told = ~pl.col("is_false") & (pl.col("number") <= _TRUE_LINES)
    errs = pl.col("is_false") & pl.lit(company.plan.has_faults)
    return chosen.filter(is_told | errs)


def _false(company: Company, node: str, product: int, day: date) -> Fault:
    operators = dict(company.nodes.select("node_ref", "operator_id").iter_rows())
    return Fault(
        kind="false_adjustment",
        partner_id=operators[node],
        file_name=None,
        payload_line=None,
        expected_code="STOCK_SURPLUS",
        subject=f"{node}/{product}",
        planted_at=company.plan.local(day, _COUNTED_HOUR, 30),
        detail=f"{-FALSE_QTY:+d} eaches that are still there",
    )
