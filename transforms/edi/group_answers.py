"""997 content for a functional group we received: well formed or not.

One 997 answers one group, set by set; an FA group is never answered, or two
partners would acknowledge each other for ever. Not here: the envelope it goes
in (``acknowledgements``), and whether we agree with what was said.
"""

from __future__ import annotations

from collections.abc import Mapping

from transforms.edi.anatomy import Group, TransactionSet
from transforms.edi.findings import Finding
from transforms.edi.writer import Segment

ANSWERS = "FA"
"""GS01 of groups of 997s."""

_NEWER = "00501"
"""Releases from here on (GS08) name versions in AK1 and AK2."""

_SEGMENT_MISSING, _SEGMENT_HAS_ERRORS = "3", "8"
_ELEMENT_ERRORS = {
    "MISSING_VALUE": "1",
    "LINE_TOO_LONG": "5",
    "BAD_CODE": "7",
    "UNKNOWN_UNIT": "7",
    "REPEATED_LINE": "7",
    "WRONG_COUNT": "7",
    "BAD_INSTANT": "8",
}
_OTHER_ERROR = "6"
"""AK403 by code, where the finding does not bring X12's own."""

_SET_ERRORS = {"UNKNOWN_SET": "1", "DUPLICATE_SET": "23"}
_ENVELOPE_ERRORS = {"ST": "2", "SE01": "4", "SE02": "3"}
_SEGMENTS_IN_ERROR = "5"
"""AK502 by code, and by place where the envelope is broken."""

_GROUP_ERRORS = {"GS": "3", "GE01": "5", "GE02": "4"}
_BAD_CONTROL, _CONTROL_REPEATS = "6", "19"
"""AK905 by place; the last exists from 005010 on."""


def is_newer(version: str) -> bool:
    """Whether a release (GS08) names versions in its 997s.

    Example:
        >>> is_newer("004010VICS"), is_newer("005010X231")
        (False, True)
    """
    return version[:5] >= _NEWER


def answer_group(
    group: Group, findings: Mapping[int, Finding], *, newer: bool = False
) -> list[Segment] | None:
    """Segments of the 997 for a group, without ST and SE.

    A set with a finding is rejected (R), any other accepted (A); the group is
    accepted, partly accepted or rejected accordingly. Bad data is never copied
    back (AK404 stays out): it may be personal.

    Args:
        group: as ``open_envelopes`` found it.
        findings: by number of a set's ST, what is wrong with it.
        newer: spell it as 005010 does: AK103 is the group's release.

    Returns:
        AK1 … AK9; None for an FA group.

    Example:
        >>> from transforms.edi.anatomy import Header
        >>> header = Header(functional_id="PO", group_control="7")
        >>> answer_group(Group(header, [], "0", []), {})
        [['AK1', 'PO', '7'], ['AK9', 'A', '0', '0', '0']]
    """
    header = group.header
    if header.functional_id == ANSWERS:
        return None
    release = [header.version[:12]] if newer else []
    opening = ["AK1", header.functional_id[:2] or "??", _control(group), *release]
    if group.refusal:
        return [opening, _verdict(group, len(group.sets), newer=newer)]
    answer: list[Segment] = [opening]
    for found in group.sets:
        answer += _set_answer(found, findings.get(found.line))
    refused = sum(found.line in findings for found in group.sets)
    return [*answer, _verdict(group, refused, newer=newer)]


def _control(group: Group) -> str:
    control = group.header.group_control
    return control if _is_number(control, 9) else "0"


def _is_number(text: str, longest: int) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= longest


def _set_answer(found: TransactionSet, finding: Finding | None) -> list[Segment]:
    opening = ["AK2", found.code[:3] or "000", found.control[:9] or "0000"]
    if finding is None:
        return [opening, ["AK5", "A"]]
    is_envelope = finding.code in {"BAD_ENVELOPE", "WRONG_COUNT"}
    error = _SET_ERRORS.get(finding.code) or (
        _ENVELOPE_ERRORS.get(finding.place) if is_envelope else None
    )
    if error:
        return [opening, ["AK5", "R", error]]
    return [opening, *_segment_error(found, finding), ["AK5", "R", _SEGMENTS_IN_ERROR]]


def _segment_error(found: TransactionSet, finding: Finding) -> list[Segment]:
    position = str(finding.line - found.line + 1)
    name = finding.segment[:3] or "??"
    if finding.element:
        segment = ["AK3", name, position, "", _SEGMENT_HAS_ERRORS]
        error = finding.syntax or _ELEMENT_ERRORS.get(finding.code, _OTHER_ERROR)
        return [segment, ["AK4", str(finding.element), "", error]]
    is_missing = finding.code == "MISSING_VALUE"
    usual = _SEGMENT_MISSING if is_missing else _SEGMENT_HAS_ERRORS
    return [["AK3", name, position, "", finding.syntax or usual]]


def _verdict(group: Group, refused: int, *, newer: bool) -> Segment:
    received = len(group.sets)
    errors = [
        _GROUP_ERRORS[finding.place]
        for finding in group.findings
        if finding.place in _GROUP_ERRORS
    ]
    if group.refusal:
        errors = [_CONTROL_REPEATS if newer else _BAD_CONTROL]
    elif _control(group) == "0":
        errors.append(_BAD_CONTROL)
    verdict = "E" if errors else "A"
    if group.refusal or refused:
        verdict = "R" if refused == received else "P"
    claimed = group.claimed_count
    told = claimed if _is_number(claimed, 6) else str(received)
    return ["AK9", verdict, told, str(received), str(received - refused), *errors]
