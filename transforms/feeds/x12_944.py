"""X12 944: what a warehouse received.

- W1703 is the receipt, W1704 our order or advice; N1*WH names the node.
- Received on: the first G62 with a date (an instant if it has an hour), else
  W1702 with the hour of W1707, a bare date without one.
- W1701 F, J, N, P, R and X are receipts; an adjustment, a physical count's overage
  or shortage, a customer's return or a simulation is refused.
- W07 is one line of eaches, or of a unit that nobody agreed (``uom_code``), numbered
  by N9*LI behind it or by its place. W13 behind it takes eaches out of the line, into
  rows of their own: 01 damaged and 10 scrapped into ``<line>-DAMAGED``; 04 quality
  problem, 05 incorrect product, 08 rejected, 09 hold and 12 goes back into
  ``<line>-HOLD``. Others are notes about the advice (02 short, 03 over …) and move
  nothing. W14's total must agree with the W07s in the unit they are sent in.
- N9*LT behind a W07, else W0708, is its lot; G62*36 behind it the date it expires.
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from transforms.contracts.documents import RECEIPTS
from transforms.edi.columns.cells import (
    among,
    coalesced,
    holds,
    kept,
    mapped,
    taken,
)
from transforms.edi.columns.loops import Loops, Rows
from transforms.edi.formats import X12Format
from transforms.edi.sets import RECEIPT_ADVICE

DOCUMENT = RECEIPTS

_CONDITIONS = {
    **dict.fromkeys(("01", "10"), "DAMAGED"),
    **dict.fromkeys(("04", "05", "08", "09", "12"), "HOLD"),
}
"""W1303 → stock status of eaches that are not sound; others move nothing."""


def _content(sets: Loops) -> Iterator[Rows]:
    items = sets.loops("W07")
    opening = items.opening
    qty, unit = opening.counted(1, 2)
    apart = _apart(items, unit)
    sound = qty - apart["DAMAGED"] - apart["HOLD"]
    opening.refuse(
        (qty < 0) | (sound < 0),
        1,
        "BAD_QTY",
        lambda n: f"{qty[n] - sound[n]} of them not sound",
    )
    sets.refuse_wrong_sum(sets.first("W14"), 1, opening.text(1), items.owners)
    line = coalesced(items.first("N9", "LI").text(2), items.places().cast(pl.String()))
    items.refuse_repeats(line, 0)
    shared, lots = _receipt(sets), _lots(items)
    cells = {"sku_ref": opening.skus(4), "uom_code": unit, **lots}
    is_whole = holds(sound == qty)
    for where, ref, count, status in (
        (is_whole | holds(sound > 0), line, sound, "AVAILABLE"),
        *((holds(n > 0), line + f"-{of}", n, of) for of, n in apart.items()),
    ):
        all_cells = cells | {"line_ref": ref, "qty": count}
        good = {name: kept(cell, where) for name, cell in all_cells.items()}
        yield Rows(opening.only(where), good | {"stock_status": status}, shared)


def _receipt(sets: Loops) -> dict[str, pl.Series]:
    begun, heads = sets.one("W17"), sets.before("W07")
    dates, owners = heads.all("G62")
    received = heads.firsts(owners, dates.moments(2, 4, 5))
    return {
        "node_ref": sets.one("N1", "WH").needed(4, 2),
        "receipt_ref": begun.text(3),
        "po_ref": begun.text(4),
        "received_on": coalesced(received, begun.moments(2, 7)),
    }


def _apart(items: Loops, units: pl.Series) -> dict[str, pl.Series]:
    """How many of each line are not sound, in its unit, by stock status."""
    every, owners = items.all("W13")
    is_told = among(every.text(3), _CONDITIONS)
    told, owners = every.only(is_told), owners[is_told]
    statuses, (qty, own) = mapped(told.text(3), _CONDITIONS), told.counted(1, 2)
    told.refuse(qty < 0, 1, "BAD_QTY")
    is_other = own.ne_missing(taken(units, owners))
    told.refuse(is_other, 2, "UNKNOWN_UNIT", "another one than its W07")
    found = {}
    for status in ("DAMAGED", "HOLD"):
        where = among(statuses, [status])
        found[status] = items.totals(owners[where], kept(qty, where))
    return found


def _lots(items: Loops) -> dict[str, pl.Series]:
    lot = coalesced(items.first("N9", "LT").text(2), items.opening.text(8))
    return {"lot_ref": lot, "expires_on": items.first("G62", "36").days(2)}


FORMAT = X12Format(DOCUMENT, RECEIPT_ADVICE, _content)
parse, answer = FORMAT.parse, FORMAT.answer
