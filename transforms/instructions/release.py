"""Release: allocated eaches become fulfilment orders, each exactly once.

One fulfilment order per order, node, ship date and service. Its id comes from
its content, so a run that is made again asks for the same thing under the
same name; what has been released is no longer allocated and cannot come here
twice. Not here: bytes and control numbers (formats), delivery (orchestration).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime, timedelta

import polars as pl

from transforms.contracts.decisions import (
    FULFILMENT_ORDERS,
    INSTRUCTION_LINES,
    OWN_EVENTS,
)
from transforms.contracts.table import INTEGER, TEXT, Table, conform

DOCUMENT_NAME = "shipping_orders"
RELEASED_RANK = 940
FILE_COLUMNS = ("file_name", "control_ref", "set_ref", "run_id")
SHIPMENT = ["order_id", "node_id", "ship_date", "service_code"]
HEX_DIGITS = 12


class ReleasePolicyError(ValueError):
    """A release policy says something that cannot be meant."""


@dataclass(frozen=True)
class ReleasePolicy:
    """How long a node has to answer.

    Args:
        ack_deadline_hours: kind of node → hours to acknowledge. A kind that
            is not listed acknowledges nothing: its shipment is the answer,
            due by the end of the day after the ship-by date in its zone.
        pick_up_days: how long what lies ready at a store may wait for its customer.
    """

    ack_deadline_hours: Mapping[str, int] = field(default_factory=dict)
    pick_up_days: int = 7

    def __post_init__(self) -> None:
        """Refuse nonsense at birth.

        Raises:
            ReleasePolicyError: hours or days are not whole and positive.
        """
        hours: object = self.ack_deadline_hours
        if not isinstance(hours, Mapping) or not all(map(_is_wait, hours.values())):
            raise ReleasePolicyError(
                f"ack_deadline_hours: must map node kinds to hours, not {hours!r}"
            )
        if not _is_wait(self.pick_up_days):
            raise ReleasePolicyError(
                f"pick_up_days: a whole number from 1, not {self.pick_up_days!r}"
            )

    @classmethod
    def from_mapping(cls, mapping: Mapping[str, object]) -> ReleasePolicy:
        """The policy that a YAML mapping describes.

        Raises:
            ReleasePolicyError: a key is unknown or a value out of range.
        """
        unknown = sorted(set(mapping) - {f.name for f in fields(cls)})
        if unknown:
            raise ReleasePolicyError(f"{unknown[0]}: unknown key")
        return cls(**mapping)  # type: ignore[arg-type]


@dataclass(frozen=True)
class Release:
    """What is to be sent; all frames without ``run_id``.

    Args:
        fulfilment_orders: FULFILMENT_ORDERS without the file's columns; waves are
            not known here.
        instruction_lines: INSTRUCTION_LINES; which lot is first is not known here.
        events: OWN_EVENTS: one RELEASED per instruction line.
    """

    fulfilment_orders: pl.DataFrame
    instruction_lines: pl.DataFrame
    events: pl.DataFrame


def release(
    allocated: pl.DataFrame,
    existing: pl.DataFrame,
    nodes: pl.DataFrame,
    policy: ReleasePolicy,
    as_of: datetime,
) -> Release:
    """Release all allocated eaches.

    Args:
        allocated: ALLOCATIONS, one row per line, node, ship date, service and kit
            that they are packed in.
        existing: FULFILMENT_ORDERS of earlier runs: ``order_id, node_id,
            sequence_no`` are read; they give the next sequence number.
        nodes: DIM_NODES.
        policy: deadlines.
        as_of: moment of the release, UTC.
    """
    fulfilment_orders = _fulfilment_orders(allocated, existing, nodes, policy, as_of)
    lines = _lines(allocated, fulfilment_orders)
    whole = fulfilment_orders.with_columns(pl.lit("").alias(n) for n in FILE_COLUMNS)
    return Release(
        conform(whole, FULFILMENT_ORDERS).drop(FILE_COLUMNS),
        _conformed(lines, INSTRUCTION_LINES),
        _conformed(_events(lines, as_of), OWN_EVENTS),
    )


def instruction_id(
    document: str, partner_id: str, order_id: str, node_id: str, sequence_no: int
) -> str:
    """``FO-`` and 12 hex digits of what the instruction is about.

    Example:
        >>> instruction_id("shipping_orders", "p", "c/1", "N", 1)
        'FO-8E3A7DAFF5A8'
    """
    content = "|".join((document, partner_id, order_id, node_id, str(sequence_no)))
    return "FO-" + hashlib.sha256(content.encode()).hexdigest()[:HEX_DIGITS].upper()


def _is_wait(count: object) -> bool:
    return type(count) is int and count > 0


def _fulfilment_orders(
    allocated: pl.DataFrame,
    existing: pl.DataFrame,
    nodes: pl.DataFrame,
    policy: ReleasePolicy,
    as_of: datetime,
) -> pl.DataFrame:
    place = ["order_id", "node_id"]
    earlier = existing.group_by(place).agg(last=pl.col("sequence_no").max())
    numbered = (
        allocated.select(SHIPMENT)
        .unique()
        .sort(SHIPMENT)
        .join(earlier, on=place, how="left", maintain_order="left")
        .with_columns(
            sequence_no=pl.col("last").fill_null(0)
            + pl.int_range(1, pl.len() + 1, dtype=INTEGER).over(place)
        )
    )
    at = nodes.select("node_id", "node_kind", "zone", partner_id="operator_id")
    named = numbered.join(at, on="node_id", how="left", maintain_order="left")
    keys = ["partner_id", "order_id", "node_id", "sequence_no"]
    ids = [
        instruction_id(DOCUMENT_NAME, *key) for key in named.select(keys).iter_rows()
    ]
    return named.with_columns(
        instruction_id=pl.Series(ids, dtype=TEXT),
        document=pl.lit(DOCUMENT_NAME),
        released_at=pl.lit(as_of),
        ship_by_date=pl.col("ship_date"),
        ack_due_at=_ack_due(policy, as_of, named["zone"].unique().sort().to_list()),
    )


def _ack_due(policy: ReleasePolicy, as_of: datetime, zones: list[str]) -> pl.Expr:
    """as_of + the kind's hours; else the end of the day after the ship-by date."""
    hours = policy.ack_deadline_hours
    due = {kind: as_of + timedelta(hours=wait) for kind, wait in hours.items()}
    midnight = (pl.col("ship_date") + pl.duration(days=2)).cast(pl.Datetime("us"))
    # Polars localises with one zone per expression: one branch per zone.
    silent = pl.coalesce(
        pl.lit(None, pl.Datetime("us", "UTC")),
        *(
            pl.when(pl.col("zone") == zone).then(
                midnight.dt.replace_time_zone(
                    zone, ambiguous="earliest", non_existent="null"
                ).dt.convert_time_zone("UTC")
            )
            for zone in zones
        ),
    )
    # A midnight that the clocks skip: the UTC midnight is near enough to wait.
    calm = silent.fill_null(midnight.dt.replace_time_zone("UTC"))
    answer = pl.coalesce(
        pl.lit(None, pl.Datetime("us", "UTC")),
        *(
            pl.when(pl.col("node_kind") == kind).then(pl.lit(at.astimezone(UTC)))
            for kind, at in sorted(due.items())
        ),
    )
    return answer.fill_null(calm)


def _lines(allocated: pl.DataFrame, fulfilment_orders: pl.DataFrame) -> pl.DataFrame:
    ids = fulfilment_orders.select(*SHIPMENT, "instruction_id")
    # Line ids end in the channel's line number: shorter first keeps 2 before 10.
    ranked = allocated.join(ids, on=SHIPMENT, how="left").sort(
        "instruction_id", pl.col("line_id").str.len_chars(), "line_id", "packed_in"
    )
    number = pl.int_range(1, pl.len() + 1).over("instruction_id")
    numbered = ranked.with_columns(
        instruction_line_ref=number.cast(TEXT), lot_ref=pl.lit(None, TEXT)
    )
    return _packed(numbered)


def _packed(lines: pl.DataFrame) -> pl.DataFrame:
    """Lines, with the one of each packed kit under which its node is told of it."""
    kit = ["instruction_id", "kit_line_id"]
    first = pl.col("line_id").min().over(kit)
    ref = pl.col("instruction_line_ref").filter(pl.col("line_id") == first)
    is_packed, is_first = pl.col("packed_in") != "NONE", pl.col("line_id") == first
    reason = pl.when(is_first).then(pl.lit("KIT")).otherwise(pl.lit("IN_KIT"))
    return lines.with_columns(
        packed_ref=pl.when(is_packed).then(ref.first().over(kit)),
        reason_code=pl.when(is_packed).then(reason),
        packed_in=pl.when(is_packed).then("packed_in"),
    )


def _events(lines: pl.DataFrame, as_of: datetime) -> pl.DataFrame:
    parts = [pl.col("line_id"), pl.lit("RELEASED"), pl.col("instruction_id")]
    told = [*parts, pl.col("reason_code")]
    return lines.with_columns(
        event_id=pl.concat_str(told, separator="/", ignore_nulls=True),
        event_type=pl.lit("RELEASED"),
        event_at=pl.lit(as_of),
        source_rank=pl.lit(RELEASED_RANK, INTEGER),
        effective_date=pl.col("ship_date"),
    )


def _conformed(frame: pl.DataFrame, table: Table) -> pl.DataFrame:
    return conform(frame.with_columns(run_id=pl.lit("")), table).drop("run_id")
