"""X12 997: whether a partner could read what we sent.

Received and well formed, not agreed to. One row per acknowledged set:

- ``interchange_ref`` is AK102, the control number of our functional group;
  ``set_ref`` is AK202. A 997 without AK2 answers the whole group; its
  ``set_ref`` is then the control number, as in files without sets.
- A group that AK9 rejects rejects its sets, whatever their AK5 says. M, W and X
  (authentication, assurance) count as R.
- ``reason``: the error segments AK3, AK4, AK5 and AK9 as sent, without the copy
  of the bad data in AK404, which may be personal.
- ``acknowledged_at``: date and hour of the group it came in.
"""

from __future__ import annotations

from transforms.contracts.documents import ACKNOWLEDGEMENTS
from transforms.contracts.profile import Parsed, Profile
from transforms.edi.bodies import Body, Content, Line, Row, first, loops
from transforms.edi.documents import read_document
from transforms.edi.sets import ACKNOWLEDGEMENT

DOCUMENT = ACKNOWLEDGEMENTS

_REFUSALS = {"M": "R", "W": "R", "X": "R"}
_BAD_DATA = 4


def parse(payload: bytes, profile: Profile) -> Parsed:
    """Answers of a file of 997s, one row per AK2 or, without any, per AK1.

    Args:
        payload: file as received.
        profile: of the partner, for the zone of its local times.
    """
    return read_document(payload, profile, DOCUMENT, ACKNOWLEDGEMENT, _content)


def _content(body: Body) -> Content:
    opening, verdict = body.one("AK1"), body.one("AK9")
    control = opening.text(2).lstrip("0") or "0"
    group: Row = {"interchange_ref": control, "acknowledged_at": body.sent_at}
    _, answers = loops(body.lines[: body.lines.index(verdict)], "AK2")
    status = _status(verdict)
    if not answers:
        whole = {"set_ref": control, "status_code": status}
        reason = {"reason": _reason([verdict]), "payload_line": opening.number}
        return group, [whole | reason]
    return group, [_answer(loop, verdict) for loop in answers]


def _answer(loop: list[Line], verdict: Line) -> Row:
    opening, answer = loop[0], first(loop, "AK5")
    if answer is None:
        raise opening.fault(0, "MISSING_VALUE", "no AK5")
    is_refused = _status(verdict) == "R"
    blamed = [*loop, verdict] if is_refused else loop
    return {
        "payload_line": opening.number,
        "set_ref": opening.text(2),
        "status_code": "R" if is_refused else _status(answer),
        "reason": _reason(blamed),
    }


def _status(line: Line) -> str:
    return _REFUSALS.get(line.text(1), line.text(1))


def _reason(lines: list[Line]) -> str | None:
    """Error segments as sent; none when all that was said is "accepted"."""
    said = [line for line in lines if line.name in {"AK3", "AK4", "AK5", "AK9"}]
    errors = [line for line in said if line.name != "AK5" or line.text(1) != "A"]
    errors = [line for line in errors if line.name != "AK9" or line.text(1) != "A"]
    return " ".join(_spoken(line) for line in errors) or None


def _spoken(line: Line) -> str:
    shown = line.segment[:_BAD_DATA] if line.name == "AK4" else line.segment
    return "*".join(shown)
