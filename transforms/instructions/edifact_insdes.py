"""EDIFACT INSDES (D.96A): asking a warehouse to ship.

One message is one instruction; messages stand in the order of ``instruction_id`` and
their UNH are numbered from 1, lines in the order of their number. UNB 0020 is the
control number, which a CONTRL quotes; the envelope's hour is ``as_of`` in the
partner's zone.

- BGM 240: our instruction, function 9, or 5 where it replaces, whole and under its id,
  what an earlier file said. DTM 137: ``as_of``; DTM 10: ship by.
- FTX DEL: the service; PICK_UP: the customer fetches it at the node, DTM 10 is the
  day on which it lies ready and NAD DP has no address.
- RFF ON: our order, its DTM 4 the day it was placed in the partner's zone; RFF CR: the
  number people use.
- NAD WH: the node. NAD DP: the recipient in clear, with CTA IC and COM TE.
- LIN: the place, ``SA`` our SKU. PIA NB: the lot to take first, where one is
  promised. IMD its name, QTY 12 eaches (PCE), RFF LI our line
  number. CNT 1: eaches in all, CNT 2: lines.

Names over 35 characters run on in further components of theirs, five at most; a
product name is cut at 70. Instruction, node, SKU and line number are never changed:
one that is longer than 35 characters or outside the character set is refused.
Option ``edifact_syntax`` names the character set (UNOC); other characters become
``?``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

import polars as pl

from transforms.contracts.decisions import SHIPPING_ORDERS
from transforms.contracts.profile import Envelope, Payload
from transforms.edi.edifact.characters import CHARACTER_SETS
from transforms.edi.edifact.writer import Dialect, Segment, write_interchange
from transforms.instructions.writing.lines import Row, grouped

DOCUMENT = SHIPPING_ORDERS
REPLACES = True
"""It can say that an instruction counts instead of one told before."""

_MESSAGE = "INSDES:D:96A:UN"
_COMPONENT = 35
_ASCII = {"UNOA", "UNOB"}
_NAMES, _STREETS, _PRODUCT = 5, 4, 2
"""Components of C080, C059 and C273 that hold a text."""


def render(frame: pl.DataFrame, envelope: Envelope) -> Payload:
    """A file of INSDES, one message per instruction.

    Args:
        frame: SHIPPING_ORDERS, one row per instruction line, ship-to in clear.
        envelope: receiver, control number and hour.

    Returns:
        ``insdes_<control number>.edi``; ``control_ref`` is UNB 0020, ``set_refs``
        are UNH 0062. The same rows give the same bytes.

    Raises:
        ContractError: the frame does not keep its contract.
        ValueError: the frame is empty, or a reference cannot be written.
    """
    instructions = grouped(frame, DOCUMENT, "instruction_id", "instruction_line_ref")
    profile, zone = envelope.profile, ZoneInfo(envelope.profile.zone)
    at = envelope.as_of.astimezone(zone)
    spelled = Spelling(profile.options.get("edifact_syntax", "UNOC"))
    content = write_interchange(
        (
            (_MESSAGE, [*_head(lines[0], at, spelled), *_lines(lines, spelled)])
            for lines in instructions.values()
        ),
        sender=profile.our_interchange_id,
        receiver=profile.interchange_id,
        control_no=envelope.control_no,
        at=at,
        dialect=Dialect(syntax=spelled.syntax, asks_for_contrl=True),
    )
    return Payload(
        name=f"insdes_{envelope.control_no:09d}.edi",
        content=content,
        row_count=frame.height,
        unit_count=int(frame["qty"].sum()),
        control_ref=str(envelope.control_no),
        set_refs={name: str(place) for place, name in enumerate(instructions, start=1)},
    )


@dataclass(frozen=True)
class Spelling:
    """What a character set lets stand.

    Args:
        syntax: UNB 0001.
    """

    syntax: str

    def reference(self, row: Row, column: str) -> str:
        """An identifier: cutting or cleaning it would name something else.

        Raises:
            ValueError: it does not fit, or the character set lacks a letter of it.
        """
        value = str(row[column])
        is_kept = value.isascii() or self._keeps(value)
        if len(value) > _COMPONENT or not value.isprintable() or not is_kept:
            raise ValueError(f"{column} {value!r} cannot be written into EDIFACT")
        return value

    def _keeps(self, value: str) -> bool:
        encoding = "ascii" if self.syntax in _ASCII else CHARACTER_SETS[self.syntax]
        return value.encode(encoding, "replace").decode(encoding) == value


def _head(order: Row, at: datetime, spelled: Spelling) -> Iterator[Segment]:
    ordered_at = order["ordered_at"].astimezone(at.tzinfo)
    said = "5" if order["replaces_ref"] else "9"
    yield ["BGM", "240", spelled.reference(order, "instruction_id"), said]
    yield ["DTM", ["137", f"{at:%Y%m%d%H%M}", "203"]]
    yield ["DTM", ["10", f"{order['ship_by_date']:%Y%m%d}", "102"]]
    yield ["FTX", "DEL", "", "", order["service_code"]]
    yield ["RFF", ["ON", spelled.reference(order, "order_id")]]
    yield ["DTM", ["4", f"{ordered_at:%Y%m%d}", "102"]]
    yield ["RFF", ["CR", _text(order["order_name"])[:_COMPONENT]]]
    yield ["NAD", "WH", [spelled.reference(order, "node_id"), "", "92"]]
    yield from _recipient(order)


def _recipient(order: Row) -> Iterator[Segment]:
    name = _text(order["ship_to_name"]) or "UNKNOWN"
    streets = [_text(order["ship_to_street"]), _text(order["ship_to_street2"])]
    yield [
        *("NAD", "DP", "", ""),
        _pieces(name)[:_NAMES],
        [piece for street in streets for piece in _pieces(street)][:_STREETS],
        _text(order["ship_to_city"])[:_COMPONENT],
        order["region_code"] or "",
        _text(order["ship_to_postal_code"]),
        order["country_code"],
    ]
    if phone := _text(order["ship_to_phone"]):
        yield ["CTA", "IC", ["", name[:_COMPONENT]]]
        yield ["COM", [phone, "TE"]]


def _lines(lines: Sequence[Row], spelled: Spelling) -> Iterator[Segment]:
    for place, line in enumerate(lines, start=1):
        yield ["LIN", str(place), "", [spelled.reference(line, "sku_id"), "SA"]]
        if line["lot_ref"]:
            yield ["PIA", "1", [spelled.reference(line, "lot_ref"), "NB"]]
        if name := _text(line["product_name"]):
            yield ["IMD", "F", "", ["", "", "", *_pieces(name)[:_PRODUCT]]]
        yield ["QTY", ["12", str(line["qty"]), "PCE"]]
        yield ["RFF", ["LI", spelled.reference(line, "instruction_line_ref")]]
    yield ["CNT", ["1", str(sum(line["qty"] for line in lines))]]
    yield ["CNT", ["2", str(len(lines))]]


def _text(cell: str | None) -> str:
    return " ".join((cell or "").split())


def _pieces(text: str) -> list[str]:
    places = range(0, len(text), _COMPONENT)
    return [text[start : start + _COMPONENT] for start in places]
