"""Customers change their minds: orders that are cancelled or get one each more.

It is told three hours later, before anything of the order is released: by the shop,
where what was paid is given back and what is more is paid, and by business buyers,
who are on terms. Not of the last day, whose waves may be faster. Planted: orders
that are cancelled the morning after, when nodes have them. Not here: corrected files
(``faulting.order_faults``).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import polars as pl

from transforms.contracts.simulation import NamedBytes
from transforms.twin.company import Company
from transforms.twin.documents.order_facts import state_facts
from transforms.twin.documents.order_files import PATTERNS, text_lines
from transforms.twin.documents.purchase_orders import purchase_order_changes
from transforms.twin.documents.spelling import lines_bytes, stamp
from transforms.twin.draws import drawn
from transforms.twin.faulting.faults import Fault, fault_about
from transforms.twin.founding.network import BUSINESS, WEB
from transforms.twin.payers import given_back, paid_more, web_orders

CANCELLED_PERCENT, EDITED_PERCENT = 6, 6
_BUSINESS_PERCENT = 25
_LATE_ORDERS, _LATE_HOUR, _DAYS_NEEDED = 2, 8, 2
_TOLD_AFTER = timedelta(hours=3)
_FROM_HOUR, _TO_HOUR = 7, 17
_INSTANT = pl.Datetime("us", "UTC")


def changes_of(company: Company, lines: pl.DataFrame) -> Iterator[NamedBytes]:
    """What is told later of the web orders among lines that arrive.

    Args:
        company: whose customers they are.
        lines: whole files' worth of ``company.lines``.
    """
    zone = company.plan.zone
    local_hour = pl.col("received_at").dt.convert_time_zone(zone).dt.hour()
    fresh = lines.filter(
        pl.col("channel").is_in([WEB, BUSINESS]),
        pl.col("business_date").is_in(company.plan.play_dates[:-1]),
        local_hour.is_between(_FROM_HOUR, _TO_HOUR, closed="left"),
    )
    keys = ["channel", "received_at"]
    for (channel, at), told in fresh.group_by(keys, maintain_order=True):
        tell = _in_the_shop if channel == WEB else _by_business
        yield from tell(company, told, at + _TOLD_AFTER)


def late_cancellations(company: Company) -> tuple[list[NamedBytes], list[Fault]]:
    """Orders of the last day but one that are cancelled when nodes have them."""
    plan = company.plan
    if not plan.has_faults or len(plan.play_dates) < _DAYS_NEEDED:
        return [], []
    day, morning = plan.play_dates[-2], plan.local(plan.play_dates[-1], _LATE_HOUR)
    lines = company.lines.filter(
        pl.col("channel") == WEB,
        pl.col("received_at").is_between(
            plan.local(day, _FROM_HOUR), plan.local(day, _TO_HOUR)
        ),
    )
    orders = web_orders(company, lines).filter(~pl.col("is_authorized")).slice(1)
    left = orders.head(max(orders.height - 1, 0)).with_columns(
        drawn("basket_id", company.seed, "late", 1 << 30),
        drawn("basket_id", company.seed, "changed", 100),
    )
    kept = left.filter(pl.col("changed") >= CANCELLED_PERCENT + EDITED_PERCENT)
    chosen = kept.sort("late").head(_LATE_ORDERS).select("order_ref")
    if chosen.is_empty():
        return [], []
    moment = pl.lit(morning - timedelta(minutes=5)).cast(_INSTANT)
    told = lines.join(chosen, on="order_ref").with_columns(
        updated_at=moment, cancelled_at=moment
    )
    text = text_lines(company, WEB, told)["text"]
    name = PATTERNS[WEB][0].format(f"{stamp(morning, plan.zone)}_cancelled")
    file = NamedBytes(WEB, name, lines_bytes(text), morning)
    return [file], [
        fault_about("late_cancellation", "CANCEL_REQUESTED", f"{WEB}/{ref}", file)
        for ref in chosen["order_ref"]
    ]


def _by_business(
    company: Company, lines: pl.DataFrame, at: datetime
) -> Iterator[NamedBytes]:
    orders = lines.select("order_ref", "basket_id").unique(maintain_order=True)
    roll = drawn("basket_id", company.seed, "changed", 100)
    fated = orders.with_columns(roll).filter(pl.col("changed") < _BUSINESS_PERCENT)
    told = lines.filter(pl.col("line_no") == 1).join(
        fated.select("order_ref", is_cancelled=pl.col("changed") % 2 == 0),
        on="order_ref",
        maintain_order="left",
    )
    if told.height:
        facts = state_facts(
            told.drop("region"), company.catalogue, company.people, company.seed
        )
        yield purchase_order_changes(facts, at, company.plan.zone)


def _in_the_shop(
    company: Company, lines: pl.DataFrame, at: datetime
) -> Iterator[NamedBytes]:
    fated = _fated(company, lines)
    if fated.height:
        yield from _files(company, lines.join(fated, on="order_ref"), at)


def _fated(company: Company, lines: pl.DataFrame) -> pl.DataFrame:
    """Orders of one export that change; its first and last are left in peace."""
    orders = web_orders(company, lines)
    paid = orders.filter(~pl.col("is_authorized")).slice(1)
    roll = drawn("basket_id", company.seed, "changed", 100)
    chosen = paid.head(max(paid.height - 1, 0)).with_columns(roll)
    is_cancelled = pl.col("changed") < CANCELLED_PERCENT
    return chosen.filter(pl.col("changed") < CANCELLED_PERCENT + EDITED_PERCENT).select(
        "order_ref", "total_minor", is_cancelled=is_cancelled
    )


def _files(company: Company, lines: pl.DataFrame, at: datetime) -> Iterator[NamedBytes]:
    moment = pl.lit(at - timedelta(minutes=5)).cast(_INSTANT)
    is_more = ~pl.col("is_cancelled") & (pl.col("line_no") == 1)
    each = pl.when(is_more).then(pl.col("gross_minor") // pl.col("qty")).otherwise(0)
    changed = lines.with_columns(
        more_minor=each,
        qty=pl.col("qty") + pl.when(is_more).then(1).otherwise(0),
        gross_minor=pl.col("gross_minor") + each,
        updated_at=moment,
        cancelled_at=pl.when("is_cancelled").then(moment),
    )
    text = text_lines(company, WEB, changed.drop("total_minor"))["text"]
    name = PATTERNS[WEB][0].format(f"{stamp(at, company.plan.zone)}_changed")
    yield NamedBytes(WEB, name, lines_bytes(text), at)
    edited = changed.filter(~pl.col("is_cancelled"))
    if edited.height:
        yield paid_more(company, edited, at)
    cancelled = changed.filter("is_cancelled").unique("order_ref", maintain_order=True)
    if cancelled.height:
        yield given_back(company, cancelled, at)
