"""Maps of stock: 846 as counted, 944 as received, 947 as corrected."""

from __future__ import annotations

from transforms.edi.maps import Loop, SetMap
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
    UNIT,
    day,
    hour,
    many,
    one,
    qty,
    some,
    text,
)

_LINES = 1_000_000
"""More than the standard's 10,000: a warehouse's whole stock in one set."""

STOCK_ADVICE = SetMap(
    "846",
    "IB",
    (
        (
            one(
                "BIA",
                text(2, need=True),
                text(2, need=True),
                text(REFERENCE, need=True),
                day(need=True),
                hour(),
            ),
            DTM,
            REF,
            PARTY,
        ),
        (
            Loop(
                some("LIN", text(20), text(2, need=True), text(48, need=True)),
                (
                    PID,
                    DTM,
                    REF,
                    some("QTY", text(2, need=True), qty(need=True), text(15)),
                    PARTY,
                ),
                most=_LINES,
            ),
        ),
        (CTT,),
    ),
)

RECEIPT_ADVICE = SetMap(
    "944",
    "RE",
    (
        (
            one(
                "W17",
                text(2, need=True),
                day(need=True),
                text(REFERENCE, need=True),
                text(REFERENCE),
                ANY,
                text(2),
                hour(),
            ),
            N9,
            G62,
            NTE,
            PARTY,
        ),
        (
            Loop(
                many(
                    "W07",
                    qty(need=True),
                    UNIT,
                    text(12),
                    text(2),
                    text(48),
                    text(2),
                    text(48),
                    text(REFERENCE),
                ),
                (N9, G62, some("W13", qty(need=True), UNIT, text(2, need=True))),
                most=_LINES,
            ),
        ),
        (some("W14", qty(need=True), most=1),),
    ),
)

STOCK_ADJUSTMENT = SetMap(
    "947",
    "AW",
    (
        (
            one("W15", day(need=True), text(REFERENCE, need=True), text(REFERENCE)),
            N9,
            G62,
            NTE,
            PARTY,
        ),
        (
            Loop(
                many(
                    "W19",
                    text(2, need=True),
                    qty(need=True),
                    UNIT,
                    text(12),
                    text(2),
                    text(48),
                    text(2),
                    text(48),
                    text(REFERENCE),
                ),
                (N9, G62, NTE),
                most=_LINES,
            ),
        ),
    ),
)
