"""Orders of a channel's JSON → rows of ``ORDERS``: what all of them do alike.

A channel's objects become two frames (``json_tables``), orders and items, whose
columns are called as the channel calls them. Rules judge those, so that a
sender finds his own words in the rejects; then expressions say what each column
of the document is. Not here: any channel.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from transforms.contracts.documents import ORDERS
from transforms.feeds.reading.accounts import document_columns
from transforms.feeds.reading.cells import (
    Rule,
    coin,
    decimal,
    judge,
    read_amount,
    required,
)
from transforms.feeds.reading.free_text import refuse_cards
from transforms.feeds.reading.numbered import beside
from transforms.feeds.reading.rejects import PROBLEM
from transforms.feeds.reading.scalars import plain_amounts

TOO_LARGE = 10**12
"""Major units no line costs; beyond, minor units would not fit 64 bits."""

ZERO = pl.lit(0, pl.Decimal(38, 3))
"""No money."""

EXPRESS = "(?i)express|expedited|next.?day|one.?day|two.?day|second.?day|same.?day|rush"
"""Services that are ``EXPEDITED``."""

_SHORTENED = r"^-?[0-9]+(?:\.[0-9]+)?[eE][-+]?[0-9]+$|^-?[0-9]+\.0$"


@dataclass(frozen=True)
class OrderForm:
    """How a channel's orders become rows.

    Args:
        order_rules: on columns of orders; ``payload_line, order_no`` are ours.
        item_rules: on columns of items and on ``shared``.
        free_text: columns of orders that people write into.
        order_columns: columns of the document that all lines share.
        item_columns: the others; the document's columns in neither are null.
        shared: columns of orders that the items' rules and columns need.
        items_name: what the channel calls the items of an order that must have
            some; "" where an order may have none.
    """

    order_rules: Sequence[Rule]
    item_rules: Sequence[Rule]
    free_text: Sequence[str]
    order_columns: Mapping[str, pl.Expr]
    item_columns: Mapping[str, pl.Expr]
    shared: Sequence[str] = ()
    items_name: str = ""


def order_rows(
    orders: pl.DataFrame, items: pl.DataFrame, form: OrderForm
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Rows of the document, and what is wrong.

    A row is given for every sound item of a sound order; the caller refuses
    what a broken one drags along. An item with ``is_struck`` true is left out,
    unless its order has no other: then the order is cancelled.

    Args:
        orders: ``payload_line, order_no`` and the channel's columns.
        items: ``order_no, item_no``, the channel's columns, perhaps ``is_struck``,
            ``line_note`` and ``keep_together``, and ``payload_line`` where an item has
            a line of its own.
        form: the channel's.

    Returns:
        (``ORDERS`` with ``payload_line``, ``rejects.PROBLEM``).
    """
    sound, bad_orders = judge(orders, form.order_rules)
    sound, cards = refuse_cards(sound, form.free_text)
    owned = with_owner(items, sound.select("order_no", "payload_line", *form.shared))
    good, bad_items = judge(owned, form.item_rules)
    problems = [bad_orders, cards, bad_items]
    for name in ("line_note", "keep_together"):
        if name in items.columns:
            noted = with_owner(items.drop_nulls(name), orders)
            problems.append(refuse_cards(noted, [name])[1])
    if form.items_name:
        problems.append(_empty(sound, items, form.items_name))
    return _rows(sound, good, form), pl.concat(problems)


def with_owner(items: pl.DataFrame, orders: pl.DataFrame) -> pl.DataFrame:
    """Items of the given orders with their columns, and the line if they have none."""
    wanted = [name for name in orders.columns if name not in items.columns]
    return beside(items, orders.select("order_no", *wanted))


def _empty(orders: pl.DataFrame, items: pl.DataFrame, name: str) -> pl.DataFrame:
    """Orders without an item."""
    return (
        orders.join(items, on="order_no", how="anti", maintain_order="left")
        .select("payload_line", column_name=pl.lit(name), code=pl.lit("MISSING_VALUE"))
        .with_columns(detail="column_name", value=pl.lit(None, pl.String))
        .select(list(PROBLEM))
    )


def _rows(orders: pl.DataFrame, items: pl.DataFrame, form: OrderForm) -> pl.DataFrame:
    shared = orders.select(
        "order_no", **{k: _as_text(v) for k, v in form.order_columns.items()}
    )
    names = ["payload_line", "order_no", "item_no", "is_struck", "is_void"]
    own = _with_voids(items).select(
        *names, **{k: _as_text(v) for k, v in form.item_columns.items()}
    )
    lines = (
        beside(own, shared)
        .filter(~pl.col("is_struck") | pl.col("is_void"))
        .with_columns(_voided())
        .sort("order_no", "item_no")
    )
    missing = [name for name in document_columns(ORDERS) if name not in lines.columns]
    nothing = pl.lit(None, pl.String)
    return lines.with_columns(nothing.alias(name) for name in missing)


def _as_text(value: pl.Expr) -> pl.Expr:
    return value.cast(pl.String)


def _with_voids(items: pl.DataFrame) -> pl.DataFrame:
    """With ``is_struck`` and ``is_void``: whether all items of the order are."""
    never = pl.lit(value=False)
    if "is_struck" not in items.columns:
        return items.with_columns(is_struck=never, is_void=never)
    struck = items.with_columns(pl.col("is_struck").fill_null(value=False))
    return struck.with_columns(is_void=pl.col("is_struck").all().over("order_no"))


def _voided() -> list[pl.Expr]:
    """An order with nothing left is cancelled, when it was last changed."""
    is_void, action = pl.col("is_void"), pl.lit("cancel")
    when = pl.coalesce("cancelled_at", "updated_at")
    return [
        pl.when(is_void).then(action).otherwise("action").alias("action"),
        pl.when(is_void).then(when).otherwise("cancelled_at").alias("cancelled_at"),
    ]


def remarks(attributes: pl.DataFrame, owner: str, name: str) -> pl.DataFrame:
    """Custom attributes as one text per owner, ``engraving: Ada; colour: green``.

    Those whose name begins with an underscore are the shop's own and not kept.

    Args:
        attributes: ``name, value`` and the owner's number.
        owner: the column of that number.
        name: of the text's column.
    """
    is_told = ~pl.col("name").str.starts_with("_") & pl.col("value").is_not_null()
    line = pl.concat_str("name", "value", separator=": ")
    return (
        attributes.filter(is_told)
        .group_by(owner, maintain_order=True)
        .agg(line.str.join("; ").alias(name))
    )


def action(is_cancelled: pl.Expr, created: str, updated: str) -> pl.Expr:
    """Cancel, create or update, by the times of the version."""
    return (
        pl.when(is_cancelled)
        .then(pl.lit("cancel"))
        .when(pl.col(updated).is_null() | (pl.col(updated) == pl.col(created)))
        .then(pl.lit("create"))
        .otherwise(pl.lit("update"))
    )


def service(name: pl.Expr) -> pl.Expr:
    """``EXPEDITED`` or ``STANDARD``, by what the channel calls the service."""
    is_express = name.str.contains(EXPRESS)
    return pl.when(is_express).then(pl.lit("EXPEDITED")).otherwise(pl.lit("STANDARD"))


def yes_or_no(value: pl.Expr) -> pl.Expr:
    """``true`` or ``false``; null is false."""
    return pl.when(value).then(pl.lit("true")).otherwise(pl.lit("false"))


def references(*columns: str) -> list[Rule]:
    """Ids that must be there, and whole."""
    return [*required(*columns), *whole(*columns)]


def whole(*columns: str) -> list[Rule]:
    """Ids may be missing, but not be shortened: 1.23E+12 has lost its last digits."""
    return [
        Rule(name, "SCIENTIFIC_NUMBER", pl.col(name).str.contains(_SHORTENED), name)
        for name in columns
    ]


def affordable(column: str, cost: pl.Expr) -> Rule:
    """A line whose minor units fit 64 bits."""
    return Rule(column, "BAD_AMOUNT", cost >= TOO_LARGE, f"{column} x quantity")


def charges(
    found: pl.DataFrame, items: pl.DataFrame, column: str
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Items with the exact sum of what their charges say.

    Args:
        found: ``item_no`` and amounts in ``column``.
        items: ``item_no, payload_line, currency``.
        column: amounts, each required and not negative.

    Returns:
        (``item_no`` and the decimal sum, ``rejects.PROBLEM`` by line of order).
    """
    is_bad = (pl.col("value") < 0).fill_null(value=False)
    rules = [*required(column), Rule(column, "BAD_AMOUNT", is_bad, column)]
    good, bad = valued(found, owner_of(items, "item_no"), column, rules)
    sums = good.group_by("item_no", maintain_order=True).agg(
        pl.col("value").sum().alias(column)
    )
    return sums, bad


def owner_of(items: pl.DataFrame, number: str) -> pl.DataFrame:
    """What parts must know of what they belong to: ``payload_line`` and ``coin``.

    Args:
        items: ``payload_line, currency`` and their number.
        number: the column of that number.
    """
    return items.select(number, "payload_line", coin=coin(pl.col("currency")))


def valued(
    parts: pl.DataFrame,
    owner: pl.DataFrame,
    column: str,
    rules: Sequence[Rule] = (),
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Parts with ``value``, the exact decimal of an amount that may be negative.

    Args:
        parts: the owner's number, and text in ``column``.
        owner: ``owner_of``; first its number.
        column: amounts in major units.
        rules: besides; they may ask for ``value``.

    Returns:
        (parts with their owner's columns, ``rejects.PROBLEM`` by its line).
    """
    owned = beside(plain_amounts(parts, [column]), owner)
    read = owned.with_columns(value=decimal(column))
    return judge(read, [*rules, read_amount(column, pl.col("value"), pl.col("coin"))])
