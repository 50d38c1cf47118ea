"""What all Stripe objects share: pages, events, minor units, epoch seconds.

A line is an object, a list (``{"object": "list", "data": […]}``) or an event
with the object in it; a whole file that is one of these over many lines is read
too. An object of another kind than the format's is refused (``object``). Not
here: what an object means.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import polars as pl

from transforms.contracts.currencies import MINOR_DIGITS
from transforms.contracts.profile import Profile
from transforms.feeds.reading.cells import Rule, one_of, required, spelled
from transforms.feeds.reading.json_pages import unwrapped
from transforms.feeds.reading.json_shapes import Top
from transforms.feeds.reading.json_units import (
    Opening,
    Texts,
    Unit,
    decoded,
    is_json,
    line_texts,
    read_units,
)
from transforms.feeds.reading.text import Lines

EVENT_AT = "event.created"
"""Path of the moment that an event gives the object in it; null without one."""

# Where Stripe's minor unit is not that of ISO 4217: the first two are written
# with two digits that are always 00, the third has none.
_HUNDREDTHS = ("ISK", "UGX")
_DIGITS = {
    code: digits for code, digits in MINOR_DIGITS.items() if code not in _HUNDREDTHS
} | {"MGA": 0}
_WHOLE = tuple(code for code, digits in _DIGITS.items() if digits == 0)
_MILLS = tuple(code for code, digits in _DIGITS.items() if digits == 3)  # noqa: PLR2004 thousandths

_LAST_SECOND = 253_402_300_799
"""The end of the year 9999; no calendar goes further."""

_LIST = "data"


def objects(lines: Lines) -> Iterable[Unit | Texts]:
    """Objects in lists and events, or bare: a line, or of a list over many lines.

    Events in such a list cannot be told from what they hold once they are
    opened: then the whole list is one unit.
    """
    texts = lines.readable["text"]
    if not texts.len() or is_json(texts[0]):
        return line_texts(lines, _Envelope((_LIST,)))
    units = list(decoded(read_units(lines, (_LIST,))))
    is_list = units[0].frame.get("object") != "event"
    if is_list and any(_is_event(value) for unit in units for value in unit.values):
        return map(_prepared, decoded(read_units(lines, ())))
    return map(_prepared, units)


class _Envelope(Opening):
    """A list, an event, or the object itself."""

    def opened(self, value: object) -> tuple[Sequence[Any], Mapping[str, Any]]:
        """The objects of a decoded line."""
        values, frame = unwrapped(value, ())
        return [one for each in values for one in _opened(each, frame)], frame

    def found(self, value: Any, top: Top, *, is_exact: bool) -> list[Any]:  # noqa: ANN401, ARG002 as its kin
        """The object of a typed line, if it is a bare one."""
        is_one = type(value) is not list and not top.pages(value)
        if not is_one or not self.are_alone([value], top):
            raise ValueError
        return [value]

    def are_alone(self, values: list[Any], top: Top) -> bool:
        """Whether none is an event."""
        if any(top.cells("event", values)) or not top.are_bare(values):
            return False
        kinds = top.cells("object", values)
        return "event" not in kinds and dict not in set(map(type, kinds))


def _prepared(unit: Unit) -> Unit:
    values = [one for each in unit.values for one in _opened(each, unit.frame)]
    return unit._replace(values=values)


def _opened(value: Any, frame: Mapping[str, Any]) -> list[Any]:  # noqa: ANN401 it is any JSON
    """The objects of a list, an event or a bare object."""
    parts = value.get(_LIST) if type(value) is dict else None
    if type(parts) is list:
        return [_out_of_event(part, frame) for part in parts]
    return [_out_of_event(value, frame)]


def _out_of_event(value: Any, frame: Mapping[str, Any]) -> Any:  # noqa: ANN401 it is any JSON
    if type(value) is not dict:
        return value
    kind = value.get("object")
    if kind == "event":
        frame, value = value, value.get(_LIST)
        kind = value.get("object") if type(value) is dict else None
    if type(kind) is dict:
        kind["event"] = {"created": frame.get("created")}
        return kind
    if type(value) is dict:
        value.pop("event", None)
    return value


def _is_event(value: object) -> bool:
    """Whether a value is what the data of an event hold."""
    return type(value) is dict and type(value.get("object")) is dict


def kind_of(name: str) -> Rule:
    """The kind of object that a format reads."""
    is_other = pl.col("object") != name
    return Rule("object", "UNKNOWN_OBJECT", is_other, f"object: {name}")


def minor(column: str) -> Rule:
    """A whole number of the currency's minor units; ``currency`` beside it."""
    return _minor(column, "^[0-9]{1,12}$")


def signed_minor(column: str) -> Rule:
    """``minor`` that may be negative."""
    return _minor(column, "^-?[0-9]{1,12}$")


def _minor(column: str, pattern: str) -> Rule:
    text, code = pl.col(column), pl.col("currency")
    is_number = text.str.contains(pattern)
    is_rest = code.is_in(_HUNDREDTHS) & (text.cast(pl.Int64, strict=False) % 100 != 0)
    is_bad = ~is_number | is_rest.fill_null(value=False)
    return Rule(column, "BAD_AMOUNT", is_bad, f"{column}, in minor units")


def major(column: str) -> pl.Expr:
    """What ``minor`` lets pass, in major units as plain decimal text."""
    text, code = pl.col(column), pl.col("currency")
    return (
        pl.when(code.is_in(_WHOLE))
        .then(text)
        .when(code.is_in(_HUNDREDTHS))
        .then((text.cast(pl.Int64, strict=False) // 100).cast(pl.String))
        .when(code.is_in(_MILLS))
        .then(_pointed(text, 3))
        .otherwise(_pointed(text, 2))
    )


def _pointed(text: pl.Expr, digits: int) -> pl.Expr:
    sign, number = text.str.extract("^(-?)"), text.str.strip_prefix("-")
    padded = number.str.zfill(digits + 1)
    return pl.concat_str(
        sign, padded.str.head(-digits), pl.lit("."), padded.str.tail(digits)
    )


CURRENCY = {"currency": pl.col("currency").str.to_uppercase()}
"""What Stripe writes small, as everywhere else; rules and amounts ask for it."""


def epoch(*columns: str) -> list[Rule]:
    """Seconds since 1970."""
    return [_epoch(column) for column in columns]


def _epoch(column: str) -> Rule:
    text = pl.col(column)
    seconds = text.cast(pl.Int64, strict=False)
    is_good = text.str.contains("^[0-9]{1,12}$") & (seconds <= _LAST_SECOND)
    return Rule(column, "BAD_INSTANT", ~is_good, f"{column}, such as 1514404931")


def instant_of(column: str) -> pl.Expr:
    """What ``epoch`` lets pass, as ISO 8601."""
    return _moment(column).dt.strftime("%Y-%m-%dT%H:%M:%SZ")


def date_of(column: str) -> pl.Expr:
    """The day of what ``epoch`` lets pass, in UTC."""
    return _moment(column).dt.strftime("%Y-%m-%d")


def _moment(column: str) -> pl.Expr:
    return pl.from_epoch(pl.col(column).cast(pl.Int64, strict=False))


def payment_rules(
    kind: str, statuses: Iterable[str], amounts: Sequence[str], moments: Sequence[str]
) -> list[Rule]:
    """What charges and intents must say alike.

    Args:
        kind: of object.
        statuses: that it may have.
        amounts: in minor units.
        moments: in epoch seconds, besides ``created``.
    """
    return [
        kind_of(kind),
        *required("id", "object", "status", "amount", "currency", "created"),
        one_of("status", *statuses),
        one_of("livemode", "true", "false"),
        spelled("currency", "[A-Z]{3}", "usd"),
        *map(minor, amounts),
        *epoch("created", EVENT_AT, *moments),
    ]


def payment_columns(order_ref: str, until: str, is_held: pl.Expr) -> dict[str, pl.Expr]:
    """Columns of ``PAYMENTS`` that charges and intents fill alike.

    Args:
        order_ref: path of the order's number.
        until: path of the moment until which an authorisation holds.
        is_held: whether it is an authorisation.
    """
    return {
        "payment_ref": pl.col("id"),
        "order_ref": pl.col(order_ref),
        "kind": pl.when(is_held)
        .then(pl.lit("AUTHORISATION"))
        .otherwise(pl.lit("SALE")),
        "gateway": pl.lit("stripe"),
        "amount": major("amount"),
        "currency_code": pl.col("currency"),
        "authorised_until": pl.when(is_held).then(instant_of(until)),
        "occurred_at": instant_of("created"),
        "updated_at": pl.coalesce(instant_of(EVENT_AT), instant_of("created")),
        "is_test": pl.when(pl.col("livemode") == "false")
        .then(pl.lit("true"))
        .otherwise(pl.lit("false")),
    }


def order_path(profile: Profile, inside: str = "") -> str:
    """Path of the order's number: option ``order_ref_key``, else ``order_id``."""
    return f"{inside}metadata.{profile.options.get('order_ref_key', 'order_id')}"


def method(kind: pl.Expr) -> pl.Expr:
    """How it was paid, by Stripe's type of payment method."""
    return kind.replace_strict(_METHODS, default="other", return_dtype=pl.String)


_METHODS = {
    **dict.fromkeys(("card", "card_present", "interac_present"), "card"),
    **dict.fromkeys(("klarna", "affirm", "afterpay_clearpay", "zip"), "account"),
    **dict.fromkeys(
        (
            "ach_credit_transfer", "ach_debit", "acss_debit", "au_becs_debit",
            "bacs_debit", "bancontact", "blik", "customer_balance", "eps", "fpx",
            "giropay", "ideal", "multibanco", "nz_bank_account", "p24", "pay_by_bank",
            "paynow", "payto", "pix", "promptpay", "sepa_credit_transfer", "sepa_debit",
            "sofort", "twint", "us_bank_account",
        ),
        "bank",
    ),
    **dict.fromkeys(
        (
            "alipay", "amazon_pay", "cashapp", "crypto", "grabpay", "kakao_pay", "link",
            "mobilepay", "naver_pay", "payco", "paypal", "revolut_pay", "samsung_pay",
            "satispay", "wechat", "wechat_pay",
        ),
        "wallet",
    ),
    **dict.fromkeys(("boleto", "konbini", "oxxo"), "cash"),
}  # fmt: skip
"""Type of a payment method → ours; any other is ``other``."""
