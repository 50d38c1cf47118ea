"""Pairing UNB/UNZ, UNG/UNE and UNH/UNT: which messages are whole.

A broken message never takes its neighbours with it: a message is proved whole
by its own UNT, so a wrong UNE or UNZ quarantines that trailer alone. An
interchange of the wrong sender, a test, or one that stood in the file before is
refused whole. Not here: what the messages say (``maps`` and the formats).
"""

from __future__ import annotations

from dataclasses import replace

from transforms.edi.edifact import faults
from transforms.edi.edifact.anatomy import Envelopes, Group, Header, Message, Opened
from transforms.edi.edifact.characters import COMPONENT, ELEMENT, spoken
from transforms.edi.edifact.faults import Fault
from transforms.edi.edifact.tokens import Interchange, Tokens, tokenise
from transforms.edi.edifact.trailers import (
    Reading,
    group_faults,
    interchange_faults,
    message_fault,
    refusal,
)
from transforms.edi.spans import Mark, Span, by_group, find_spans

_FRAMING = {"UNB", "UNG", "UNE", "UNZ"}
_ENVELOPES = {*_FRAMING, "UNH", "UNT"}


def open_interchanges(
    payload: bytes | Tokens,
    *,
    partner: str = "",
    receiver: str = "",
    accepts_test: bool = False,
    is_repeat: bool = False,
) -> Envelopes:
    """Pair the envelopes of a file; never raises on bytes.

    A file that holds more than ``limits`` allow is one refused segment.

    Args:
        payload: bytes, or tokens already cut.
        partner: UNB 0004 of the only sender allowed; "" for any.
        receiver: UNB 0010 of the only receiver allowed; "" for any.
        accepts_test: read interchanges marked as tests like any other.
        is_repeat: the whole file came before: no interchange of it is read.

    Example:
        >>> opened = open_interchanges(b"UNB is not enough")
        >>> [fault.code for fault, _ in opened.strays]
        ['BAD_ENVELOPE']
    """
    tokens = payload if isinstance(payload, Tokens) else tokenise(payload)
    if tokens.excess:
        whole = Fault(1, "", 0, "FILE_TOO_LARGE", detail=tokens.excess)
        return Envelopes(count=1, strays=[(whole, "")])
    envelopes = Envelopes(count=tokens.count)
    reading = Reading(partner, receiver, accepts_test, is_repeat, set())
    for stray in tokens.strays:
        _add_stray(envelopes, stray.line, stray.text, "outside any interchange")
    for interchange in tokens.interchanges:
        _add_interchange(envelopes, interchange, reading)
    return envelopes


def _add_stray(envelopes: Envelopes, line: int, text: str, detail: str) -> None:
    error = faults.OUTSIDE_MESSAGE
    fault = Fault(line, "", 0, "BAD_ENVELOPE", spoken(text), detail, error=error)
    if text.strip():
        envelopes.strays.append((fault, text))
    else:
        envelopes.blank += 1


def _add_interchange(
    envelopes: Envelopes, interchange: Interchange, reading: Reading
) -> None:
    marks = _marks(interchange)
    size, line = len(interchange.texts), interchange.line
    group_spans = find_spans(marks, ("UNG", "UNE"), {"UNG", "UNB", "UNZ"}, size)
    spans = find_spans(marks, ("UNH", "UNT"), _ENVELOPES - {"UNT"}, size)
    header = _interchange_header(marks[0])
    refused = refusal(header, reading, line + marks[0].index)
    counted = len(group_spans) or len(spans)
    opened = Opened(
        header,
        line + marks[0].index,
        [],
        [],
        interchange_faults(marks, counted, line),
        refused,
        _identity(marks[0]),
    )
    _fill(opened, interchange, group_spans, spans)
    envelopes.interchanges.append(opened)
    if interchange.is_guessed:
        envelopes.guesses.append((opened.line, interchange.encoding))
    _sort_framing(envelopes, interchange, spans, _outer_faults(opened, marks, line))


def _marks(interchange: Interchange) -> list[Mark]:
    """Envelope segments in order; the first is the UNB."""
    found = [
        Mark(index, [part.strip() for part in text.split(ELEMENT)])
        for index, text in enumerate(interchange.texts)
        # Two letters rule out most segments at a third of the cost.
        if text[:2] == "UN" and text.partition(ELEMENT)[0] in _ENVELOPES
    ]
    first = 1 if interchange.service.is_announced else 0
    return found or [Mark(first, ["UNB"])]


def _identity(mark: Mark) -> tuple[str, str]:
    return (mark.at(2).replace(COMPONENT, ":"), mark.at(3).replace(COMPONENT, ":"))


def _interchange_header(unb: Mark) -> Header:
    _, version = _pair(unb.at(1))
    sender, sender_qualifier = _pair(unb.at(2))
    receiver, receiver_qualifier = _pair(unb.at(3))
    day, hour = _pair(unb.at(4))
    return Header(
        sender=sender,
        sender_qualifier=sender_qualifier,
        receiver=receiver,
        receiver_qualifier=receiver_qualifier,
        interchange_ref=unb.at(5),
        day=day,
        hour=hour,
        application=unb.at(7),
        asks_for_contrl=unb.at(9) in {"1", "2"},
        is_test=unb.at(11) not in {"", "0"},
        syntax_version=version[:1] or "3",
    )


def _pair(element: str) -> tuple[str, str]:
    first, second, *_ = [*element.split(COMPONENT), ""]
    return first.strip(), second.strip()


def _fill(
    opened: Opened, interchange: Interchange, groups: list[Span], spans: list[Span]
) -> None:
    """Put messages and groups into their interchange."""
    seen: set[str] = set()
    for span, inner in by_group(groups, spans):
        if span is None:
            opened.messages.extend(_messages(interchange, opened, opened.header, inner))
            continue
        mark = span.opening
        reference = mark.at(5) or "?"
        kind = mark.at(1)
        header = replace(opened.header, group_ref=reference, group_kind=kind)
        found = group_faults(span, len(inner), interchange.line, seen)
        seen.add(mark.at(5))
        verdict = next((f for f in found if f.code == "DUPLICATE_GROUP"), None)
        members = _messages(interchange, opened, header, inner, verdict)
        opened.messages.extend(members)
        line = interchange.line + mark.index
        opened.groups.append(Group(header, line, members, found, _identity(mark)))


def _messages(
    interchange: Interchange,
    opened: Opened,
    header: Header,
    spans: list[Span],
    verdict: Fault | None = None,
) -> list[Message]:
    """Messages of a group, or of an interchange without groups."""
    seen: set[str] = set()
    found: list[Message] = []
    for span in spans:
        start, mark = span.opening.index, span.opening
        texts = interchange.texts[start : span.end]
        counted = len(texts) - texts.count("")
        fault = message_fault(span, interchange.line, counted, seen)
        seen.add(mark.at(1))
        names = mark.at(2).split(COMPONENT)
        outer = opened.refusal or verdict
        line = interchange.line + start
        found.append(
            Message(
                kind=names[0],
                identifier=":".join(names),
                release="".join(names[2:3]),
                reference=mark.at(1),
                line=line,
                texts=texts,
                header=header,
                service=interchange.service,
                is_damaged=interchange.is_damaged,
                fault=outer.beside(line) if outer else fault,
            )
        )
    return found


def _outer_faults(opened: Opened, marks: list[Mark], line: int) -> dict[int, Fault]:
    """What is wrong with each envelope segment outside messages, by line."""
    every = opened.faults + [f for group in opened.groups for f in group.faults]
    if opened.refusal:
        refused = opened.refusal
        every = [refused.beside(line + mark.index) for mark in marks]
    for group in opened.groups:
        for fault in group.faults:
            if fault.code == "DUPLICATE_GROUP":
                every += _of_trailer(group, fault, marks, line)
    return {fault.line: fault for fault in reversed(every)}


def _of_trailer(
    group: Group, fault: Fault, marks: list[Mark], line: int
) -> list[Fault]:
    """A repeated group is set aside with its UNE."""
    behind = (m for m in marks if line + m.index > group.line and m.name == "UNE")
    closing = next(behind, None)
    return [fault.beside(line + closing.index)] if closing else []


def _sort_framing(
    envelopes: Envelopes,
    interchange: Interchange,
    spans: list[Span],
    faulty: dict[int, Fault],
) -> None:
    """Put every segment outside messages into framing, strays or blank."""
    position = 0
    for span in [*spans, None]:
        start = span.opening.index if span else len(interchange.texts)
        for index in range(position, start):
            _sort_one(envelopes, interchange, index, faulty)
        if span:
            envelopes.blank += interchange.texts[start : span.end].count("")
            position = span.end


def _sort_one(
    envelopes: Envelopes, interchange: Interchange, index: int, faulty: dict[int, Fault]
) -> None:
    text, line = interchange.texts[index], interchange.line + index
    first = 1 if interchange.service.is_announced else 0
    tag = text.partition(ELEMENT)[0]
    is_framing = tag in _FRAMING and (index == first) == (tag == "UNB")
    if line in faulty:
        envelopes.strays.append((faulty[line], text))
    elif is_framing or index < first:
        envelopes.framing += 1
    else:
        _add_stray(envelopes, line, text, "outside any message")
