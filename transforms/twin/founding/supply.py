"""Open purchase orders at the cut, and what of them will really arrive when.

What customers wait for comes to a DC within days; DCs and 3PLs get fast movers
every day; one line in ten comes short. Not here: how receipts are told
(``warehouse_documents``).
"""

from __future__ import annotations

from datetime import date

import polars as pl

from transforms.twin.draws import draws, placed
from transforms.twin.founding.demand import Demand
from transforms.twin.plan import Plan

RECEIVING = ("DC-EAST", "DC-WEST", "3PL-HARBOR", "3PL-PRAIRIE", "3PL-SUMMIT")
_LINES_A_DAY = 60
_SHORT_PERCENT = 10
_DAYS_AHEAD = 6
_WAITING_EXTRA = 10


def order_from_suppliers(
    shelves: pl.DataFrame, opening: pl.DataFrame, demand: Demand, plan: Plan, seed: int
) -> pl.DataFrame:
    """Open purchase order lines at the cut.

    Returns:
        ``po_ref, line_ref, node_ref, product_id, qty, expected_date,
        received_qty`` (what will come; less than ``qty`` for the short ones),
        sorted by purchase order and line.
    """
    lines = pl.concat(
        [
            _for_waiting(opening, plan, seed),
            _for_nowhere(demand, plan, seed),
            _for_shelves(shelves, plan, seed),
        ]
    )
    lines = lines.unique(["node_ref", "product_id"], keep="first", maintain_order=True)
    lines = lines.sort("expected_date", "node_ref", "product_id").with_columns(
        po_ref=pl.format(
            "SUP-{}-{}", "node_ref", pl.col("expected_date").dt.strftime("%m%d")
        )
    )
    numbered = lines.with_columns(
        line_no=pl.int_range(1, pl.len() + 1).over("po_ref"),
        received_qty=_received(lines, seed),
    )
    return numbered.with_columns(line_ref=pl.col("line_no").cast(pl.String)).sort(
        "po_ref", "line_no"
    )


def _for_waiting(opening: pl.DataFrame, plan: Plan, seed: int) -> pl.DataFrame:
    waiting = opening.filter(pl.col("backordered_qty") > 0)
    days = draws(waiting["product_id"], seed, "waiting arrives", 2) + 1
    return _arrivals(waiting, days, plan.cut_date)


def _for_nowhere(demand: Demand, plan: Plan, seed: int) -> pl.DataFrame:
    missed = demand.nowhere
    days = draws(missed["product_id"], seed, "missed arrives", 3) + 1
    arriving = _arrivals(missed, days, plan.cut_date)
    late = (missed["business_date"] - pl.Series([plan.cut_date])).dt.total_days()
    return arriving.with_columns(_later(pl.col("expected_date"), late))


def _arrivals(wanted: pl.DataFrame, days: pl.Series, start: date) -> pl.DataFrame:
    west = draws(wanted["product_id"], 0, "dc", 2) == 1
    return wanted.select(
        pl.when(west)
        .then(pl.lit("DC-WEST"))
        .otherwise(pl.lit("DC-EAST"))
        .alias("node_ref"),
        "product_id",
        pl.col("qty") * 2 + _WAITING_EXTRA,
        _later(pl.lit(start), days).alias("expected_date"),
    )


def _later(day: pl.Expr, days: pl.Series) -> pl.Expr:
    return (day + pl.lit(days) * pl.duration(days=1)).cast(pl.Date)


def _for_shelves(shelves: pl.DataFrame, plan: Plan, seed: int) -> pl.DataFrame:
    """Every day some SKUs a warehouse holds are topped up."""
    held = shelves.filter(pl.col("node_ref").is_in(RECEIVING))
    keys = placed(held)
    ranked = held.with_columns(draws(keys, seed, "topped up", 1 << 60).alias("roll"))
    ranked = ranked.sort("node_ref", "roll").with_columns(
        rank=pl.int_range(pl.len()).over("node_ref")
    )
    chosen = ranked.filter(pl.col("rank") < _LINES_A_DAY * _DAYS_AHEAD)
    day = pl.col("rank") // _LINES_A_DAY + 1
    return chosen.select(
        "node_ref",
        "product_id",
        ((pl.col("roll") % 8 + 1) * 6).alias("qty"),
        (pl.lit(plan.cut_date) + pl.duration(days=day))
        .cast(pl.Date)
        .alias("expected_date"),
    )


def _received(lines: pl.DataFrame, seed: int) -> pl.Expr:
    keys = placed(lines)
    roll = draws(keys, seed, "comes short", 100)
    # What a customer waits for comes in full: a short one would wait for ever.
    is_short = (roll < _SHORT_PERCENT) & (lines["qty"] % 6 == 0)
    return pl.when(is_short).then(pl.col("qty") - 1 - roll % 5).otherwise("qty")
