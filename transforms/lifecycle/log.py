"""Events of known lines as sorted integer arrays for the kernel.

Order inside a line: (effective time, source rank, event id). Not here: what
the kernel does with them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from transforms.contracts.decisions import BUCKETS
from transforms.lifecycle.kernel import UNKNOWN_TYPE, WRONG_SKU, Log
from transforms.lifecycle.transitions import Ints, Programs

SLOT_ORDER = ["line_index", "effective_at", "source_rank"]


@dataclass(frozen=True)
class SortedLog:
    """The kernel's input and the frame its event numbers point into.

    Args:
        arrays: for ``fold_log``.
        events: one row per event, in the same order, with ``line_index`` and
            ``program``.
        nodes: node of each slot; the last, unknown one is null.
    """

    arrays: Log
    events: pl.DataFrame
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
    ordered = _in_order(events.with_columns(program=_program(rules)))
    named = ordered["promise_node_id"].drop_nulls().unique().sort()
    nodes = pl.concat([named, pl.Series(named.name, [None], pl.String)])
    arrays = Log(
        start=_starts(ordered, line_count),
        program=_ints(ordered, pl.col("program")),
        qty=_ints(ordered, pl.col("qty").abs()),
        node=_ints(ordered, _slot(named)),
        when=_ints(ordered, pl.col("effective_at").dt.epoch("us")),
        opening=_opening_rows(ordered, openings),
        buckets=np.ascontiguousarray(
            openings.select(BUCKETS).to_numpy().reshape(-1, len(BUCKETS)),
            dtype=np.int64,
        ),
        nodes=len(nodes),
    )
    return SortedLog(arrays, ordered, nodes)


def _in_order(events: pl.DataFrame) -> pl.DataFrame:
    """Sort by line, time and rank; the long event ids only where those tie."""
    keyed = events.select(SLOT_ORDER).with_row_index("row").sort(SLOT_ORDER)
    same = pl.all_horizontal(
        pl.col(name) == pl.col(name).shift(1) for name in SLOT_ORDER
    ).fill_null(value=False)
    is_tied = keyed.select(same | same.shift(-1, fill_value=False)).to_series()
    rows = keyed["row"]
    if is_tied.any():
        ids = keyed.filter(is_tied).with_columns(
            event_id=events["event_id"].gather(rows.filter(is_tied))
        )
        settled = ids.sort(*SLOT_ORDER, "event_id")["row"]
        rows = rows.scatter(is_tied.arg_true(), settled)
    return events[rows]


def _program(rules: Programs) -> pl.Expr:
    """Program of each event; reasons with rules of their own come first."""
    index = rules.index.sort("reason_code", descending=True)
    general = index.filter(pl.col("reason_code") == "")
    program = (
        pl.when(pl.col("qty") < 0)
        .then(_mapped(general, "-"))
        .otherwise(_mapped(general, "+"))
    )
    for row in index.filter(pl.col("reason_code") != "").iter_rows(named=True):
        is_its = (
            (pl.col("event_type") == row["event_type"])
            & (pl.col("reason_code") == row["reason_code"])
            & ((pl.col("qty") < 0) == (row["sign"] == "-"))
        )
        program = pl.when(is_its).then(row["program"]).otherwise(program)
    bound = index.filter("is_sku_bound")["event_type"].unique().to_list()
    is_wrong = pl.col("event_type").is_in(bound) & (
        pl.col("sku_id") != pl.col("line_sku_id")
    )
    return pl.when(is_wrong).then(WRONG_SKU).otherwise(program).cast(pl.Int64)


def _mapped(index: pl.DataFrame, sign: str) -> pl.Expr:
    signed = index.filter(pl.col("sign") == sign)
    return pl.col("event_type").replace_strict(
        signed["event_type"].to_list(),
        signed["program"].to_list(),
        default=UNKNOWN_TYPE,
        return_dtype=pl.Int64,
    )


def _slot(named: pl.Series) -> pl.Expr:
    count = len(named)
    return pl.col("promise_node_id").replace_strict(
        named, pl.Series(range(count), dtype=pl.Int64), default=count
    )


def _starts(events: pl.DataFrame, line_count: int) -> Ints:
    counts = np.bincount(_ints(events, pl.col("line_index")), minlength=line_count)
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


def _ints(frame: pl.DataFrame, value: pl.Expr) -> Ints:
    series = frame.select(value.cast(pl.Int64)).to_series()
    return np.ascontiguousarray(series.to_numpy(), dtype=np.int64)
