"""Amazon's settlement report, flat file V2: one line per amount of a settlement.

Tab separated. The line under the header names the settlement, its total, its
currency and when it is paid out; the lines below it may leave those cells empty.
Both shapes are read: 24 columns with ``amount-type, amount-description, amount``,
and 36 columns with an amount for each kind (``price-amount``,
``item-related-fee-amount``, …), of which a line may fill several or, for a mere
quantity, none. A row's number is the settlement's and the line's place below the
heading. A fee is a line of its own, so no line has one inside. Moments are ISO
8601, ``2026-03-06 08:52:26 UTC``, ``06.03.2026 08:52:26 UTC`` or
``2026/03/06 17:52:26 JST``; a day alone is its first moment in the profile's zone.
Options ``decimal: ","`` and ``thousands: "."`` of the profile read amounts with a
comma. A settlement whose heading is broken is refused whole, and so is a line
without a heading or under that of another settlement. Where the lines do not come
to the total, a notice says so: lines are missing, or were refused. A report of more
than 450,000 amounts is refused as FILE_TOO_LARGE; option ``max_amounts`` turns it.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import polars as pl

from transforms.contracts.documents import SETTLEMENT_LINES
from transforms.contracts.profile import Parsed, Profile
from transforms.feeds.reading import amazon
from transforms.feeds.reading.cells import (
    Rule,
    decimal,
    instant,
    quantity,
    required,
    signed_amount,
    spelled,
)
from transforms.feeds.reading.delimited import Delimited, nothing_read, read_delimited
from transforms.feeds.reading.disagreements import disagreements
from transforms.feeds.reading.free_text import refuse_cards
from transforms.feeds.reading.header import TAB, Wanted
from transforms.feeds.reading.rows import filled_out, in_slices
from transforms.feeds.reading.settlements import (
    Amount,
    apart,
    settle_report,
    under_broken,
    under_headings,
)
from transforms.feeds.reading.spelling import judge_spelled, rewritten
from transforms.feeds.reading.text import refused_whole

DOCUMENT = SETTLEMENT_LINES

_NOTHING = pl.lit(None, pl.String)

_REQUIRED = (
    "settlement-id", "deposit-date", "total-amount", "currency",
    "transaction-type", "order-id", "sku", "quantity-purchased",
)  # fmt: skip
_OPTIONAL = ("adjustment-id", "posted-date", "posted-date-time", "order-item-code")
_IGNORED = (
    "settlement-start-date", "settlement-end-date", "merchant-order-id",
    "shipment-id", "marketplace-name", "fulfillment-id", "merchant-order-item-id",
    "merchant-adjustment-item-id", "promotion-id",
)  # fmt: skip
_REFERENCES = ("order-id", "order-item-code", "sku", "adjustment-id")
_MOMENTS = ("deposit-date", "posted-date", "posted-date-time")
_ONE = (Amount("amount", pl.col("amount-type"), pl.col("amount-description")),)
_WORDS = {
    "shipment-fee": "shipment-fee-type",
    "order-fee": "order-fee-type",
    "price": "price-type",
    "item-related-fee": "item-related-fee-type",
    "misc-fee": None,
    "other-fee": "other-fee-reason-description",
    "promotion": "promotion-type",
    "direct-payment": "direct-payment-type",
    "other": None,
}
_MANY = tuple(
    Amount(f"{kind}-amount", pl.lit(kind), pl.col(word) if word else _NOTHING)
    for kind, word in _WORDS.items()
)
_HEAD_BYTES = 1 << 13
"""Where the name is looked for that only one of the two headers has."""


def _shape(payload: bytes) -> tuple[Amount, ...]:
    head = payload[:_HEAD_BYTES].replace(b"\0", b"").lower()
    return _ONE if b"amount-description" in head else _MANY


@cache
def _heading_rules() -> tuple[Rule, ...]:
    return (
        *required("settlement-id"),
        instant("deposit-date"),
        spelled("currency", "[A-Z]{3}", "USD"),
        signed_amount("total-amount", pl.col("currency")),
    )


@cache
def _line_rules(amounts: tuple[str, ...]) -> tuple[Rule, ...]:
    says_nothing = pl.all_horizontal(pl.col(name).is_null() for name in amounts)
    if len(amounts) > 1:
        says_nothing &= pl.col("quantity-purchased").is_null()
    first, heading = amounts[0], pl.col("heading.settlement-id")
    return (
        *required("transaction-type", "posted-date"),
        Rule(
            "settlement-id",
            "MISSING_VALUE",
            heading.is_null(),
            "the heading of the settlement",
            is_about_missing=True,
        ),
        Rule(
            "settlement-id",
            "BAD_CODE",
            pl.col("settlement-id") != heading,
            "settlement-id, as its heading says",
        ),
        Rule(first, "MISSING_VALUE", says_nothing, "amount", is_about_missing=True),
        instant("posted-date"),
        spelled("currency", "[A-Z]{3}", "USD"),
        quantity("quantity-purchased"),
        *(signed_amount(name, pl.col("currency")) for name in amounts),
    )


_SAID_ABOVE = ("settlement-id", "currency", "total-amount", "deposit-date")
"""What a heading says of the lines below it."""


MAX_AMOUNTS = 450_000
"""Each becomes a row, and a line may have nine; option ``max_amounts`` turns it."""

_SOME_AMOUNTS = 1 << 15


def _is_heading() -> pl.Expr:
    return pl.col("total-amount").is_not_null() & pl.col("transaction-type").is_null()


def _in_full(
    cells: pl.DataFrame, headings: pl.DataFrame, profile: Profile
) -> pl.DataFrame:
    """Lines with what their heading says of them; headings are none."""
    speaking = headings.select("payload_line", *_SAID_ABOVE)
    lines = under_headings(cells.filter(~_is_heading()), speaking)
    currency = pl.lit(profile.currency_code)
    return lines.with_columns(
        pl.coalesce("settlement-id", "heading.settlement-id"),
        pl.coalesce("currency", "heading.currency", currency),
        pl.coalesce("posted-date-time", "posted-date").alias("posted-date"),
    )


def _as_settlement_lines(
    good: pl.DataFrame, amounts: tuple[Amount, ...]
) -> pl.DataFrame:
    place = _NOTHING if len(amounts) == 1 else pl.col("place")
    line = pl.col("payload_line") - pl.col("heading.payload_line")
    ref = ("settlement-id", line, place)
    said: dict[str, pl.Expr] = {
        "format": pl.lit("amazon_settlements"),
        "entry_ref": pl.concat_str(ref, separator="-", ignore_nulls=True),
        "payout_ref": pl.col("settlement-id"),
        "payout_amount": pl.col("heading.total-amount"),
        "deposited_at": pl.col("heading.deposit-date"),
        "entry_kind": pl.col("transaction-type"),
        "amount_type": pl.col("kind"),
        "amount_description": pl.col("word"),
        "order_ref": pl.col("order-id"),
        "line_ref": pl.col("order-item-code"),
        "payment_ref": pl.col("adjustment-id"),
        "sku_ref": pl.col("sku"),
        "qty": pl.col("quantity-purchased"),
        "amount": pl.col("amount"),
        "fee_amount": pl.lit("0"),
        "net_amount": pl.col("amount"),
        "currency_code": pl.col("currency"),
        "posted_at": pl.col("posted-date"),
    }
    return filled_out(apart(good, amounts), said, DOCUMENT)


def parse(payload: bytes, profile: Profile) -> Parsed:
    """Read a settlement report; never raises. Names in rejects are Amazon's."""
    amounts = _shape(payload)
    said = [name for one in amounts for name in one.columns]
    names = [*_REQUIRED, *said]
    read = _read(payload, profile, names, amounts)
    cells = amazon.instants(read.cells, _MOMENTS, profile)
    # What was read makes room for what is made of it.
    read = replace(read, cells=read.cells.clear())
    found = cells.filter(_is_heading())
    headings, bad_headings = judge_spelled(found, _heading_rules(), profile)
    unread = pl.concat([found, read.broken]).filter(_is_heading())
    every = pl.concat([headings, unread.join(headings, on="payload_line", how="anti")])
    lines = in_slices(cells, lambda some: _in_full(some, every, profile))
    del cells
    lines, lost = under_broken(lines, pl.concat([read.problems, bad_headings]))
    rules = _line_rules(tuple(one.column for one in amounts))
    rules = (*rewritten(read, *_REFERENCES), *rules)
    good, bad = judge_spelled(lines, rules, profile)
    good, cards = refuse_cards(good, said)
    few = _SOME_AMOUNTS // len(amounts)
    rows = in_slices(good, lambda some: _as_settlement_lines(some, amounts), few)
    accepted = pl.concat([part.select("payload_line") for part in (headings, good)])
    problems = pl.concat([bad_headings, lost, bad, cards])
    settled = settle_report(read, accepted, rows, problems, DOCUMENT)
    told = pl.concat([settled.notices, _unsettled(headings, rows)])
    return replace(settled, notices=told)


def _read(
    payload: bytes, profile: Profile, names: list[str], amounts: tuple[Amount, ...]
) -> Delimited:
    """The lines, unless they hold too many amounts."""
    read = read_delimited(payload, profile, TAB, names, _OPTIONAL, _IGNORED)
    most = int(profile.options.get("max_amounts", MAX_AMOUNTS))
    if sum(read.cells[one.column].count() for one in amounts) <= most:
        return read
    whole = refused_whole("FILE_TOO_LARGE", f"more than {most} amounts")
    return nothing_read(whole, Wanted(names, _OPTIONAL, _IGNORED))


def _unsettled(headings: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    """``NOTICE`` of headings whose lines do not come to their total."""
    said = headings.select(
        "payload_line", payout_ref="settlement-id", said=decimal("total-amount")
    )
    found = rows.select("payout_ref", found=decimal("amount"))
    sums = found.group_by("payout_ref").agg(pl.col("found").sum())
    amounts = said.join(sums, on="payout_ref", how="left", maintain_order="left")
    whole = amounts.with_columns(pl.col("found").fill_null(0))
    return disagreements(whole, "total-amount", "total", "lines")
