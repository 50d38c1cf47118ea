"""What needs a person: findings of a run, opened and closed against the last.

A finding is (code, subject); the exception stays open until a run no longer
finds it. Not here: how a finding comes about; each comes from a table.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import polars as pl

from transforms.contracts.codes import CODES
from transforms.contracts.currencies import major_text
from transforms.contracts.decisions import EXCEPTIONS
from transforms.reconciliation.acknowledgements import acknowledged
from transforms.reconciliation.owners import OWNERS
from transforms.reconciliation.worth import at_last_sale, worth_kept

FINDING = [
    "code",
    "subject",
    "detail",
    "cause_code",
    "value_minor",
    "currency_code",
]
SAID = FINDING[2:]
"""What may change while an exception stays open."""

TOLD_DAYS = 28
"""For which a correction of nothing that is known is told."""

FAILED_TRUST = ["STALE", "PARTIAL", "IMPLAUSIBLE", "REFUSED"]
WITH_NODE = ["released_qty", "in_fulfilment_qty"]
UNFINISHED = ["pending_qty", "backordered_qty", "allocated_qty", "released_qty"]


@dataclass(frozen=True)
class Findings:
    """The tables that findings are read from, as they stand after the run.

    Args:
        verdicts: EVENT_VERDICTS.
        buckets: LINE_BUCKETS.
        events: events of refusals, shorts and supply lost: ``event_id,
            event_type, line_id, qty, reason_code`` (SHORT, REJECTED,
            DEALLOCATED).
        doubles: ``event_id`` of confirmations that say one shipment again.
        shipments: RECONCILED_SHIPMENTS, what is open and answered.
        fulfilment_orders: FULFILMENT_ORDERS.
        acknowledgements: FCT_ACKNOWLEDGEMENTS.
        variances: STOCK_VARIANCES.
        confidence: NODE_CONFIDENCE of this run.
        gates: NODE_GATES of this run.
        positions: STOCK_POSITIONS.
        backorders: BACKORDERS of this run.
        nodes: DIM_NODES.
        repairs: PROMISE_POSTINGS of this run that mended a stray promise.
        payments: RECONCILED_PAYMENTS of the classes that need a person.
        holds: LINE_HOLDS that have not ended and last longer than they should.
        parcels: RECONCILED_PARCELS of the same.
        orders: RECONCILED_ORDERS of the same.
        prices: FCT_ORDER_LINES of the lines that findings may be about.
        requests: result of ``cancel_outcomes``.
        refused_corrections: CORRECTED_INSTRUCTIONS that were refused.
        payment_requests: result of ``unanswered``.
        echoes: result of ``echo_differences``.
        sales: LAST_SALES of the SKUs of stock that findings may be about.
        unknown_skus: ``event_id, sku_id`` of events of this run that name no line
            of ours, and a SKU.
    """

    verdicts: pl.DataFrame
    buckets: pl.DataFrame
    events: pl.DataFrame
    doubles: pl.DataFrame
    shipments: pl.DataFrame
    fulfilment_orders: pl.DataFrame
    acknowledgements: pl.DataFrame
    variances: pl.DataFrame
    confidence: pl.DataFrame
    gates: pl.DataFrame
    positions: pl.DataFrame
    backorders: pl.DataFrame
    nodes: pl.DataFrame
    repairs: pl.DataFrame
    payments: pl.DataFrame
    holds: pl.DataFrame
    parcels: pl.DataFrame
    orders: pl.DataFrame
    prices: pl.DataFrame
    requests: pl.DataFrame
    refused_corrections: pl.DataFrame
    payment_requests: pl.DataFrame
    echoes: pl.DataFrame
    sales: pl.DataFrame
    unknown_skus: pl.DataFrame


def exceptions(
    findings: Findings, previous: pl.DataFrame, as_of: datetime
) -> pl.DataFrame:
    """Rows of EXCEPTIONS that this run opens, opens again, changes or closes.

    Args:
        findings: tables after the run.
        previous: EXCEPTIONS so far; rows that stay as they are do not return.
        as_of: moment of the run.

    Returns:
        EXCEPTIONS without ``run_id``, to be merged by ``exception_id``.
    """
    found = (
        find(findings, as_of)
        .sort(FINDING)
        .unique(["code", "subject"], keep="first", maintain_order=True)
        .with_columns(exception_id=pl.format("{}/{}", "code", "subject"))
    )
    before = previous.select(
        "exception_id",
        "opened_at",
        "closed_at",
        *(pl.col(name).alias(f"was_{name}") for name in SAID),
    )
    joined = worth_kept(found.join(before, on="exception_id", how="left"))
    is_same = pl.col("closed_at").is_null() & pl.all_horizontal(
        pl.col(f"was_{name}").eq_missing(pl.col(name)) for name in SAID
    )
    reopens = pl.col("closed_at").is_not_null() | pl.col("opened_at").is_null()
    now = pl.lit(as_of, EXCEPTIONS.schema["opened_at"])
    opened = joined.filter(~is_same).with_columns(
        opened_at=pl.when(reopens).then(now).otherwise("opened_at"),
        closed_at=pl.lit(None, EXCEPTIONS.schema["closed_at"]),
        owner=pl.col("code").replace_strict(OWNERS),
    )
    healed = previous.filter(pl.col("closed_at").is_null()).join(
        found, on="exception_id", how="anti"
    )
    closed = healed.with_columns(closed_at=now)
    names = [name for name in EXCEPTIONS.names if name != "run_id"]
    both = pl.concat([opened.select(names), closed.select(names)])
    return both.sort("exception_id")


def find(findings: Findings, as_of: datetime) -> pl.DataFrame:
    """Every finding: ``code, subject, detail``; codes are those of CODES."""
    found = [
        *_of_lines(findings),
        *_of_instructions(findings, as_of),
        *_of_stock(findings),
        _of_repairs(findings.repairs),
        _of_payments(findings.payments),
        _of_holds(findings),
        _of_parcels(findings.parcels),
        _of_requests(findings),
        _of_corrections(findings, as_of),
        _of_payment_requests(findings.payment_requests),
        _of_echoes(findings.echoes),
        _of_orders(findings.orders),
    ]
    return pl.concat(found)


def _finding(
    rows: pl.DataFrame, code: str | pl.Expr, subject: pl.Expr, detail: pl.Expr
) -> pl.DataFrame:
    """Findings; cause and value where the rows have them."""
    named = pl.lit(CODES[code].code) if isinstance(code, str) else code
    nothing = {
        name: pl.lit(None, EXCEPTIONS.schema[name]).alias(name)
        for name in FINDING[3:]
        if name not in rows.columns
    }
    return rows.with_columns(**nothing).select(
        named.alias("code"),
        subject.alias("subject"),
        detail.alias("detail"),
        *FINDING[3:],
    )


def _worth(rows: pl.DataFrame, prices: pl.DataFrame, qty: str = "qty") -> pl.DataFrame:
    """Rows about eaches of a line, with what these were sold for."""
    net = pl.col("line_amount_minor") - pl.col("discount_minor") + pl.col("tax_minor")
    sold = prices.filter(pl.col("ordered_qty") > 0).select(
        "line_id", "currency_code", "ordered_qty", net=net
    )
    eaches = pl.min_horizontal(pl.col(qty), pl.col("ordered_qty"))
    return rows.join(sold, on="line_id", how="left").with_columns(
        value_minor=pl.col("net") * eaches // pl.col("ordered_qty")
    )


def _of_lines(findings: Findings) -> list[pl.DataFrame]:
    prices = findings.prices
    is_request = pl.col("verdict") == "CANCEL_REQUESTED"
    verdicts = findings.verdicts.filter(
        pl.col("verdict") != "BEFORE_OPENING", ~is_request
    )
    asked = findings.verdicts.filter(is_request).join(
        findings.buckets.filter(pl.sum_horizontal(WITH_NODE) > 0),
        on="line_id",
        how="semi",
    )
    unfinished = findings.buckets.filter(pl.sum_horizontal(UNFINISHED) > 0)
    events = findings.events.join(unfinished, on="line_id", how="semi")
    kind, reason = pl.col("event_type"), pl.col("reason_code").fill_null("-")
    lost = events.filter((kind == "DEALLOCATED") & (reason == "SUPPLY_LOST"))
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
        _worth(rows, prices).with_columns(cause_code="reason_code")
        for rows in (events, lost)
    )
    backorders = _worth(findings.backorders, prices).with_columns(
        cause_code="reason_code"
    )
    is_double = (pl.col("verdict") == "OVERSHIPPED") & event.is_in(
        findings.doubles["event_id"].implode()
    )
    judged = (
        pl.when(is_double).then(pl.lit("CONFIRMED_TWICE")).otherwise(pl.col("verdict"))
    )
    is_unknown = pl.col("verdict") == "UNKNOWN_TO_US"
    unknown = verdicts.filter(is_unknown).join(
        findings.unknown_skus, on="event_id", how="left"
    )
    return [
        _finding(
            _worth(verdicts.filter(~is_unknown), prices),
            judged,
            event,
            _said(pl.col("verdict")),
        ),
        _finding(
            at_last_sale(unknown, findings.sales, pl.col("qty")),
            "UNKNOWN_TO_US",
            event,
            _said(pl.col("verdict")),
        ),
        _finding(events.filter(kind == "SHORT"), "SHORT_SHIPPED", event, eaches),
        _finding(events.filter(kind == "REJECTED"), "REFUSED", event, eaches),
        _finding(lost, "SUPPLY_LOST", event, eaches),
        _finding(backorders, code, line, waits),
        _finding(
            _worth(asked, prices),
            "CANCEL_REQUESTED",
            event,
            pl.format("{} eaches are with the node, which has not answered", "qty"),
        ),
    ]


def _of_holds(findings: Findings) -> pl.DataFrame:
    """A held line is one thing to settle, whatever it is held for."""
    since = pl.col("held_at").dt.to_string("%Y-%m-%d %H:%M UTC")
    said = pl.format("{} by {} since {}", "reason_code", "placed_by", since)
    reasons = (
        findings.holds.sort("line_id", "held_at", "reason_code")
        .group_by("line_id", maintain_order=True)
        .agg(cause_code=pl.col("reason_code").first(), said=said.str.join(", "))
    )
    held = findings.buckets.filter(pl.col("held_qty") > 0).select("line_id", "held_qty")
    return _finding(
        _worth(reasons.join(held, on="line_id"), findings.prices, "held_qty"),
        "HELD_TOO_LONG",
        pl.col("line_id"),
        pl.format("{} eaches: {}", "held_qty", "said"),
    )


def _of_requests(findings: Findings) -> pl.DataFrame:
    """What left although it was to be cancelled, until it has arrived."""
    under_way = findings.buckets.filter(pl.col("shipped_qty") > 0)
    refused = findings.requests.filter(pl.col("state") == "REFUSED").join(
        under_way, on="line_id", how="semi"
    )
    return _finding(
        _worth(
            refused.with_columns(cause_code="reason_code"),
            findings.prices,
            "refused_qty",
        ),
        "CANCEL_REFUSED",
        pl.col("request_id"),
        pl.format("{} of {} eaches left {}", "refused_qty", "qty", "node_id"),
    )


def _of_corrections(findings: Findings, as_of: datetime) -> pl.DataFrame:
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
    return _finding(
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


def _of_instructions(findings: Findings, as_of: datetime) -> list[pl.DataFrame]:
    orders = findings.fulfilment_orders
    answered = findings.shipments.filter(pl.col("answered_at").is_not_null())
    heard = acknowledged(orders, findings.acknowledgements)
    # A node that ships has read the instruction: no acknowledgement is due.
    silent = (
        orders.filter(pl.col("ack_due_at") <= pl.lit(as_of))
        .join(heard, on="instruction_id", how="anti")
        .join(answered, on="instruction_id", how="anti")
    )
    rejected = heard.filter(pl.col("status_code") == "R")
    stake = _at_stake(findings)
    silent = silent.join(stake, on="instruction_id", how="left")
    # What it rejected and was told again, or shipped all the same, is settled.
    rejected = rejected.join(stake, on="instruction_id")
    subject = pl.col("instruction_id")
    due = pl.format("due {}", pl.col("ack_due_at").dt.to_string("%Y-%m-%d %H:%M UTC"))
    reason = pl.col("reason").fill_null("no reason given")
    return [
        _finding(silent, "ACK_OVERDUE", subject, due),
        _finding(rejected, "ACK_REJECTED", subject, reason),
        _finding(
            _overdue(findings, as_of),
            "SHIP_OVERDUE",
            subject,
            pl.format("{} eaches, ship by {}", "open_qty", "ship_by_date"),
        ),
    ]


def _overdue(findings: Findings, as_of: datetime) -> pl.DataFrame:
    """Instructions with open eaches whose ship-by day is over at their node."""
    zones = findings.nodes.select("node_id", "zone").sort("node_id")
    orders = findings.fulfilment_orders.join(zones, on="node_id", how="left")
    days = {zone: _last_day(zone, as_of) for zone in orders["zone"].unique()}
    over = pl.col("zone").replace_strict(days, return_dtype=pl.Date)
    late = orders.filter(pl.col("ship_by_date") <= over)
    return late.join(_at_stake(findings), on="instruction_id")


def _at_stake(findings: Findings) -> pl.DataFrame:
    """Eaches of each instruction that nobody answered, and what they were sold for."""
    unanswered = findings.shipments.filter(pl.col("open_qty") > 0)
    return (
        _worth(unanswered, findings.prices, "open_qty")
        .group_by("instruction_id")
        .agg(
            pl.col("open_qty").sum(),
            value_minor=pl.col("value_minor").sum(),
            currency_code=pl.col("currency_code").min(),
        )
        .with_columns(
            value_minor=pl.when(pl.col("currency_code").is_not_null()).then(
                "value_minor"
            )
        )
    )


def _last_day(zone: str | None, as_of: datetime) -> object:
    """The last local day that is over at ``as_of``."""
    local = pl.Series([as_of]).dt.convert_time_zone(zone or "UTC")
    return local.dt.offset_by("-1d").dt.date().item()


def _of_payments(payments: pl.DataFrame) -> pl.DataFrame:
    """Money that does not agree, under its order or the payment without one."""
    due = pl.format(
        "due {}, captured {}, authorised {}, refunded {} {}",
        *(major_text(f"{name}_minor") for name in ("due", "captured", "authorised")),
        major_text("refunded_minor"),
        "currency_code",
    )
    code = pl.col("payment_class").str.to_uppercase()
    return _finding(payments, code, pl.col("order_id"), due)


def _of_payment_requests(requests: pl.DataFrame) -> pl.DataFrame:
    """Money that a provider was asked to move or hold, and says nothing of."""
    return _finding(
        requests.with_columns(cause_code="request_kind", value_minor="amount_minor"),
        "PAYMENT_REQUEST_UNANSWERED",
        pl.col("request_id"),
        pl.format(
            "{} of {} {} of {}, asked {}",
            "request_kind",
            major_text("amount_minor"),
            "currency_code",
            "order_id",
            pl.col("requested_at").dt.to_string("%Y-%m-%d %H:%M UTC"),
        ),
    )


def _of_echoes(echoes: pl.DataFrame) -> pl.DataFrame:
    """Figures that channels show otherwise than they were told."""
    is_more = pl.col("shown_qty") > pl.col("told_qty")
    code = pl.when(is_more).then(pl.lit("MORE")).otherwise(pl.lit("LESS"))
    return _finding(
        echoes,
        pl.format("CHANNEL_SHOWS_{}", code),
        pl.format("{}/{}", "channel_id", "sku_id"),
        pl.format("shows {}, told {}", "shown_qty", "told_qty"),
    )


def _of_parcels(parcels: pl.DataFrame) -> pl.DataFrame:
    """Parcels that are late, silent, lost, on their way back, or nobody's."""
    last = pl.format(
        "{} {}",
        pl.col("last_status_code").fill_null("no scan"),
        pl.coalesce("last_occurred_at", "shipped_at").dt.to_string("%Y-%m-%d %H:%M"),
    )
    rows = parcels.with_columns(
        cause_code=pl.coalesce("last_partner_code", "last_status_code")
    )
    detail = pl.format(
        "{}, {} UTC, order {}",
        pl.col("carrier_code").fill_null("-"),
        last,
        pl.col("order_id").fill_null("unknown"),
    )
    code = pl.col("parcel_class").str.to_uppercase()
    return _finding(rows, code, pl.col("tracking_ref"), detail)


def _of_orders(orders: pl.DataFrame) -> pl.DataFrame:
    """Orders that only the channel has, that it never settled, or at other amounts."""
    day = pl.coalesce("settled_at", "left_at").dt.to_string("%Y-%m-%d")
    said = (
        pl.when(pl.col("order_class") == "order_missing")
        .then(pl.format("{} settled it on {}", "channel_id", day))
        .when(pl.col("order_class") == "order_amount_differs")
        .then(
            pl.format(
                "comes to {}, left {}, listed {}, settled {} {}",
                *(
                    major_text(f"{name}_minor").fill_null("-")
                    for name in ("amount", "left", "listed", "settled")
                ),
                "currency_code",
            )
        )
        .otherwise(pl.format("left on {}, and {} never named it", day, "channel_id"))
    )
    code = pl.col("order_class").str.to_uppercase()
    return _finding(orders, code, pl.col("order_id"), said)


def _day(column: str) -> pl.Expr:
    return pl.col(column).dt.to_string("%Y-%m-%d %H:%MZ")


def _of_stock(findings: Findings) -> list[pl.DataFrame]:
    newest = findings.variances.join(
        findings.confidence.select("node_id", newest_at="snapshot_at"), on="node_id"
    ).filter(pl.col("snapshot_at") == pl.col("newest_at"))
    figure = pl.format("{}/{}/{}", "node_id", "sku_id", "stock_status")
    beside = pl.format("reported {}, ours {}", "reported_qty", "ledger_qty")
    valued = at_last_sale(newest, findings.sales, pl.col("variance_qty").abs())
    short = valued.filter(pl.col("cause_code") == "SHORTFALL")
    waits = valued.filter(pl.col("cause_code") == "SURPLUS_WAITS")
    doubted = findings.confidence.filter(pl.col("verdict").is_in(FAILED_TRUST))
    there = pl.max_horizontal("available_qty", 0)
    over = findings.positions.filter(pl.col("released_qty") > there)
    return [
        _finding(
            findings.gates,
            "NODE_STOPPED",
            pl.col("node_id"),
            pl.format("{} since {}", "reason_codes", _day("since_at")),
        ),
        _finding(short, "STOCK_SHORTFALL", figure, beside),
        _finding(waits, "STOCK_SURPLUS", figure, beside),
        _finding(
            doubted,
            "STOCK_DISTRUSTED",
            pl.col("node_id"),
            pl.format(
                "{}: {} rows of {}", "verdict", "row_count", "expected_row_count"
            ),
        ),
        _finding(
            at_last_sale(over, findings.sales, pl.col("released_qty") - there),
            "OVERCOMMITTED",
            pl.format("{}/{}", "node_id", "sku_id"),
            pl.format("{} released, {} on hand", "released_qty", "available_qty"),
        ),
        _below_zero(findings.positions, findings.sales),
    ]


def _of_repairs(repairs: pl.DataFrame) -> pl.DataFrame:
    """One finding per line, with all that was posted for it."""
    posted = repairs.filter(pl.col("account") != "DEMAND").sort("posting_id")
    cause = pl.col("event_id").str.split("/").list.get(-2)
    side = pl.format("{} {} at {}", "qty", "account", "node_id")
    by_line = posted.group_by("line_id", cause_code=cause, maintain_order=True)
    return _finding(
        by_line.agg(posted=side.str.join(", ")),
        "PROMISE_MENDED",
        pl.col("line_id"),
        pl.col("posted"),
    )


def _below_zero(positions: pl.DataFrame, sales: pl.DataFrame) -> pl.DataFrame:
    """Balances that cannot be, one finding per node, SKU and stock status."""
    by_status = positions.unpivot(
        on=["available_qty", "damaged_qty", "hold_qty"],
        index=["node_id", "sku_id"],
        variable_name="status",
        value_name="qty",
    ).with_columns(pl.col("status").str.strip_suffix("_qty").str.to_uppercase())
    lacking = by_status.filter(pl.col("qty") < 0)
    return _finding(
        at_last_sale(lacking, sales, -pl.col("qty")),
        "STOCK_NEGATIVE",
        pl.format("{}/{}/{}", "node_id", "sku_id", "status"),
        pl.format("{} on hand", "qty"),
    )
