"""Business classes: who may win and who may lose when eaches are scarce.

Rules of ``policies/allocation.yaml`` give each order its class, the first that fits.
The class comes before everything else in the demand order. What is allocated stays
allocated: a class decides who gets what is free, who is told dates of what comes, and
who gives up first where supply was lost.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import polars as pl

from transforms.contracts.decisions.allocation import BUSINESS_CLASSES
from transforms.contracts.table import INTEGER

DEFAULT = "REDISTRIBUTE"
MATCHES: Mapping[str, tuple[str, type]] = {
    "channel": ("channel_id", str),
    "service": ("service_code", str),
    "priority": ("priority", int),
    "region": ("region_code", str),
    "is_ship_complete": ("is_ship_complete", bool),
}
"""What a rule may ask of an order → its column, and what the values are."""

Rule = Mapping[str, object]


def complaint(rules: object) -> str:
    """What is wrong with the first bad rule; empty where all can be meant."""
    if not isinstance(rules, tuple):
        return "must be a list of rules"
    for number, rule in enumerate(rules, 1):
        if told := _wrong(rule):
            return f"rule {number} {told}"
    return ""


def _wrong(rule: object) -> str:
    if not isinstance(rule, Mapping) or rule.get("class") not in BUSINESS_CLASSES:
        return f"must have a class, one of {', '.join(BUSINESS_CLASSES)}"
    asked = {key: told for key, told in rule.items() if key != "class"}
    return wrong_value(asked, MATCHES)


def wrong_value(
    asked: Mapping[str, object], matches: Mapping[str, tuple[str, type]]
) -> str:
    """What is wrong with what a rule asks; empty where it can be meant.

    Args:
        asked: by key, a value or a list of them.
        matches: what may be asked → its column, and what the values are.
    """
    unknown = [key for key in asked if key not in matches]
    if unknown:
        return f"asks for {unknown[0]}; a rule may ask for {', '.join(matches)}"
    for key, (_, kind) in matches.items():
        values = values_of(asked[key]) if key in asked else ()
        if key in asked and not (values and all(type(v) is kind for v in values)):
            return f"has a {key} that is no {kind.__name__}, nor a list of them"
    return ""


def values_of(told: object) -> tuple[object, ...]:
    """One value, or those of a list."""
    return tuple(told) if isinstance(told, list | tuple) else (told,)


def class_by(rules: Sequence[Rule]) -> pl.Expr:
    """The class of an order: of the first rule that fits all it asks, else DEFAULT.

    Args:
        rules: as ``complaint`` lets them pass; the frame has the columns of MATCHES.
    """
    found = pl.lit(DEFAULT)
    for rule in reversed(rules):
        fits = [
            pl.col(column).is_in(list(values_of(rule[key])))
            for key, (column, _) in MATCHES.items()
            if key in rule
        ]
        name = pl.lit(str(rule["class"]))
        found = (
            pl.when(pl.all_horizontal(pl.lit(value=True), *fits))
            .then(name)
            .otherwise(found)
        )
    return found


def class_rank(name: str = "business_class") -> pl.Expr:
    """0 for the class that is served first."""
    ranks = {each: rank for rank, each in enumerate(BUSINESS_CLASSES)}
    return pl.col(name).replace_strict(
        ranks, default=ranks[DEFAULT], return_dtype=INTEGER
    )


def left_orders(demand: pl.DataFrame, today: date) -> pl.DataFrame:
    """``order_id`` of orders that this run leaves as they are.

    All of class SKIP, and of class FILL those that were told a date which is still to
    come: they keep it, and gain no earlier one.

    Args:
        demand: OPEN_DEMAND.
        today: business date.
    """
    is_early = pl.col("told_date") > pl.lit(today)
    is_filled = (pl.col("business_class") == "FILL") & is_early
    left = demand.filter((pl.col("business_class") == "SKIP") | is_filled)
    return left.select("order_id").unique().sort("order_id")
