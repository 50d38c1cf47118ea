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
    code,
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

_COUNTS = ("00", "05", "06", "07", "08", "15", "18", "22")
"""X12 353 of a whole count. A cancellation, a request or a part of the stock is
none, and one read as a count would set the rest to nothing."""

_RECEIPTS = ("F", "J", "N", "P", "R", "X")
"""X12 514 of goods received. Adjustments and overages or shortages of a physical
count are a 947's, a customer's return is a return's, a simulation is nobody's."""

_EXCEPTION = some(
    "W13",
    qty(need=True),
    UNIT,
    code(*(f"{n:02d}" for n in range(1, 15)), "16", need=True),
)
"""X12 412, the condition of what was received."""

STOCK_ADVICE = SetMap(
    "846",
    "IB",
    (
        (
            one(
                "BIA",
                code(*_COUNTS, need=True),
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
                code(*_RECEIPTS, need=True),
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
                (N9, G62, _EXCEPTION),
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
