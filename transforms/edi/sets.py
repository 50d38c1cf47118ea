"""The maps of the transaction sets we speak: 850, 846, 940, 944, 945, 997.

Lengths are those of release 004010 except for references (50, as in 005010,
because order numbers of shops are longer than 22). What a segment means to us
is said by the formats in ``feeds`` and ``instructions``.
"""

from __future__ import annotations

from transforms.edi.maps import Element, SegmentMap, SetMap


def _text(maximum: int = 80, *, need: bool = False) -> Element:
    return Element("AN", maximum, is_required=need)


def _code(*codes: str, need: bool = False) -> Element:
    return Element("AN", 15, is_required=need, codes=codes)


def _qty(*, need: bool = False) -> Element:
    return Element("Q", 9, is_required=need)


def _count(*, need: bool = False) -> Element:
    return Element("N0", 10, is_required=need)


def _amount(*, need: bool = False) -> Element:
    return Element("R", 15, is_required=need)


def _day(*, need: bool = False) -> Element:
    return Element("DT", 8, is_required=need)


def _hour() -> Element:
    return Element("TM", 8)


def _some(name: str, *elements: Element) -> SegmentMap:
    return SegmentMap(name, elements)


def _one(name: str, *elements: Element) -> SegmentMap:
    return SegmentMap(name, elements, is_required=True)


ANY = _text()
EACH = _code("EA", need=True)
PARTY = (
    _some("N1", _text(3, need=True), _text(60), _text(2), _text(80)),
    _some("N2", _text(60), _text(60)),
    _some("N3", _text(55, need=True), _text(55)),
    _some("N4", _text(30), _text(2), _text(15), _text(3)),
)
"""Name, more name, street, place."""

PURCHASE_ORDER = SetMap(
    "850",
    "PO",
    (
        _one(
            "BEG",
            _code("00", "01", "05", need=True),
            _text(2, need=True),
            _text(50, need=True),
            _text(30),
            _day(need=True),
        ),
        _some("CUR", _text(3, need=True), _text(3, need=True)),
        _some("CSH", _text(2)),
        _some("PER", _text(2, need=True), _text(60), _text(2), _text(256)),
        _some("DTM", _text(3, need=True), _day(), _hour(), _text(2)),
        *PARTY,
        _some("MSG", _text(264, need=True)),
        _some("NTE", _text(3), _text(264, need=True)),
        _one("PO1", _text(20), _qty(need=True), EACH, _amount(need=True)),
        _some("PID", _text(1, need=True), ANY, ANY, ANY, _text(80)),
        _some(
            "SAC",
            _code("A", "C", "N", "S", need=True),
            ANY,
            ANY,
            ANY,
            Element("N2", 15),
        ),
        _some("TXI", _text(2, need=True), _amount()),
        _some("CTT", _count(need=True), _amount()),
        _some("AMT", _text(3, need=True), _amount(need=True)),
    ),
)

STOCK_ADVICE = SetMap(
    "846",
    "IB",
    (
        _one(
            "BIA",
            _text(2, need=True),
            _text(2, need=True),
            _text(50, need=True),
            _day(need=True),
            _hour(),
        ),
        _some("DTM", _text(3, need=True), _day(), _hour(), _text(2)),
        *PARTY,
        _some("LIN", _text(20), _text(2, need=True), _text(48, need=True)),
        _some("QTY", _text(2, need=True), _qty(need=True)),
        _some("CTT", _count(need=True)),
    ),
)

SHIPPING_ORDER = SetMap(
    "940",
    "OW",
    (
        _one("W05", _code("N", "F", "R", need=True), _text(50, need=True), _text(50)),
        *PARTY,
        _some("G61", _text(2, need=True), _text(60), _text(2), _text(80)),
        _some("N9", _text(3, need=True), _text(50)),
        _some("G62", _text(2, need=True), _day(need=True)),
        _one(
            "W66",
            _text(2, need=True),
            _text(2, need=True),
            ANY,
            ANY,
            _text(35),
        ),
        _one("LX", Element("N0", 6, is_required=True)),
        _one("W01", _qty(need=True), EACH, _text(12), _text(2), _text(48)),
        _some("G69", _text(45, need=True)),
        _one("W76", _qty(need=True), Element("R", 10), _text(2)),
    ),
)

RECEIPT_ADVICE = SetMap(
    "944",
    "RE",
    (
        _one(
            "W17",
            _text(2, need=True),
            _day(need=True),
            _text(50, need=True),
            _text(50),
            ANY,
            _text(2),
            _hour(),
        ),
        *PARTY,
        _some("N9", _text(3, need=True), _text(50)),
        _some("G62", _text(2), _day(), _text(2), _hour(), _text(2)),
        _one("W07", _qty(need=True), EACH, _text(12), _text(2), _text(48)),
        _some("W13", _qty(need=True), EACH, _text(2, need=True)),
        _some("W14", _qty(need=True)),
    ),
)

SHIPPING_ADVICE = SetMap(
    "945",
    "SW",
    (
        _one(
            "W06",
            _text(2, need=True),
            _text(50, need=True),
            _day(need=True),
            _text(50, need=True),
            ANY,
            _text(50),
        ),
        *PARTY,
        _some("N9", _text(3, need=True), _text(50)),
        _some("G62", _text(2), _day(), _text(2), _hour(), _text(2)),
        _some("W27", _text(2, need=True), _text(4), _text(35)),
        _some("LX", Element("N0", 6, is_required=True)),
        _some("MAN", _text(2, need=True), _text(48, need=True)),
        _one(
            "W12",
            _text(2, need=True),
            _qty(need=True),
            _qty(),
            _qty(),
            EACH,
            _text(12),
            _text(2),
            _text(48),
        ),
        _some("W03", _qty(need=True)),
    ),
)

ACKNOWLEDGEMENT = SetMap(
    "997",
    "FA",
    (
        _one("AK1", _text(2, need=True), _count(need=True)),
        _some("AK2", _text(3, need=True), _text(9, need=True)),
        _some("AK3", _text(3, need=True), _count(need=True), ANY, _text(3)),
        _some("AK4", ANY, ANY, _text(3), ANY),
        _some("AK5", _code("A", "E", "M", "P", "R", "W", "X", need=True)),
        _one("AK9", _code("A", "E", "M", "P", "R", "W", "X", need=True)),
    ),
)

SETS: dict[str, SetMap] = {
    one.code: one
    for one in (
        PURCHASE_ORDER,
        STOCK_ADVICE,
        SHIPPING_ORDER,
        RECEIPT_ADVICE,
        SHIPPING_ADVICE,
        ACKNOWLEDGEMENT,
    )
}
