"""Gathering what exceptions are found in: tables as they stand after the run."""

from __future__ import annotations

from datetime import datetime, timedelta

import polars as pl

from orchestration.resources.goods_facts import (
    below_zero,
    goods_overdue,
    passed_over,
)
from orchestration.resources.house import House
from orchestration.resources.line_facts import UNASKED, why_given_up
from orchestration.resources.lot_facts import other_lots, overpromised_lots
from orchestration.resources.money_facts import payments_of
from orchestration.resources.preorder_facts import preorders_beyond_caps
from orchestration.resources.reach import MAY_BE_OPEN, opened, ordered_since
from orchestration.resources.shipment_facts import told_twice
from transforms.contracts.decisions import (
    BACKORDERS,
    CANCEL_REQUESTS,
    CHANNEL_AVAILABILITY,
    CORRECTED_INSTRUCTIONS,
    EVENT_VERDICTS,
    FULFILMENT_ORDERS,
    INSTRUCTION_LINES,
    LINE_BUCKETS,
    LINE_HOLDS,
    NODE_CONFIDENCE,
    NODE_GATES,
    OWN_EVENTS,
    PAYMENT_REQUESTS,
    PROMISE_POSTINGS,
    RECONCILED_ORDERS,
    RECONCILED_PARCELS,
    RECONCILED_PAYMENTS,
    RECONCILED_SHIPMENTS,
    STOCK_POSITIONS,
    STOCK_VARIANCES,
    SUBSTITUTED_LINES,
)
from transforms.contracts.gold import (
    DIM_NODES,
    FCT_ACKNOWLEDGEMENTS,
    FCT_CHANNEL_STOCK,
    FCT_ORDER_EVENTS,
    FCT_ORDER_LINES,
)
from transforms.contracts.table import TEXT
from transforms.ledger.orphans import MISPLACED, ORPHAN_RELEASE, UNPROMISED
from transforms.lifecycle.resolve import as_events, resolve
from transforms.reconciliation.cancellations import cancel_outcomes
from transforms.reconciliation.echoes import echo_differences
from transforms.reconciliation.findings.finding import Findings
from transforms.reconciliation.orders import STRAYS
from transforms.reconciliation.parcels import TROUBLES
from transforms.reconciliation.payment_policy import DISAGREEMENTS
from transforms.reconciliation.payment_requests import given_up, unanswered
from transforms.reconciliation.worth import LAST_SALES

OPEN = (
    f"{MAY_BE_OPEN} and pending_qty + held_qty + backordered_qty + allocated_qty"
    " + released_qty + in_fulfilment_qty > 0"
)
ASKED = """
    select line_id from lake.instructions.cancel_requests
    union select line_id from lake.instructions.instruction_lines
    where instruction_id in (
        select instruction_id from lake.instructions.corrected_instructions
        where outcome = 'REFUSED'
    )
"""
"""Lines that a node was asked to give up, or a correction of which was refused."""
SAID = """source_rank > 50 and qty > 0 and (
    event_type in ('SHORT', 'REJECTED', 'CANCEL_ACK')
    or event_type in ('NOT_COLLECTED', 'SUBSTITUTED_BY_NODE') and event_at > $1)"""
"""What nodes shorted, refused and gave up, and of late what nobody came for."""
TOLD_DAYS = 28
"""For which it is told that nobody came for something."""

ANSWERED = (
    "instruction_id",
    "instruction_line_ref",
    "line_id",
    "open_qty",
    "answered_at",
)
"""What deadlines of instructions ask of their lines."""

LINKED = ("substitutes_line_id", "substitutes_ratio")
PRICED = (
    "line_id",
    "order_id",
    "ordered_qty",
    "line_amount_minor",
    "discount_minor",
    "tax_minor",
    "currency_code",
)
UNKNOWN_SKUS = {"event_id": TEXT, "sku_id": TEXT}
DIFFERS = ("SHORTFALL", "SURPLUS_WAITS")
"""Causes of a variance that findings may be about."""
IN_DOUBT = (pl.col("released_qty") > pl.max_horizontal("available_qty", 0)) | (
    pl.min_horizontal("available_qty", "damaged_qty", "hold_qty") < 0
)
"""Positions that findings may be about."""

SOLD_DAYS = 90
"""What was sold for longer ago says nothing of today's worth."""
NEWEST_SALES = """
    select sku_id, currency_code, ordered_qty as sold_qty,
        line_amount_minor - discount_minor + tax_minor as sold_minor
    from lake.gold.fct_order_lines
    where ordered_at > $1 and ordered_at <= $2 and ordered_qty > 0
        and sku_id in (select sku_id from named)
    qualify row_number() over (
        partition by sku_id order by ordered_at desc, line_id desc
    ) = 1
    order by sku_id
"""

LAID_OUT = """
    select distinct instruction_id
    from lake.silver.int_fulfilment_statuses__deduplicated
    where status_code in ('PACKED', 'LABELLED', 'READY') and status_at > $1
        and instruction_id in (
            select instruction_id from lake.instructions.fulfilment_orders
            where service_code = 'PICK_UP'
        )
    order by instruction_id
"""
"""Instructions that lie ready at a store, not for too long."""

LATE_WINS = """
    select line_id, given.order_id, given.sku_id, sum(given.qty)::bigint as qty,
        max(given.promise_date) as promise_date, asked.promise_date as due_date,
        'LATE' as reason_code
    from lake.decisions.allocations as given
    inner join lake.decisions.open_demand as asked using (line_id)
    where given.run_id = $1 and asked.business_class = 'WIN'
        and given.promise_date > asked.promise_date
    group by all order by line_id
"""
"""Eaches of class WIN that this run allocated and that arrive late."""

_CAUSES = (MISPLACED, ORPHAN_RELEASE, UNPROMISED)
REPAIRED = "(" + " or ".join(f"contains(event_id, '/{c}/')" for c in _CAUSES) + ")"
"""Postings that mended a stray promise."""


def wins_that_come_late(house: House) -> pl.DataFrame:
    """LATE_WINS of the run at hand."""
    return house.lake.query(LATE_WINS, [house.run.run_id])


def gathered(house: House) -> Findings:
    """Every table that findings are read from."""
    lake, run = house.lake, house.run
    patience = timedelta(days=house.policies.release.pick_up_days)
    this_run = ("run_id = ?", [run.run_id])
    lost = as_events(lake.read(OWN_EVENTS, "event_type = 'DEALLOCATED'"))
    columns = ["event_id", "event_type", "line_id", "qty", "reason_code"]
    events = pl.concat([_said(house).select(columns), lost.select(columns)])
    verdicts = lake.read(EVENT_VERDICTS)
    backorders = lake.read(BACKORDERS, *this_run)
    shipments = lake.read(RECONCILED_SHIPMENTS, columns=ANSWERED)
    holds = lake.read(
        LINE_HOLDS,
        "ended_at is null and held_at <= ?",
        [run.as_of - timedelta(days=house.policies.holds.overdue_days)],
    )
    unanswered = shipments.filter(pl.col("open_qty") > 0)
    variances, stock = lake.read(STOCK_VARIANCES), lake.read(STOCK_POSITIONS)
    confidence = lake.read(NODE_CONFIDENCE, *this_run)
    differing = variances.filter(pl.col("cause_code").is_in(DIFFERS)).join(
        confidence, on=["node_id", "snapshot_at"], how="semi"
    )
    unknown_skus = _unknown_skus(house)
    lacking, late = below_zero(house), goods_overdue(house)
    over = overpromised_lots(house)
    repairs = lake.read(PROMISE_POSTINGS, f"run_id = ? and {REPAIRED}", this_run[1])
    lots = other_lots(house, run.as_of - timedelta(days=TOLD_DAYS))
    late_requests, failed_requests = _undone_requests(house)
    late_wins = wins_that_come_late(house)
    beyond = preorders_beyond_caps(house)
    lines = [verdicts, events, backorders, late_wins, holds, unanswered, repairs, lots]
    lines.append(beyond)
    worth = [differing, stock.filter(IN_DOUBT), unknown_skus, lacking, late, over]
    return Findings(
        verdicts=verdicts,
        buckets=_buckets(house),
        events=events,
        doubles=told_twice(house),
        shipments=shipments,
        fulfilment_orders=lake.read(FULFILMENT_ORDERS),
        acknowledgements=lake.read(FCT_ACKNOWLEDGEMENTS),
        variances=variances,
        confidence=confidence,
        gates=lake.read(NODE_GATES, *this_run),
        positions=stock,
        backorders=backorders,
        nodes=lake.read(DIM_NODES),
        repairs=repairs,
        payments=lake.read(
            RECONCILED_PAYMENTS,
            "list_contains(?, payment_class)",
            [list(DISAGREEMENTS)],
        ),
        holds=holds,
        parcels=lake.read(
            RECONCILED_PARCELS, "list_contains(?, parcel_class)", [list(TROUBLES)]
        ),
        orders=lake.read(
            RECONCILED_ORDERS, "list_contains(?, order_class)", [list(STRAYS)]
        ),
        prices=prices_of(house, *lines),
        requests=_asked_back(house),
        refused_corrections=lake.read(CORRECTED_INSTRUCTIONS, "outcome = 'REFUSED'"),
        payment_requests=late_requests,
        failed_requests=failed_requests,
        echoes=echo_differences(
            lake.read(CHANNEL_AVAILABILITY),
            lake.read(FCT_CHANNEL_STOCK),
            house.policies.availability.echo_grace_hours,
        ),
        sales=_last_sales(house, *worth),
        unknown_skus=unknown_skus,
        late_wins=late_wins,
        lacking=lacking,
        overdue=late,
        overpromised=over,
        other_lots=lots,
        passed_over=passed_over(house),
        laid_out=lake.query(LAID_OUT, [run.as_of - patience]),
        beyond_caps=beyond,
        refused_substitutions=lake.read(SUBSTITUTED_LINES, "refusal_code is not null"),
    )


def _asked_back(house: House) -> pl.DataFrame:
    """Requests to cancel and what became of them; none in nearly every house."""
    requests = house.lake.read(CANCEL_REQUESTS)
    with house.lake.holding(
        asked=requests.select("instruction_id").unique(),
        wished=requests.select("event_id").unique(),
    ):
        answers = house.lake.read(
            RECONCILED_SHIPMENTS, "instruction_id in (select instruction_id from asked)"
        )
        verdicts = house.lake.read(
            EVENT_VERDICTS, "event_id in (select event_id from wished)"
        )
    return cancel_outcomes(requests, answers, verdicts)


def _buckets(house: House) -> pl.DataFrame:
    """Lines with eaches that are open or that a node was asked about."""
    lake = house.lake
    waiting = lake.read(LINE_BUCKETS, OPEN)
    asked = lake.query(ASKED).join(waiting, on="line_id", how="anti")
    if asked.is_empty():
        return waiting
    with lake.holding(asked=asked):
        rest = lake.read(
            LINE_BUCKETS,
            "ordered_at >= ? and line_id in (select line_id from asked)",
            [ordered_since(house, asked)],
        )
    return pl.concat([waiting, rest]).sort("line_id")


def _undone_requests(house: House) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Payment requests that are late to be reported, and voids that failed for good.

    Nearly no house has any.
    """
    lake, policy = house.lake, house.policies.payments
    if not lake.count(PAYMENT_REQUESTS.path):
        return PAYMENT_REQUESTS.empty(), PAYMENT_REQUESTS.empty()
    requests = lake.read(PAYMENT_REQUESTS)
    payments = payments_of(house, requests.select("order_id").unique())
    asked = requests, payments, house.run.as_of, policy
    return unanswered(*asked), given_up(*asked)


def _said(house: House) -> pl.DataFrame:
    """What nodes shorted and refused, with the line that it was asked for."""
    since = house.run.as_of - timedelta(days=TOLD_DAYS)
    said = house.lake.read(FCT_ORDER_EVENTS, SAID, [since], is_ordered=False)
    asked = said.select("instruction_id").drop_nulls().unique()
    events = as_events(pl.concat([said, opened(house, asked)]))
    named = events["instruction_id"].drop_nulls().unique()
    lines = house.lake.read(
        INSTRUCTION_LINES, "list_contains(?, instruction_id)", [named.to_list()]
    )
    found = why_given_up(house, resolve(events, lines).events).with_columns(
        qty="refused_qty"
    )
    # What a node gave up as it was asked to is settled.
    is_settled = (pl.col("event_type") == "CANCEL_ACK") & (
        pl.col("reason_code") != UNASKED
    ).fill_null(value=True)
    return found.filter(pl.col("event_type") != "OPENING", ~is_settled)


def _unknown_skus(house: House) -> pl.DataFrame:
    """SKUs that events name which this run could give to no line of ours."""
    strangers = house.lake.read(
        EVENT_VERDICTS,
        "run_id = ? and verdict = 'UNKNOWN_TO_US'",
        [house.run.run_id],
        columns=("event_id",),
    )
    if strangers.is_empty():
        return pl.DataFrame(schema=UNKNOWN_SKUS)
    # Nearly all of them landed in this run; only for others history is looked through.
    new, old = f"landing_id > {house.run.since}", f"landing_id <= {house.run.since}"
    found = [_skus_of(house, strangers, new)]
    others = strangers.join(found[0], on="event_id", how="anti")
    if others.height:
        found.append(_skus_of(house, others, old))
    return pl.concat(found).drop_nulls("sku_id").sort("event_id")


def _skus_of(house: House, strangers: pl.DataFrame, landed: str) -> pl.DataFrame:
    with house.lake.holding(strangers=strangers):
        return house.lake.query(
            "select event_id, sku_id from lake.gold.fct_order_events"  # noqa: S608
            f" where {landed} and line_id is null"
            " and event_id in (select event_id from strangers)"
        )


def _last_sales(house: House, *named: pl.DataFrame) -> pl.DataFrame:
    """LAST_SALES of the SKUs that some frames name; none sold for long has a row."""
    skus = pl.concat([rows.select("sku_id") for rows in named]).unique()
    if skus.is_empty():
        return LAST_SALES.to_frame()
    sold_from = house.run.as_of - timedelta(days=SOLD_DAYS)
    with house.lake.holding(named=skus):
        sales = house.lake.query(NEWEST_SALES, [sold_from, house.run.as_of])
    return sales.cast(LAST_SALES)


def prices_of(house: House, *named: pl.DataFrame) -> pl.DataFrame:
    """What the lines that some frames name were sold for, by ``line_id``.

    Returns:
        FCT_ORDER_LINES, PRICED of its columns; of a linked line those of the line that
        it is sent instead of, in eaches of its own.
    """
    lines = pl.concat([rows.select("line_id") for rows in named]).drop_nulls()
    since = ordered_since(house, lines)
    told = _sold(house, lines, since)
    linked = told.filter(pl.col("substitutes_line_id").is_not_null())
    if linked.is_empty():
        return told.select(PRICED)
    # Nobody bought what is sent instead: it is worth what its line was sold for.
    replaced = _sold(house, linked.select(line_id="substitutes_line_id"), since)
    paid = replaced.drop(LINKED).rename({"line_id": "substitutes_line_id"})
    worth = linked.select("line_id", *LINKED).join(paid, on="substitutes_line_id")
    counted = pl.col("ordered_qty") * pl.col("substitutes_ratio")
    rest = told.join(worth, on="line_id", how="anti").select(PRICED)
    return pl.concat([rest, worth.with_columns(ordered_qty=counted).select(PRICED)])


def _sold(house: House, lines: pl.DataFrame, since: datetime) -> pl.DataFrame:
    with house.lake.holding(named=lines.unique()):
        return house.lake.read(
            FCT_ORDER_LINES,
            "ordered_at >= ? and line_id in (select line_id from named)",
            [since],
            (*PRICED, *LINKED),
            is_ordered=False,
        )
