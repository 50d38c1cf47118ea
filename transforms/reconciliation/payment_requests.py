"""What a payment provider is asked to do: take, let go, hold anew. Each thing once.

    CAPTURE   what left is worth more than was taken or asked for
    VOID      nothing more of the order leaves, and something is still held
    REAUTH    something is to leave, and what is held for it ends soon

What a provider was asked for and has not reported counts as done, so nothing is
asked for twice; whether it was done is its report's to say. What it reports as failed
is asked for again under another key, so often as the policy lets and while the
authorisation holds. Not here: the file.
"""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from itertools import chain

import polars as pl

from transforms.contracts.decisions import PAYMENT_REQUESTS
from transforms.contracts.table import conform
from transforms.reconciliation.payment_matching import (
    KEY,
    MoneyFacts,
    authorisations,
    granted,
    with_charged_beyond,
    with_moved,
)
from transforms.reconciliation.payment_policy import PaymentPolicy
from transforms.reconciliation.spreading import of_some, spread

HEX_DIGITS = 12

REPORTED = {"CAPTURE": "CAPTURE", "VOID": "VOID", "REAUTH": "AUTHORISATION"}
"""Request → kind of the payment with which a provider says that it could not."""


def request_payments(
    facts: MoneyFacts,
    requests: pl.DataFrame,
    providers: list[str],
    as_of: datetime,
    policy: PaymentPolicy,
) -> pl.DataFrame:
    """New requests, of authorisations that hold.

    Args:
        facts: orders and their money.
        requests: PAYMENT_REQUESTS of the same orders so far.
        providers: partners that take requests.
        as_of: moment of the requests.
        policy: when an authorisation ends, and what is soon.

    Returns:
        PAYMENT_REQUESTS without ``run_id`` and file.
    """
    payments = facts.payments.filter(~pl.col("is_test"))
    judged = with_failures(requests, payments)
    held = (
        authorisations(payments, policy)
        .filter(
            pl.col("partner_id").is_in(providers),
            pl.col("rest") > 0,
            pl.col("until") > pl.lit(as_of),
        )
        .join(_worth(facts, payments, policy), on=KEY)
        .join(_asked(judged), on="payment_id", how="left")
        .join(_of_orders(payments, judged), on=KEY, how="left")
    )
    found = _asked_now(_counted(held), as_of, policy)
    named = _named(found, as_of)
    return conform(named, PAYMENT_REQUESTS).drop("run_id", "file_name", "control_ref")


def unanswered(
    requests: pl.DataFrame,
    payments: pl.DataFrame,
    as_of: datetime,
    policy: PaymentPolicy,
) -> pl.DataFrame:
    """Requests that the provider should have reported by now, and has not.

    Args:
        requests: PAYMENT_REQUESTS.
        payments: FCT_PAYMENTS of their orders, tests among them.
        as_of: moment of the comparison.
        policy: how long a report is waited for.

    Returns:
        PAYMENT_REQUESTS.
    """
    done = payments.filter(~pl.col("is_test"), status_code="SUCCEEDED")
    holds = authorisations(done, policy).filter(pl.col("rest") > 0)
    newest = holds.group_by("order_id").agg(
        newest_at=pl.col("occurred_at").max(), latest_until=pl.col("until").max()
    )
    latest = pl.lit(as_of - timedelta(hours=policy.answer_hours))
    is_capture = pl.col("request_kind") == "CAPTURE"
    has_failed = pl.col("failed_at").is_not_null()
    amount = pl.when(is_capture & ~has_failed).then("amount_minor").otherwise(0)
    so_far = amount.cum_sum().over("payment_id", order_by="sequence_no")
    is_held = pl.col("payment_id").is_in(holds["payment_id"].to_list())
    # Under a number of its own, or the same one holds on.
    is_renewed = (pl.col("newest_at") >= pl.col("requested_at")) | (
        pl.col("latest_until") > pl.col("requested_at") + _soon(policy)
    )
    is_done = (
        pl.when(is_capture)
        .then(so_far <= pl.col("told").fill_null(0))
        .when(pl.col("request_kind") == "VOID")
        .then(~is_held)
        .otherwise(is_renewed.fill_null(value=False))
    )
    return (
        with_failures(requests, payments)
        .join(_told(done), on="payment_id", how="left")
        .join(newest, on="order_id", how="left")
        .filter(~is_done, ~has_failed, pl.col("requested_at") <= latest)
        .select(PAYMENT_REQUESTS.names)
        .sort("request_id")
    )


def given_up(
    requests: pl.DataFrame,
    payments: pl.DataFrame,
    as_of: datetime,
    policy: PaymentPolicy,
) -> pl.DataFrame:
    """Voids that failed so often that they are asked for no more, while money is held.

    A capture or a renewal that failed for good is seen on its order: what left is
    not taken, what is to leave is not held.

    Args:
        requests: PAYMENT_REQUESTS.
        payments: FCT_PAYMENTS of their orders, tests among them.
        as_of: moment of the comparison.
        policy: how often a thing is asked for.

    Returns:
        PAYMENT_REQUESTS, the last of each authorisation.
    """
    done = payments.filter(~pl.col("is_test"))
    held = authorisations(done, policy).filter(
        pl.col("rest") > 0, pl.col("until") > pl.lit(as_of)
    )
    failed = with_failures(requests, payments).filter(
        pl.col("request_kind") == "VOID", pl.col("failed_at").is_not_null()
    )
    return (
        failed.join(held, on="payment_id", how="semi")
        .filter(pl.len().over("payment_id") >= policy.request_tries)
        .sort("payment_id", "sequence_no")
        .unique("payment_id", keep="last", maintain_order=True)
        .select(PAYMENT_REQUESTS.names)
        .sort("request_id")
    )


def with_failures(requests: pl.DataFrame, payments: pl.DataFrame) -> pl.DataFrame:
    """Requests with ``failed_at``: when the provider reported that it could not.

    A report names the authorisation and the amount; of an authorisation that is not
    renewed, it may name the order alone. One report is of one request, the first
    that was made before it.

    Args:
        requests: PAYMENT_REQUESTS.
        payments: FCT_PAYMENTS of their orders.
    """
    reports = payments.filter(
        ~pl.col("is_test"), pl.col("payment_kind").is_in(list(REPORTED.values()))
    ).filter(status_code="FAILED")
    asked = requests.select(
        *("request_id", "requested_at", "amount_minor", "sequence_no", "order_id"),
        "payment_id",
        payment_kind=pl.col("request_kind").replace_strict(
            REPORTED, return_dtype=pl.String()
        ),
    )
    said = reports.select(
        *("payment_kind", "amount_minor", "order_id", "occurred_at", "parent_id"),
        report="payment_id",
    )
    is_named = pl.col("parent_id") == pl.col("payment_id")
    is_loose = pl.col("parent_id").is_null() & (
        pl.col("payment_kind") == REPORTED["REAUTH"]
    )
    pairs = (
        asked.join(said, on=["payment_kind", "amount_minor", "order_id"])
        .filter(is_named | is_loose, pl.col("occurred_at") >= pl.col("requested_at"))
        .sort("payment_id", "payment_kind", "sequence_no", "occurred_at", "report")
    )
    found: dict[str, datetime] = {}
    used: set[str] = set()
    for request, report, at in pairs.select(
        "request_id", "report", "occurred_at"
    ).iter_rows():
        if request not in found and report not in used:
            found[request] = at
            used.add(report)
    failed = pl.DataFrame(
        {"request_id": list(found), "failed_at": list(found.values())},
        schema={
            "request_id": pl.String,
            "failed_at": PAYMENT_REQUESTS.schema["requested_at"],
        },
    )
    return requests.join(failed, on="request_id", how="left")


def _told(done: pl.DataFrame) -> pl.DataFrame:
    """What was taken of each authorisation.

    A capture names its authorisation, or is the authorisation's later copy.
    """
    is_taken = pl.col("payment_kind").is_in(["CAPTURE", "SALE"])
    of = pl.coalesce("parent_id", "payment_id")
    return (
        done.filter(is_taken)
        .group_by(payment_id=of)
        .agg(told=pl.col("amount_minor").sum())
    )


def _worth(
    facts: MoneyFacts, payments: pl.DataFrame, policy: PaymentPolicy
) -> pl.DataFrame:
    """What the eaches of each order are worth that left, and that are to leave.

    What it was granted beyond the lines (all together, where no payment is enough),
    up to what the channel charges untold, is spread over them.
    """
    value = pl.col("line_amount_minor") - pl.col("discount_minor") + pl.col("tax_minor")
    told = with_moved(facts.lines, facts.buckets).filter(
        pl.col("left_qty").is_not_null()
    )
    lines = told.with_columns(value=value)
    orders = lines.group_by("order_id").agg(lines_minor=pl.col("value").sum())
    grants = payments.group_by("order_id").agg(
        most_minor=granted().max(), granted_minor=granted().sum()
    )
    allowed = pl.col("channel_id").replace_strict(
        dict(policy.untold_charges_minor), default=0, return_dtype=pl.Int64
    )
    mine = (
        facts.orders.select(*KEY, "channel_id")
        .join(orders, on="order_id")
        .join(grants, on="order_id")
    )
    untold = pl.min_horizontal("beyond_minor", allowed)
    totals = with_charged_beyond(mine, "lines_minor", facts.versions).select(
        *KEY, total=pl.col("lines_minor") + untold
    )
    spread_over = lines.drop("currency_code").join(totals, on="order_id")
    shares = spread(spread_over, "total", "value", "order_id", "line_id")
    of = pl.col("ordered_qty")
    gone = pl.col("left_qty")
    wanted = of - pl.col("cancelled_qty")
    return (
        spread_over.with_columns(share=shares)
        .group_by(KEY)
        .agg(
            left_minor=of_some(pl.col("share"), gone, of).sum(),
            wanted_minor=of_some(
                pl.col("share"), pl.max_horizontal(wanted, gone), of
            ).sum(),
            open_qty=(wanted - gone).clip(0).sum(),
        )
    )


def _asked(requests: pl.DataFrame) -> pl.DataFrame:
    """What was asked for of each authorisation, and what of it failed."""
    kind = pl.col("request_kind")
    stands = pl.col("failed_at").is_null()
    counts = (kind == "CAPTURE") & stands
    return requests.group_by("payment_id").agg(
        pl.col("amount_minor").filter(counts).sum().alias("asked_minor"),
        (counts & pl.col("is_final")).any().alias("is_final"),
        ((kind == "VOID") & stands).any().alias("is_let_go"),
        pl.col("requested_at")
        .filter((kind == "REAUTH") & stands)
        .max()
        .alias("renewed_at"),
        *chain.from_iterable(map(_tried, REPORTED)),
    )


def _tried(kind: str) -> list[pl.Expr]:
    """How often a kind of thing was asked for, how often in vain, and since when."""
    mine = pl.col("request_kind") == kind
    failed = pl.col("failed_at").filter(mine)
    return [
        mine.sum().cast(pl.Int64).alias(f"{kind}_times"),
        failed.count().cast(pl.Int64).alias(f"{kind}_failed"),
        failed.max().alias(f"{kind}_failed_at"),
    ]


def _of_orders(payments: pl.DataFrame, requests: pl.DataFrame) -> pl.DataFrame:
    """What was taken of each order, or asked for and not reported yet."""
    is_taken = pl.col("payment_kind").is_in(["CAPTURE", "SALE"])
    done = payments.filter(is_taken, status_code="SUCCEEDED")
    # A capture that names no authorisation may have used up any of them.
    is_loose = (pl.col("payment_kind") == "CAPTURE") & pl.col("parent_id").is_null()
    taken = done.group_by(KEY).agg(
        taken_minor=pl.col("amount_minor").sum(), has_loose=is_loose.any()
    )
    ours = requests.filter(pl.col("failed_at").is_null(), request_kind="CAPTURE")
    asked = ours.group_by(*KEY, "payment_id").agg(asked=pl.col("amount_minor").sum())
    told = _told(done)
    under_way = (
        asked.join(told, on="payment_id", how="left")
        .group_by(KEY)
        .agg(
            under_way_minor=(pl.col("asked") - pl.col("told").fill_null(0))
            .clip(0)
            .sum()
        )
    )
    return taken.join(under_way, on=KEY, how="full", coalesce=True)


def _counted(held: pl.DataFrame) -> pl.DataFrame:
    """What is free of each authorisation, and what its order still owes.

    What ends first is taken first.
    """
    told = pl.max_horizontal("used", "captured_minor", 0)
    asked = (pl.col("asked_minor").fill_null(0) - told).clip(0)
    owed = pl.col("left_minor") - pl.sum_horizontal("taken_minor", "under_way_minor")
    counted = held.with_columns(
        pl.col("^[A-Z]+_(times|failed)$").fill_null(0),
        pl.col("is_final", "is_let_go", "has_loose").fill_null(value=False),
        under_way=asked,
        free=(pl.col("rest") - asked).clip(0),
        owed=owed.clip(0),
    ).sort(*KEY, "until", "payment_id")
    before = pl.col("free").cum_sum().over(KEY) - pl.col("free")
    take = pl.min_horizontal((pl.col("owed") - before).clip(0), "free")
    return counted.with_columns(take=take)


def _asked_now(
    counted: pl.DataFrame, as_of: datetime, policy: PaymentPolicy
) -> pl.DataFrame:
    may_move = ~pl.col("is_final") & ~pl.col("is_let_go")
    is_over = pl.col("open_qty") == 0
    taken = pl.sum_horizontal("taken_minor", "under_way_minor")
    owes = pl.col("wanted_minor") - pl.max_horizontal("left_minor", taken)
    captures = _again(counted, "CAPTURE", as_of, policy).filter(
        may_move, pl.col("take") > 0
    )
    nothing = (pl.col("take") == 0) & (pl.col("under_way") == 0) & ~pl.col("has_loose")
    voids = _again(counted, "VOID", as_of, policy).filter(may_move, is_over, nothing)
    # What was held anew holds on, under another number or its own.
    is_renewed = (pl.col("renewed_at") + _soon(policy) >= pl.col("until")).fill_null(
        value=False
    )
    again = _again(counted, "REAUTH", as_of, policy).filter(
        may_move,
        ~is_over,
        ~is_renewed,
        pl.col("until") <= pl.lit(as_of) + _soon(policy),
    )
    rest = pl.min_horizontal(pl.col("free") - pl.col("take"), owes)
    found = pl.concat(
        [
            captures.with_columns(amount_minor="take", is_final=is_over),
            voids.with_columns(amount_minor="rest", is_final=pl.lit(value=True)),
            again.with_columns(amount_minor=rest, is_final=pl.lit(value=False)),
        ]
    )
    return found.filter(pl.col("amount_minor") > 0)


def _again(
    counted: pl.DataFrame, kind: str, as_of: datetime, policy: PaymentPolicy
) -> pl.DataFrame:
    """Authorisations of which a kind of thing may be asked for, as the next of it."""
    failed_at = pl.col(f"{kind}_failed_at")
    patience = timedelta(hours=policy.retry_hours)
    is_patient = failed_at.is_null() | (failed_at + patience <= pl.lit(as_of))
    return counted.filter(
        pl.col(f"{kind}_failed") < policy.request_tries, is_patient
    ).with_columns(request_kind=pl.lit(kind), sequence_no=pl.col(f"{kind}_times") + 1)


def _soon(policy: PaymentPolicy) -> pl.Expr:
    """How long before its end an authorisation is asked for anew."""
    return pl.lit(timedelta(hours=policy.reauthorise_hours))


def _named(found: pl.DataFrame, as_of: datetime) -> pl.DataFrame:
    about = ("request_kind", "payment_id", "sequence_no")
    ids = [_request_id(*row) for row in found.select(about).iter_rows()]
    owner = pl.col("partner_id") + "/"
    return found.with_columns(
        request_id=pl.Series(ids, dtype=pl.String),
        payment_ref=pl.col("payment_id").str.strip_prefix(owner),
        requested_at=pl.lit(as_of),
        run_id=pl.lit(""),
    )


def _request_id(kind: str, payment: str, number: int) -> str:
    """``PR-`` and 12 hex digits of what is asked for."""
    digest = hashlib.sha256(f"{kind}|{payment}|{number}".encode()).hexdigest()
    return "PR-" + digest[:HEX_DIGITS].upper()
