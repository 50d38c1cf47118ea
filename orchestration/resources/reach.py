"""How far back a run reads: the oldest of what it is about.

History is stored by time, and DuckLake knows of each file how far it reaches: with
a bound it passes by the years in which nothing of a run lies. Ids alone are a
twentieth of a row, so they are looked through once, for all lines that a run may
be about, and whole rows are read from there on.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

import polars as pl

from orchestration.resources.dbt import is_standing
from orchestration.resources.house import House
from orchestration.resources.lakehouse import Lakehouse
from transforms.contracts.gold import FCT_ORDER_EVENTS
from transforms.lifecycle.status import HAS_OPEN_EACHES

NEVER = datetime(9999, 12, 31, tzinfo=UTC)
"""Later than any order."""
EVER = datetime(1, 1, 1, tzinfo=UTC)
"""Earlier than anything."""
LANDED_LAST = 2**62
"""No row of the landing ledger comes behind this one."""

PAIR_COLUMNS = ["instruction_id", "instruction_line_ref"]
PAIR = ", ".join(PAIR_COLUMNS)

_INHERITED = f"""
    select line_id, {PAIR}, landing_id from lake.gold.fct_order_events
    where event_type = 'OPENING' and instruction_id >= ''
"""  # noqa: S608 our own names
"""Compared and not only asked whether there is one: files pass the comparison by."""

OF_INSTRUCTIONS = "line_id is null and source_rank > 50"
"""Of events: what others than channels say, who know instructions and no lines. The
rank tells such files apart, the missing line only such rows."""

MAY_BE_OPEN = f"line_status in {HAS_OPEN_EACHES}"
"""Of LINE_BUCKETS, without a look at quantities: words are told apart by the file."""

_ORDERS = """
    select distinct order_id from lake.gold.fct_order_lines
    where line_id in (select line_id from touched)
"""
_AT_HAND = f"""
    select order_id from lake.decisions.line_buckets where {MAY_BE_OPEN}
    union {_ORDERS}
"""  # noqa: S608 our own names
_LINES = """
    select line_id, order_id, ordered_at, first_landing_id
    from lake.gold.fct_order_lines
    where order_id in (select order_id from orders)
"""
_KEPT = """
    select min(ordered_at) as at from lake.decisions.line_buckets
    where line_id in (select line_id from touched)
"""
_CHANGED = "select min(ordered_since) as at from lake.silver.int_orders__touched"
"""Only silver moves the day of an order, and knows from where."""
_DECIDED_ANEW = """
    select min(ordered_at) as at from lake.silver.int_order_lines__deduplicated
    where changed_run_id = ?
"""
_DECIDED = """
    select min(as_of) as at from lake.decisions.runs
    where landing_id >= $1
"""
"""We say nothing of an order before a run has read of it, and date it by the run."""
_OPENED = """
    select min(event_at) as at from lake.gold.fct_order_events
    where source_rank = 5 and event_type = 'OPENING' and landing_id >= $1
        and line_id in (select line_id from touched)
"""


@dataclass(frozen=True)
class Named:
    """Lines of some orders, and how far back they were ordered.

    Args:
        lines: ``line_id, order_id`` of every line of them; null beside the name of
            what is not known, which nobody ordered.
        ordered_at: none of these was ordered before.
    """

    lines: pl.DataFrame
    ordered_at: datetime

    def beyond(self, named: pl.DataFrame) -> pl.DataFrame:
        """What of ``named``, told apart by its first column, this says nothing of."""
        return named.join(self.lines, on=named.columns[0], how="anti")


@dataclass(frozen=True)
class Reach(Named):
    """How far back some orders reach.

    Args:
        landing_id: no event that names one of these lines landed before this row of
            the ledger.
        decided_at: no event of our own of these lines is older; the run at hand,
            which is younger than all before, may add some.
    """

    landing_id: int
    decided_at: datetime


def reach_of(house: House, lines: pl.DataFrame) -> Reach:
    """How far back ``lines`` (column ``line_id``) reach, at most.

    Orders with open lines are found at the same look as those that the run begins
    with: what it decides later is about them.
    """
    known = house.once("reach", lambda: _reach(house, _at_hand(house.lake, lines)))
    if known.beyond(lines).is_empty():
        return known
    return _reach(house, _of(house.lake, lines))


def kept_since(house: House, reach: Reach) -> datetime:
    """No line of these was ordered before, as its channel told when it was folded last.

    Where the run before broke, silver stands on what that one had left.
    """
    oldest = reach.ordered_at
    if is_standing(house.home):
        at = house.lake.query(_CHANGED)["at"].item()
        return min(oldest, at) if isinstance(at, datetime) else oldest
    with house.lake.holding(touched=reach.lines):
        at = house.lake.query(_KEPT)["at"].item()
    return min(oldest, at) if isinstance(at, datetime) else oldest


def decided_since(house: House) -> datetime:
    """No line of an order that silver decided in this run was ordered before."""
    at = house.lake.query(_DECIDED_ANEW, [house.run.run_id])["at"].item()
    return at if isinstance(at, datetime) else NEVER


def promised_since(house: House, reach: Reach) -> datetime:
    """Before this no eaches of these lines were promised by us, or taken over so."""
    with house.lake.holding(touched=reach.lines):
        opened = house.lake.query(_OPENED, [reach.landing_id])["at"].item()
    is_opened = isinstance(opened, datetime)
    return min(reach.decided_at, opened) if is_opened else reach.decided_at


def ordered_since(house: House, named: pl.DataFrame) -> datetime:
    """None of the lines, or lines of orders, that ``named`` lists was ordered before.

    Args:
        house: a house whose run has folded its documents.
        named: its first column is ``line_id`` or ``order_id``.
    """
    nothing = pl.DataFrame(schema={"line_id": pl.String})
    known = house.once("reach", lambda: _reach(house, _at_hand(house.lake, nothing)))
    # What several of the run are about is often the same: nobody looks twice.
    others: list[Named] = house.once("reach of others", list)
    left, oldest = named, NEVER
    for one in (known, *others):
        beyond = one.beyond(left)
        if beyond.height < left.height:
            left, oldest = beyond, min(oldest, one.ordered_at)
    if left.is_empty():
        return oldest
    others.append(_named(house.lake, left))
    return min(oldest, others[-1].ordered_at)


def inherited(house: House) -> pl.DataFrame:
    """``line_id`` and instruction of lines that the system before had released."""
    return house.once("inherited lines", lambda: house.lake.query(_INHERITED))


def opened(house: House, instructions: pl.DataFrame) -> pl.DataFrame:
    """OPENING events of lines of which the system before had sent ``instructions``.

    Args:
        house: an open house.
        instructions: column ``instruction_id``; a few.
    """
    told = inherited(house).join(instructions, on="instruction_id", how="semi")
    if told.is_empty():
        return FCT_ORDER_EVENTS.empty()
    with house.lake.holding(told=told):
        return house.lake.read(
            FCT_ORDER_EVENTS,
            "landing_id between ? and ? and event_type = 'OPENING'"
            " and line_id in (select line_id from told)",
            [told["landing_id"].min(), told["landing_id"].max()],
            is_ordered=False,
        )


def _at_hand(lake: Lakehouse, lines: pl.DataFrame) -> pl.DataFrame:
    """Orders of ``lines``, and those with open ones."""
    with lake.holding(touched=lines):
        return lake.query(_AT_HAND)


def _of(lake: Lakehouse, lines: pl.DataFrame) -> pl.DataFrame:
    with lake.holding(touched=lines):
        return lake.query(_ORDERS)


def _lines(lake: Lakehouse, orders: pl.DataFrame) -> pl.DataFrame:
    with lake.holding(orders=orders):
        return lake.query(_LINES)


def _named(lake: Lakehouse, named: pl.DataFrame) -> Named:
    """How far back the orders of ``named`` reach, be they known or not."""
    is_lines = named.columns[0] == "line_id"
    lines = _lines(lake, _of(lake, named) if is_lines else named.select("order_id"))
    kept = lines.select("line_id", "order_id")
    asked = named.select(named.columns[0]).unique(maintain_order=True)
    unknown = asked.join(kept, on=asked.columns, how="anti")
    return Named(pl.concat([kept, unknown], how="diagonal"), _oldest(lines))


def _oldest(lines: pl.DataFrame) -> datetime:
    oldest = lines["ordered_at"].min()
    return oldest if isinstance(oldest, datetime) else NEVER


def _reach(house: House, orders: pl.DataFrame) -> Reach:
    lake, lines = house.lake, _lines(house.lake, orders)
    oldest, landed = _oldest(lines), lines["first_landing_id"].min()
    landing_id = landed if isinstance(landed, int) else LANDED_LAST
    decided = lake.query(_DECIDED, [landing_id])["at"].item()
    return Reach(
        lines.select("line_id", "order_id"),
        oldest,
        landing_id,
        decided if isinstance(decided, datetime) else EVER,
    )
