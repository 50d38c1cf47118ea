"""The exchange format: which columns a problem's files have, and what may stand there.

What is wrong is said with file, column and row (the first row of a file is 1).
"""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any

import polars as pl

PRIORITIES = 5
LARGEST = (1 << 30) - 1
"""Of a sum of money, a weight or a quantity on one line, node or rate."""


class ProblemError(ValueError):
    """A problem that cannot be posed; the text names file, column and row."""


COLUMNS: dict[str, dict[str, tuple[type[pl.DataType], int, int]]] = {
    "orders": {
        "order_id": (pl.Int64, -(1 << 62), 1 << 62),
        "region_id": (pl.Int32, -LARGEST, LARGEST),
        "priority": (pl.Int8, 0, PRIORITIES - 1),
        "promise_days": (pl.Int16, 0, 10_000),
        "max_shipments": (pl.Int8, 1, 127),
        "channel_id": (pl.Int8, -128, 127),
    },
    "lines": {
        "order_id": (pl.Int64, -(1 << 62), 1 << 62),
        "line_no": (pl.Int16, -32_768, 32_767),
        "sku_id": (pl.Int64, -(1 << 62), 1 << 62),
        "qty": (pl.Int32, 1, LARGEST),
        "grams": (pl.Int64, 0, LARGEST),
        "backorder_cost_minor": (pl.Int64, 0, LARGEST),
    },
    "nodes": {
        "node_id": (pl.Int32, -LARGEST, LARGEST),
        "stock_node_id": (pl.Int32, -LARGEST, LARGEST),
        "shipment_cost_minor": (pl.Int64, 0, LARGEST),
        "unit_cost_minor": (pl.Int64, 0, LARGEST),
        "lead_days": (pl.Int64, 0, 10_000),
        "capacity_shipments": (pl.Int64, 0, 1 << 50),
        "capacity_units": (pl.Int64, 0, 1 << 50),
    },
    "stock": {
        "sku_id": (pl.Int64, -(1 << 62), 1 << 62),
        "node_id": (pl.Int32, -LARGEST, LARGEST),
        "on_hand_qty": (pl.Int32, -LARGEST, LARGEST),
        # Below 0 they would be stock that nobody has.
        "allocated_qty": (pl.Int32, 0, LARGEST),
        "buffer_qty": (pl.Int32, 0, LARGEST),
        "worth_minor": (pl.Int64, 0, LARGEST),
    },
    "zones": {
        "region_id": (pl.Int32, -LARGEST, LARGEST),
        "node_id": (pl.Int32, -LARGEST, LARGEST),
        "zone": (pl.Int8, -128, 127),
    },
    "rates": {
        "service_id": (pl.Int8, -128, 127),
        "zone": (pl.Int8, -128, 127),
        "base_minor": (pl.Int64, 0, LARGEST),
        "per_kg_minor": (pl.Int64, 0, LARGEST),
        "transit_days": (pl.Int64, 0, 10_000),
    },
}
"""Whole numbers of each file: type, least and most that may stand there."""

OPTIONAL = {
    "nodes": {"stock_node_id": pl.col("node_id")},
    "stock": {"worth_minor": pl.lit(0)},
}
"""Columns of each file that may be left out, and what they are then."""

OTHERS: dict[str, dict[str, pl.DataType]] = {
    "orders": {"is_ship_complete": pl.Boolean()},
    "nodes": {"channel_ids": pl.List(pl.Int8)},
    "zones": {"distance_km": pl.Float32()},
}
KEYS = {
    "orders": ["order_id"],
    "lines": ["order_id", "line_no"],
    "nodes": ["node_id"],
    "stock": ["sku_id", "node_id"],
    "zones": ["region_id", "node_id"],
    "rates": ["service_id", "zone"],
}
"""What names a row of each file, once."""

REFERENCES = (
    ("lines", "order_id", "orders", "order_id"),
    ("nodes", "stock_node_id", "nodes", "node_id"),
    ("stock", "node_id", "nodes", "node_id"),
    ("zones", "node_id", "nodes", "node_id"),
)
"""File, column, and the file and its key that it must be."""


def checked(frames: Mapping[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
    """The frames with exactly the format's columns and types, rows as they stood.

    Raises:
        ProblemError: the first file, column and row that may not be.
    """
    result = {name: _typed(name, frames) for name in KEYS}
    for name, keys in KEYS.items():
        _once(name, result[name], keys)
    for name, column, other, key in REFERENCES:
        known = result[other][key]
        _refuse(
            name,
            column,
            result[name],
            ~pl.col(column).is_in(known.implode()),
            "unknown",
        )
    _own_stock(result)
    return result


def _own_stock(frames: Mapping[str, pl.DataFrame]) -> None:
    """Stock lies at nodes that ship their own, and only theirs is shipped by others."""
    nodes = frames["nodes"]
    if nodes["stock_node_id"].equals(nodes["node_id"]):
        return
    others = nodes.filter(pl.col("stock_node_id") != pl.col("node_id"))["node_id"]
    for name, column, what in (
        ("nodes", "stock_node_id", "a node that ships the stock of another itself"),
        ("stock", "node_id", "a node that ships the stock of another"),
    ):
        bad = pl.col(column).is_in(others.implode())
        _refuse(name, column, frames[name], bad, what)


def parameters(params: Mapping[str, Any]) -> tuple[list[int], int, bool]:
    """Late cost by priority, split cost, and whether lines may be split.

    ``is_line_split_allowed`` may be left out and is false then: the one parameter
    without which a problem is still whole. What else stands there, such as a name,
    is not ours, as with columns.

    Raises:
        ProblemError: a parameter is misspelt, missing, or not what belongs there;
            with its name and what is allowed.
    """
    for name in sorted(params.keys() - PARAMETERS.keys()):
        for meant in get_close_matches(name, PARAMETERS, n=1, cutoff=MISSPELT):
            raise ProblemError(f"params.json: {name}: unknown; {meant} is meant?")
    for name in ("late_cost_minor", "split_cost_minor"):
        if name not in params:
            raise ProblemError(f"params.json: {name}: missing; {PARAMETERS[name]}")
    split = params["split_cost_minor"]
    is_split = params.get("is_line_split_allowed", False)
    for name, value, is_right in (
        ("split_cost_minor", split, _is_money(split)),
        ("is_line_split_allowed", is_split, isinstance(is_split, bool)),
    ):
        if not is_right:
            raise ProblemError(f"params.json: {name}: {value!r}: {PARAMETERS[name]}")
    return _late_costs(params["late_cost_minor"]), split, is_split


MISSPELT = 0.75
"""How much alike a name is that was meant to be one of ours."""
PARAMETERS = {
    "late_cost_minor": (
        f"a whole number from 0 to {LARGEST} for all priorities, a list of"
        ' five of them, or an object with the keys "0" to "4"'
    ),
    "split_cost_minor": f"a whole number from 0 to {LARGEST}",
    "is_line_split_allowed": "true or false (left out: false)",
}
"""Of ``params.json``: what is allowed."""


def _late_costs(told: object) -> list[int]:
    """By priority, of one number, five of them, or an object by priority."""
    costs: list[Any] = told if isinstance(told, list) else [told] * PRIORITIES
    if isinstance(told, Mapping):
        names = [str(priority) for priority in range(PRIORITIES)]
        is_whole = set(told) == set(names)
        costs = [told[name] for name in names] if is_whole else []
    if len(costs) != PRIORITIES or not all(map(_is_money, costs)):
        raise ProblemError(
            f"params.json: late_cost_minor: {told!r}: {PARAMETERS['late_cost_minor']}"
        )
    return costs


def _is_money(value: object) -> bool:
    # True and False are whole numbers to Python.
    if isinstance(value, bool) or not isinstance(value, int):
        return False
    return 0 <= value <= LARGEST


def _typed(name: str, frames: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    if name not in frames:
        raise ProblemError(f"{name}.parquet: missing")
    frame = _completed(name, frames[name])
    for column in [*COLUMNS[name], *OTHERS.get(name, {})]:
        if column not in frame.columns:
            raise ProblemError(f"{name}.parquet: column {column}: missing")
        if column in COLUMNS[name] and not frame.schema[column].is_integer():
            kind = frame.schema[column]
            raise ProblemError(
                f"{name}.parquet: column {column}: {kind} where whole numbers belong"
            )
    offences = {
        (column, what): offence
        for column, (_, least, most) in COLUMNS[name].items()
        for what, offence in (
            ("empty", pl.col(column).is_null()),
            ("out of range", ~pl.col(column).is_between(least, most)),
        )
    }
    seen = frame.select(
        offence.any().alias(str(number))
        for number, offence in enumerate(offences.values())
    )
    if any(seen.row(0)):
        for (column, what), offence in offences.items():
            _refuse(name, column, frame, offence, what)
    whole = [
        pl.col(column).cast(kind) for column, (kind, _, _) in COLUMNS[name].items()
    ]
    return frame.select(*whole, *_others(name, frame))


def _completed(name: str, frame: pl.DataFrame) -> pl.DataFrame:
    """With what may be left out, unless it was misspelt."""
    optional = OPTIONAL.get(name, {})
    left_out = [c for c in optional if c not in frame.columns]
    others = [c for c in frame.columns if c not in COLUMNS[name]]
    for column in left_out:
        for said in get_close_matches(column, others, n=1, cutoff=MISSPELT):
            raise ProblemError(
                f"{name}.parquet: column {said}: unknown; {column} is meant?"
            )
    # A column that is missing as well is said so later.
    has = [
        c for c in left_out if set(optional[c].meta.root_names()) <= {*frame.columns}
    ]
    return frame.with_columns(optional[column].alias(column) for column in has)


def _others(name: str, frame: pl.DataFrame) -> list[pl.Expr]:
    for column, kind in OTHERS.get(name, {}).items():
        seen = frame.schema[column]
        is_number = kind.is_float() and seen.is_numeric()
        is_list = isinstance(seen, pl.List) and seen.inner.is_integer()
        if not (seen == kind or is_number or (is_list and isinstance(kind, pl.List))):
            raise ProblemError(f"{name}.parquet: column {column}: {seen}, not {kind}")
        _refuse(name, column, frame, pl.col(column).is_null(), "empty")
        if kind.is_float():
            bad = ~pl.col(column).is_finite()
            _refuse(name, column, frame, bad, "no number")
    return [pl.col(column).cast(kind) for column, kind in OTHERS.get(name, {}).items()]


def _once(name: str, frame: pl.DataFrame, keys: list[str]) -> None:
    if _packed(frame, keys).n_unique() < frame.height:
        _refuse(name, keys[-1], frame, ~pl.struct(keys).is_first_distinct(), "twice")


def _packed(frame: pl.DataFrame, keys: list[str]) -> pl.Series | pl.DataFrame:
    """The keys as one number where they fit into one: much faster to compare."""
    if len(keys) == 1 or frame.is_empty():
        return frame[keys[0]]
    one, other = (frame[key].cast(pl.Int64) for key in keys)
    lows = int(one.min()), int(other.min())  # type: ignore[arg-type]
    spans = int(one.max()) - lows[0] + 1, int(other.max()) - lows[1] + 1  # type: ignore[arg-type]
    if spans[0] * spans[1] >= 1 << 62:
        return frame.select(keys)
    return (one - lows[0]) * spans[1] + (other - lows[1])


def _refuse(
    name: str, column: str, frame: pl.DataFrame, bad: pl.Expr, what: str
) -> None:
    """Raise for the first bad row of a column."""
    flags = frame.select(flag=bad)["flag"]
    if flags.any():
        row = int(flags.arg_true()[0])
        value = frame[column][row]
        raise ProblemError(
            f"{name}.parquet: column {column}: row {row + 1}: {value!r} is {what}"
        )
