"""What the order messages of EDIFACT say alike: currency, items, totals.

Shared by ORDERS, ORDCHG and ORDRSP. Not here: prices (``edifact_prices``) and
parties (``edifact_parties``).
"""

from __future__ import annotations

from decimal import Decimal

from transforms.edi.edifact.bodies import NOTHING, Body, Line, best, first
from transforms.edi.edifact.values import plain

_ISO_4217 = 3


def currency_of(head: list[Line], body: Body) -> str:
    """The currency of CUX (2, else its first), else of the profile.

    Raises:
        FaultError: it is no code of three letters.
    """
    line = first(head, "CUX", "2") or first(head, "CUX")
    if line is None or not line.text(1, 2):
        return body.profile.currency_code
    code = line.text(1, 2).upper()
    if not (code.isascii() and code.isalpha() and len(code) == _ISO_4217):
        raise line.fault(1, "BAD_CODE", "no currency", 2)
    return code


def description(item: list[Line]) -> str | None:
    """The free-form description of an item, IMD's components 4 and 5."""
    texts = (" ".join(x.texts(3, 4, 5)) for x in item if x.name == "IMD")
    return next(filter(None, texts), None)


def refuse_repeats(items: list[list[Line]]) -> None:
    """Every LIN has a number of its own and is no part of another.

    Raises:
        FaultError: a number is missing or used twice, or a sub-line stands here.
    """
    seen: set[str] = set()
    for item, *_ in items:
        if not item.text(1):
            raise item.fault(1, "MISSING_VALUE")
        if item.text(1) in seen:
            raise item.fault(1, "BAD_CODE", "LIN01 repeats in its message")
        if item.text(4):
            raise item.fault(4, "BAD_CODE", "a sub-line is not read")
        seen.add(item.text(1))


def refuse_wrong_totals(summary: list[Line], items: list[list[Line]]) -> None:
    """CNT 2 counts the lines, CNT 1 adds up what was ordered.

    Raises:
        FaultError: they do not agree with the lines.
    """
    lines = first(summary, "CNT", "2") or NOTHING
    if lines.text(1, 2) and Decimal(plain(lines.text(1, 2))) != len(items):
        raise lines.fault(1, "WRONG_COUNT", f"{len(items)} LIN counted", 2)
    total = first(summary, "CNT", "1") or NOTHING
    ordered = [line for item in items if (line := first(item, "QTY", "21"))]
    if not total.text(1, 2) or not ordered:
        return
    units = sum(Decimal(plain(line.text(1, 2))) for line in ordered)
    if Decimal(plain(total.text(1, 2))) != units:
        raise total.fault(1, "WRONG_COUNT", f"{units} ordered", 2)


def answered_day(item: list[Line], head: list[Line], body: Body) -> str | None:
    """The date a partner confirms: DTM 67, 69 or 17 of the item, else of all."""
    wanted = ("67", "69", "17")
    line = best(item, "DTM", *wanted) or best(head, "DTM", *wanted)
    return body.day(line) if line else None
