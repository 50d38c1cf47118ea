"""EDIFACT APERAK: what a partner's application makes of a message of ours.

One row per ERC, or one per message without any.

- ``answer_code``: BGM's function 29, 6 ACCEPTED, 27 REJECTED, 28, 30, 34
  CHANGED; else its name 312 (acknowledgement) ACCEPTED, 313 (error) ERROR; else
  an ERC is an ERROR and none is ACCEPTED. Option ``accepted_errors`` lists,
  joined by |, the codes of ERC by which a partner means that all is well.
- What is answered: RFF ON, else POR, ACW, AGO, DM, DQ, else the first of the
  head. The document by DOC, else by UNB's application reference, else by the
  reference (ON ORDERS, DQ DESADV), else MESSAGE.
- The line: RFF LI behind the ERC. Reason: the code of ERC and the text of FTX.
- ``answered_at``: DTM 137 as in ORDRSP, else the hour of the interchange.
"""

from __future__ import annotations

from transforms.contracts.documents import APPLICATION_ANSWERS
from transforms.contracts.profile import Parsed, Profile
from transforms.edi.edifact.bodies import Body, Content, Row
from transforms.edi.edifact.documents import read_document
from transforms.edi.edifact.lines import NOTHING, Line, Lines

DOCUMENT = APPLICATION_ANSWERS

_BY_FUNCTION = {
    "6": "ACCEPTED",
    "27": "REJECTED",
    "28": "CHANGED",
    "29": "ACCEPTED",
    "30": "CHANGED",
    "34": "CHANGED",
}
_BY_NAME = {"312": "ACCEPTED", "313": "ERROR"}
_REFERENCES = ("ON", "POR", "ACW", "AGO", "DM", "DQ")
_DOCUMENTS = {"220": "ORDERS", "230": "ORDCHG", "231": "ORDRSP", "351": "DESADV"}
_BY_REFERENCE = {"ON": "ORDERS", "POR": "ORDERS", "DQ": "DESADV"}


def parse(payload: bytes, profile: Profile) -> Parsed:
    """Answers of a file of APERAKs, one row per ERC or per message.

    Args:
        payload: file as received.
        profile: of the partner, for the zone of its local times.
    """
    return read_document(payload, profile, DOCUMENT, "APERAK", _content)


def _content(body: Body) -> Content:
    head, errors = body.lines.until("ERC"), body.lines.groups("ERC")
    beginning = body.one("BGM")
    if not beginning.text(2):
        raise beginning.fault(2, "MISSING_VALUE")
    answer = _answer(body, head, beginning)
    if errors:
        return answer, [_error(error, head, beginning, body) for error in errors]
    code = _verdict(beginning) or "ACCEPTED"
    whole: Row = {"payload_line": beginning.number, "answer_code": code}
    return answer, [whole | {"reason": head.free_text()}]


def _answer(body: Body, head: Lines, beginning: Line) -> Row:
    reference = head.best("RFF", *_REFERENCES) or head.first("RFF")
    if reference is None or not reference.text(1, 2):
        raise beginning.fault(0, "MISSING_VALUE", "no RFF")
    made = head.best("DTM", "137")
    return {
        "format": "edifact_aperak",
        "answer_ref": beginning.text(2),
        "answered_document": _document(body, head, reference),
        "answered_ref": reference.text(1, 2),
        "partner_code": beginning.text(3) or beginning.text(1) or None,
        "answered_at": body.instant(made) if made else body.prepared_at,
    }


def _document(body: Body, head: Lines, reference: Line) -> str:
    named = _DOCUMENTS.get((head.first("DOC") or NOTHING).text(1))
    by_reference = _BY_REFERENCE.get(reference.text(1))
    application = body.header.application
    is_told = application and application != "APERAK"
    return named or (application if is_told else by_reference or "MESSAGE")


def _verdict(beginning: Line) -> str | None:
    said = _BY_FUNCTION.get(beginning.text(3))
    return said or _BY_NAME.get(beginning.text(1))


def _error(error: Lines, head: Lines, beginning: Line, body: Body) -> Row:
    code, line = error[0].text(1), error.best("RFF", "LI")
    is_fine = code in body.profile.options.get("accepted_errors", "").split("|")
    said = [code, error.free_text() or head.free_text()]
    return {
        "payload_line": error[0].number,
        "line_ref": line.text(1, 2) if line else None,
        "answer_code": _verdict(beginning) or ("ACCEPTED" if is_fine else "ERROR"),
        "reason": " ".join(filter(None, said)),
    }
