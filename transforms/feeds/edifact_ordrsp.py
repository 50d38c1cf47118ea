"""EDIFACT ORDRSP: what a supplier says to our purchase orders.

An answer of the business, not of the reader: CONTRL says whether a message could
be read. One row per answered LIN, two where a part is backordered; one row per
message where it answers as a whole.

- The answer's number is BGM's, ours RFF ON; RFF PP (number of a change) makes
  it an answer to an ORDCHG. ``line_ref`` is RFF LI or RFF ON's line, else LIN's.
- The code of a line: LIN 5 or 11 ACCEPTED, 1, 3, 6, 23 or 24 CHANGED, 7, 2 or 10
  REJECTED, 4 (no action) no row. PIA 3 (substituted by) makes it SUBSTITUTED.
- LIN says nothing: BGM 27 REJECTED, 12 (not yet processed) ON_HOLD; else the
  quantities say it: confirmed (QTY 113, else 12, else 21) below ordered (21) is
  CHANGED, nothing confirmed REJECTED; confirmed as ordered is what BGM says, else
  ACCEPTED.
- QTY 83 above zero is a further row, BACKORDERED; where nothing at all is
  confirmed it is the only one. A line that LIN or BGM refuses waits for nothing.
- The whole message: BGM 29, 6 ACCEPTED, 27 REJECTED, 12 ON_HOLD, 4, 28, 30, 34
  CHANGED; 7, 9, 11, 31, 35 by 4343: AP, AD ACCEPTED, RE, RD, RJ REJECTED, others
  CHANGED, nothing ACCEPTED.
- Price: PRI AAA, else AAB, per one. Date: DTM 67, 69 or 17. Reason: FTX.
"""

from __future__ import annotations

from transforms.contracts.documents import APPLICATION_ANSWERS
from transforms.contracts.profile import Parsed, Profile
from transforms.edi.edifact.bodies import BOUGHT, Body, Content, Row
from transforms.edi.edifact.documents import read_document
from transforms.edi.edifact.lines import Line, Lines
from transforms.feeds.reading.edifact_lines import (
    answered_day,
    currency_of,
    refuse_repeats,
    refuse_wrong_totals,
)
from transforms.feeds.reading.edifact_prices import unit_price_text

DOCUMENT = APPLICATION_ANSWERS

_WHOLE = {
    "4": "CHANGED",
    "6": "ACCEPTED",
    "12": "ON_HOLD",
    "27": "REJECTED",
    "28": "CHANGED",
    "29": "ACCEPTED",
    "30": "CHANGED",
    "34": "CHANGED",
}
_RESPONSES = {
    "": "ACCEPTED",
    "AP": "ACCEPTED",
    "AD": "ACCEPTED",
    "RD": "REJECTED",
    "RE": "REJECTED",
    "RJ": "REJECTED",
}
_LINES = {
    "1": "CHANGED",
    "2": "REJECTED",
    "3": "CHANGED",
    "5": "ACCEPTED",
    "6": "CHANGED",
    "7": "REJECTED",
    "10": "REJECTED",
    "11": "ACCEPTED",
    "23": "CHANGED",
    "24": "CHANGED",
}
_SETTLED = {"REJECTED", "ON_HOLD"}
"""Answers to the whole that no quantity of a line says better."""
_NO_ACTION = "4"
_SUBSTITUTED_BY = "3"


def parse(payload: bytes, profile: Profile) -> Parsed:
    """Answers of a file of ORDRSPs, see above.

    Args:
        payload: file as received.
        profile: of the supplier; ``currency_code`` where CUX is missing,
            ``zone`` of its local times.
    """
    return read_document(payload, profile, DOCUMENT, "ORDRSP", _content)


def _content(body: Body) -> Content:
    head, items, summary = body.sections
    refuse_repeats(items)
    refuse_wrong_totals(summary, items)
    beginning = body.one("BGM")
    answer = _answer(body, head, beginning)
    if items:
        rows = [row for item in items for row in _item(item, head, beginning, body)]
        return answer, rows
    whole: Row = {
        "payload_line": beginning.number,
        "answer_code": _verdict(beginning),
        "partner_code": _partner_code(beginning),
        "confirmed_on": answered_day(Lines(), head, body),
        "reason": head.free_text(),
    }
    return answer, [whole]


def _answer(body: Body, head: Lines, beginning: Line) -> Row:
    order = head.best("RFF", "ON")
    if order is None:
        raise beginning.fault(0, "MISSING_VALUE", "no RFF ON")
    if not beginning.text(2):
        raise beginning.fault(2, "MISSING_VALUE")
    return {
        "format": "edifact_ordrsp",
        "answer_ref": beginning.text(2),
        "answered_document": "ORDCHG" if head.best("RFF", "PP") else "ORDERS",
        "answered_ref": order.text(1, 2),
        "answered_at": body.instant(body.one("DTM", "137")),
    }


def _partner_code(beginning: Line) -> str | None:
    """Message function and response type as sent: "9 AC"."""
    return " ".join(filter(None, [beginning.text(3), beginning.text(4)])) or None


def _verdict(beginning: Line) -> str:
    said = _WHOLE.get(beginning.text(3))
    return said or _RESPONSES.get(beginning.text(4), "CHANGED")


def _item(item: Lines, head: Lines, beginning: Line, body: Body) -> list[Row]:
    action = item[0].text(2)
    if action == _NO_ACTION:
        return []
    confirmed, waiting = _quantity(item, body, "113", "12", "21"), _waiting(item, body)
    row: Row = {
        "payload_line": item[0].number,
        "line_ref": _our_line(item),
        "sku_ref": body.article(item, BOUGHT),
        "answer_code": _code(item, beginning, body),
        "partner_code": action or _partner_code(beginning),
        "qty": None if confirmed is None else str(confirmed),
        **_price(item, head, body),
        "confirmed_on": answered_day(item, head, body),
        "substitute_sku_ref": _substitute(item),
        "reason": item.free_text(),
    }
    if not waiting or _is_refused(item, beginning):
        return [row]
    held = row | {"answer_code": "BACKORDERED", "qty": str(waiting)}
    return [row, held] if confirmed else [held]


def _code(item: Lines, beginning: Line, body: Body) -> str:
    """The answer to a line: by its action, else by its quantities."""
    if _substitute(item):
        return "SUBSTITUTED"
    said = _said(item, beginning)
    if item[0].text(2) or said in _SETTLED:
        return said
    return _by_quantity(item, said, body)


def _said(item: Lines, beginning: Line) -> str:
    """What LIN says, else BGM."""
    return _LINES.get(item[0].text(2), _verdict(beginning))


def _is_refused(item: Lines, beginning: Line) -> bool:
    return _said(item, beginning) in _SETTLED and not _substitute(item)


def _by_quantity(item: Lines, verdict: str, body: Body) -> str:
    ordered = _quantity(item, body, "21")
    confirmed = _quantity(item, body, "113", "12", "21")
    if confirmed == 0:
        return "REJECTED"
    if confirmed == ordered:
        is_line_wise = _quantity(item, body, "113", "12") is not None
        return "ACCEPTED" if is_line_wise else verdict
    return "CHANGED"


def _quantity(item: Lines, body: Body, *qualifiers: str) -> int | None:
    line = item.best("QTY", *qualifiers)
    if line is None:
        return None
    qty = body.eaches(line)
    if qty < 0:
        raise line.fault(1, "BAD_QTY", component=2)
    return qty


def _waiting(item: Lines, body: Body) -> int:
    return _quantity(item, body, "83") or 0


def _our_line(item: Lines) -> str:
    """Our number of the line, else the partner's."""
    ours, order = item.best("RFF", "LI"), item.best("RFF", "ON")
    named = ours.text(1, 2) if ours else ""
    return named or (order.text(1, 3) if order else "") or item[0].text(1)


def _price(item: Lines, head: Lines, body: Body) -> Row:
    line = item.best("PRI", "AAA", "AAB")
    if line is None:
        return {}
    currency_code = currency_of(head, body)
    return {"price_amount": unit_price_text(line), "currency_code": currency_code}


def _substitute(item: Lines) -> str | None:
    line = item.first("PIA", _SUBSTITUTED_BY)
    return line.text(2) or None if line else None
