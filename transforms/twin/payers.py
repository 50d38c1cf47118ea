"""Who pays what: the web shop's orders of the played days, and what goes wrong.

Most orders are paid when they are placed, some are authorised and captured when
the first of their goods leave. Of the history nothing is told, so nothing of it
is expected. Planted: captured twice, paid short, declined, paid for an order that
nobody placed, authorised and never captured (half of them are tried once, and
fail). Not here: the format
(``documents.payment_files``).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

import polars as pl

from transforms.contracts.simulation import NamedBytes
from transforms.twin.company import Company
from transforms.twin.documents.order_facts import state_facts
from transforms.twin.documents.payment_files import transactions_file
from transforms.twin.documents.spelling import stamp
from transforms.twin.documents.web_orders import net_minor
from transforms.twin.draws import drawn
from transforms.twin.faulting.faults import Fault, fault_about
from transforms.twin.founding.network import WEB

SHORT_MINOR = 100
STRANGE_MINOR = 4200
NEVER_CAPTURED_PERCENT, FAILED_PERCENT = 60, 30
WAITED_FOR = timedelta(hours=24)
"""How long we wait for an order of a payment, for a capture, for another card."""
_TOLD_AFTER = timedelta(minutes=1)
_CAPTURED_AFTER = timedelta(minutes=5)
_PAID, _AGAIN, _CAPTURED, _STRANGE, _GIVEN_BACK = (n * 10**11 for n in (7, 8, 9, 6, 5))
_SCHEDULE = (
    ("captured_twice", 11), ("paid_short", 15), ("strange_payment", 11),
    ("failed_payment", 11),
)  # fmt: skip
_CODES = {
    "failed_payment": "PAYMENT_FAILED",
    "captured_twice": "DOUBLE_CAPTURED",
    "paid_short": "UNDERPAID",
    "strange_payment": "ORPHAN_PAYMENT",
}


def payments_of(
    company: Company, lines: pl.DataFrame
) -> Iterator[tuple[NamedBytes, list[Fault]]]:
    """What is paid for the web orders among lines that arrive, a file an export.

    Args:
        company: whose customers pay.
        lines: whole files' worth of ``company.lines``.

    Yields:
        A file and the faults in it.
    """
    orders = web_orders(company, lines)
    for (at,), told in orders.group_by("received_at", maintain_order=True):
        rows = told.select(
            "order_ref",
            transaction_id=pl.col("order_ref").cast(pl.Int64) + _PAID,
            parent_id=pl.lit(None, pl.Int64),
            kind=pl.when("is_authorized")
            .then(pl.lit("authorization"))
            .otherwise(pl.lit("sale")),
            amount_minor="total_minor",
            processed_at="ordered_at",
        )
        kinds = _due(company, at)
        rows, subjects = _broken(rows, kinds)
        file = transactions_file(rows, at + _TOLD_AFTER, company.plan.zone)
        yield file, [_fault(kind, subjects[kind], file) for kind in kinds]


def paid_more(company: Company, lines: pl.DataFrame, at: datetime) -> NamedBytes:
    """What a corrected order costs more than it did, paid at once.

    Args:
        company: whose customer pays.
        lines: the order's lines as corrected, with ``more_minor``.
        at: instant the correction arrives.
    """
    more = lines.group_by("order_ref").agg(pl.col("more_minor").sum())
    rows = more.select(
        "order_ref",
        transaction_id=pl.col("order_ref").cast(pl.Int64) + _AGAIN,
        parent_id=pl.lit(None, pl.Int64),
        kind=pl.lit("sale"),
        amount_minor="more_minor",
        processed_at=pl.lit(at).cast(pl.Datetime("us", "UTC")),
    )
    return transactions_file(rows, at, company.plan.zone, "more")


def given_back(company: Company, orders: pl.DataFrame, at: datetime) -> NamedBytes:
    """What was paid for cancelled orders, given back.

    Args:
        company: whose customers they are.
        orders: ``order_ref, total_minor``.
        at: instant the cancellations arrive.
    """
    number = pl.col("order_ref").cast(pl.Int64)
    rows = orders.select(
        "order_ref",
        transaction_id=number + _GIVEN_BACK,
        parent_id=number + _PAID,
        kind=pl.lit("refund"),
        amount_minor="total_minor",
        processed_at=pl.lit(at).cast(pl.Datetime("us", "UTC")),
    )
    return transactions_file(rows, at, company.plan.zone, "refunds")


def captures(
    company: Company, shipped: pl.DataFrame, told: datetime, at: datetime
) -> tuple[list[NamedBytes], list[Fault]]:
    """What is captured when goods of authorised orders leave: all of the order.

    Told again with the next shipment of the order, under the same number.

    Args:
        company: whose orders they are.
        shipped: lines that left, with ``order_ref`` as ``channel/number`` and
            ``shipped_at``.
        told: instant the shop hears of it.
        at: instant the instructions came; tells files apart.
    """
    played = company.lines.filter(pl.col("business_date") > company.plan.cut_date)
    left = shipped.group_by(
        pl.col("order_ref").str.strip_prefix(f"{WEB}/").alias("order_ref")
    ).agg(pl.col("shipped_at").max())
    mine = played.join(left, on="order_ref", how="semi")
    orders = (
        web_orders(company, mine)
        .filter("is_authorized")
        .with_columns(drawn("basket_id", company.seed, "never captured", 100))
        .with_columns(
            is_forgotten=_is_fated("never captured", NEVER_CAPTURED_PERCENT, company),
            has_failed=_is_fated("never captured", FAILED_PERCENT, company),
        )
    )
    orders = orders.join(left, on="order_ref", maintain_order="left")
    tried = orders.filter(~pl.col("is_forgotten") | pl.col("has_failed"))
    number = pl.col("order_ref").cast(pl.Int64)
    rows = tried.select(
        "order_ref",
        transaction_id=number + _CAPTURED,
        parent_id=number + _PAID,
        kind=pl.lit("capture"),
        amount_minor="total_minor",
        processed_at=pl.lit(told).cast(pl.Datetime("us", "UTC")),
        has_failed="has_failed",
    )
    zone = company.plan.zone
    kind = f"captured_{stamp(at, zone)}"
    file = transactions_file(rows, told + _CAPTURED_AFTER, zone, kind)
    forgotten = orders.filter("is_forgotten").select("order_ref", "shipped_at")
    return [file] if rows.height else [], [
        _never_captured(*row) for row in forgotten.iter_rows()
    ]


def _is_fated(luck: str, percent: int, company: Company) -> pl.Expr:
    return (pl.col(luck) < percent) & pl.lit(company.plan.has_faults)


def web_orders(company: Company, lines: pl.DataFrame) -> pl.DataFrame:
    """One row per web order of some lines, with what it costs.

    Returns:
        ``order_ref, basket_id, ordered_at, received_at, is_authorized,
        total_minor``, in order of arrival.
    """
    chosen = lines.filter(pl.col("channel") == WEB)
    facts = state_facts(
        chosen.drop("region"), company.catalogue, company.people, company.seed
    )
    return (
        facts.group_by("order_ref")
        .agg(
            pl.col("basket_id", "ordered_at", "received_at", "is_authorized").first(),
            net_minor().sum().alias("total_minor"),
        )
        .sort("received_at", "order_ref")
    )


def _due(company: Company, at: datetime) -> list[str]:
    """What is planted in the payments of one export: in the first from an hour on."""
    plan = company.plan
    day = plan.date_of(at)
    if not plan.has_faults or day not in plan.play_dates:
        return []
    return [kind for kind, hour in _SCHEDULE if at == _first_from(company, day, hour)]


def _first_from(company: Company, day: date, hour: int) -> object:
    arrivals = company.lines.filter(
        pl.col("channel") == WEB,
        pl.col("received_at") >= company.plan.local(day, hour),
        pl.col("received_at") < company.plan.local(day, 24),
    )
    return arrivals["received_at"].min()


def _broken(
    rows: pl.DataFrame, kinds: list[str]
) -> tuple[pl.DataFrame, dict[str, str]]:
    """Transactions with what is planted, and whom it is about."""
    sales = rows.filter(pl.col("kind") == "sale")["order_ref"]
    subjects: dict[str, str] = {}
    if "captured_twice" in kinds:
        subjects["captured_twice"] = sales[0]
        again = rows.filter(pl.col("order_ref") == sales[0]).with_columns(
            pl.col("transaction_id") - _PAID + _AGAIN
        )
        rows = pl.concat([rows, again])
    if "strange_payment" in kinds:
        number = pl.col("order_ref").cast(pl.Int64) + _STRANGE
        strange = rows.head(1).with_columns(
            order_ref=number.cast(pl.String),
            transaction_id=number + _PAID,
            kind=pl.lit("sale"),
            amount_minor=pl.lit(STRANGE_MINOR, pl.Int64),
        )
        subjects["strange_payment"] = strange["order_ref"][0]
        rows = pl.concat([rows, strange])
    if "failed_payment" in kinds:
        subjects["failed_payment"] = sales[-1]
        rows = rows.with_columns(has_failed=pl.col("order_ref") == sales[-1])
    if "paid_short" in kinds:
        subjects["paid_short"] = sales[-1]
        is_short = pl.col("order_ref") == sales[-1]
        less = pl.col("amount_minor") - pl.when(is_short).then(SHORT_MINOR).otherwise(0)
        rows = rows.with_columns(amount_minor=less)
    return rows, subjects


def _fault(kind: str, order_ref: str, file: NamedBytes) -> Fault:
    is_waited_for = kind in {"strange_payment", "failed_payment"}
    found_from = file.received_at + WAITED_FOR if is_waited_for else None
    return fault_about(kind, _CODES[kind], f"{WEB}/{order_ref}", file, found_from)


def _never_captured(order_ref: str, shipped_at: datetime) -> Fault:
    return Fault(
        kind="never_captured",
        partner_id=WEB,
        file_name=None,
        payload_line=None,
        expected_code="UNCAPTURED",
        subject=f"{WEB}/{order_ref}",
        planted_at=shipped_at + WAITED_FOR,
        detail="authorised, and only that when it left",
    )
