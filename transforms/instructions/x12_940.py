"""X12 940: asking a warehouse to ship.

One set is one instruction; sets stand in the order of ``instruction_id`` and
are numbered from 0001, lines in the order of their number. ISA13 and GS06 are
the control number, the envelope's hour is ``as_of`` in the partner's zone.

- W0501 N, or R where it replaces, whole and under its id, what an earlier file said;
  N9*X9 is that file's control number.
- W0502 is our instruction, W0503 the number people use, N9*OQ our order, N9*BT the
  wave it belongs to, where there is one.
- N1*ST, N2, N3, N4, G61: the recipient in clear. N1*WH: the node.
- G62*10: ship by; G62*04: ordered, in the partner's zone. W66*PP*M, or PU*H where
  the customer fetches it at the node: then there is no N3 and no N4, and G62*10 is
  the day on which it lies ready. W6605: the service.
- LX, W01 (eaches, ``VN`` our SKU), G69, N9*LI: a line and its number, which
  comes back in the 945; N9*LT: the lot to take first, where one is known. W76:
  eaches and kilograms in all.

Letters outside ASCII are transliterated (``ü`` → ``u``), others become ``?``;
delimiters and control characters inside data become spaces. Names over 60
characters run on in N2, streets over 55 in the rest of N3; a product name is
cut at 45. Instruction, node, SKU and line number are never changed: one that
X12 cannot carry is refused.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from functools import partial

from transforms.contracts.decisions import SHIPPING_ORDERS
from transforms.contracts.services import PICK_UP
from transforms.edi.maps import build
from transforms.edi.sets import SHIPPING_ORDER
from transforms.edi.writer import Segment
from transforms.instructions.writing.lines import Row
from transforms.instructions.writing.x12_files import (
    Letterhead,
    reference,
    set_writer,
    spelled_day,
    spoken,
)

DOCUMENT = SHIPPING_ORDERS
REPLACES = True
"""It can say that an instruction counts instead of one told before."""

_NAME_LENGTH = 60
_STREET_LENGTH = 55

_segment = partial(build, SHIPPING_ORDER)


def _instruction(lines: Sequence[Row], head: Letterhead) -> list[Segment]:
    order = lines[0]
    segments: list[Segment] = [
        _segment(
            *("W05", "R" if order["replaces_ref"] else "N"),
            *(reference(order, "instruction_id"), order["order_name"]),
        ),
        *_recipient(order),
        _segment("N1", "WH", order["node_id"], "92", reference(order, "node_id")),
        _segment("N9", "OQ", spoken(order["order_id"])),
        *_replaced(order),
        *_wave(order),
        _segment("G62", "10", spelled_day(order["ship_by_date"])),
        _segment("G62", "04", head.day(order["ordered_at"])),
        _segment("W66", *_transport(order), None, None, order["service_code"]),
    ]
    for place, line in enumerate(lines, start=1):
        segments += _line(place, line)
    units = sum(line["qty"] for line in lines)
    grams = sum(line["qty"] * line["grams"] for line in lines)
    segments.append(_segment("W76", str(units), _kilograms(grams), "KG"))
    return segments


def _transport(order: Row) -> tuple[str, str]:
    """Who pays the carrier and which kind it is."""
    return ("PU", "H") if order["service_code"] == PICK_UP else ("PP", "M")


def _replaced(order: Row) -> list[Segment]:
    replaced = order["replaces_ref"]
    return [_segment("N9", "X9", reference(order, "replaces_ref"))] if replaced else []


def _wave(order: Row) -> list[Segment]:
    wave = order["wave_ref"]
    return [_segment("N9", "BT", reference(order, "wave_ref"))] if wave else []


def _recipient(order: Row) -> list[Segment]:
    name = spoken(order["ship_to_name"]) or "UNKNOWN"
    segments: list[Segment] = [_segment("N1", "ST", name)]
    more = _pieces(name[_NAME_LENGTH:], _NAME_LENGTH)
    if more:
        segments.append(_segment("N2", *more[:2]))
    street = _streets(order)
    if street:
        segments.append(_segment("N3", *street[:2]))
    if order["service_code"] != PICK_UP:
        place = (spoken(order["ship_to_city"]), order["region_code"])
        code = spoken(order["ship_to_postal_code"])
        segments.append(_segment("N4", *place, code, order["country_code"]))
    phone = spoken(order["ship_to_phone"])
    if phone:
        segments.append(_segment("G61", "IC", name, "TE", phone))
    return segments


def _streets(order: Row) -> list[str]:
    """Two street lines; a long first one runs on before the second."""
    first = spoken(order["ship_to_street"])
    second = spoken(order["ship_to_street2"])
    pieces = _pieces(first, _STREET_LENGTH)
    rest = " ".join(filter(None, [*pieces[1:], second]))
    return (
        [*pieces[:1], rest]
        if rest and pieces
        else pieces or _pieces(second, _STREET_LENGTH)
    )


def _line(place: int, line: Row) -> list[Segment]:
    sku = reference(line, "sku_id")
    segments: list[Segment] = [
        _segment("LX", str(place)),
        _segment("W01", str(line["qty"]), "EA", None, "VN", sku),
    ]
    name = spoken(line["product_name"])
    if name:
        segments.append(_segment("G69", name))
    segments.append(_segment("N9", "LI", reference(line, "instruction_line_ref")))
    if line["lot_ref"]:
        segments.append(_segment("N9", "LT", reference(line, "lot_ref")))
    return segments


def _pieces(text: str, length: int) -> list[str]:
    return [text[start : start + length] for start in range(0, len(text), length)]


def _kilograms(grams: int) -> str:
    return format((Decimal(grams) / 1000).normalize(), "f")


render = set_writer(
    DOCUMENT, SHIPPING_ORDER, ("instruction_id", "instruction_line_ref"), _instruction
)
