"""What goes back for a file: one interchange of TA1s and 997s, or nothing.

Rules: one 997 for each functional group except FA groups; a TA1 when ISA14 asks
or the envelope fails; never a 997 for a 997, nor a TA1 for a TA1. Not here:
when it is sent, and whether we agree with what was said (855, 865).
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import replace
from zoneinfo import ZoneInfo

from transforms.contracts.profile import Envelope, Profile
from transforms.edi.anatomy import Envelopes, Group, Header, Received
from transforms.edi.delimiters import Delimiters
from transforms.edi.documents import Reader, judge, syntax_findings
from transforms.edi.envelopes import OUTSIDE, open_envelopes
from transforms.edi.findings import Finding
from transforms.edi.group_answers import ANSWERS, answer_group, is_newer
from transforms.edi.interchange_answers import answer_interchange
from transforms.edi.sets import SETS
from transforms.edi.writer import Dialect, write_interchange

_RELEASE, _NEWER_RELEASE = "004010", "005010"
_MAX_IDENTITY = 15


def acknowledge_payload(
    payload: bytes, envelope: Envelope, reader: Reader
) -> bytes | None:
    """The bytes that answer a file, the same for the same arguments.

    The answer speaks as the file did: ids swapped, its delimiters, a test when
    all of the file is one, spelled as 005010 where a group is of that release.

    Args:
        payload: file as received.
        envelope: its sender (the zone of the answer's hour), ISA13 and GS06 of
            the answer, its instant.
        reader: of the format the file was read with.

    Returns:
        None when nothing is to be answered: no interchange, FA groups only.

    Raises:
        ValueError: the control number is out of range.
    """
    profile = envelope.profile
    envelopes = open_envelopes(
        payload, accepts_test=True, sender=profile.interchange_id
    )
    received = envelopes.interchanges
    untidy = _untidy(envelopes)
    notes = [answer_interchange(one, has_strays=one.line in untidy) for one in received]
    groups = [
        group
        for one in received
        for group in one.groups
        if one.refusal is None and group.header.functional_id != ANSWERS
    ]
    answered = [note for note in notes if note]
    if not groups and not answered:
        return None
    newer = any(is_newer(group.header.version) for group in groups)
    findings = _findings(envelopes, profile, reader)
    answers = [answer_group(group, findings, newer=newer) or [] for group in groups]
    ids = _Addresses(received[0].header, groups, profile)
    return write_interchange(
        [("997", answer) for answer in answers],
        functional_id=ANSWERS,
        sender=ids.sender,
        receiver=ids.receiver,
        control_no=envelope.control_no,
        at=envelope.as_of.astimezone(ZoneInfo(profile.zone)),
        dialect=_dialect(received, newer=newer),
        application=ids.application,
        answers=answered,
    )


def _untidy(envelopes: Envelopes) -> set[int]:
    """Lines of interchanges in which something stands in no group or set."""
    lines = [one.line for one in envelopes.interchanges]
    strays = (
        finding.line
        for finding, _ in envelopes.strays
        if finding.code == "BAD_ENVELOPE" and finding.detail != OUTSIDE
    )
    owners = {bisect_left(lines, line) - 1 for line in strays}
    return {lines[owner] for owner in owners if owner >= 0}


def _findings(
    envelopes: Envelopes, profile: Profile, reader: Reader
) -> dict[int, Finding]:
    """What the format refuses; sets it ignores are held to their own map."""
    findings = judge(envelopes.sets, profile, reader).findings
    ours = reader.set_map.code
    for code, set_map in SETS.items():
        ignored = [
            one
            for one in envelopes.sets
            if one.code == code != ours and one.line not in findings
        ]
        findings = findings | (syntax_findings(ignored, set_map) if ignored else {})
    return findings


class _Addresses:
    """Who answers whom: the ids of what is answered, the other way round."""

    def __init__(self, header: Header, groups: list[Group], profile: Profile) -> None:
        self.sender = header.receiver[:_MAX_IDENTITY] or profile.our_interchange_id
        self.receiver = header.sender[:_MAX_IDENTITY] or profile.interchange_id or "?"
        first = groups[0].header if groups else header
        theirs = first.application_sender[:_MAX_IDENTITY] or self.receiver
        ours = first.application_receiver[:_MAX_IDENTITY] or self.sender
        self.application = (ours, theirs)


def _dialect(received: list[Received], *, newer: bool) -> Dialect:
    """How the file was spelled, in characters any reader has."""
    first = received[0]
    sent = first.delimiters
    marks = sent.element + sent.component + sent.terminator
    is_plain = marks.isascii() and not any(map(str.isalnum, marks))
    is_test = all(one.header.is_test for one in received)
    # The mark of repetitions is left out: real senders put letters of data there.
    kept = replace(sent, repetition="")
    return Dialect(
        delimiters=kept if is_plain else Delimiters(),
        version=_NEWER_RELEASE if newer else _RELEASE,
        usage="T" if is_test else "P",
        sender_qualifier=first.header.receiver_qualifier[:2] or "ZZ",
        receiver_qualifier=first.header.sender_qualifier[:2] or "ZZ",
    )
