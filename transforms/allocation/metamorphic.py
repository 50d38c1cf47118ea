"""What must hold of any allocation, whatever its inputs are: relations, not results.

Rows in another order decide nothing, nor does it matter in how many parts they come;
names decide nothing but ties; and more stock serves nobody before it serves the first
who lacks something, where the demand order alone decides (``fairness: strict``) and no
lines are kept together: with more stock such lines may be held at another node, which
then lacks for a later order.

That more stock never lowers the fill of a whole run is not true, so it is not what is
looked at: with an each more, an order that ships complete may at last be had, go
first, and take what several behind it were given. Whoever comes first among those
that get another number of eaches gets more, though: nobody before it lost anything.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import polars as pl

from transforms.allocation.allocate import Allocation, Inputs

FRAMES = (
    *("demand", "supply", "nodes", "lanes", "rates", "load", "refusals"),
    *("expected_receipts", "pins", "own_days", "waits_since", "worths"),
)
DECIDED = (
    *("allocations", "trace", "backorders", "expired", "events"),
    *("prices", "floors"),
)
NAMED = (
    *("node_id", "sku_id", "order_id", "line_id", "kit_line_id", "pickup_node_id"),
    "keep_together",
)
MARK = "\u2060"
"""Put before every name, where no name has it: their order stays, so ties do."""


@dataclass(frozen=True)
class Relation:
    """One relation, looked at.

    Args:
        name: what must hold.
        rows: rows that were compared.
        broken: keys of which it does not hold, the first few.
        note: what else was seen, if anything.
    """

    name: str
    rows: int
    broken: list[str]
    note: str = ""


def relations(inputs: Inputs) -> list[Relation]:
    """Look at every relation; each decides the same inputs, changed, once more."""
    decided, is_strict = inputs.decide(), inputs.policy.fairness == "strict"
    is_free = inputs.demand["keep_together"].is_null().all()
    looks = [look for look in _LOOKS if (is_strict and is_free) or look is not _fuller]
    return [look(inputs, decided) for look in looks]


def _shuffled(inputs: Inputs, decided: Allocation) -> Relation:
    other = _changed(inputs, _other_order).decide()
    return _equal("rows in another order decide the same", decided, other)


def _parted(inputs: Inputs, decided: Allocation) -> Relation:
    other = _changed(inputs, _in_parts).decide()
    return _equal("tables handed over in two parts decide the same", decided, other)


def _renamed(inputs: Inputs, decided: Allocation) -> Relation:
    other = _changed(inputs, _marked).decide()
    back = {name: _unmarked(getattr(other, name)) for name in DECIDED}
    return _equal("other names decide the same", decided, Allocation(**back))


def _fuller(inputs: Inputs, decided: Allocation) -> Relation:
    """In demand order the first who gets another number of eaches gets more."""
    more = inputs.supply.with_columns(pl.col("atp_qty", "on_hand_qty") + 1)
    other = replace(inputs, supply=more).decide()
    lines = inputs.demand.select("demand_rank", "order_id", "line_id")
    given = lines.join(_given(decided, "was"), on="line_id", how="left").join(
        _given(other, "now"), on="line_id", how="left"
    )
    orders = (
        given.fill_null(0)
        .group_by("order_id")
        .agg(pl.col("demand_rank").min(), pl.col("was", "now").sum())
        .sort("demand_rank")
    )
    first = orders.filter(pl.col("was") != pl.col("now")).head(1)
    worse = first.filter(pl.col("now") < pl.col("was"))
    was, now = int(orders["was"].sum()), int(orders["now"].sum())
    note = (
        "an each more of every SKU at every node that keeps it: in demand order, the"
        " first order that gets another number of eaches gets more. In all"
        f" {was:,} eaches were given, {now:,} would be; this sum may fall where an"
        " order that ships complete goes first"
    )
    name = "an each more everywhere serves the first who lacks one"
    return Relation(name, orders.height, worse["order_id"].to_list(), note)


_LOOKS: tuple[Callable[[Inputs, Allocation], Relation], ...] = (
    _shuffled,
    _renamed,
    _fuller,
    _parted,
)


def _changed(inputs: Inputs, change: Callable[[pl.DataFrame], pl.DataFrame]) -> Inputs:
    frames: dict[str, Any] = {name: change(getattr(inputs, name)) for name in FRAMES}
    return replace(inputs, **frames)


def _other_order(frame: pl.DataFrame) -> pl.DataFrame:
    """Every row in another place: the last half, from behind, before the first."""
    half = frame.height // 2
    return pl.concat([frame[half:].reverse(), frame[:half]])


def _in_parts(frame: pl.DataFrame) -> pl.DataFrame:
    """Every other row, then the rest: two parts, put together as they are."""
    parts = [frame.gather_every(2), frame.gather_every(2, 1)]
    return pl.concat(parts, rechunk=False)


def _marked(frame: pl.DataFrame) -> pl.DataFrame:
    names = [name for name in NAMED if name in frame.columns]
    return frame.with_columns(
        pl.concat_str(pl.lit(MARK), pl.col(name)).alias(name) for name in names
    )


def _unmarked(frame: pl.DataFrame) -> pl.DataFrame:
    texts = pl.selectors.string()
    return frame.with_columns(texts.str.replace_all(MARK, "", literal=True))


def _given(decided: Allocation, name: str) -> pl.DataFrame:
    sums = decided.allocations.group_by("line_id").agg(pl.col("qty").sum())
    return sums.rename({"qty": name})


def _equal(name: str, one: Allocation, two: Allocation) -> Relation:
    rows, broken = 0, []
    for table in DECIDED:
        ours, theirs = getattr(one, table), getattr(two, table)
        rows += ours.height
        broken += [] if ours.equals(theirs) else [table]
    return Relation(name, rows, broken)
