"""Of order lines: events that do not fit, what waits, holds, requests, corrections."""

from __future__ import annotations

from datetime import datetime

import polars as pl

from transforms.reconciliation.findings.finding import Findings, finding, sold_for
from transforms.reconciliation.worth import at_last_sale

TOLD_DAYS = 28
"""For which a correction of nothing that is known is told."""


LOST = ["SUPPLY_LOST", "KIT_LOST", "IN_KIT_LOST"]
"""Reasons for which eaches were taken back: their own SKU was lost, or packed kits."""


WITH_NODE = ["released_qty", "in_fulfilment_qty"]


UNFINISHED = [
    *("pending_qty", "held_qty", "backordered_qty", "allocated_qty"),
    *WITH_NODE,
]
"""Where eaches are that a node may have shorted or refused, until they are sent."""


def of_lines(findings: Findings) -> list[pl.DataFrame]:
    """Events by their verdict, what nodes sent less of, what waits, what is asked."""
    prices = findings.prices
    is_request = pl.col("verdict") == "CANCEL_REQUESTED"
    is_told = pl.col("verdict").is_in(["BEFORE_OPENING", "CANCEL_WITHDRAWN"])
    verdicts = findings.verdicts.filter(~is_told, ~is_request)
    asked = findings.verdicts.filter(is_request).join(
        findings.buckets.filter(pl.sum_horizontal(WITH_NODE) > 0),
        on="line_id",
        how="semi",
    )
    unfinished = findings.buckets.filter(pl.sum_horizontal(UNFINISHED) > 0)
    events = findings.events.join(unfinished, on="line_id", how="semi")
    kind, reason = pl.col("event_type"), pl.col("reason_code").fill_null("-")
    lost = events.filter((kind == "DEALLOCATED") & reason.is_in(LOST))
    eaches = pl.format("{} eaches, {}", "qty", reason)
    waits = pl.format("{} eaches, {}", "qty", "reason_code")
    is_nowhere = pl.col("reason_code") == "NO_NODE"
    code = (
        pl.when(is_nowhere)
        .then(pl.lit("UNSOURCEABLE"))
        .otherwise(pl.lit("BACKORDERED"))
    )
    line, event = pl.col("line_id"), pl.col("event_id")
    events, lost = (
        sold_for(rows, prices).with_columns(cause_code="reason_code")
        for rows in (events, lost)
    )
    # What is wanted or released later waits as it was asked to.
    is_later = pl.col("reason_code").is_in(["RESERVE_LATER", "PREORDER"])
    short = findings.backorders.filter(~is_later)
    backorders = sold_for(short, prices).with_columns(cause_code="reason_code")
    is_too_much = (pl.col("verdict") == "OVERSHIPPED") | (kind == "SUBSTITUTED_BY_NODE")
    is_double = is_too_much & event.is_in(findings.doubles["event_id"].implode())
    judged = (
        pl.when(is_double).then(pl.lit("CONFIRMED_TWICE")).otherwise(pl.col("verdict"))
    )
    is_unknown = pl.col("verdict") == "UNKNOWN_TO_US"
    is_hold = kind.is_in(["HOLD", "UNHOLD"]) & (pl.col("verdict") == "ILLEGAL")
    unknown = verdicts.filter(is_unknown).join(
        findings.unknown_skus, on="event_id", how="left"
    )
    return [
        finding(
            sold_for(verdicts.filter(~is_unknown, ~is_hold), prices),
            judged,
            event,
            _said(pl.col("verdict")),
        ),
        _of_holds_amiss(verdicts.filter(is_hold), prices),
        finding(
            at_last_sale(unknown, findings.sales, pl.col("qty")),
            "UNKNOWN_TO_US",
            event,
            _said(pl.col("verdict")),
        ),
        finding(events.filter(kind == "SHORT"), "SHORT_SHIPPED", event, eaches),
        finding(
            events.filter(kind.is_in(["REJECTED", "CANCEL_ACK"]), reason != "UNREAD"),
            "REFUSED",
            event,
            eaches,
        ),
        finding(
            _uncollected(findings),
            "NOT_COLLECTED",
            event,
            pl.format("{} eaches that nobody came for are cancelled", "qty"),
        ),
        finding(
            _substituted(findings),
            "SUBSTITUTED_BY_NODE",
            event,
            pl.format("{} eaches of another SKU left instead", "qty"),
        ),
        finding(lost, "SUPPLY_LOST", event, eaches),
        finding(backorders, code, line, waits),
        finding(
            sold_for(asked, prices),
            "CANCEL_REQUESTED",
            event,
            pl.format("{} eaches are with the node, which has not answered", "qty"),
        ),
    ]


def of_preorders(findings: Findings) -> pl.DataFrame:
    """Preorders beyond a cap, until they are cancelled, released or the cap raised."""
    return finding(
        sold_for(findings.beyond_caps, findings.prices),
        "PREORDER_BEYOND_CAP",
        pl.col("line_id"),
        pl.format(
            "{} preordered eaches of {} are beyond the cap of {}, rule {}",
            *("qty", "sku_id", "cap_qty", "cap_rule"),
        ),
    )


def _of_holds_amiss(verdicts: pl.DataFrame, prices: pl.DataFrame) -> pl.DataFrame:
    """What a hold came too late for or was not there to be lifted.

    Of an order it is one thing to settle.
    """
    lines = sold_for(verdicts, prices).join(
        prices.select("line_id", "order_id"), on="line_id", how="left"
    )
    order = pl.coalesce("order_id", "line_id").alias("order_id")
    is_late, line = pl.col("event_type") == "HOLD", pl.col("line_id")
    orders = lines.group_by(order, "currency_code").agg(
        pl.col("value_minor").filter(is_late).sum(),
        late_qty=pl.col("qty").filter(is_late).sum(),
        late=line.filter(is_late).len(),
        free=line.filter(~is_late).n_unique(),
    )
    too_late = pl.format(
        "{} eaches of {} lines were with a node or had left when they were to be"
        " held; orderhouse cancel asks back what has not left",
        "late_qty",
        "late",
    )
    not_there = pl.format(
        "{} lines were not held for the reason that an unhold named; it freed nothing",
        "free",
    )
    return finding(
        orders,
        "ILLEGAL",
        pl.col("order_id"),
        pl.concat_str(
            pl.when(pl.col("late") > 0).then(too_late),
            pl.when(pl.col("free") > 0).then(not_there),
            separator="; ",
            ignore_nulls=True,
        ),
    )


def _uncollected(findings: Findings) -> pl.DataFrame:
    """What a node says that nobody came for; its line asks for nothing any more."""
    events = findings.events.filter(event_type="NOT_COLLECTED")
    return sold_for(events, findings.prices)


def _substituted(findings: Findings) -> pl.DataFrame:
    """What left instead of what was asked for; its line asks for nothing any more.

    What the line did not ask for is told of by its verdict.
    """
    events = findings.events.filter(event_type="SUBSTITUTED_BY_NODE")
    over = findings.verdicts.group_by("event_id").agg(over_qty=pl.col("qty").sum())
    events = (
        events.join(over, on="event_id", how="left", maintain_order="left")
        .with_columns(qty=pl.col("qty") - pl.col("over_qty").fill_null(0))
        .filter(pl.col("qty") > 0)
    )
    return sold_for(events, findings.prices)


def of_holds(findings: Findings) -> pl.DataFrame:
    """A held line is one thing to settle, whatever it is held for."""
    since = pl.col("held_at").dt.to_string("%Y-%m-%d %H:%M UTC")
    said = pl.format("{} by {} since {}", "reason_code", "placed_by", since)
    reasons = (
        findings.holds.sort("line_id", "held_at", "reason_code")
        .group_by("line_id", maintain_order=True)
        .agg(cause_code=pl.col("reason_code").first(), said=said.str.join(", "))
    )
    held = findings.buckets.filter(pl.col("held_qty") > 0).select("line_id", "held_qty")
    return finding(
        sold_for(reasons.join(held, on="line_id"), findings.prices, "held_qty"),
        "HELD_TOO_LONG",
        pl.col("line_id"),
        pl.format("{} eaches: {}", "held_qty", "said"),
    )


def of_requests(findings: Findings) -> pl.DataFrame:
    """What left although it was to be cancelled, until it has arrived."""
    under_way = findings.buckets.filter(
        pl.sum_horizontal("shipped_qty", "shipped_instead_qty") > 0
    )
    refused = findings.requests.filter(pl.col("state") == "REFUSED").join(
        under_way, on="line_id", how="semi"
    )
    return finding(
        sold_for(
            refused.with_columns(cause_code="reason_code"),
            findings.prices,
            "refused_qty",
        ),
        "CANCEL_REFUSED",
        pl.col("request_id"),
        pl.format("{} of {} eaches left {}", "refused_qty", "qty", "node_id"),
    )


def of_corrections(findings: Findings, as_of: datetime) -> pl.DataFrame:
    """Corrections that came to nothing, until what they are of has arrived.

    Those of an instruction that nobody knows are told for some weeks.
    """
    refused = findings.refused_corrections
    moving = findings.buckets.filter(pl.sum_horizontal(*WITH_NODE, "shipped_qty") > 0)
    lines = findings.shipments.join(moving, on="line_id", how="semi")
    is_new = pl.col("decided_at") > pl.lit(as_of) - pl.duration(days=TOLD_DAYS)
    is_known = pl.col("refusal_code") != "UNKNOWN_INSTRUCTION"
    told = pl.concat(
        [
            refused.filter(is_known).join(lines, on="instruction_id", how="semi"),
            refused.filter(~is_known & is_new),
        ]
    )
    return finding(
        told.with_columns(cause_code="refusal_code"),
        "CORRECTION_REFUSED",
        pl.col("correction_id"),
        pl.format("{}: {}", "instruction_id", "refusal_code"),
    )


def _said(verdict: pl.Expr) -> pl.Expr:
    """What a verdict means for a person; the rule stands in EVENT_VERDICTS."""
    return (
        pl.when(verdict == "OVERSHIPPED")
        .then(pl.format("{} eaches more than the instruction still had open", "qty"))
        .when(verdict == "ILLEGAL")
        .then(
            pl.format(
                "{} of {} eaches does not fit their line; rule {}",
                "event_type",
                "qty",
                pl.col("detail").str.split(": ").list.last(),
            )
        )
        .otherwise(pl.format("{} of {} eaches: {}", "event_type", "qty", "detail"))
    )
