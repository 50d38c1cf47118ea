"""Maps of invoices: 810 of a supplier, 210 of a carrier."""

from __future__ import annotations

from transforms.edi.maps import Loop, SetMap
from transforms.edi.sets.parts import (
    ANY,
    CTT,
    CUR,
    DTM,
    G62,
    N9,
    NTE,
    PARTY,
    PID,
    REF,
    REFERENCE,
    SAC,
    TXI,
    UNIT,
    amount,
    cents,
    count,
    day,
    many,
    one,
    qty,
    some,
    text,
)

_LINES = 200_000

SUPPLIER_INVOICE = SetMap(
    "810",
    "IN",
    (
        (
            one(
                "BIG",
                day(need=True),
                text(REFERENCE, need=True),
                day(),
                text(REFERENCE),
                text(30),
                text(8),
                text(2),
            ),
            CUR,
            REF,
            DTM,
            SAC,
            TXI,
            NTE,
            PARTY,
        ),
        (
            Loop(
                many("IT1", text(20), qty(need=True), UNIT, amount(need=True), text(2)),
                (CUR, PID, REF, DTM, SAC, TXI, PARTY),
                most=_LINES,
            ),
        ),
        (one("TDS", cents(need=True)), TXI, SAC, CTT),
    ),
)

_PARTY = Loop(PARTY.opener, (*PARTY.parts, N9), most=PARTY.most)
_CHARGE = some("L1", count(3), amount(), text(2), cents(), ANY, ANY, ANY, text(3))

CARRIER_INVOICE = SetMap(
    "210",
    "IM",
    (
        (
            one(
                "B3",
                text(1),
                text(REFERENCE, need=True),
                text(REFERENCE),
                text(2),
                text(1),
                day(need=True),
                cents(need=True),
                text(2),
                day(),
                text(3),
                text(4, need=True),
            ),
            some("C3", text(3, need=True)),
            N9,
            G62,
            NTE,
            _PARTY,
        ),
        (
            Loop(
                some("LX", count(6, need=True)),
                (
                    N9,
                    some("L5", count(3), text(80)),
                    some(
                        "L0",
                        count(3),
                        amount(),
                        text(2),
                        amount(),
                        text(2),
                        amount(),
                        text(1),
                        amount(),
                        text(5),
                        ANY,
                        text(1),
                    ),
                    _CHARGE,
                    _PARTY,
                ),
                most=_LINES,
            ),
            _CHARGE,
        ),
        (some("L3", amount(), text(2), amount(), text(2), cents(), most=1),),
    ),
)
