"""X12 945: what a warehouse shipped of what it was asked for.

One set is one shipment of one instruction.

- W0601 F, J, N, R and X are shipments; others, as a simulation, are refused. A set
  takes the place of what was said before of the shipment's lines, by the instant of
  the group; of equal ones R does. A line that it does not name stands as it was told,
  after R too: name it with 0 shipped to take it back.
- W0602 is our instruction, W0604 the shipment, W0606 our order if echoed.
- N1*SF (else N1*WH) names the node; W2702 the carrier.
- Shipped on: G62*11 (an instant if it has an hour), else the date of W0603.
- W12 is one line: 02 asked, 03 shipped, 04 the difference, which must agree if it is
  there, in the unit of 05 (``uom_code`` where nobody agreed it). Its number in our
  instruction is N9*LI behind it, else LX01; N9*ZZ behind it says why it is short; 09,
  else N9*LT, is the lot; each N9*SE is a serial number. MAN gives the parcel, of the
  line's LX loop or else of the shipment, else behind the W12. W03's total must agree
  with the W12s in the unit they are sent in.
- W12 with IS in 01 was sent instead of what 17 and 18, else 16, name; a W12 of the
  same line may say beside it what of that did leave.
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from transforms.contracts.documents import SHIPMENT_CONFIRMATIONS
from transforms.edi.columns.cells import chosen, coalesced, is_there, mapped, nothing
from transforms.edi.columns.loops import Loops, Rows
from transforms.edi.formats import X12Format
from transforms.edi.sets import SHIPPING_ADVICE

DOCUMENT = SHIPMENT_CONFIRMATIONS

_INSTEAD = "IS"
"""W1201 of an item that was sent instead of another."""

_ACTIONS = {"R": "replace"}
"""By W0601; others say it for the first time."""


def _content(sets: Loops) -> Iterator[Rows]:
    items = sets.loops("W12")
    lines = _quantities(items) | _references(sets, items)
    yield Rows(items.opening, lines, _shipment(sets))
    shipped = items.opening.text(3)
    sets.refuse_wrong_sum(sets.first("W03"), 1, shipped, items.owners)


def _shipment(sets: Loops) -> dict[str, pl.Series]:
    begun, carrier = sets.one("W06"), sets.first("W27")
    node = sets.first("N1", "SF").otherwise(sets.first("N1", "WH"))
    sets.miss(node, "N1", "WH")
    return {
        "node_ref": node.needed(4, 2),
        "shipment_ref": begun.text(4),
        "instruction_ref": begun.text(2),
        "order_ref": begun.text(6),
        "shipped_on": coalesced(
            sets.first("G62", "11").moments(2, 4, 5), begun.days(3)
        ),
        "carrier_code": carrier.either(2, 3),
        "action": mapped(begun.text(1), _ACTIONS).fill_null("original"),
        "confirmed_at": sets.of.sent_at(),
    }


def _quantities(items: Loops) -> dict[str, pl.Series]:
    item = items.opening
    factors, unit = item.agreed(5)
    ordered, shipped = item.whole(2, factors), item.whole(3, factors).fill_null(0)
    item.refuse(ordered < 0, 2, "BAD_QTY")
    item.refuse(shipped < 0, 3, "BAD_QTY")
    told, short = item.whole(4, factors).abs(), (ordered - shipped).abs()
    item.refuse(told != short, 4, "BAD_QTY", lambda n: f"difference is {short[n]}")
    return {"ordered_qty": ordered, "shipped_qty": shipped, "uom_code": unit}


def _references(sets: Loops, items: Loops) -> dict[str, pl.Series]:
    item, packs = items.opening, sets.loops("LX")
    pack = item.latest("LX")
    line = coalesced(items.first("N9", "LI").text(2), pack.text(1))
    item.refuse(~is_there(line), 0, "MISSING_VALUE", "neither N9*LI nor LX")
    parcels = packs.before("W12").first("MAN").text(2)
    of_pack = packs.at(parcels, pack)
    of_shipment = sets.before("LX", "W12").first("MAN").text(2).gather(items.owners)
    is_instead = (item.text(1) == _INSTEAD).fill_null(value=False).to_numpy()
    serials, owners = items.all("N9", "SE")
    return {
        "line_ref": line,
        "sku_ref": chosen(is_instead, item.skus(7, stop=9), item.skus(7)),
        "ordered_sku_ref": chosen(
            is_instead,
            coalesced(item.skus(17, stop=19, are_needed=False), item.text(16)),
            nothing(len(line)),
        ),
        "reason_code": items.first("N9", "ZZ").text(2),
        "lot_ref": coalesced(item.text(9), items.first("N9", "LT").text(2)),
        "serial_refs": items.listed(owners, serials.text(2)),
        "tracking_ref": coalesced(of_pack, of_shipment, items.first("MAN").text(2)),
    }


FORMAT = X12Format(DOCUMENT, SHIPPING_ADVICE, _content)
parse, answer = FORMAT.parse, FORMAT.answer
