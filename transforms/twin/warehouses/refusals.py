"""Refusals: a node will not ship a line, and says what that does to its stock.

Only CSV partners can refuse. Not here: which lines (``fulfilment``).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import polars as pl

from transforms.twin.company import Company
from transforms.twin.documents.warehouse_csv import refusals_csv
from transforms.twin.documents.warehouse_documents import by_operator
from transforms.twin.draws import drawn
from transforms.twin.faulting.faults import line_fault, listed
from transforms.twin.state import State

_REFUSALS = (
    ("DAMAGED", "minus_rejected"),
    ("OUT_OF_STOCK", "zero_sku"),
    ("CLOSED", "none"),
)


def refuse(
    company: Company, state: State, refused: pl.DataFrame, at: datetime
) -> State:
    """Schedule refusals: their files and what they take off the shelf.

    Args:
        company: whose nodes refuse.
        state: the world at ``at``.
        refused: instruction lines with ``key`` and ``refused_at``.
        at: instant the instructions arrived.
    """
    if not refused.height:
        return state
    kinds = drawn("key", company.seed, "reason", len(_REFUSALS))
    rows = refused.with_columns(kinds).with_columns(
        reason_code=pl.col("reason").replace_strict(
            dict(enumerate(r for r, _ in _REFUSALS))
        ),
        stock_effect=pl.col("reason").replace_strict(
            dict(enumerate(e for _, e in _REFUSALS))
        ),
        sku_ref=pl.col("product_id").cast(pl.String),
        rejected_qty="qty",
        rejected_at="refused_at",
    )
    state = state.scheduled(_lost(state, rows))
    minute = 10 + at.astimezone(ZoneInfo(company.plan.zone)).hour
    for (hour,), batch in rows.group_by("refused_at", maintain_order=True):
        state = _tell(company, state, batch, hour + timedelta(minutes=minute))
    return state


def _tell(company: Company, state: State, batch: pl.DataFrame, told: datetime) -> State:
    """One file per partner."""
    for partner, lines in by_operator(batch.drop("operator_id"), company.nodes):
        file = refusals_csv(partner, lines, told, company.plan.zone)
        state = state.posted([file])
        faults = [
            line_fault("refusal", "REFUSED", file, row) for row in lines.to_dicts()
        ]
        state = replace(state, planted=listed(faults, state.planted))
    return state


def _lost(state: State, rows: pl.DataFrame) -> pl.DataFrame:
    """What refusals take off the shelf: nothing, the line, or all of the SKU.

    Never what is bound to leave otherwise: a shelf does not hold less than
    nothing.
    """
    place = ["node_ref", "product_id"]
    leaving = pl.col("qty").clip(upper_bound=0).sum().alias("leaving")
    bound = state.movements.group_by(place).agg(leaving)
    held = rows.join(state.shelves, on=place, how="left", maintain_order="left")
    held = held.join(bound, on=place, how="left", maintain_order="left")
    room = pl.col("available_qty").fill_null(0) + pl.col("leaving").fill_null(0)
    effect = pl.col("stock_effect")
    asked = (
        pl.when(effect == "minus_rejected")
        .then("qty")
        .when(effect == "zero_sku")
        .then(room)
        .otherwise(0)
    )
    lost = pl.min_horizontal(asked.sum(), room.first()).clip(lower_bound=0)
    moved = held.group_by("refused_at", *place, maintain_order=True).agg(
        (-lost).alias("qty")
    )
    return moved.rename({"refused_at": "at"}).filter(pl.col("qty") != 0)
