"""Events of known lines as sorted integer arrays for the kernel.

Order inside a line: (effective time, source rank, event id). Not here: what
the kernel does with them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from transforms.contracts.decisions import BUCKETS
from transforms.contracts.table import ContractError
from transforms.lifecycle.holds import HOLD_EVENTS
from transforms.lifecycle.transitions import Ints, Programs

UNKNOWN_TYPE, WRONG_SKU = -1, -2
"""First steps of events that no transition lets through."""

OTHER_SKU = "OTHER_SKU"
"""Reason code of the rules for events about goods that the line did not ask for:
what a carrier does with what was sent instead."""

MOST_REASONS = 61
"""One bit each in an integer, as programs have."""

LINE_ORDER = ["line_index", "effective_at", "source_rank"]


@dataclass(frozen=True)
class SortedLog:
    """The kernel's input and the frame its event numbers point into.

    Args:
        start: the events of line i are rows start[i]:start[i + 1].
        events: the kernel's columns.
        openings: buckets that the OPENING events name.
        frame: the events as handed in, with ``first_step``.
        rows: row of ``frame`` of each event.
        nodes: node of each slot; the last, unknown one is null.
    """

    start: Ints
    events: Ints
    openings: Ints
    frame: pl.DataFrame
    rows: pl.Series
    nodes: pl.Series


def sorted_log(
    events: pl.DataFrame, openings: pl.DataFrame, rules: Programs, line_count: int
) -> SortedLog:
    """Sort and encode.

    Args:
        events: with ``line_index``, ``line_sku_id`` and ``effective_at``.
        openings: buckets per OPENING event.
        rules: compiled transitions.
        line_count: lines there are, those without events included.
    """
    frame = events.with_columns(first_step=_first_step(rules))
    rows = _in_order(frame)
    named = frame["promise_node_id"].drop_nulls().unique().sort()
    ordered = frame.select(
        "line_index",
        "first_step",
        pl.col("qty").abs(),
        _slot(named).alias("slot"),
        pl.col("effective_at").dt.epoch("us"),
        _reason(frame).alias("reason"),
        pl.Series("opening", _opening_rows(frame, openings)),
    )[rows].cast(pl.Int64)
    told = openings.select(BUCKETS).to_numpy().reshape(-1, len(BUCKETS))
    return SortedLog(
        start=_starts(ordered, line_count),
        events=np.ascontiguousarray(ordered.drop("line_index").to_numpy()),
        openings=np.ascontiguousarray(told, dtype=np.int64),
        frame=frame,
        rows=rows,
        nodes=pl.concat([named, pl.Series(named.name, [None], pl.String)]),
    )


def _in_order(events: pl.DataFrame) -> pl.Series:
    """Row numbers by line, time and rank; the long event ids only where those tie."""
    keyed = events.select(LINE_ORDER).with_row_index("row").sort(LINE_ORDER)
    same = pl.all_horizontal(
        pl.col(name) == pl.col(name).shift(1) for name in LINE_ORDER
    ).fill_null(value=False)
    is_tied = keyed.select(same | same.shift(-1, fill_value=False)).to_series()
    rows = keyed["row"]
    if is_tied.any():
        ids = keyed.filter(is_tied).with_columns(
            event_id=events["event_id"].gather(rows.filter(is_tied))
        )
        settled = ids.sort(*LINE_ORDER, "event_id")["row"]
        rows = rows.scatter(is_tied.arg_true(), settled)
    return rows


def _first_step(rules: Programs) -> pl.Expr:
    """First step of each event; reasons with rules of their own come first."""
    index = rules.index.sort("reason_code", descending=True)
    general = index.filter(pl.col("reason_code") == "")
    step = (
        pl.when(pl.col("qty") < 0)
        .then(_mapped(general, "-"))
        .otherwise(_mapped(general, "+"))
    )
    is_other = pl.col("sku_id") != pl.col("line_sku_id")
    for row in index.filter(pl.col("reason_code") != "").iter_rows(named=True):
        named = pl.col("reason_code") == row["reason_code"]
        is_its = (
            (pl.col("event_type") == row["event_type"])
            & (is_other if row["reason_code"] == OTHER_SKU else named)
            & ((pl.col("qty") < 0) == (row["sign"] == "-"))
        )
        step = pl.when(is_its).then(row["first_step"]).otherwise(step)
    bound = index.filter("is_sku_bound")["event_type"].unique().to_list()
    is_wrong = pl.col("event_type").is_in(bound) & is_other
    return pl.when(is_wrong).then(WRONG_SKU).otherwise(step).cast(pl.Int64)


def _mapped(index: pl.DataFrame, sign: str) -> pl.Expr:
    signed = index.filter(pl.col("sign") == sign)
    return pl.col("event_type").replace_strict(
        signed["event_type"].to_list(),
        signed["first_step"].to_list(),
        default=UNKNOWN_TYPE,
        return_dtype=pl.Int64,
    )


def _slot(named: pl.Series) -> pl.Expr:
    count = len(named)
    return pl.col("promise_node_id").replace_strict(
        named, pl.Series(range(count), dtype=pl.Int64), default=count
    )


def _reason(events: pl.DataFrame) -> pl.Expr:
    """Number of a hold's reason, 0 where it names none; other events need none."""
    is_hold = pl.col("event_type").is_in([*HOLD_EVENTS, "OPENING"])
    named = events.filter(is_hold)["reason_code"].drop_nulls().unique().sort()
    if len(named) > MOST_REASONS:
        raise ContractError(f"{len(named)} reasons of holds are too many")
    numbers = pl.Series(range(1, len(named) + 1), dtype=pl.Int64)
    return (
        pl.when(is_hold)
        .then(pl.col("reason_code").replace_strict(named, numbers, default=0))
        .otherwise(0)
    )


def _starts(events: pl.DataFrame, line_count: int) -> Ints:
    counts = np.bincount(events["line_index"].to_numpy(), minlength=line_count)
    return np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)


def _opening_rows(events: pl.DataFrame, openings: pl.DataFrame) -> Ints:
    rows = np.full(events.height, -1, np.int64)
    is_opening = events["event_type"] == "OPENING"
    at = is_opening.arg_true().to_numpy()
    index = openings.select("event_id").with_row_index("row")
    told = events.filter(is_opening).select("event_id")
    joined = told.join(index, on="event_id", how="left", maintain_order="left")
    rows[at] = joined["row"].to_numpy()
    return rows
