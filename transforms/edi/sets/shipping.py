"""Maps of goods on their way: 940, 943, 945, 856."""

from __future__ import annotations

from transforms.edi.maps import Loop, SegmentMap, SetMap
from transforms.edi.sets.parts import (
    ANY,
    CTT,
    DTM,
    G62,
    N9,
    NTE,
    PARTY,
    PID,
    REF,
    REFERENCE,
    TD5,
    UNIT,
    amount,
    code,
    count,
    day,
    hour,
    many,
    one,
    qty,
    some,
    text,
)

_LINES = 100_000
_CARRIER = some("W27", text(2, need=True), text(4), text(35))
_PACKAGE = some("MAN", text(2, need=True), text(48, need=True))
_SHIPMENTS = ("F", "J", "N", "R", "X")
"""X12 514 of goods shipped; a simulation, a return or an adjustment is none."""

_IDENTITY = (
    code(*_SHIPMENTS, need=True),
    text(REFERENCE, need=True),
    day(need=True),
    text(REFERENCE),
    ANY,
    text(REFERENCE),
)
_CONTACT = some("G61", text(2, need=True), text(60), text(2), text(80))
_PLACE = Loop(PARTY.opener, (*PARTY.parts, _CONTACT), most=PARTY.most)

SHIPPING_ORDER = SetMap(
    "940",
    "OW",
    (
        (
            one(
                "W05",
                code("N", "F", "R", need=True),
                text(REFERENCE, need=True),
                text(REFERENCE),
            ),
            N9,
            some("G62", text(2, need=True), day(need=True)),
            one("W66", text(2, need=True), text(2, need=True), ANY, ANY, text(35)),
            _PLACE,
        ),
        (
            Loop(
                many("LX", count(6, need=True)),
                (
                    Loop(
                        many("W01", qty(need=True), UNIT, text(12), text(2), text(48)),
                        (some("G69", text(45, need=True)), N9),
                    ),
                ),
                most=_LINES,
            ),
        ),
        (one("W76", qty(need=True), amount(), text(2)),),
    ),
)

_SHIPPED = Loop(
    many(
        "W12",
        text(2, need=True),
        qty(need=True),
        qty(),
        qty(),
        UNIT,
        text(12),
        text(2),
        text(48),
    ),
    (N9, some("G69", text(45)), _PACKAGE),
    most=_LINES,
)

SHIPPING_ADVICE = SetMap(
    "945",
    "SW",
    (
        (
            one("W06", *_IDENTITY[:3], text(REFERENCE, need=True), *_IDENTITY[4:]),
            N9,
            G62,
            NTE,
            _CARRIER,
            _PACKAGE,
            _PLACE,
        ),
        (
            Loop(some("LX", count(6, need=True)), (_PACKAGE, _SHIPPED), most=_LINES),
            _SHIPPED,
        ),
        (some("W03", qty(need=True), most=1),),
    ),
)

TRANSFER_ADVICE = SetMap(
    "943",
    "AR",
    (
        (one("W06", *_IDENTITY), N9, G62, NTE, _CARRIER, _PLACE),
        (
            Loop(
                many(
                    "W04",
                    qty(need=True),
                    UNIT,
                    text(12),
                    text(2),
                    text(48),
                    text(2),
                    text(48),
                ),
                (N9, G62, some("G69", text(45)), _PACKAGE),
                most=_LINES,
            ),
        ),
        (some("W03", qty(need=True), most=1),),
    ),
)

_LEVELS = ("S", "O", "T", "P", "I")
_ANY_LEVEL = (TD5, some("TD1", ANY), REF, DTM, _PACKAGE, _PLACE)
_ORDER = some("PRF", text(REFERENCE, need=True))


def _level(name: str, *parts: SegmentMap) -> Loop:
    opener = SegmentMap(
        "HL",
        (text(12, need=True), text(12), code(*_LEVELS, need=True), text(1)),
        is_required=name == "S",
        level=name,
    )
    return Loop(opener, (*_ANY_LEVEL, *parts))


SHIP_NOTICE = SetMap(
    "856",
    "SH",
    (
        (
            one(
                "BSN",
                code("00", "01", "05", "06", "14", need=True),
                text(REFERENCE, need=True),
                day(need=True),
                hour(),
            ),
            DTM,
        ),
        (
            _level("S", _ORDER),
            _level("O", _ORDER),
            _level("T"),
            _level("P"),
            _level(
                "I",
                _ORDER,
                some("LIN", text(20), text(2, need=True), text(48, need=True), most=1),
                SegmentMap(
                    "SN1",
                    (text(20), qty(need=True), UNIT, qty(), qty(), text(15)),
                    is_required=True,
                    most=1,
                ),
                PID,
            ),
        ),
        (CTT,),
    ),
    levels={
        "S": ("",),
        "O": ("S",),
        "T": ("S", "O"),
        "P": ("S", "O", "T", "P", "I"),
        "I": ("S", "O", "T", "P"),
    },
)
"""A pick-and-pack notice puts items into packages, a standard one packages
under items; both are read."""
