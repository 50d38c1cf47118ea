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
    where event_type = 'OPENING' and instruction_id is not null
"""  # noqa: S608 our own names

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
    select line_id, order_id, ordered_at from lake.gold.fct_order_lines
    where order_id in (select order_id from orders)
"""
_KEPT = """
    select min(ordered_at) as at from lake.decisions.line_buckets
    where line_id in (select line_id from touched)
"""
_LANDED = """
    select min(landing_id) as id from lake.gold.fct_order_events
    where line_id in (select line_id from touched)
"""
_DECIDED = """
    select min(event_at) as at from lake.decisions.own_events
    where line_id in (select line_id from touched)
"""
_OPENED = """
    select min(event_at) as at from lake.gold.fct_order_events
    where source_rank = 5 and event_type = 'OPENING' and landing_id >= $1
        and line_id in (select line_id from touched)
"""


@dataclass(frozen=True)
class Reach:
    """How far back some orders reach.

    Args:
        lines: ``line_id, order_id`` of every line of them.
        ordered_at: none of these was ordered before.
        kept_at: nor any, as their channels told of them when they were folded last.
        landing_id: no event that names one of these lines landed before this row of
            the ledger.
        decided_at: no event of our own of these lines is older; the run at hand,
            which is younger than all before, may add some.
    """

    lines: pl.DataFrame
    ordered_at: datetime
    kept_at: datetime
    landing_id: int
    decided_at: datetime

    def covers(self, named: pl.DataFrame) -> bool:
        """Whether it is true of all that ``named`` has in its first column."""
        return named.join(self.lines, on=named.columns[0], how="anti").is_empty()


def reach_of(house: House, lines: pl.DataFrame) -> Reach:
    """How far back ``lines`` (column ``line_id``) reach, at most.

    Orders with open lines are found at the same look as those that the run begins
    with: what it decides later is about them.
    """
    known = house.once("reach", lambda: _reach(house, _at_hand(house.lake, lines)))
    return known if known.covers(lines) else _reach(house, _of(house.lake, lines))


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
    if known.covers(named):
        return known.ordered_at
    orders = named.select("order_id") if "order_id" in named.columns else None
    return _oldest(
        _lines(house.lake, _of(house.lake, named) if orders is None else orders)
    )


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


def _oldest(lines: pl.DataFrame) -> datetime:
    oldest = lines["ordered_at"].min()
    return oldest if isinstance(oldest, datetime) else NEVER


def _reach(house: House, orders: pl.DataFrame) -> Reach:
    lake, lines = house.lake, _lines(house.lake, orders)
    with lake.holding(touched=lines):
        kept = lake.query(_KEPT)["at"].item()
        landed = lake.query(_LANDED)["id"].item()
        decided = lake.query(_DECIDED)["at"].item()
    return Reach(
        lines.select("line_id", "order_id"),
        _oldest(lines),
        kept if isinstance(kept, datetime) else NEVER,
        landed if isinstance(landed, int) else LANDED_LAST,
        decided if isinstance(decided, datetime) else EVER,
    )
