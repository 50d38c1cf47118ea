"""X12 947: a warehouse corrects its stock.

- W1502 is the correction; N1*WH names the node. Adjusted on: the first G62 of
  the heading with a date (an instant if it has an hour), else W1501.
- W19 is one line, numbered by N9*LI behind it or by its place: W1901 why, W1902 how
  many of the unit of W1903 (``uom_code`` where nobody agreed it), W1909 or N9*LT the
  lot. A W1902 of 0 is refused.
- W1901 (X12 181) gives reason, stock status and sign:

  - moves of status, whichever sign W1902 has: 05 and 08 AVAILABLE>HOLD, 55 and
    88 HOLD>AVAILABLE, 52 DAMAGED>AVAILABLE, AC and BS AVAILABLE>DAMAGED;
  - less, whichever sign: 03 SHIPPING_ERROR, 04 RECEIVING_ERROR, 06 AI UD LOST,
    07 AU AV DAMAGED, AX EXPIRED, CD CS OTHER;
  - more, where a negative W1902 is refused: 53 SHIPPING_ERROR, 54
    RECEIVING_ERROR, 51 56 FOUND, CR RETURNED;
  - as signed: AA CYCLE_COUNT, AE AF AN RELABELLED, AR SHIPPING_ERROR, AY
    RECEIVING_ERROR, and the others of the list OTHER.

- Profile option ``adjustment.AU`` = "DAMAGED AVAILABLE>DAMAGED" gives a code a
  partner's own meaning: a reason of ours, the status it is about or a move, and
  ``-`` or ``+`` where the code decides the sign: "THEFT AVAILABLE -".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

import numpy as np
import polars as pl

from transforms.contracts.documents import STOCK_ADJUSTMENTS
from transforms.contracts.documents.stock import ADJUSTMENT_REASONS, STOCK_STATUSES
from transforms.contracts.profile import Profile
from transforms.edi.columns.cells import coalesced, holds, texts
from transforms.edi.columns.loops import Loops, Rows
from transforms.edi.formats import X12Format
from transforms.edi.maps import listed
from transforms.edi.sets import STOCK_ADJUSTMENT

DOCUMENT = STOCK_ADJUSTMENTS

_OPTION = "adjustment."
_MEANINGS = {
    "05 08": "STATUS_CHANGE AVAILABLE>HOLD",
    "55 88": "STATUS_CHANGE HOLD>AVAILABLE",
    "52": "STATUS_CHANGE DAMAGED>AVAILABLE",
    "AC BS": "STATUS_CHANGE AVAILABLE>DAMAGED",
    "03": "SHIPPING_ERROR AVAILABLE -",
    "04": "RECEIVING_ERROR AVAILABLE -",
    "06 AI UD": "LOST AVAILABLE -",
    "07 AU AV": "DAMAGED AVAILABLE -",
    "AX": "EXPIRED AVAILABLE -",
    "CD CS": "OTHER AVAILABLE -",
    "53": "SHIPPING_ERROR AVAILABLE +",
    "54": "RECEIVING_ERROR AVAILABLE +",
    "51 56": "FOUND AVAILABLE +",
    "CR": "RETURNED AVAILABLE +",
    "AA": "CYCLE_COUNT AVAILABLE",
    "AE AF AN": "RELABELLED AVAILABLE",
    "AR": "SHIPPING_ERROR AVAILABLE",
    "AY": "RECEIVING_ERROR AVAILABLE",
    "AB AD AG AH AJ AK AL AP AS AT AW BA BD BK BM BN BR BT CO PC TC": "OTHER AVAILABLE",
}
"""What the codes of X12 181 mean, spelled like the profile option."""


class _Meaning(NamedTuple):
    reason: str
    status: str
    to: str | None
    sign: str


def faults(profile: Profile) -> list[str]:
    """What is wrong with a profile's options, for whoever loads it."""
    meanings = {
        name: _read(text)
        for name, text in profile.options.items()
        if name.startswith(_OPTION)
    }
    unknown = (name for name, meaning in meanings.items() if meaning is None)
    return [f"option {name} names no reason or status of ours" for name in unknown]


def _content(sets: Loops) -> Iterator[Rows]:
    items = sets.loops("W19")
    item = items.opening
    line = coalesced(items.first("N9", "LI").text(2), items.places().cast(pl.String()))
    items.refuse_repeats(line, 0)
    cells = {
        "line_ref": line,
        "sku_ref": item.skus(5),
        "lot_ref": coalesced(item.text(9), items.first("N9", "LT").text(2)),
        **_adjusted(items),
    }
    yield Rows(item, cells, _adjustment(sets))


def _adjustment(sets: Loops) -> dict[str, pl.Series]:
    begun, heads = sets.one("W15"), sets.before("W19")
    dates, owners = heads.all("G62")
    dated = heads.firsts(owners, dates.moments(2, 4, 5))
    return {
        "node_ref": sets.one("N1", "WH").needed(4, 2),
        "adjustment_ref": begun.text(2),
        "adjusted_on": coalesced(dated, begun.days(1)),
    }


def _adjusted(items: Loops) -> dict[str, pl.Series]:
    item, codes = items.opening, items.opening.text(1)
    known = _meanings(item.of.profile.options)
    meanings = [known.get(code) for code in codes.to_list()]
    is_unknown = np.array([not one for one in meanings], np.bool_)
    item.refuse(is_unknown, 1, "BAD_CODE", listed(sorted(known)))
    qty, unit = item.counted(2, 3)
    reasons, statuses, targets, signs = (
        texts([one[place] if one else None for one in meanings]) for place in range(4)
    )
    item.refuse(qty == 0, 2, "BAD_QTY")
    item.refuse(holds(qty < 0) & holds(signs == "+"), 2, "BAD_QTY", "it says more")
    is_less, is_unsigned = holds(signs == "-"), holds(signs == ">")
    signed = qty.zip_with(pl.Series(~is_less & ~is_unsigned), qty.abs())
    return {
        "qty": signed.zip_with(pl.Series(~is_less), -signed),
        "uom_code": unit,
        "stock_status": statuses,
        "to_stock_status": targets,
        "reason_code": reasons,
        "partner_reason": codes,
    }


def _meanings(options: Mapping[str, str]) -> dict[str, _Meaning | None]:
    usual = {
        code: _read(text) for codes, text in _MEANINGS.items() for code in codes.split()
    }
    theirs = {
        name.removeprefix(_OPTION): _read(text)
        for name, text in options.items()
        if name.startswith(_OPTION)
    }
    return usual | theirs


def _read(text: str) -> _Meaning | None:
    """A spelled meaning, None when it names no reason or status of ours."""
    reason, _, rest = text.partition(" ")
    moved, _, sign = rest.partition(" ")
    status, arrow, to = moved.partition(">")
    is_known = reason in ADJUSTMENT_REASONS and status in STOCK_STATUSES
    is_lost = bool(arrow) and to not in STOCK_STATUSES
    if not is_known or is_lost or sign not in {"", "+", "-"}:
        return None
    return _Meaning(reason, status, to or None, arrow or sign)


FORMAT = X12Format(DOCUMENT, STOCK_ADJUSTMENT, _content)
parse, answer = FORMAT.parse, FORMAT.answer
