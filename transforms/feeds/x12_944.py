"""X12 944: what a warehouse received.

- W1703 is the receipt, W1704 our order or advice; N1*WH names the node.
- Received on: the first G62 with a date (an instant if it has an hour), else
  W1702 with the hour of W1707, a bare date without one.
- W07 is one line of eaches, numbered by N9*LI behind it or by its place. W13
  behind it takes eaches out of the line: 01 damaged gives a row of its own,
  ``<line>-DAMAGED``; 02 shortage and 03 overage are notes about the advice and
  move nothing. W14's total must agree with the W07s in the unit they are sent in.
- N9*LT behind a W07, else W0708, is its lot; G62*36 behind it the date it expires.
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from transforms.contracts.documents import RECEIPTS
from transforms.edi.columns.cells import among, coalesced, holds, kept
from transforms.edi.columns.loops import Loops, Rows
from transforms.edi.formats import X12Format
from transforms.edi.sets import RECEIPT_ADVICE

DOCUMENT = RECEIPTS

_DAMAGED = "01"


def _content(sets: Loops) -> Iterator[Rows]:
    items = sets.loops("W07")
    opening = items.opening
    qty, damaged = opening.eaches(1, 2), _damaged(items)
    sound = qty - damaged
    opening.refuse(
        (qty < 0) | (damaged < 0) | (sound < 0),
        1,
        "BAD_QTY",
        lambda n: f"{damaged[n]} of them damaged",
    )
    sets.refuse_wrong_sum(sets.first("W14"), 1, opening.text(1), items.owners)
    line = coalesced(items.first("N9", "LI").text(2), items.places().cast(pl.String()))
    items.refuse_repeats(line, 0)
    shared, cells = _receipt(sets), {"sku_ref": opening.skus(4), **_lots(items)}
    has_damage = holds(damaged > 0)
    for where, ref, count, status in (
        (~has_damage | holds(sound > 0), line, sound, "AVAILABLE"),
        (has_damage, line + "-DAMAGED", damaged, "DAMAGED"),
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


def _damaged(items: Loops) -> pl.Series:
    exceptions, owners = items.all("W13")
    is_damage = among(exceptions.text(3), [_DAMAGED])
    return items.totals(owners[is_damage], exceptions.only(is_damage).eaches(1, 2))


def _lots(items: Loops) -> dict[str, pl.Series]:
    lot = coalesced(items.first("N9", "LT").text(2), items.opening.text(8))
    return {"lot_ref": lot, "expires_on": items.first("G62", "36").days(2)}


FORMAT = X12Format(DOCUMENT, RECEIPT_ADVICE, _content)
parse, answer = FORMAT.parse, FORMAT.answer
