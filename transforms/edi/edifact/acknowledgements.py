"""CONTRL for the interchanges of a payload we received: well formed or not.

One CONTRL answers one interchange, message by message; a CONTRL is never
answered, or two partners would acknowledge each other for ever. Not here:
sending it, and whether we agree with what was said.

What is refused here is what ``documents`` quarantines by envelope, map and
text. A message that a format refuses for its meaning is well formed: its answer
is an APERAK or an ORDRSP, and the error report.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from transforms.contracts.profile import Profile
from transforms.edi.edifact.anatomy import Group, Message, Opened
from transforms.edi.edifact.documents import judge, open_payload
from transforms.edi.edifact.faults import Fault
from transforms.edi.edifact.writer import (
    STANDARD,
    Dialect,
    Element,
    Segment,
    write_interchange,
)

_CONTRL = "CONTRL"
_REJECTED, _ACKNOWLEDGED = "4", "7"
_VERSIONS = {"4": "CONTRL:4:1:UN"}
_USUAL_VERSION = "CONTRL:D:3:UN"
_LETTERS_SINCE = "3"
_TRAILERS = {"UNB": "UNZ", "UNG": "UNE", "UNH": "UNT"}
_MISSING = "0"
"""Stands for what was not sent and the segments of an answer cannot do without."""

_IDENTIFIER, _NEEDED_OF_IT = (6, 3, 3, 3, 17, 6, 6), 4
_PARTY, _GROUP_PARTY = (35, 4, 35, 35), (35, 4)
_REFERENCE = 14
"""Longest legal spellings of what an answer repeats."""


def acknowledge_payload(  # noqa: PLR0913 what an answer is made of
    payload: bytes,
    profile: Profile,
    *,
    control_no: int,
    at: datetime,
    dialect: Dialect | None = None,
    readers: Mapping[str, Profile] | None = None,
    is_repeat: bool = False,
) -> list[bytes]:
    """Interchanges with a CONTRL for each interchange that is to be answered.

    One for each sender: a mailbox may bring what several wrote. Answered are
    interchanges that ask for it (UNB 0031), and all where the profile's option
    ``answers_contrl`` is "true"; never one that brings nothing but CONTRLs. An
    interchange or group whose trailer is wrong is acknowledged with the error
    named, since its messages were read all the same. Bad data is never copied
    back: it may be personal.

    Args:
        payload: file as received.
        profile: of its sender; option ``accepts_test`` as in reading.
        control_no: UNB 0020 of the first answer, the next ones count on; never used
            twice for other bytes.
        at: hour of the answer's envelope, written as it stands.
        dialect: how the partner likes it; by default as it wrote itself.
        readers: message types that are read, each with its feed's profile; any
            other is refused. By default all that we have a map of.
        is_repeat: the same bytes came before: each interchange is refused as a
            duplicate and nothing in it is answered again.

    Returns:
        the answers, none where nothing is to be answered.

    Example:
        >>> sent = b"UNB+UNOC:3+HARBOR+ORDERHOUSE+171227:0905+7++++1'UNZ+0+7'"
        >>> (answer,) = acknowledge_payload(
        ...     sent, Profile("harbor"), control_no=12, at=datetime(2017, 12, 27))
        >>> answer.split(b"'")[3]
        b'UCI+7+HARBOR+ORDERHOUSE+7'
    """
    always = profile.options.get("answers_contrl") == "true"
    opened = open_payload(payload, profile, is_repeat=is_repeat).interchanges
    faults = _Faults(profile, readers or {})
    letters: dict[tuple[str, str], list[Opened]] = {}
    for one in opened:
        if _is_answered(one, always=always):
            sender = (one.header.sender, one.header.sender_qualifier)
            # Where only one may send, it hears of what others sent in its name.
            named = (profile.interchange_id, "") if profile.interchange_id else sender
            letters.setdefault(named, []).append(one)
    return [
        write_interchange(
            [(_version(letter), [*_answer(one, faults)]) for one in letter],
            sender=letter[0].header.receiver or profile.our_interchange_id,
            receiver=name or profile.partner_id,
            control_no=number,
            at=at,
            dialect=dialect or _dialect(letter[0]),
        )
        for number, ((name, _), letter) in enumerate(letters.items(), start=control_no)
    ]


@dataclass(frozen=True)
class _Faults:
    """What is wrong with messages, each judged by the profile of who reads it."""

    profile: Profile
    readers: Mapping[str, Profile]

    def of(self, found: Message) -> Fault | None:
        """The first fault of a message."""
        profile = self.readers.get(found.kind, self.profile)
        return judge(found, profile, self.readers)


def _version(letter: list[Opened]) -> str:
    return _VERSIONS.get(letter[0].header.syntax_version, _USUAL_VERSION)


def _is_answered(one: Opened, *, always: bool) -> bool:
    kinds = {found.kind for found in one.messages}
    return kinds != {_CONTRL} and (always or one.header.asks_for_contrl)


def _dialect(one: Opened) -> Dialect:
    """As the partner wrote itself, in its syntax version."""
    header = one.header
    return Dialect(
        service=STANDARD.service,
        syntax="UNOC" if header.syntax_version >= _LETTERS_SINCE else "UNOB",
        version=header.syntax_version,
        sender_qualifier=header.receiver_qualifier,
        receiver_qualifier=header.sender_qualifier,
        is_test=header.is_test,
    )


def _answer(one: Opened, faults: _Faults) -> Iterator[Segment]:
    """UCI and what follows it: messages, or groups with their messages."""
    fault = one.refusal or next(iter(one.faults), None)
    action = _REJECTED if one.refusal else _ACKNOWLEDGED
    reference = _reference(one.header.interchange_ref)
    yield ["UCI", reference, *_parties(one.identity, _PARTY), action, *_error(fault)]
    if one.refusal:
        return
    if not one.groups:
        yield from _messages(one.messages, faults)
    for group in one.groups:
        yield from _group(group, faults)


def _group(group: Group, faults: _Faults) -> Iterator[Segment]:
    fault = next(iter(group.faults), None)
    is_repeat = fault is not None and fault.code == "DUPLICATE_GROUP"
    action = _REJECTED if is_repeat else _ACKNOWLEDGED
    reference = _reference(group.header.group_ref)
    yield [
        "UCF",
        reference,
        *_parties(group.identity, _GROUP_PARTY),
        action,
        *_error(fault),
    ]
    if not is_repeat:
        yield from _messages(group.messages, faults)


def _messages(messages: Sequence[Message], faults: _Faults) -> Iterator[Segment]:
    for found in messages:
        if found.kind != _CONTRL:
            yield from _message(found, faults.of(found))


def _message(found: Message, fault: Fault | None) -> Iterator[Segment]:
    """UCM, and the segment and element at fault behind it."""
    identifier = _fitted(found.identifier, _IDENTIFIER, _NEEDED_OF_IT)
    opening: list[Element] = ["UCM", _reference(found.reference), identifier]
    if fault is None:
        yield [*opening, _ACKNOWLEDGED]
        return
    is_envelope = fault.segment in {"UNH", "UNT"}
    yield [*opening, _REJECTED, *(_error(fault) if is_envelope else [])]
    if is_envelope:
        return
    is_missing = fault.code == "MISSING_VALUE" and not fault.element
    # A missing segment is told at the last one before it.
    position = fault.line - found.line + (0 if is_missing else 1)
    if not fault.element:
        yield ["UCS", str(position), fault.error]
        return
    yield ["UCS", str(position)]
    yield ["UCD", fault.error, _place(fault)]


def _error(fault: Fault | None) -> list[str | list[str]]:
    """Error code, segment and element of an envelope's fault."""
    if fault is None:
        return []
    if fault.element:
        return [fault.error, fault.segment, _place(fault)]
    is_open = fault.code == "BAD_ENVELOPE"
    # What is missing is named, not what it should close.
    return [fault.error, _TRAILERS[fault.segment] if is_open else fault.segment]


def _place(fault: Fault) -> list[str]:
    """S011: elements are counted from 1 for the tag, components from 1."""
    component = [str(fault.component)] if fault.component else []
    return [str(fault.element + 1), *component]


def _reference(sent: str) -> str:
    return _cut(sent, _REFERENCE) or _MISSING


def _cut(sent: str, size: int) -> str:
    return "".join(filter(str.isprintable, sent))[:size].strip()


def _parties(identity: tuple[str, str], sizes: Sequence[int]) -> list[list[str]]:
    return [_fitted(party, sizes, needed=1) for party in identity]


def _fitted(sent: str, sizes: Sequence[int], needed: int) -> list[str]:
    """Components as sent, as far as they are legal: cut, or filled where missing."""
    parts = [*sent.split(":"), *[""] * len(sizes)]
    fitted = [_cut(part, size) for part, size in zip(parts, sizes, strict=False)]
    return [part or _MISSING for part in fitted[:needed]] + fitted[needed:]
