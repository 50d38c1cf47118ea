"""Lines as they were at an instant, and as we knew them then.

Every event says when it took effect (``event_at``) and when we learned of it
(``known_at``). Two questions, one fold: without what took effect later it gives
what was the case; without what was learned later, what we believed. A
confirmation that comes three days late changes the first and never the second.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import polars as pl

from transforms.contracts.table import INSTANT
from transforms.lifecycle.fold import LineFacts, fold_lines


def lines_at(
    facts: LineFacts, transitions: pl.DataFrame, at: datetime, known_at: datetime
) -> pl.DataFrame:
    """Buckets of every line that something had happened to.

    Args:
        facts: all events of the lines; ``order_events`` has ``known_at`` besides.
        transitions: as for ``fold_lines``.
        at: events that took effect later are left out.
        known_at: events that were learned later are left out, our own included:
            what we did is known when we do it.

    Returns:
        LINE_BUCKETS without ``run_id``.
    """
    known = replace(
        facts,
        order_events=facts.order_events.filter(
            pl.col("known_at") <= _instant(known_at)
        ),
        own_events=facts.own_events.filter(pl.col("event_at") <= _instant(known_at)),
    )
    folded = fold_lines(known, transitions, at)
    return folded.buckets.join(folded.events, on="line_id", how="semi").sort("line_id")


def _instant(moment: datetime) -> pl.Expr:
    return pl.lit(moment, INSTANT)
