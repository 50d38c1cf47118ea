"""Our own events about commitments, with ids readable from their content.

``source_rank`` orders what one run does at one instant: substitute, hold, take back,
commit, let wait, cancel, then release; documents of the same instant come before.
"""

from __future__ import annotations

from datetime import datetime

import polars as pl

from transforms.contracts.decisions import OWN_EVENTS
from transforms.contracts.table import DATE, INTEGER, TEXT

SUBSTITUTED_RANK, LINKED_RANK = 880, 890
HELD_RANK = 900
DEALLOCATED_RANK, ALLOCATED_RANK, BACKORDERED_RANK = 910, 920, 930
CANCELLED_RANK = 935
EXPIRED = "BACKORDER_EXPIRED"
OPTIONAL = {"node_id": TEXT, "reason_code": TEXT, "effective_date": DATE}
EVENT_COLUMNS = [name for name in OWN_EVENTS.names if name != "run_id"]


def allocated_events(allocations: pl.DataFrame, as_of: datetime) -> pl.DataFrame:
    """One ALLOCATED per allocation row; ``effective_date`` is the ship date.

    Of a kit that was packed beforehand the first line says KIT, the others IN_KIT.
    """
    is_packed = pl.col("kit_line_id").is_not_null()
    packed = pl.when(is_packed).then(_of_kit("KIT", "IN_KIT"))
    named = _events(
        allocations.with_columns(reason_code=packed).rename(
            {"ship_date": "effective_date"}
        ),
        "ALLOCATED",
        ALLOCATED_RANK,
        as_of,
    )
    return named.with_columns(event_id=_with_reason())


def backordered_events(
    short: pl.DataFrame, demand: pl.DataFrame, as_of: datetime
) -> pl.DataFrame:
    """One BACKORDERED per line with pending eaches that nobody could serve.

    Of a SKU that is not released yet it is PREORDERED.

    ALLOCATED serves the eaches that wait before those that were never decided
    (``transitions.csv``), so what is left pending is new; a line whose open
    eaches all waited before gets none.

    Args:
        short: ``line_id, sku_id, qty, reason_code, expected_date``.
        demand: OPEN_DEMAND.
        as_of: moment of the decision.
    """
    before = demand.select("line_id", "pending_qty")
    new = short.drop("pending_qty", strict=False).join(before, on="line_id")
    left = new.with_columns(qty=pl.min_horizontal("pending_qty", "qty"))
    named = left.filter(pl.col("qty") > 0).rename({"expected_date": "effective_date"})
    is_early = pl.col("reason_code") == "PREORDER"
    kinds = {
        "BACKORDERED": named.filter(~is_early),
        "PREORDERED": named.filter(is_early),
    }
    return pl.concat(
        _events(rows, kind, BACKORDERED_RANK, as_of) for kind, rows in kinds.items()
    )


def expired_events(expired: pl.DataFrame, as_of: datetime) -> pl.DataFrame:
    """One CANCELLED(BACKORDER_EXPIRED) per ``line_id, sku_id, qty`` row."""
    rows = expired.select("line_id", "sku_id", "qty", reason_code=pl.lit(EXPIRED))
    named = _events(rows, "CANCELLED", CANCELLED_RANK, as_of)
    return named.with_columns(event_id=_with_reason())


def deallocated_events(taken: pl.DataFrame, as_of: datetime) -> pl.DataFrame:
    """One DEALLOCATED(SUPPLY_LOST) per ``line_id, sku_id, node_id, qty`` row."""
    lost = taken.with_columns(reason_code=pl.lit("SUPPLY_LOST"))
    return _events(lost, "DEALLOCATED", DEALLOCATED_RANK, as_of)


def lost_kit_events(taken: pl.DataFrame, as_of: datetime) -> pl.DataFrame:
    """One DEALLOCATED per row of a component's eaches in packed kits that are gone.

    The first line of a kit says KIT_LOST, the others IN_KIT_LOST.

    Args:
        taken: ``line_id, kit_line_id, sku_id, node_id, qty``, all lines of a kit.
        as_of: moment of the decision.
    """
    lost = taken.with_columns(reason_code=_of_kit("KIT_LOST", "IN_KIT_LOST"))
    named = _events(lost, "DEALLOCATED", DEALLOCATED_RANK, as_of)
    return named.with_columns(event_id=_with_reason())


def substituted_events(moved: pl.DataFrame, as_of: datetime) -> pl.DataFrame:
    """One SUBSTITUTED of each line and one ACCEPTED of the line linked to it.

    Args:
        moved: SUBSTITUTED_LINES with ``sku_id``, of each ``moved_qty`` of the line.
        as_of: moment of the decision.
    """
    out = moved.select(
        "line_id", "sku_id", qty="moved_qty", reason_code="linked_line_id"
    )
    opened = moved.select(
        line_id="linked_line_id",
        sku_id="alternative_sku_id",
        qty=pl.col("moved_qty") * pl.col("ratio"),
    )
    left = _events(out, "SUBSTITUTED", SUBSTITUTED_RANK, as_of)
    came = _events(opened, "ACCEPTED", LINKED_RANK, as_of)
    named = left.with_columns(event_id=_with_reason())
    return pl.concat([named, came]).sort("event_id")


def held_events(rows: pl.DataFrame, event_type: str, as_of: datetime) -> pl.DataFrame:
    """One HOLD or UNHOLD per ``line_id, sku_id, qty, reason_code`` row."""
    named = _events(rows, event_type, HELD_RANK, as_of)
    return named.with_columns(event_id=_with_reason()).sort("event_id")


def _of_kit(first: str, others: str) -> pl.Expr:
    """Which line of a kit stands for it: the first, as the release has it."""
    is_first = pl.col("line_id") == pl.col("line_id").min().over("kit_line_id")
    return pl.when(is_first).then(pl.lit(first)).otherwise(pl.lit(others))


def _with_reason() -> pl.Expr:
    return pl.concat_str(["event_id", "reason_code"], separator="/", ignore_nulls=True)


def _events(
    rows: pl.DataFrame, event_type: str, rank: int, as_of: datetime
) -> pl.DataFrame:
    lacking = sorted(set(OPTIONAL) - set(rows.columns))
    complete = rows.with_columns(
        pl.lit(None, OPTIONAL[name]).alias(name) for name in lacking
    )
    parts = [pl.col("line_id"), pl.lit(event_type), pl.col("node_id")]
    stamp = pl.lit(as_of.isoformat())
    return complete.select(
        event_id=pl.concat_str([*parts, stamp], separator="/", ignore_nulls=True),
        event_type=pl.lit(event_type),
        line_id="line_id",
        sku_id="sku_id",
        node_id="node_id",
        instruction_id=pl.lit(None, TEXT),
        instruction_line_ref=pl.lit(None, TEXT),
        qty="qty",
        event_at=pl.lit(as_of),
        source_rank=pl.lit(rank, INTEGER),
        reason_code="reason_code",
        effective_date="effective_date",
    ).select(EVENT_COLUMNS)
