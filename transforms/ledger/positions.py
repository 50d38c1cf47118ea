"""Positions: balances as sums of postings, and nothing else.

May be negative; nothing is clamped. Not here: what of it may be promised
(``transforms.availability``).
"""

from __future__ import annotations

import polars as pl

from transforms.contracts.decisions import STOCK_POSITIONS

KEYS = ["node_id", "sku_id"]
STATUSES = {
    "available_qty": "AVAILABLE",
    "damaged_qty": "DAMAGED",
    "hold_qty": "HOLD",
}
PROMISED = {
    "allocated_qty": ["ALLOCATED", "ALLOCATED_IN_KITS"],
    "released_qty": ["RELEASED", "RELEASED_IN_KITS"],
}
"""Column → accounts that it sums: what lies in packed kits is off its components."""
QUANTITIES = [*STATUSES, *PROMISED]


def positions(units: pl.DataFrame, promises: pl.DataFrame) -> pl.DataFrame:
    """STOCK_POSITIONS without ``run_id`` from all postings.

    Args:
        units: UNIT_POSTINGS.
        promises: PROMISE_POSTINGS.
    """
    on_hand = units.filter(pl.col("account") == "ON_HAND").select(
        *KEYS,
        *(_when("stock_status", [value], name) for name, value in STATUSES.items()),
    )
    accounts = [account for of in PROMISED.values() for account in of]
    promised = promises.filter(pl.col("account").is_in(accounts)).select(
        *KEYS, *(_when("account", of, name) for name, of in PROMISED.items())
    )
    return _summed(pl.concat([on_hand, promised], how="diagonal"))


def advance(
    before: pl.DataFrame, new_units: pl.DataFrame, new_promises: pl.DataFrame
) -> pl.DataFrame:
    """Rows of STOCK_POSITIONS that new postings change.

    Costs what arrived, not what exists: only the keys of the new postings are
    looked up in ``before``.

    Args:
        before: STOCK_POSITIONS so far.
        new_units: UNIT_POSTINGS appended since.
        new_promises: PROMISE_POSTINGS appended since.
    """
    change = positions(new_units, new_promises)
    return added(before.join(change, on=KEYS, how="semi"), change)


def added(before: pl.DataFrame, change: pl.DataFrame) -> pl.DataFrame:
    """STOCK_POSITIONS without ``run_id``: balances, and what changes them."""
    return _summed(pl.concat([f.select(*KEYS, *QUANTITIES) for f in (before, change)]))


def _when(column: str, values: list[str], name: str) -> pl.Expr:
    is_it = pl.col(column).is_in(values)
    return pl.when(is_it).then("qty").otherwise(0).alias(name)


def _summed(rows: pl.DataFrame) -> pl.DataFrame:
    sums = rows.group_by(KEYS).agg(pl.col(QUANTITIES).sum())
    names = [name for name in STOCK_POSITIONS.names if name != "run_id"]
    return sums.select(names).sort(KEYS)
