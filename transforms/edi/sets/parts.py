"""Shorthand for maps: elements by kind, segments, the loop of a party.

Not here: any set.
"""

from __future__ import annotations

from transforms.edi.maps import Element, Loop, SegmentMap

REFERENCE = 50
"""Longest reference, as in 005010: order numbers of shops are longer than 22."""


def text(maximum: int = 80, *, need: bool = False) -> Element:
    """Any text."""
    return Element("AN", maximum, is_required=need)


def code(*codes: str, need: bool = False) -> Element:
    """One of a closed list."""
    return Element("AN", 15, is_required=need, codes=codes)


def qty(*, need: bool = False) -> Element:
    """A quantity in the unit beside it."""
    return Element("Q", 15, is_required=need)


def count(maximum: int = 10, *, need: bool = False) -> Element:
    """A whole number that counts something."""
    return Element("N0", maximum, is_required=need)


def amount(*, need: bool = False) -> Element:
    """A decimal."""
    return Element("R", 15, is_required=need)


def cents(*, need: bool = False) -> Element:
    """An amount with two implied decimals."""
    return Element("N2", 15, is_required=need)


def day(*, need: bool = False) -> Element:
    """CCYYMMDD."""
    return Element("DT", 8, is_required=need)


def hour() -> Element:
    """HHMM and finer."""
    return Element("TM", 8)


def some(name: str, *elements: Element, most: int = 0) -> SegmentMap:
    """A segment that may be there."""
    return SegmentMap(name, elements, most=most)


def one(name: str, *elements: Element) -> SegmentMap:
    """A segment that is there once."""
    return SegmentMap(name, elements, is_required=True, most=1)


def many(name: str, *elements: Element) -> SegmentMap:
    """A segment that is there at least once."""
    return SegmentMap(name, elements, is_required=True)


ANY = text()
UNIT = text(15, need=True)
"""A unit of measure; which are known is the reader's business."""

REF = some("REF", text(3, need=True), text(REFERENCE), text(80))
N9 = some("N9", text(3, need=True), text(REFERENCE), text(45))
DTM = some("DTM", text(3, need=True), day(), hour(), text(2))
G62 = some("G62", text(2), day(), text(2), hour(), text(2))
CUR = some("CUR", text(3, need=True), text(3, need=True))
PER = some("PER", text(2, need=True), text(60), text(2), text(256))
TD5 = some("TD5", text(2), text(2), text(80), text(2), text(35))
MSG = some("MSG", text(264, need=True))
NTE = some("NTE", text(3), text(264, need=True))
PID = some("PID", text(1, need=True), ANY, ANY, ANY, text(80))
SAC = some(
    "SAC", code("A", "C", "N", "P", "Q", "R", "S", need=True), ANY, ANY, ANY, cents()
)
TXI = some("TXI", text(2, need=True), amount())
CTT = some("CTT", count(need=True), amount(), most=1)
AMT = some("AMT", text(3, need=True), amount(need=True))

PARTY = Loop(
    some("N1", text(3, need=True), text(60), text(2), text(80)),
    (
        some("N2", text(60), text(60)),
        some("N3", text(55, need=True), text(55)),
        some("N4", text(30), text(2), text(15), text(3)),
        PER,
        REF,
    ),
    most=200,
)
"""Name, more name, street, place; a contact and a reference of the party."""
