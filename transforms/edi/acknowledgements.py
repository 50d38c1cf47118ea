"""What goes back for a file: interchanges of TA1s and 997s, or nothing.

Rules: one interchange for each sender in the file; one 997 for each functional
group except FA groups; a TA1 when ISA14 asks or the envelope fails; never a 997
for a 997, nor a TA1 for a TA1. Not here: when it is sent, and whether we agree
with what was said (855, 865).
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from zoneinfo import ZoneInfo

from transforms.contracts.profile import Envelope, Profile
from transforms.edi.anatomy import Envelopes, Group, Header, Received
from transforms.edi.delimiters import Delimiters
from transforms.edi.documents import Reader, judge, opened_by, syntax_findings
from transforms.edi.envelopes import OUTSIDE
from transforms.edi.findings import Finding
from transforms.edi.group_answers import ANSWERS, answer_group, is_newer
from transforms.edi.interchange_answers import answer_interchange
from transforms.edi.sets import SETS
from transforms.edi.writer import Dialect, Segment, write_interchange

_RELEASE, _NEWER_RELEASE = "004010", "005010"
_MAX_IDENTITY = 15
_ANSWERS = {"997", "999"}


def acknowledge_payload(
    payload: bytes,
    envelope: Envelope,
    readers: Sequence[tuple[Reader, Profile]],
    *,
    is_repeat: bool = False,
) -> list[bytes]:
    """The interchanges that answer a file, the same for the same arguments.

    One for each pair of addresses in the file: a mailbox may bring what several
    senders wrote. An answer speaks as they did: ids swapped, their delimiters, a
    test when all of it is one, spelled as 005010 where a group is of that release.

    Args:
        payload: file as received.
        envelope: its sender (the zone of the answer's hour), ISA13 and GS06 of
            the first answer (the next ones count on), its instant.
        readers: of the formats that read the file, each with its feed's profile;
            the first one answers for sets that none of them knows.
        is_repeat: the same bytes came before: each interchange is refused as a
            duplicate and nothing in it is answered again.

    Returns:
        nothing when nothing is to be answered: no interchange, FA groups only.

    Raises:
        ValueError: the control number is out of range.
    """
    profile = envelope.profile
    envelopes = opened_by(payload, profile, is_repeat=is_repeat)
    untidy = _untidy(envelopes)
    letters: dict[tuple[str, ...], _Letter] = {}
    for one in envelopes.interchanges:
        letter = letters.setdefault(_addresses(one.header), _Letter(profile))
        letter.add(one, has_strays=one.line in untidy)
    due = [letter for letter in letters.values() if letter.groups or letter.notes]
    findings = _findings(envelopes, readers) if due else {}
    return [
        letter.written(replace(envelope, control_no=number), findings)
        for number, letter in enumerate(due, start=envelope.control_no)
    ]


def _addresses(header: Header) -> tuple[str, ...]:
    return (
        header.sender,
        header.sender_qualifier,
        header.receiver,
        header.receiver_qualifier,
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
    envelopes: Envelopes, readers: Sequence[tuple[Reader, Profile]]
) -> dict[int, Finding]:
    """What the formats refuse; sets they ignore are held to their own map."""
    findings: dict[int, Finding] = {}
    ours: set[str] = set()
    for reader, profile in readers:
        ours.add(reader.set_map.code)
        takes = partial(profile.share.takes, own=reader.kinds)
        mine = [one for one in envelopes.sets if takes(one.code)]
        findings |= judge(mine, profile, reader).findings
    for code, set_map in SETS.items():
        ignored = [
            one
            for one in envelopes.sets
            if one.code == code and code not in ours and one.line not in findings
        ]
        findings = findings | (syntax_findings(ignored, set_map) if ignored else {})
    return findings


@dataclass
class _Letter:
    """What one sender is answered."""

    profile: Profile
    received: list[Received] = field(default_factory=list)
    groups: list[Group] = field(default_factory=list)
    notes: list[Segment] = field(default_factory=list)

    def add(self, one: Received, *, has_strays: bool) -> None:
        """Take up an interchange: its TA1 if one is due, its groups that ask."""
        note = answer_interchange(one, has_strays=has_strays)
        self.received.append(one)
        self.notes += [note] if note else []
        asking = (group for group in one.groups if not _is_answer(group))
        self.groups += asking if one.refusal is None else []

    def written(self, envelope: Envelope, findings: dict[int, Finding]) -> bytes:
        """The interchange, its ids those of what is answered the other way round."""
        header, profile = self.received[0].header, self.profile
        sender = header.receiver[:_MAX_IDENTITY] or profile.our_interchange_id
        receiver = header.sender[:_MAX_IDENTITY] or profile.interchange_id or "?"
        newer = any(is_newer(group.header.version) for group in self.groups)
        answers = (answer_group(one, findings, newer=newer) for one in self.groups)
        first = self.groups[0].header if self.groups else header
        return write_interchange(
            [("997", answer or []) for answer in answers],
            functional_id=ANSWERS,
            sender=sender,
            receiver=receiver,
            control_no=envelope.control_no,
            at=envelope.as_of.astimezone(ZoneInfo(profile.zone)),
            dialect=_dialect(self.received, newer=newer),
            application=(
                first.application_receiver[:_MAX_IDENTITY] or sender,
                first.application_sender[:_MAX_IDENTITY] or receiver,
            ),
            answers=self.notes,
        )


def _is_answer(group: Group) -> bool:
    """Whether a group is made of acknowledgements, whatever its header calls it."""
    codes = {found.code for found in group.sets}
    return group.header.functional_id == ANSWERS or (bool(codes) and codes <= _ANSWERS)


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
