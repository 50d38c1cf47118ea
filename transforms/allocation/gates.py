"""Which nodes get no new instructions for now, and why.

A node stops alone: the others go on, and what it would have shipped is sourced
elsewhere or waits. Nothing is switched: a node is stopped while the facts say so, so
it goes on in the first run after it answered. What it was asked of before stays.
Where the numbers stand: ``orchestration/policies/gates.yaml``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime

import polars as pl

from transforms.allocation.policy import PolicyError
from transforms.contracts.decisions import NODE_GATES
from transforms.contracts.services import PICK_UP
from transforms.contracts.table import INTEGER, conform

ALL_BP = 10_000
UNBELIEVED = ("REFUSED", "PARTIAL", "IMPLAUSIBLE")
"""Verdicts on a stock file that came and was of no use."""

COUNTED = [
    "due_count",
    "overdue_count",
    "rejected_count",
    "undelivered_count",
    "unbelieved_hours",
    "late_qty",
]
"""What is counted of each node, 0 where there is nothing."""


@dataclass(frozen=True)
class GatePolicy:
    """How much of what goes wrong at a node stops it; 0 stops it for nothing.

    Args:
        window_days: instructions released longer ago count no more.
        overdue_instructions: so many must be silent beyond their deadline.
        overdue_share_bp: and this share of those whose deadline is over.
        rejected_instructions: so many it could not read since it last read one.
        undelivered_files: so many files that did not reach it.
        unbelieved_count_hours: its stock files are of no use for so long.
        backlog_days: so many days of its capacity wait beyond their ship date.
    """

    window_days: int = 7
    overdue_instructions: int = 0
    overdue_share_bp: int = 5_000
    rejected_instructions: int = 0
    undelivered_files: int = 0
    unbelieved_count_hours: int = 0
    backlog_days: int = 0

    @classmethod
    def from_mapping(cls, mapping: Mapping[str, object]) -> GatePolicy:
        """The policy that a YAML mapping describes.

        Raises:
            PolicyError: a key is unknown or a value no whole number from 0.
        """
        known = {field.name for field in fields(cls)}
        for key, value in mapping.items():
            if key not in known:
                raise PolicyError(f"{key}: unknown key")
            if type(value) is not int or value < 0:
                raise PolicyError(f"{key}: a whole number from 0")
        return cls(**mapping)  # type: ignore[arg-type]


@dataclass(frozen=True)
class GateFacts:
    """What nodes were asked of late and what became of it.

    Args:
        orders: FULFILMENT_ORDERS of the window, of earlier runs.
        acks: what ``acknowledged`` finds of them.
        heard: ``instruction_id`` of those that their node said anything else of.
        open_lines: ``instruction_id, open_qty`` that nobody answered.
        undelivered: ``partner_id, file_name`` whose newest delivery failed.
        confidence: NODE_CONFIDENCE of this run and of those before.
        nodes: DIM_NODES.
        before: NODE_GATES of the run before.
    """

    orders: pl.DataFrame
    acks: pl.DataFrame
    heard: pl.DataFrame
    open_lines: pl.DataFrame
    undelivered: pl.DataFrame
    confidence: pl.DataFrame
    nodes: pl.DataFrame
    before: pl.DataFrame


def node_gates(facts: GateFacts, policy: GatePolicy, as_of: datetime) -> pl.DataFrame:
    """The nodes that are stopped in this run.

    Returns:
        NODE_GATES without ``run_id``; a node that goes on has no row.
    """
    pressed = _pressure(facts, as_of)
    said = pl.concat_str(_reasons(policy), separator="|", ignore_nulls=True)
    stopped = pressed.with_columns(reason_codes=said).filter(
        pl.col("reason_codes") != ""
    )
    earlier = facts.before.select("node_id", was_since="since_at")
    dated = stopped.join(earlier, on="node_id", how="left").with_columns(
        as_of=pl.lit(as_of),
        since_at=pl.col("was_since").fill_null(pl.lit(as_of)),
        run_id=pl.lit(""),
    )
    return conform(dated, NODE_GATES).drop("run_id")


def with_stops(nodes: pl.DataFrame, gates: pl.DataFrame) -> pl.DataFrame:
    """DIM_NODES with ``is_stopped``."""
    stopped = gates["node_id"].unique().implode()
    return nodes.with_columns(is_stopped=pl.col("node_id").is_in(stopped))


def _reasons(policy: GatePolicy) -> list[pl.Expr]:
    """The code of each reason that holds, null where it does not."""
    most_silent = pl.col("overdue_count") * ALL_BP
    held = {
        "ANSWERS_OVERDUE": (
            policy.overdue_instructions,
            (pl.col("overdue_count") >= policy.overdue_instructions)
            & (most_silent >= policy.overdue_share_bp * pl.col("due_count")),
        ),
        "FILES_REJECTED": (
            policy.rejected_instructions,
            pl.col("rejected_count") >= policy.rejected_instructions,
        ),
        "FILES_UNDELIVERED": (
            policy.undelivered_files,
            pl.col("undelivered_count") >= policy.undelivered_files,
        ),
        "COUNTS_UNBELIEVED": (
            policy.unbelieved_count_hours,
            pl.col("unbelieved_hours") >= policy.unbelieved_count_hours,
        ),
        "CAPACITY_GONE": (
            policy.backlog_days,
            pl.col("late_qty") >= policy.backlog_days * pl.col("daily_capacity_units"),
        ),
    }
    return [
        pl.when(holds).then(pl.lit(code))
        for code, (least, holds) in held.items()
        if least
    ] or [pl.lit("")]


def _pressure(facts: GateFacts, as_of: datetime) -> pl.DataFrame:
    """One row per node: what it owes and what failed."""
    sums = (
        _silent(facts, as_of),
        _rejected(facts),
        _late(facts, as_of),
        _unbelieved(facts, as_of),
    )
    nodes = facts.nodes.select(
        "node_id", "daily_capacity_units", partner_id="operator_id"
    )
    lost = facts.undelivered.group_by("partner_id").agg(undelivered_count=pl.len())
    joined = nodes.join(lost, on="partner_id", how="left")
    for rows in sums:
        joined = joined.join(rows, on="node_id", how="left")
    return joined.with_columns(pl.col(COUNTED).fill_null(0).cast(INTEGER))


def _silent(facts: GateFacts, as_of: datetime) -> pl.DataFrame:
    """Instructions whose deadline is over, and those that nothing was heard of."""
    heard = pl.concat(
        [facts.heard.select("instruction_id"), facts.acks.select("instruction_id")]
    )
    due = facts.orders.filter(pl.col("ack_due_at") <= as_of)
    is_silent = ~pl.col("instruction_id").is_in(heard["instruction_id"].implode())
    return due.group_by("node_id").agg(
        due_count=pl.len(), overdue_count=is_silent.sum()
    )


def _rejected(facts: GateFacts) -> pl.DataFrame:
    """Instructions that a node could not read since it last could read one."""
    could = pl.col("status_code") != "R"
    last = facts.acks.group_by("node_id").agg(
        read_at=pl.col("acknowledged_at").filter(could).max()
    )
    newer = pl.col("read_at").is_null() | (
        pl.col("acknowledged_at") > pl.col("read_at")
    )
    rejected = facts.acks.filter(~could).join(last, on="node_id").filter(newer)
    return rejected.group_by("node_id").agg(rejected_count=pl.len())


def _late(facts: GateFacts, as_of: datetime) -> pl.DataFrame:
    """Eaches that should have left and of which nothing was said."""
    # What a store spoke of and did not send lies ready for its customer.
    laid_out = facts.orders.filter(service_code=PICK_UP).join(
        facts.heard, on="instruction_id", how="semi"
    )
    late = facts.orders.filter(pl.col("ship_by_date") < as_of.date()).join(
        laid_out, on="instruction_id", how="anti"
    )
    return (
        late.join(facts.open_lines, on="instruction_id")
        .group_by("node_id")
        .agg(late_qty=pl.col("open_qty").sum())
    )


def _unbelieved(facts: GateFacts, as_of: datetime) -> pl.DataFrame:
    """Hours since the newest believed count, where files since are of no use."""
    newest = facts.confidence.sort("as_of").group_by("node_id").last()
    of_no_use = newest.filter(
        (pl.col("as_of") == as_of) & pl.col("verdict").is_in(UNBELIEVED)
    )
    believed = facts.confidence.filter(pl.col("verdict") == "TRUSTED")
    last = believed.group_by("node_id").agg(pl.col("snapshot_at").max())
    hours = (pl.lit(as_of) - pl.col("snapshot_at")).dt.total_hours()
    return of_no_use.select("node_id").join(
        last.select("node_id", unbelieved_hours=hours), on="node_id"
    )
