"""Maps of orders and what is said of them: 850, 860, 855, 865."""

from __future__ import annotations

from transforms.edi.maps import Loop, SetMap
from transforms.edi.sets.parts import (
    AMT,
    ANY,
    CTT,
    CUR,
    DTM,
    MSG,
    NTE,
    PARTY,
    PER,
    PID,
    REF,
    REFERENCE,
    SAC,
    TD5,
    TXI,
    UNIT,
    amount,
    code,
    day,
    many,
    one,
    qty,
    some,
    text,
)

_HEAD = (CUR, REF, PER, some("CSH", text(2)), SAC, DTM, TD5, TXI, MSG, NTE, PARTY)
_ITEM = (CUR, PID, REF, PER, SAC, TXI, DTM, TD5, MSG, NTE, AMT, PARTY)
_SUMMARY = (CTT, AMT)
_LINES = 100_000

_ACKNOWLEDGED = some(
    "ACK", text(2, need=True), qty(), text(15), text(3), day(), ANY, most=104
)
_ANSWERS = ("AC", "AD", "AE", "AH", "AK", "AP", "AT", "RD", "RF", "RJ", "RO", "ZZ")
_CHANGES = (
    "AI", "CA", "CB", "CC", "CE", "CF", "CG", "CT", "DI", "MU", "NC", "PC", "PQ",
    "PR", "QC", "QD", "QI", "RA", "RB", "RC", "RE", "RM", "RQ", "RS", "RZ", "TI",
)  # fmt: skip

PURCHASE_ORDER = SetMap(
    "850",
    "PO",
    (
        (
            one(
                "BEG",
                code("00", "01", "05", need=True),
                text(2, need=True),
                text(REFERENCE, need=True),
                text(30),
                day(need=True),
            ),
            *_HEAD,
        ),
        (
            Loop(
                many("PO1", text(20), qty(need=True), UNIT, amount(need=True), text(2)),
                _ITEM,
                most=_LINES,
            ),
        ),
        _SUMMARY,
    ),
)

ORDER_CHANGE = SetMap(
    "860",
    "PC",
    (
        (
            one(
                "BCH",
                code("01", "04", "05", need=True),
                text(2, need=True),
                text(REFERENCE, need=True),
                text(30),
                text(REFERENCE),
                day(),
                text(45),
                text(30),
                text(REFERENCE),
                day(),
                day(),
            ),
            *_HEAD,
        ),
        (
            Loop(
                some(
                    "POC",
                    text(20),
                    code(*_CHANGES, need=True),
                    qty(),
                    qty(),
                    text(15),
                    amount(),
                    text(2),
                ),
                _ITEM,
                most=_LINES,
            ),
        ),
        _SUMMARY,
    ),
)

ORDER_ANSWER = SetMap(
    "855",
    "PR",
    (
        (
            one(
                "BAK",
                text(2, need=True),
                code(*_ANSWERS, need=True),
                text(REFERENCE, need=True),
                day(need=True),
                text(30),
                text(45),
                text(30),
                text(REFERENCE),
                day(),
            ),
            *_HEAD,
        ),
        (
            Loop(
                some("PO1", text(20), qty(), text(15), amount(), text(2)),
                (*_ITEM, _ACKNOWLEDGED),
                most=_LINES,
            ),
        ),
        _SUMMARY,
    ),
)

CHANGE_ANSWER = SetMap(
    "865",
    "CA",
    (
        (
            one(
                "BCA",
                text(2, need=True),
                code(*_ANSWERS),
                text(REFERENCE, need=True),
                text(30),
                text(REFERENCE),
                day(need=True),
                text(45),
                text(30),
                text(REFERENCE),
                day(),
                day(),
            ),
            *_HEAD,
        ),
        (
            Loop(
                some(
                    "POC",
                    text(20),
                    code(*_CHANGES),
                    qty(),
                    qty(),
                    text(15),
                    amount(),
                    text(2),
                ),
                (*_ITEM, _ACKNOWLEDGED),
                most=_LINES,
            ),
        ),
        _SUMMARY,
    ),
)
