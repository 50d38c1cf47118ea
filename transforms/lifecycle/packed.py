"""Which eaches of a line lie in kits that were packed beforehand, move by move.

An allocation says so, its release and its instruction line say so, and what the node
answers is of that line; so does supply that was lost, of kits. What nobody says of (a
cancellation before the release) is of packed kits first. Not here: what a ledger
makes of it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import polars as pl

from transforms.contracts.table import INTEGER, TEXT

PLACES = {"allocated": "ALLOCATED", "released": "RELEASED", "in_fulfilment": "RELEASED"}
"""Buckets whose eaches lie at a node, and what is one place there."""

PACKING = ("KIT", "IN_KIT")
"""Reasons of our events: eaches of a packed kit, by the line that stands for the kit,
and by its others."""

LOST = ("KIT_LOST", "IN_KIT_LOST")
"""Reasons of those that take such eaches back."""

PACKED = pl.Schema({"packed_in": TEXT, "per_kit": INTEGER})
"""Of events: the packed kit that they are about, and on the line that stands for it
how many of its eaches are one kit."""

MOVED = pl.Schema(
    {"packed_in": TEXT, "packed_qty": INTEGER, "kits_out": INTEGER, "kits_in": INTEGER}
)
"""Of moves: the kit that some of its eaches lie packed in, how many, and on the line
that stands for the kit how many kits leave one place and come to another."""


def with_packing(events: pl.DataFrame) -> pl.DataFrame:
    """Events of known lines with PACKED.

    Args:
        events: with ``packed_in, per_kit`` of their instruction lines, and
            ``kit_sku_id, kit_qty`` of their lines.
    """
    is_ours = (
        pl.col("reason_code").is_in([*PACKING, *LOST]) & pl.col("known_at").is_null()
    )
    is_kit = is_ours & (pl.col("reason_code") == PACKING[0])
    return events.with_columns(
        packed_in=pl.when(is_ours).then("kit_sku_id").otherwise("packed_in"),
        per_kit=pl.when(is_kit).then("kit_qty").otherwise("per_kit"),
    )


def with_packed_moves(moves: pl.DataFrame, events: pl.DataFrame) -> pl.DataFrame:
    """Moves with MOVED; nulls and nothing where no kit lies packed.

    Args:
        moves: in the order in which they were applied.
        events: of the same lines, with PACKED.
    """
    packed = events.filter(pl.col("packed_in").is_not_null())
    lines = packed["line_id"].unique()
    nothing = [
        pl.lit(None if dtype == TEXT else 0, dtype).alias(name)
        for name, dtype in MOVED.items()
    ]
    if lines.is_empty():
        return moves.with_columns(nothing)
    numbered = moves.with_row_index("row")
    mine = numbered.filter(pl.col("line_id").is_in(lines.implode()))
    told = mine.join(_marks(events), on="event_id", how="left").join(
        _kits(packed), on="line_id"
    )
    rows = [row for _, line in _by_line(told) for row in _walk(line)]
    found = pl.DataFrame(rows, schema={"row": pl.UInt32, **MOVED}, orient="row")
    return numbered.join(found, on="row", how="left", maintain_order="left").select(
        *moves.columns,
        *(pl.col(name).fill_null(0) if name != "packed_in" else name for name in MOVED),
    )


def _marks(events: pl.DataFrame) -> pl.DataFrame:
    """Whether an event is of a packed kit; null where nothing says."""
    is_told = pl.col("instruction_id").is_not_null() | (
        pl.col("event_type").is_in(["ALLOCATED", "DEALLOCATED"])
    )
    is_packed = pl.col("packed_in").is_not_null()
    return events.select("event_id", is_packed=pl.when(is_told).then(is_packed))


def _kits(packed: pl.DataFrame) -> pl.DataFrame:
    return packed.group_by("line_id").agg(
        kit=pl.col("packed_in").min(), each_kit=pl.col("per_kit").max()
    )


def _by_line(told: pl.DataFrame) -> Iterator[tuple[object, pl.DataFrame]]:
    yield from told.sort("row").group_by("line_id", maintain_order=True)


def _walk(line: pl.DataFrame) -> Iterator[tuple[object, ...]]:
    """One row of ``row`` and MOVED per move of a line."""
    whole: Counter[tuple[str, str]] = Counter()
    packed: Counter[tuple[str, str]] = Counter()
    for move in line.iter_rows(named=True):
        source, target = (
            (move["node_id"], PLACES[move[side]]) if move[side] in PLACES else None
            for side in ("from_bucket", "to_bucket")
        )
        qty, says = move["qty"], move["is_packed"]
        if source is None:
            share = qty if says and target else 0
        elif says is False:
            share = max(0, qty - (whole[source] - packed[source]))
        else:
            share = min(qty, packed[source])
        kits = []
        for place, sign in ((source, -1), (target, 1)):
            if place is None:
                kits.append(0)
                continue
            before = _in_kits(packed[place], move["each_kit"])
            whole[place] += sign * qty
            packed[place] += sign * share
            kits.append(sign * (_in_kits(packed[place], move["each_kit"]) - before))
        yield move["row"], move["kit"] if share else None, share, *kits


def _in_kits(eaches: int, per_kit: int | None) -> int:
    """Kits that hold as many eaches: a part of one takes all of it."""
    return -(-eaches // per_kit) if per_kit else 0
