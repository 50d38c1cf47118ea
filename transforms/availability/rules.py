"""Rules of availability: which one holds for a node, SKU and channel, and wins.

The most specific rule that holds wins, and the waterfall names it. Not here: what
a rule does to a figure (``waterfall.py``, ``channels.py``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

DIMENSIONS = ("sku", "node", "department", "node_kind", "channel")
"""What a rule may name; of two that name as many, the earlier here wins."""
COLUMNS = dict(
    zip(
        DIMENSIONS,
        ("sku_id", "node_id", "department", "node_kind", "channel_id"),
        strict=True,
    )
)
BUFFER, EXCLUDE, POOL, SHELF_LIFE = "buffer", "exclude", "pool", "shelf_life"
DOCK_TO_STOCK, LOTS = "dock_to_stock", "lots"
THRESHOLD, OVERSELL, CEILING = "threshold", "oversell", "ceiling"
PREORDER_CAP = "preorder_cap"
KINDS = {
    BUFFER: ("share_bp", "qty"),
    SHELF_LIFE: ("days",),
    DOCK_TO_STOCK: ("days",),
    LOTS: ("strategy",),
    EXCLUDE: (),
    POOL: ("qty",),
    THRESHOLD: ("qty",),
    OVERSELL: ("qty",),
    PREORDER_CAP: ("qty",),
    CEILING: ("qty",),
}
"""Kind → the figures that a rule of it may have."""
OF_NODES = (BUFFER, EXCLUDE, SHELF_LIFE, DOCK_TO_STOCK, LOTS)
OF_ALL_CHANNELS = (BUFFER, DOCK_TO_STOCK)
FEFO, FIFO, LIFO, LEAST_PACKAGES = "FEFO", "FIFO", "LIFO", "LEAST_PACKAGES"
CLOSEST = "CLOSEST"
STRATEGIES = (FEFO, FIFO, LIFO, LEAST_PACKAGES, CLOSEST)
"""Which lot goes first: that expires first, came first or last; as few as can be; that
lies first on the way."""
ALL_BP = 10_000
FIRST, LAST = date(1, 1, 1), date(9999, 12, 31)
NONE = "NONE"
"""Name of the rule where none holds."""


class RuleError(ValueError):
    """A rule that cannot be meant; the message begins with its id."""


@dataclass(frozen=True)
class Rule:
    """One rule.

    Args:
        rule_id: named where it won.
        kind: key of KINDS.
        names: dimension → value it holds for; others hold whatever they are.
        share_bp: basis points of what is sound on hand.
        qty: eaches.
        days: that a lot must have left, or from the dock to the shelf.
        strategy: one of STRATEGIES.
        priority: the higher wins among rules that name as much.
        effective_from: first local day.
        effective_to: last local day.
    """

    rule_id: str
    kind: str
    names: Mapping[str, str]
    share_bp: int = 0
    qty: int = 0
    days: int = 0
    strategy: str = ""
    priority: int = 0
    effective_from: date = FIRST
    effective_to: date = LAST

    def is_on(self, day: date) -> bool:
        """Whether it is in force."""
        return self.effective_from <= day <= self.effective_to

    @property
    def rank(self) -> tuple[object, ...]:
        """Sorts the winner first."""
        return (
            -len(self.names),
            [name not in self.names for name in DIMENSIONS],
            -self.priority,
            -self.effective_from.toordinal(),
            self.rule_id,
        )

    @property
    def holds(self) -> pl.Expr:
        """True on rows that it holds for; they have its dimensions as columns."""
        told = [pl.col(COLUMNS[name]) == value for name, value in self.names.items()]
        return pl.all_horizontal(pl.lit(value=True), *told).fill_null(value=False)

    def figure(self, name: str) -> pl.Expr:
        """Its ``share_bp``, ``qty`` or ``days``."""
        return pl.lit(getattr(self, name), pl.Int64)


class NodesOwn(Rule):
    """The share that the master data of each node name, as a rule of that node."""

    @property
    def holds(self) -> pl.Expr:
        """True where the node's row is known."""
        return pl.col("buffer_bp").is_not_null()

    def figure(self, name: str) -> pl.Expr:
        """The node's share; it has no least quantity."""
        return pl.col("buffer_bp") if name == "share_bp" else pl.lit(0, pl.Int64)


NODES_OWN = NodesOwn("NODE", BUFFER, {"node": ""})


@dataclass(frozen=True)
class AvailabilityPolicy:
    """Every rule, and who is told a figure.

    Args:
        published_channels: channels with a figure per SKU.
        rules: in no order.
        echo_grace_hours: what a channel has to show a figure that it was told.
    """

    published_channels: tuple[str, ...] = ()
    rules: tuple[Rule, ...] = ()
    echo_grace_hours: int = 2

    @classmethod
    def from_mapping(cls, mapping: Mapping[str, object]) -> AvailabilityPolicy:
        """From the YAML.

        Raises:
            RuleError: a key or value that cannot be meant; it is named.
        """
        unknown = set(mapping) - {"published_channels", "rules", "echo_grace_hours"}
        if unknown:
            raise RuleError(f"{min(unknown)}: no such key")
        channels, rules = mapping.get("published_channels"), mapping.get("rules")
        if not _is_texts(channels):
            raise RuleError("published_channels: a list of channels")
        if not isinstance(rules, list):
            raise RuleError("rules: a list")
        read = tuple(_read(told) for told in rules)
        ids = [rule.rule_id for rule in read]
        twice = [name for name in ids if ids.count(name) > 1]
        if twice:
            raise RuleError(f"{twice[0]}: stands twice")
        hours = mapping.get("echo_grace_hours", cls.echo_grace_hours)
        if type(hours) is not int or hours < 0:
            raise RuleError("echo_grace_hours: a whole number, not negative")
        return cls(tuple(channels), read, hours)  # type: ignore[arg-type] # texts, as asked

    def of(self, kind: str, day: date) -> list[Rule]:
        """The rules of a kind that are in force, winners first."""
        chosen = [r for r in self.rules if r.kind == kind and r.is_on(day)]
        own = [NODES_OWN] if kind == BUFFER else []
        return sorted([*chosen, *own], key=lambda rule: rule.rank)

    @property
    def names_departments(self) -> bool:
        """Whether somebody must look a SKU's department up."""
        return any("department" in rule.names for rule in self.rules)

    def changed(self, since: date, until: date) -> bool:
        """Whether a rule began or ended after ``since`` and by ``until``."""
        return any(r.is_on(since) != r.is_on(until) for r in self.rules)


def winner(rules: Sequence[Rule]) -> pl.Expr:
    """Id of the winning rule of each row, NONE where no rule holds."""
    return _first(rules, [pl.lit(rule.rule_id) for rule in rules], pl.lit(NONE))


def figure(rules: Sequence[Rule], name: str, default: int | None = 0) -> pl.Expr:
    """``share_bp``, ``qty`` or ``days`` of the winning rule of each row."""
    values = [rule.figure(name) for rule in rules]
    return _first(rules, values, pl.lit(default, pl.Int64))


def strategy(rules: Sequence[Rule]) -> pl.Expr:
    """``strategy`` of the winning rule of each row, FEFO where no rule holds."""
    return _first(rules, [pl.lit(rule.strategy) for rule in rules], pl.lit(FEFO))


def _first(rules: Sequence[Rule], values: list[pl.Expr], rest: pl.Expr) -> pl.Expr:
    found = rest
    for rule, value in zip(reversed(rules), reversed(values), strict=True):
        found = pl.when(rule.holds).then(value).otherwise(found)
    return found


def _read(told: object) -> Rule:
    if not isinstance(told, dict) or not isinstance(told.get("rule"), str):
        raise RuleError("rules: each has an id, rule: SOME_NAME")
    name, kind = told["rule"], told.get("kind")
    if kind not in KINDS:
        raise RuleError(f"{name}: kind is one of {', '.join(KINDS)}")
    asked = ("share_bp", "qty", "days", "strategy")
    figures = {key: told[key] for key in asked if key in told}
    names = {key: told[key] for key in DIMENSIONS if key in told}
    rest = {"rule", "kind", "priority", "effective_from", "effective_to"}
    odd = set(told) - rest - set(names) - set(KINDS[kind])
    if odd:
        raise RuleError(f"{name}: {min(odd)} says nothing to a rule of kind {kind}")
    _refuse_nonsense(name, kind, names, figures)
    return Rule(name, kind, names, **figures, **_dated(name, told))


def _refuse_nonsense(
    name: str, kind: str, names: dict[str, Any], figures: dict[str, Any]
) -> None:
    if not _is_texts(list(names.values())):
        raise RuleError(f"{name}: what it names is text")
    if KINDS[kind] and not figures:
        raise RuleError(f"{name}: has no {' or '.join(KINDS[kind])}")
    _refuse_figures(name, kind, figures)
    if kind not in OF_NODES and {"node", "node_kind"} & set(names):
        raise RuleError(f"{name}: a rule of kind {kind} names no node")
    if kind in OF_ALL_CHANNELS and "channel" in names:
        raise RuleError(
            f"{name}: a {kind} is the same for every channel; a threshold is not"
        )
    if kind == POOL and "channel" not in names:
        raise RuleError(f"{name}: a pool is a channel's: name it")


def _refuse_figures(name: str, kind: str, figures: dict[str, Any]) -> None:
    if kind == LOTS:
        if figures["strategy"] not in STRATEGIES:
            raise RuleError(f"{name}: strategy is one of {', '.join(STRATEGIES)}")
    elif not all(type(value) is int and value >= 0 for value in figures.values()):
        raise RuleError(f"{name}: its figures are whole and not negative")
    elif figures.get("share_bp", 0) > ALL_BP:
        raise RuleError(f"{name}: share_bp is at most {ALL_BP}")


def _dated(name: str, told: dict[str, Any]) -> dict[str, Any]:
    dated = {k: told[k] for k in ("effective_from", "effective_to") if k in told}
    if not all(type(day) is date for day in dated.values()):
        raise RuleError(f"{name}: its days are written 2018-01-31")
    if "priority" not in told:
        return dated
    if type(told["priority"]) is not int:
        raise RuleError(f"{name}: priority is a whole number")
    return dated | {"priority": told["priority"]}


def _is_texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) for one in value)
