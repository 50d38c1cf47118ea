"""What became of requests to cancel: asked beside given up and shipped."""

from __future__ import annotations

import polars as pl

INSTRUCTION = ["instruction_id", "instruction_line_ref"]


def cancel_outcomes(
    requests: pl.DataFrame, shipments: pl.DataFrame, verdicts: pl.DataFrame
) -> pl.DataFrame:
    """Requests with their state; the node's answer is of the instruction line.

        REQUESTED   the node has not answered
        ACKED       it gave all of it up: cancelled, refused or shorted
        REFUSED     it shipped what was asked for, all or a part
        WITHDRAWN   what it has not given up is wanted again

    Args:
        requests: CANCEL_REQUESTS.
        shipments: RECONCILED_SHIPMENTS of their instructions.
        verdicts: EVENT_VERDICTS of their events.

    Returns:
        ``requests`` with ``given_up_qty``, ``withdrawn_qty``, ``refused_qty`` and
        ``state``. Of several requests for one line the oldest is answered first.
    """
    again = (
        verdicts.filter(pl.col("verdict") == "CANCEL_WITHDRAWN")
        .group_by("event_id")
        .agg(again_qty=pl.col("qty").sum())
    )
    given = pl.sum_horizontal("cancelled_qty", "refused_qty", "short_qty")
    answers = shipments.select(*INSTRUCTION, "open_qty", given_qty=given)
    sorted_ = requests.join(answers, on=INSTRUCTION, how="left").sort(
        *INSTRUCTION, "requested_at", "request_id"
    )
    before = pl.col("qty").cum_sum().over(INSTRUCTION) - pl.col("qty")
    given_up = (pl.col("given_qty").fill_null(0) - before).clip(0)
    told = (
        sorted_.with_columns(given_up_qty=pl.min_horizontal("qty", given_up))
        .join(again, on="event_id", how="left", maintain_order="left")
        .with_columns(kept_qty=pl.col("qty") - pl.col("given_up_qty"))
    )
    kept = pl.col("kept_qty")
    earlier = kept.cum_sum().over("event_id") - kept
    left_again = (pl.col("again_qty").fill_null(0) - earlier).clip(0)
    counted = told.with_columns(
        withdrawn_qty=pl.min_horizontal("kept_qty", left_again)
    ).with_columns(
        refused_qty=pl.when(pl.col("open_qty").fill_null(1) > 0)
        .then(0)
        .otherwise(kept - pl.col("withdrawn_qty"))
    )
    state = (
        pl.when(pl.col("refused_qty") > 0)
        .then(pl.lit("REFUSED"))
        .when(pl.col("given_up_qty") == pl.col("qty"))
        .then(pl.lit("ACKED"))
        .when(pl.col("given_up_qty") + pl.col("withdrawn_qty") == pl.col("qty"))
        .then(pl.lit("WITHDRAWN"))
        .otherwise(pl.lit("REQUESTED"))
    )
    return counted.with_columns(state=state).drop(
        "open_qty", "given_qty", "again_qty", "kept_qty"
    )
