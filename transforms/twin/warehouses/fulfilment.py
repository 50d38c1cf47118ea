"""How a warehouse fulfils: what leaves, what is short, refused, late or told twice.

Fates are drawn per instruction and line: about 3 % of lines short, 5 % of
instructions a day late, 2 % confirmed twice, 1.5 % of lines refused where the
partner can refuse (the CSV ones). A node never ships more than lies there.
Not here: refusals (``refusals``), acknowledgements (``answer``).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import polars as pl

from transforms.contracts.simulation import NamedBytes
from transforms.twin.carriers import carry
from transforms.twin.company import Company
from transforms.twin.documents.warehouse_documents import by_operator, tell_shipments
from transforms.twin.draws import drawn
from transforms.twin.faulting.faults import Fault, line_fault, listed
from transforms.twin.founding.network import X12_OPERATORS
from transforms.twin.payers import captures
from transforms.twin.state import State
from transforms.twin.warehouses.hours import working_hours
from transforms.twin.warehouses.refusals import refuse

SHORT_PERMILLE = 30
REFUSED_PERMILLE = 15
LATE_PERCENT = 5
TWICE_PERCENT = 2
_MORNING_TOLD, _EVENING_TOLD = 15, 20
_REFUSED_HOUR = 9
_REFUSED_AFTER = timedelta(minutes=40)
"""What must leave the day it was sent is refused that soon."""
_LATE_MINUTES = 25

_DAY = pl.duration(days=1)


def fulfil(company: Company, state: State, lines: pl.DataFrame, at: datetime) -> State:
    """Schedule what becomes of instruction lines, and the files that tell of it.

    Args:
        company: whose nodes work.
        state: the world at ``at``.
        lines: ``node_ref, instruction_ref, line_ref, order_ref, product_id,
            qty, ship_by`` (may be null), ``acked_at`` (null where nothing was
            acknowledged).
        at: instant the instructions arrived.
    """
    fated = _fates(company, lines, at)
    state = refuse(company, state, fated.filter("is_refused"), at)
    kept = fated.filter(~pl.col("is_refused"))
    state = _ship(company, state, _limited(state, kept), at)
    done = pl.when("is_refused").then("refused_at").otherwise("shipped_at")
    work = fated.filter(pl.col("acked_at").is_not_null()).select(
        "node_ref", "product_id", "qty", "acked_at", done.alias("done_at")
    )
    return replace(state, open_work=pl.concat([state.open_work, work]))


def _fates(company: Company, lines: pl.DataFrame, at: datetime) -> pl.DataFrame:
    """Lines with when they ship, whether refused, and how much should leave."""
    seed, zone = company.seed, company.plan.zone
    operators = dict(company.nodes.select("node_ref", "operator_id").iter_rows())
    errs = pl.lit(company.plan.has_faults)
    sent_on = (at - timedelta(microseconds=1)).astimezone(ZoneInfo(zone)).date()
    next_day = pl.lit(sent_on + timedelta(days=1))
    is_ours = pl.col("instruction_ref").str.starts_with("FO-") & errs
    can_refuse = ~pl.col("operator_id").is_in(X12_OPERATORS) & is_ours
    rolled = lines.with_columns(
        *working_hours(at, zone, seed),
        key=pl.format("{}/{}", "instruction_ref", "line_ref"),
        operator_id=pl.col("node_ref").replace_strict(operators),
        is_late=(drawn("instruction_ref", seed, "late", 100) < LATE_PERCENT) & is_ours,
        is_twice=(drawn("instruction_ref", seed, "twice", 100) < TWICE_PERCENT) & errs,
    )
    late_days = pl.when("is_late").then(1).otherwise(0) * _DAY
    dated = rolled.with_columns(
        is_refused=(drawn("key", seed, "refused", 1000) < REFUSED_PERMILLE)
        & can_refuse,
        is_short=(drawn("key", seed, "short", 1000) < SHORT_PERMILLE) & errs,
        shipped_at=_instant(pl.col("due_day") + late_days, zone)
        + pl.col("minute") * pl.duration(minutes=1),
        refused_at=pl.when(pl.col("due_day") < next_day)
        .then(pl.lit(at + _REFUSED_AFTER).cast(pl.Datetime("us", "UTC")))
        .otherwise(_instant(next_day, zone) + pl.duration(hours=_REFUSED_HOUR)),
    )
    wanted = pl.when("is_short").then(pl.col("qty") // 2).otherwise("qty")
    return dated.with_columns(wanted_qty=wanted)


def _limited(state: State, dated: pl.DataFrame) -> pl.DataFrame:
    """``shipped_qty``: what is wanted, as far as it will lie there by then.

    Counted against everything scheduled for the position, so that two calls
    never ship the same each.
    """
    place = ["node_ref", "product_id"]
    planned = state.movements.group_by(place).agg(pl.col("qty").sum().alias("planned"))
    held = state.shelves.select(*place, "available_qty")
    joined = dated.join(held, on=place, how="left", maintain_order="left")
    joined = joined.join(planned, on=place, how="left", maintain_order="left")
    room = pl.col("available_qty").fill_null(0) + pl.col("planned").fill_null(0)
    takes = pl.col("wanted_qty")
    before = takes.cum_sum().over(place) - takes
    left = pl.max_horizontal(room - before, pl.lit(0))
    shipped = pl.min_horizontal(takes, left)
    return joined.with_columns(shipped_qty=shipped.cast(pl.Int64)).drop(
        "available_qty", "planned"
    )


def _ship(company: Company, state: State, kept: pl.DataFrame, at: datetime) -> State:
    rows = kept.with_columns(
        shipment_ref=pl.format("S-{}", "instruction_ref"),
        sku_ref=pl.col("product_id").cast(pl.String),
        ordered_qty="qty",
        tracking_ref=pl.format("1Z{}", "instruction_ref"),
        told_at=_told(company, at),
    ).sort("told_at", "operator_id", "instruction_ref")
    moved = rows.filter(pl.col("shipped_qty") > 0).select(
        pl.col("shipped_at").alias("at"),
        "node_ref",
        "product_id",
        -pl.col("shipped_qty").alias("qty"),
    )
    state = state.scheduled(moved)
    for (told,), batch in rows.group_by("told_at", maintain_order=True):
        state = _tell(company, state, batch, told)
        left = batch.filter(pl.col("shipped_qty") > 0)
        for follow in (captures, carry) if left.height else ():
            files, faults = follow(company, left, told, at)
            state = replace(state.posted(files), planted=listed(faults, state.planted))
    return state


def _tell(company: Company, state: State, batch: pl.DataFrame, told: datetime) -> State:
    """One file per partner for an hour; some shipments again an hour later."""
    zone = company.plan.zone
    for partner, rows in by_operator(batch.drop("operator_id"), company.nodes):
        file = tell_shipments(partner, rows, told, zone)
        files, faults = [file], _short_and_late(rows, file)
        twice = rows.filter("is_twice", pl.col("shipped_qty") > 0)
        if twice.height:
            reference = pl.format("again-{}", "shipment_ref")
            renamed = twice.with_columns(shipment_ref=reference)
            again = tell_shipments(
                partner, renamed, told + timedelta(hours=1), zone, "again"
            )
            files.append(again)
            faults += _told_twice(twice, again)
        state = state.posted(files)
        state = replace(state, planted=listed(faults, state.planted))
    return state


def _told(company: Company, at: datetime) -> pl.Expr:
    """The hour a shipment is told: three in the afternoon or eight at night.

    The minute depends on when the instructions came and on being late, so that
    what is told at one hour for two reasons is told in two files.
    """
    local = pl.col("shipped_at").dt.convert_time_zone(company.plan.zone)
    midnight = local.dt.truncate("1d")
    is_early = local.dt.hour() < _MORNING_TOLD
    hour = pl.when(is_early).then(_MORNING_TOLD).otherwise(_EVENING_TOLD)
    late = pl.when("is_late").then(_LATE_MINUTES).otherwise(0)
    minute = 10 + at.astimezone(ZoneInfo(company.plan.zone)).hour + late
    told = midnight + hour * pl.duration(hours=1) + pl.duration(minutes=minute)
    return told.dt.convert_time_zone("UTC")


def _short_and_late(rows: pl.DataFrame, file: NamedBytes) -> list[Fault]:
    short = rows.filter(pl.col("shipped_qty") < pl.col("qty")).to_dicts()
    late = rows.filter("is_late").unique("instruction_ref", maintain_order=True)
    return [
        line_fault("short_shipment", "SHORT_SHIPPED", file, row) for row in short
    ] + [
        line_fault("late_shipment", "SHIP_OVERDUE", file, row)
        for row in late.to_dicts()
    ]


def _told_twice(rows: pl.DataFrame, file: NamedBytes) -> list[Fault]:
    return [
        line_fault("double_confirmation", "OVERSHIPPED", file, row)
        for row in rows.to_dicts()
    ]


def _instant(day: pl.Expr, zone: str) -> pl.Expr:
    """The UTC instant of a local day's midnight."""
    wall = day.cast(pl.Datetime("us")).dt.replace_time_zone(zone)
    return wall.dt.convert_time_zone("UTC")
