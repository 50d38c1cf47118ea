"""What the order messages of EDIFACT say alike: currency, items, totals.

Shared by ORDERS, ORDCHG and ORDRSP. Not here: prices (``edifact_prices``) and
parties (``edifact_parties``).
"""

from __future__ import annotations

from decimal import Decimal

from transforms.edi.edifact.bodies import Body
from transforms.edi.edifact.lines import NOTHING, Lines
from transforms.edi.edifact.values import plain

_ISO_4217 = 3


def currency_of(head: Lines, body: Body) -> str:
    """The currency of CUX (2, else its first), else of the profile.

    Raises:
        FaultError: it is no code of three letters.
    """
    line = head.first("CUX", "2") or head.first("CUX")
    if line is None or not line.text(1, 2):
        return body.profile.currency_code
    code = line.text(1, 2).upper()
    if not (code.isascii() and code.isalpha() and len(code) == _ISO_4217):
        raise line.fault(1, "BAD_CODE", "no currency", 2)
    return code


def description(item: Lines) -> str | None:
    """The free-form description of an item, IMD's components 4 and 5."""
    texts = (f"{x.text(3, 4)} {x.text(3, 5)}".strip() for x in item.named("IMD"))
    return next(filter(None, texts), None)


def refuse_repeats(items: list[Lines]) -> None:
    """Every LIN has a number of its own and is no part of another.

    Raises:
        FaultError: a number is missing or used twice, or a sub-line stands here.
    """
    seen: set[str] = set()
    for item, *_ in items:
        number = item.text(1)
        if not number:
            raise item.fault(1, "MISSING_VALUE")
        if number in seen:
            raise item.fault(1, "REPEATED_LINE", "LIN01")
        if item.text(4):
            raise item.fault(4, "BAD_CODE", "a sub-line is not read")
        seen.add(number)


def refuse_wrong_totals(summary: Lines, items: list[Lines]) -> None:
    """CNT 2 counts the lines, CNT 1 adds up what was ordered.

    Raises:
        FaultError: they do not agree with the lines.
    """
    lines = summary.first("CNT", "2") or NOTHING
    if lines.text(1, 2) and Decimal(plain(lines.text(1, 2))) != len(items):
        raise lines.fault(1, "WRONG_COUNT", f"{len(items)} LIN counted", 2)
    total = summary.first("CNT", "1") or NOTHING
    if not total.text(1, 2):
        return
    ordered = [line for item in items if (line := item.first("QTY", "21"))]
    units = sum(Decimal(plain(line.text(1, 2))) for line in ordered)
    if Decimal(plain(total.text(1, 2))) != units:
        raise total.fault(1, "WRONG_COUNT", f"{units} ordered", 2)


def answered_day(item: Lines, head: Lines, body: Body) -> str | None:
    """The date a partner confirms: DTM 67, 69 or 17 of the item, else of all."""
    wanted = ("67", "69", "17")
    line = item.best("DTM", *wanted) or head.best("DTM", *wanted)
    return body.day(line) if line else None
