"""Runs that follow each other under other circumstances, stock and room evolving.

Each run finds what was there when it really ran, less what the variant has sent since
the first of them and the real runs had not, and more where it is the other way round:

    there[n, s]  =  there when it ran  +  sent so far, really  -  sent so far, in it
    waits[l]     =  waited before  -  sent before  +  what came new, or was taken back

What came new, was refused, counted or received is as it was: a variant is another
decision in the same world. Of a line that a variant has not sent yet nothing is known
of what happened to it after it was really sent: it waits on.

Not here: one run alone (``what_if``), reading what runs decided on.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass, field, replace
from typing import Self

import polars as pl

from transforms.allocation.allocate import Inputs
from transforms.allocation.dates import LOAD, TAKEN
from transforms.allocation.demand import judged, ranked
from transforms.allocation.packed import eaches_taken
from transforms.allocation.what_if import ALL, COPY, Variant, under
from transforms.contracts.decisions import (
    ALLOCATIONS,
    BACKORDERS,
    EXPIRED_BACKORDERS,
    OPEN_DEMAND,
)
from transforms.contracts.table import INTEGER, conform

CELL = ["node_id", "sku_id"]
DAY = ["node_id", "local_date"]
LINE = ["order_id", "line_id"]
LEFT = pl.Schema(
    {"order_id": pl.String(), "line_id": pl.String(), "left_qty": pl.Int64()}
)


@dataclass(frozen=True)
class RealRun:
    """A run as it was.

    Args:
        inputs: what it decided on; supply and limits of every SKU that a variant may
            still wait for.
        allocations: ALLOCATIONS that it made, without ``run_id``.
        backorders: BACKORDERS, the same.
        expired: EXPIRED_BACKORDERS, the same.
    """

    inputs: Inputs
    allocations: pl.DataFrame
    backorders: pl.DataFrame
    expired: pl.DataFrame = field(default_factory=EXPIRED_BACKORDERS.empty)


@dataclass(frozen=True)
class Period:
    """What several runs came to together; shaped like the inputs and decision of one.

    Args:
        demand: ``order_id, line_id, promise_date, open_qty`` of every line that waited
            in one of them: all it was given, what waited too long, and what waits at
            the end.
        allocations: ALLOCATIONS of all.
        backorders: BACKORDERS of the last.
    """

    demand: pl.DataFrame
    allocations: pl.DataFrame
    backorders: pl.DataFrame


@dataclass(frozen=True)
class Past:
    """What really happened up to a run.

    Args:
        rows: OPEN_DEMAND of every line that waited so far, as it did last.
        left: LEFT: what of each the last run left waiting.
        most: LEFT: the most that ever waited of each.
        sent: ALLOCATIONS so far.
        last: BACKORDERS of the last run.
        gone: ``line_id, qty`` that waited too long so far.
    """

    rows: pl.DataFrame = field(default_factory=OPEN_DEMAND.empty)
    left: pl.DataFrame = field(default_factory=LEFT.to_frame)
    most: pl.DataFrame = field(default_factory=LEFT.to_frame)
    sent: pl.DataFrame = field(default_factory=lambda: _bare(ALLOCATIONS.empty()))
    last: pl.DataFrame = field(default_factory=lambda: _bare(BACKORDERS.empty()))
    gone: pl.DataFrame = field(default_factory=lambda: _eaches_of(BACKORDERS.empty()))

    def with_run(self, run: RealRun) -> Self:
        """The past of the next run."""
        rows = conform(run.inputs.demand.with_columns(run_id=pl.lit("")), OPEN_DEMAND)
        waited = rows.select(*LINE, left_qty="open_qty")
        most = pl.concat([self.most, waited]).group_by(LINE)
        return replace(
            self,
            rows=pl.concat([self.rows.join(rows, on="line_id", how="anti"), rows]),
            left=_less(waited, run.allocations, run.expired),
            most=most.agg(pl.col("left_qty").max()),
            sent=pl.concat([self.sent, _bare(run.allocations)]),
            last=_bare(run.backorders),
            gone=pl.concat([self.gone, _eaches_of(run.expired)]),
        )

    def as_period(self) -> Period:
        """What really came of the runs so far."""
        return _period(self)


@dataclass(frozen=True)
class Course:
    """How a variant went so far; ``step`` gives the next.

    Args:
        variant: what is otherwise.
        rows: OPEN_DEMAND of every line that waited so far, copies among them.
        left: LEFT: what of each still waits.
        sent: ALLOCATIONS so far.
        last: BACKORDERS of the last run.
        gone: ``line_id, qty`` that waited too long so far.
    """

    variant: Variant
    rows: pl.DataFrame = field(default_factory=OPEN_DEMAND.empty)
    left: pl.DataFrame = field(default_factory=LEFT.to_frame)
    sent: pl.DataFrame = field(default_factory=lambda: _bare(ALLOCATIONS.empty()))
    last: pl.DataFrame = field(default_factory=lambda: _bare(BACKORDERS.empty()))
    gone: pl.DataFrame = field(default_factory=lambda: _eaches_of(BACKORDERS.empty()))

    def step(self, run: RealRun, before: Past) -> Self:
        """The variant after one more run, by the rules that it has on that day.

        Args:
            run: as it was.
            before: what really happened before it.
        """
        after = before.with_run(run)
        rows = _of_variant(self.variant, after.rows)
        left = self._waiting(run, before, after)
        inputs = under(replace(self.variant, demand_percent=0), run.inputs)
        inputs = replace(inputs, demand=_queue(rows, left, inputs))
        decision = self._with_what_is_there(inputs, before).decide()
        return replace(
            self,
            rows=rows,
            left=_less(left, decision.allocations, decision.expired),
            sent=pl.concat([self.sent, _bare(decision.allocations)]),
            last=_bare(decision.backorders),
            gone=pl.concat([self.gone, _eaches_of(decision.expired)]),
        )

    def as_period(self) -> Period:
        """What came of the runs so far."""
        return _period(self)

    def skus(self) -> pl.Series:
        """SKUs, and kits, of what still waits."""
        waiting = self.rows.join(self.left, on="line_id", how="semi")
        both = pl.concat([waiting["sku_id"], waiting["kit_sku_id"]])
        return both.drop_nulls().unique().sort().rename("sku_id")

    def _waiting(self, run: RealRun, before: Past, after: Past) -> pl.DataFrame:
        """LEFT of every line before this run decides."""
        now = run.inputs.demand.select(*LINE, now_qty="open_qty")
        came = pl.col("now_qty").fill_null(0) - pl.col("left_qty").fill_null(0)
        told = (
            after.most.rename({"left_qty": "most_qty"})
            .join(before.left, on=LINE, how="left")
            .join(now, on=LINE, how="left")
            .select(*LINE, "most_qty", came_qty=came)
        )
        both = _of_variant(self.variant, told).join(self.left, on=LINE, how="left")
        waits = (pl.col("left_qty").fill_null(0) + pl.col("came_qty")).clip(0)
        return both.select(*LINE, left_qty=pl.min_horizontal(waits, "most_qty")).filter(
            pl.col("left_qty") > 0
        )

    def _with_what_is_there(self, inputs: Inputs, before: Past) -> Inputs:
        """Inputs with stock and room as the variant's own runs before left them."""
        stock = _difference(eaches_taken(before.sent), eaches_taken(self.sent), CELL)
        more = pl.col("more_qty").fill_null(0)
        supply = inputs.supply.join(stock, on=CELL, how="left").with_columns(
            atp_qty=pl.col("atp_qty") + more
        )
        limits = inputs.limits.join(stock, on=CELL, how="left").with_columns(
            usable_qty=pl.col("usable_qty") + pl.min_horizontal(more, 0)
        )
        return replace(
            inputs,
            supply=supply.drop("more_qty"),
            limits=limits.drop("more_qty"),
            load=_load(inputs.load, self.sent, before.sent),
        )


def _bare(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.drop("run_id", strict=False)


def _eaches_of(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.select("line_id", "qty")


def _less(waiting: pl.DataFrame, *gone: pl.DataFrame) -> pl.DataFrame:
    """LEFT after a decision: less what was given, or waited too long."""
    rows = pl.concat(map(_eaches_of, gone))
    given = rows.group_by("line_id").agg(given_qty=pl.col("qty").sum())
    rest = pl.col("left_qty") - pl.col("given_qty").fill_null(0)
    return (
        waiting.join(given, on="line_id", how="left")
        .select(*LINE, left_qty=rest)
        .filter(pl.col("left_qty") > 0)
    )


def _of_variant(variant: Variant, rows: pl.DataFrame) -> pl.DataFrame:
    """Rows by order and line that a variant's customers ask for, some of them twice.

    Chosen by the order's name: an order is the same one in every run.
    """
    percent = variant.demand_percent
    if percent == 0:
        return rows
    orders = rows["order_id"].unique()
    chosen = [one for one in orders if zlib.crc32(one.encode()) % ALL < abs(percent)]
    is_chosen = pl.col("order_id").is_in(chosen)
    if percent < 0:
        return rows.filter(~is_chosen)
    names = (*LINE, "kit_line_id")
    copies = rows.filter(is_chosen).with_columns(
        pl.col(name) + COPY for name in names if name in rows.columns
    )
    return pl.concat([rows, copies])


def _queue(rows: pl.DataFrame, left: pl.DataFrame, inputs: Inputs) -> pl.DataFrame:
    """OPEN_DEMAND of what waits, ranked by the variant's rules."""
    open_qty = pl.col("left_qty")
    fewest = (open_qty // pl.col("kit_qty")).min().over("kit_line_id")
    is_part = pl.col("kit_line_id").is_not_null()
    waits = rows.join(left, on=LINE).with_columns(
        open_qty=open_qty,
        pending_qty=pl.min_horizontal("pending_qty", open_qty),
        whole_kit_qty=pl.when(is_part).then(pl.min_horizontal("whole_kit_qty", fewest)),
        # A run of a version before, taken up again by a rebuild, knew of none.
        held_with_qty=pl.col("held_with_qty").fill_null(0),
        as_of=pl.lit(inputs.as_of),
    )
    queue = waits.with_columns(
        backordered_qty=pl.col("open_qty") - pl.col("pending_qty")
    )
    ordered = ranked(judged(queue, inputs.policy))
    return conform(ordered, OPEN_DEMAND).drop("run_id")


def _difference(
    really: pl.DataFrame, here: pl.DataFrame, keys: list[str]
) -> pl.DataFrame:
    """``keys, more_qty``: what was really sent and has not been in the variant."""
    both = pl.concat([really, here.with_columns(-pl.col("qty"))])
    summed = both.group_by(keys).agg(more_qty=pl.col("qty").sum())
    return summed.filter(pl.col("more_qty") != 0)


def _load(load: pl.DataFrame, here: pl.DataFrame, really: pl.DataFrame) -> pl.DataFrame:
    """LOAD of each node and day with the variant's orders for the real ones."""
    sides = [load.select(LOAD.names())]
    for sent, sign in ((here, 1), (really, -1)):
        asked = sent.group_by("node_id", pl.col("ship_date").alias("local_date")).agg(
            unit_qty=pl.col("qty").sum() * sign,
            shipment_qty=pl.struct("order_id", "as_of").n_unique().cast(INTEGER) * sign,
            line_qty=_picked().n_unique().cast(INTEGER) * sign,
        )
        sides.append(asked.select(LOAD.names()).cast(LOAD))
    summed = pl.concat(sides).group_by(DAY).agg(pl.col(TAKEN).sum())
    return (
        summed.with_columns(pl.col(TAKEN).clip(0))
        .filter(pl.col("shipment_qty") > 0)
        .select(LOAD.names())
        .sort(DAY)
    )


def _picked() -> pl.Expr:
    """What a node picks as one line: of a kit that lies packed, all of its rows."""
    return pl.struct("as_of", "packed_in", pl.coalesce("kit_line_id", "line_id"))


def _period(of: Past | Course) -> Period:
    given = of.sent.group_by("line_id").agg(given_qty=pl.col("qty").sum())
    gone = of.gone.group_by("line_id").agg(gone_qty=pl.col("qty").sum())
    asked = pl.sum_horizontal("given_qty", "gone_qty", "left_qty").cast(INTEGER)
    demand = (
        of.rows.select(*LINE, "promise_date")
        .join(given, on="line_id", how="left")
        .join(gone, on="line_id", how="left")
        .join(of.left, on=LINE, how="left")
        .select(*LINE, "promise_date", open_qty=asked)
        .filter(pl.col("open_qty") > 0)
        .sort("line_id")
    )
    return Period(demand, of.sent, of.last)
