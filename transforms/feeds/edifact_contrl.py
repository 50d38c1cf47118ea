"""EDIFACT CONTRL: whether a partner could read what we sent.

Received and well formed, not agreed to. One row per message it names (UCM); one
per interchange, or functional group, of which it names none.

- ``interchange_ref`` is UCI's 0020, the reference of our UNB; ``set_ref`` UCM's
  0062, the reference of our UNH; without a UCM the interchange's again.
- Action 4 is R, 7 and 8 (received only) are A. What is above counts first: UCI 4
  rejects every message whatever its UCM says.
- A UCI or UCF that accepts (7) but names only rejected messages says that the
  others are accepted: one more row for the interchange, P.
- ``reason``: the error codes with the place, "UCM 13 UNT, UCS 4, UCD 12 3:2". No
  data is copied in a CONTRL, so there is nobody's in it.
- ``acknowledged_at``: date and hour of the interchange it came in.
"""

from __future__ import annotations

from collections.abc import Iterator

from transforms.contracts.documents import ACKNOWLEDGEMENTS
from transforms.contracts.profile import Parsed, Profile
from transforms.edi.edifact.bodies import Body, Content, Row
from transforms.edi.edifact.documents import read_document
from transforms.edi.edifact.lines import Line, Lines

DOCUMENT = ACKNOWLEDGEMENTS

_REJECTED = "4"
_ACTIONS = {"UCI": 4, "UCF": 4, "UCM": 3}
"""Where element 0083 stands; the error codes follow it."""


def parse(payload: bytes, profile: Profile) -> Parsed:
    """Answers of a file of CONTRLs, one row per UCM or, without any, per UCI.

    Args:
        payload: file as received.
        profile: of the partner, for the zone of its local times.
    """
    return read_document(payload, profile, DOCUMENT, "CONTRL", _content)


def _content(body: Body) -> Content:
    opening = body.one("UCI")
    whole: Row = {
        "interchange_ref": _number(opening.text(1)),
        "acknowledged_at": body.prepared_at,
    }
    return whole, [*_answers(body.lines, opening)]


def _answers(lines: Lines, opening: Line) -> Iterator[Row]:
    """A row per UCM below its UCI and UCF, then what no UCM names."""
    level, statuses = [opening], []
    for group in lines.groups("UCF", "UCM"):
        if group[0].name == "UCF":
            level = [opening, group[0]]
            continue
        above = [line for line in level if _is_rejected(line)]
        statuses.append("R" if above or _is_rejected(group[0]) else "A")
        yield _row(group[0], group[0].text(1), statuses[-1], [*above, *group])
    told = [opening, *lines.named("UCF")]
    status = "R" if any(map(_is_rejected, told)) else "A"
    if statuses and "A" not in statuses and status == "A":
        status = "P"
    if status == "P" or not statuses:
        yield _row(opening, _number(opening.text(1)), status, told)


def _row(line: Line, reference: str, status: str, told: list[Line]) -> Row:
    reasons = [said for said in map(_spoken, told) if said]
    return {
        "payload_line": line.number,
        "set_ref": reference,
        "status_code": status,
        "reason": ", ".join(reasons) or None,
    }


def _is_rejected(line: Line) -> bool:
    return line.text(_ACTIONS[line.name]) == _REJECTED


def _number(reference: str) -> str:
    """A control number without leading zeros, as we keep ours."""
    return reference.lstrip("0") or "0" if reference.isdecimal() else reference


def _spoken(line: Line) -> str:
    """Segment, error code, place; "" when it says no error."""
    if line.name in _ACTIONS:
        start = _ACTIONS[line.name] + 1
        said = [line.text(start), line.text(start + 1), ":".join(line.texts(start + 2))]
    elif line.name == "UCS":
        said = [line.text(1), line.text(2)]
    elif line.name == "UCD":
        said = [line.text(1), ":".join(line.texts(2))]
    else:
        return ""
    return " ".join([line.name, *filter(None, said)]) if any(said) else ""
