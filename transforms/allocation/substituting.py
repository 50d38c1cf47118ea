"""Eaches of a line that another SKU is sent for: what is asked, and what it takes.

The eaches move out of the line (SUBSTITUTED), as far as no node was told of them,
and as many times ``ratio`` are accepted of the line linked to it, in one decision:
so a customer gets one of the two, never both and never neither. The linked line
stands in its order's place in the queue.

    free[l]   =  eaches of line l that no node was told of
    moved[a]  =  min(asked[a], free[l] less what actions before a took)

Not here: which SKUs may replace which (``substitutes``), and what it is worth
(``reconciliation.linked_lines``).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import polars as pl

from transforms.allocation.events import substituted_events
from transforms.allocation.holds import WAITS
from transforms.contracts.decisions import SUBSTITUTED_LINES
from transforms.contracts.table import BOOLEAN, INSTANT, INTEGER, TEXT, conform

ASKED = pl.Schema(
    {
        "action_id": TEXT,
        "order_id": TEXT,
        "line_id": TEXT,
        "sku_id": TEXT,
        "linked_line_id": TEXT,
        "alternative_sku_id": TEXT,
        "ratio": INTEGER,
        "qty": INTEGER,
        "author": TEXT,
        "acted_at": INSTANT,
        "is_kit": BOOLEAN,
    }
)
"""Actions SUBSTITUTE that nobody decided on. A null line: it is a kit's, or was taken
at a till; ``is_kit``: the other SKU is one."""


@dataclass(frozen=True)
class Substituted:
    """What a run substituted.

    Args:
        lines: SUBSTITUTED_LINES without ``run_id``.
        events: OWN_EVENTS without ``run_id``.
    """

    lines: pl.DataFrame
    events: pl.DataFrame


def substitute(
    asked: pl.DataFrame, buckets: pl.DataFrame, as_of: datetime
) -> Substituted:
    """Take what is asked of each line, as far as no node was told of it.

    Args:
        asked: ASKED.
        buckets: LINE_BUCKETS of their lines.
        as_of: moment of the decision.
    """
    free = buckets.select("line_id", free=_free())
    judged = (
        asked.join(free, on="line_id", how="left")
        .with_columns(refused=_refused(), free=pl.col("free").fill_null(0))
        .with_columns(
            wanted=pl.when(pl.col("refused").is_null())
            .then(pl.coalesce("qty", "free"))
            .otherwise(0)
        )
        .sort("line_id", "acted_at", "action_id")
    )
    taken = pl.col("wanted").cum_sum().over("line_id") - pl.col("wanted")
    moved = pl.min_horizontal("wanted", (pl.col("free") - taken).clip(0))
    lacks = (moved == 0) | (moved < pl.col("wanted"))
    done = judged.with_columns(
        moved_qty=moved,
        refusal_code=pl.coalesce(
            "refused", pl.when(lacks).then(pl.lit("NOTHING_WAITS"))
        ),
        asked_qty="qty",
        as_of=pl.lit(as_of),
        run_id=pl.lit(""),
    )
    return Substituted(
        conform(done, SUBSTITUTED_LINES).drop("run_id"),
        substituted_events(done.filter(pl.col("moved_qty") > 0), as_of),
    )


def _free() -> pl.Expr:
    """Eaches that no node was told of, less what was sent beyond the instruction."""
    waits = pl.sum_horizontal(*WAITS, "held_qty")
    return (waits - pl.col("overshipped_qty")).clip(0)


def _refused() -> pl.Expr:
    """Why a line is not replaced at all."""
    return (
        pl.when(pl.col("line_id").is_null())
        .then(pl.lit("KIT_LINE"))
        .when("is_kit")
        .then(pl.lit("KIT_SKU"))
        .when(pl.col("alternative_sku_id") == pl.col("sku_id"))
        .then(pl.lit("SAME_SKU"))
    )
