"""997 content for a functional group we received: well formed or not.

One 997 answers one group, set by set; an FA group is never answered, or two
partners would acknowledge each other for ever. Not here: sending it, and
whether we agree with what was said.
"""

from __future__ import annotations

from collections.abc import Mapping

from transforms.edi.anatomy import Group, TransactionSet
from transforms.edi.findings import Finding

_SEGMENT_HAS_ERRORS = "8"
_SEGMENT_MISSING = "3"
_ELEMENT_ERRORS = {
    "MISSING_VALUE": "1",
    "LINE_TOO_LONG": "5",
    "CONTROL_CHARACTER": "6",
    "BAD_CODE": "7",
    "BAD_INSTANT": "8",
    "BAD_QTY": "6",
    "BAD_AMOUNT": "6",
    "CARD_NUMBER": "6",
}
"""AK403 by code."""

_SET_ERRORS = {"UNKNOWN_SET": "1"}
_PLACE_ERRORS = {"ST": "2", "ST02": "23", "SE01": "4", "SE02": "3"}
_GROUP_ERRORS = {"GS": "3", "GE01": "5", "GE02": "4"}
"""AK502 and AK905 by place."""

_SEGMENTS_IN_ERROR = "5"


def acknowledge(
    group: Group, findings: Mapping[int, Finding] | None = None
) -> list[list[str]] | None:
    """Segments of the 997 for a group, without ST and SE.

    A set with a finding is rejected (R), any other accepted (A); the group is
    accepted, partly accepted or rejected accordingly. Bad data is never copied
    back (AK404 stays out): it may be personal.

    Args:
        group: as ``open_envelopes`` found it; its sets' own findings count.
        findings: by line number of a set's ST, what its map or format refused.

    Returns:
        AK1 … AK9; None for an FA group.

    Example:
        >>> from transforms.edi.anatomy import Header
        >>> header = Header(functional_id="PO", group_control="7")
        >>> acknowledge(Group(header, [], "0", []))
        [['AK1', 'PO', '7'], ['AK9', 'A', '0', '0', '0']]
    """
    header = group.header
    if header.functional_id == "FA":
        return None
    refused = {
        found.line: finding
        for found in group.sets
        if (finding := found.finding or (findings or {}).get(found.line))
    }
    answer = [["AK1", header.functional_id, header.group_control]]
    for found in group.sets:
        answer += _set_answer(found, refused.get(found.line))
    answer.append(_verdict(group, len(refused)))
    return answer


def _set_answer(found: TransactionSet, finding: Finding | None) -> list[list[str]]:
    opening = ["AK2", found.code, found.control]
    if finding is None:
        return [opening, ["AK5", "A"]]
    error = _SET_ERRORS.get(finding.code) or _envelope_error(finding)
    if error:
        return [opening, ["AK5", "R", error]]
    return [opening, *_segment_error(found, finding), ["AK5", "R", _SEGMENTS_IN_ERROR]]


def _envelope_error(finding: Finding) -> str | None:
    is_envelope = finding.code in {"BAD_ENVELOPE", "WRONG_COUNT"}
    return _PLACE_ERRORS.get(finding.place) if is_envelope else None


def _segment_error(found: TransactionSet, finding: Finding) -> list[list[str]]:
    position = str(finding.line - found.line + 1)
    is_missing = finding.code == "MISSING_VALUE" and not finding.element
    kind = _SEGMENT_MISSING if is_missing else _SEGMENT_HAS_ERRORS
    segment = ["AK3", finding.segment, position, "", kind]
    if not finding.element:
        return [segment]
    error = _ELEMENT_ERRORS.get(finding.code, "7")
    return [segment, ["AK4", str(finding.element), "", error]]


def _verdict(group: Group, refused: int) -> list[str]:
    received = len(group.sets)
    errors = [
        _GROUP_ERRORS[finding.place]
        for finding in group.findings
        if finding.place in _GROUP_ERRORS
    ]
    verdict = "A"
    if refused:
        verdict = "R" if refused == received else "P"
    elif errors:
        verdict = "E"
    claimed = group.claimed_count or str(received)
    return ["AK9", verdict, claimed, str(received), str(received - refused), *errors]
