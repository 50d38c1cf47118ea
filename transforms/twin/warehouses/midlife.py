"""Confirmations nobody here asked for: of the system before, and of nobody.

What the system before had released is shipped on the first played day. And
once a day a node confirms an instruction that was never sent.
Not here: answers to our own instructions (``answer``).
"""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from transforms.twin.company import Company
from transforms.twin.documents.warehouse_documents import tell_shipments
from transforms.twin.draws import draws, key_of
from transforms.twin.faulting.faults import Fault, listed
from transforms.twin.state import State
from transforms.twin.warehouses.fulfilment import fulfil

_UNKNOWN_AT = ("DC-EAST", "3PL-HARBOR", "3PL-SUMMIT")
_LEAST_QTY = 6


def confirm_midlife(company: Company, state: State) -> State:
    """Schedule the confirmations of what was released before the cut."""
    plan = company.plan
    released = company.opening.filter(pl.col("released_qty") > 0)
    if not plan.play_dates or not released.height:
        return state
    lines = released.sort("basket_id", "line_no").select(
        "node_ref",
        "instruction_ref",
        pl.col("instruction_line_ref").alias("line_ref"),
        pl.format("{}/{}", "channel_id", "order_ref").alias("order_ref"),
        "product_id",
        pl.col("released_qty").alias("qty"),
        pl.lit(plan.cut_at).cast(pl.Datetime("us", "UTC")).alias("acked_at"),
        pl.lit(None, pl.Date).alias("ship_by"),
    )
    return fulfil(company, state, lines, plan.cut_at)


def confirm_unknown(company: Company, state: State) -> State:
    """Schedule, once a played day, the confirmation of an instruction never sent."""
    if not company.plan.has_faults:
        return state
    for day, node in zip(company.plan.play_dates, _UNKNOWN_AT, strict=False):
        at = company.plan.local(day, 15)
        reference = f"FO-{key_of(f'{company.seed}/{day}') & 0xFFFFFFFFFFFF:012x}"
        rows = _one_line(company, node, reference).with_columns(
            shipped_at=pl.lit(at).cast(pl.Datetime("us", "UTC"))
        )
        operator = company.nodes.row(
            by_predicate=pl.col("node_ref") == node, named=True
        )["operator_id"]
        told = company.plan.local(day, 16, 40)
        file = tell_shipments(operator, rows, told, company.plan.zone, "unknown")
        moved = rows.select(
            pl.col("shipped_at").alias("at"),
            "node_ref",
            pl.col("sku_ref").cast(pl.Int64).alias("product_id"),
            (-pl.col("shipped_qty")).alias("qty"),
        )
        fault = Fault(
            "unknown_instruction",
            operator,
            file.name,
            None,
            "UNKNOWN_TO_US",
            reference,
            told,
            "nobody sent this instruction",
        )
        state = state.posted([file]).scheduled(moved)
        state = replace(state, planted=listed([fault], state.planted))
    return state


def _one_line(company: Company, node: str, reference: str) -> pl.DataFrame:
    held = company.shelves.filter(
        pl.col("node_ref") == node, pl.col("available_qty") >= _LEAST_QTY
    )
    luck = draws(held["product_id"], company.seed, reference, 1 << 60)
    chosen = held.with_columns(luck.alias("luck")).sort("luck").head(1)
    return chosen.select(
        "node_ref",
        pl.lit(f"S-{reference}").alias("shipment_ref"),
        pl.lit(reference).alias("instruction_ref"),
        pl.lit(None, pl.String).alias("order_ref"),
        pl.lit("1").alias("line_ref"),
        pl.col("product_id").cast(pl.String).alias("sku_ref"),
        pl.lit(1, pl.Int64).alias("ordered_qty"),
        pl.lit(1, pl.Int64).alias("shipped_qty"),
        pl.lit(f"1Z{reference}").alias("tracking_ref"),
    )
