"""The fold and the ledger of promises over many events, beside sorting their keys.

    python tests/bench/lifecycle.py [order lines, 250000 unless told]

Lines are accepted, allocated and released; some are split, shorted, allocated
again, held, amended or cancelled. The kernel is the compiled loop over sorted
integers; the fold is everything from frames of events to buckets, verdicts and
moves; the ledger makes postings of the moves. The floor sorts the events' keys once.
Medians of three on one thread each, by the processor's seconds, which nobody shares;
compiling is reported apart. The goal is a million events a second in the kernel.
"""

from __future__ import annotations

import os

os.environ.setdefault("POLARS_MAX_THREADS", "1")
os.environ.setdefault("NUMBA_NUM_THREADS", "1")

import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from time import perf_counter, process_time

import numpy as np
import polars as pl

from transforms.contracts.decisions import (
    INSTRUCTION_LINES,
    OWN_EVENTS,
    PROMISE_POSTINGS,
)
from transforms.contracts.gold import DIM_NODES
from transforms.ledger.promises import promise_postings
from transforms.lifecycle.fold import LineFacts, fold_lines
from transforms.lifecycle.kernel import fold_log
from transforms.lifecycle.log import sorted_log
from transforms.lifecycle.resolve import as_events, resolve
from transforms.lifecycle.timing import with_effective_time
from transforms.lifecycle.transitions import programs

ROUNDS, SEED, QTY = 3, 41, 4
START = datetime(2017, 1, 1, tzinfo=UTC)
POLICY = Path(__file__).parents[2] / "orchestration" / "policies" / "transitions.csv"
STEPS = (
    ("ACCEPTED", 10, 1.0, QTY),
    ("HOLD", 20, 0.05, QTY),
    ("UNHOLD", 21, 0.05, QTY),
    ("ALLOCATED", 40, 1.0, QTY),
    ("RELEASED", 45, 1.0, QTY),
    ("SHIPPED", 60, 0.9, QTY - 1),
    ("SHORT", 61, 0.3, 1),
    ("CANCELLED", 70, 0.1, 1),
)
"""Kind, rank, share of the lines that it happens to, eaches."""
OF_NODES = 40
"""Rank from which on events name a node."""


def facts(count: int) -> LineFacts:
    """Lines and their events, most of documents, ours beside them."""
    chance = np.random.default_rng(SEED)
    numbers = np.arange(count)
    parts = [
        pl.DataFrame({"n": numbers[chance.random(count) < share]}).with_columns(
            event_type=pl.lit(kind), source_rank=pl.lit(rank, pl.Int64), qty=pl.lit(qty)
        )
        for kind, rank, share, qty in STEPS
    ]
    line = pl.format("web/{}/1", "n")
    after = pl.duration(minutes=pl.col("n") + pl.col("source_rank"))
    events = pl.concat(parts).select(
        pl.format("{}/{}", line, "event_type").alias("event_id"),
        "event_type",
        line.alias("line_id"),
        pl.format("S{}", pl.col("n") % 5000).alias("sku_id"),
        pl.when(pl.col("source_rank") >= 40)
        .then(pl.format("N{}", pl.col("n") % 20))
        .alias("node_id"),
        pl.col("qty").cast(pl.Int64),
        (pl.lit(START) + after).alias("event_at"),
        pl.lit(value=False).alias("is_date_only"),
        "source_rank",
    )
    lines = pl.DataFrame({"n": numbers}).select(
        line.alias("line_id"),
        pl.format("web/{}", "n").alias("order_id"),
        pl.format("S{}", pl.col("n") % 5000).alias("sku_id"),
        pl.lit("web").alias("channel_id"),
        pl.lit(START).alias("ordered_at"),
        pl.lit(None, pl.String).alias("kit_sku_id"),
        pl.lit(None, pl.Int64).alias("kit_qty"),
        pl.lit(None, pl.String).alias("to_store_id"),
    )
    shuffled = events.sample(fraction=1.0, shuffle=True, seed=SEED)
    return LineFacts(
        shuffled,
        OWN_EVENTS.empty(),
        INSTRUCTION_LINES.empty(),
        lines,
        DIM_NODES.empty(),
    )


def seconds(work: Callable[[], object]) -> tuple[float, float]:
    """Median wall and processor seconds."""
    wall, processor = [], []
    for _ in range(ROUNDS):
        started, worked = perf_counter(), process_time()
        work()
        wall.append(perf_counter() - started)
        processor.append(process_time() - worked)
    return median(wall), median(processor)


def main() -> None:
    """Print the table."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 250_000
    given, table = facts(count), pl.read_csv(POLICY, infer_schema=False)
    rules = programs(table)
    started = perf_counter()
    fold_lines(facts(10), table)
    compiling = perf_counter() - started
    resolved = resolve(as_events(given.order_events), given.instruction_lines)
    timed = with_effective_time(resolved.events, resolved.openings, given.nodes)
    lines = given.lines.sort("line_id").with_row_index("line_index")
    keys = lines.select("line_id", "line_index", line_sku_id="sku_id")
    log = sorted_log(
        timed.join(keys, on="line_id"), resolved.openings, rules, lines.height
    )
    inputs = (log.start, log.events, log.openings, rules.steps, len(log.nodes))
    folded = fold_lines(given, table)
    nothing = PROMISE_POSTINGS.empty()
    sorted_keys = given.order_events.select("line_id", "event_at", "source_rank")
    rows = {
        "kernel": seconds(lambda: fold_log(*inputs)),
        "fold, frames to frames": seconds(lambda: fold_lines(given, table)),
        "ledger of promises": seconds(lambda: promise_postings(folded.moves, nothing)),
        "floor: sort of the keys": seconds(lambda: sorted_keys.sort(pl.all())),
    }
    _, floor = rows["floor: sort of the keys"]
    events = given.order_events.height
    sys.stdout.write(
        f"{events:,} events of {count:,} lines, one thread; compiled in"
        f" {compiling:.1f} s\n"
        f"{'':26}{'wall':>9}{'processor':>11}{'events/s/core':>15}{'x floor':>9}\n"
    )
    for name, (wall, took) in rows.items():
        sys.stdout.write(
            f"{name:<26}{wall:>7.2f} s{took:>9.2f} s{events / took:>15,.0f}"
            f"{took / floor:>9.1f}\n"
        )


if __name__ == "__main__":
    main()
