"""Pairing ISA/IEA, GS/GE and ST/SE: which transaction sets are whole.

A broken set never takes its neighbours with it: a set is proved whole by its
own SE, so a wrong GE or IEA quarantines that trailer alone. What is not read at
all is refused whole: an interchange of another sender, a test, one that
repeats, a group that repeats in its interchange. Not here: what the sets say
(``columns`` and the formats).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import numpy as np

from transforms.edi.anatomy import (
    Envelopes,
    Group,
    Header,
    Received,
    TransactionSet,
    control_ref,
)
from transforms.edi.findings import Finding
from transforms.edi.spans import Mark, Span, by_group, find_marks, find_spans
from transforms.edi.tokens import Interchange, Tokens, spelled, tokenise
from transforms.edi.trailers import group_faults, interchange_faults, set_fault

OUTSIDE = "outside any interchange"
"""Detail of a line that stands in none."""

_FRAMING = {"ISA", "ISB", "ISE", "GS", "GE", "IEA", "TA1"}
"""ISB and ISE ask for grades of service and deferred delivery: a network's business."""


def open_envelopes(
    payload: bytes | Tokens,
    *,
    accepts_test: bool = False,
    sender: str = "",
    receiver: str = "",
    is_repeat: bool = False,
) -> Envelopes:
    """Pair the envelopes of a file; never raises.

    A file that holds more than ``limits`` allow is one refused segment.

    Args:
        payload: bytes, or tokens already cut.
        accepts_test: read interchanges marked as tests like any other.
        sender: the only ISA06 to be read; "" reads them all.
        receiver: the only ISA08 to be read; "" reads them all.
        is_repeat: the whole file came before: no interchange of it is read.

    Example:
        >>> opened = open_envelopes(b"ISA is not enough")
        >>> [finding.code for finding, _ in opened.strays]
        ['BAD_ENVELOPE']
    """
    tokens = payload if isinstance(payload, Tokens) else tokenise(payload)
    if tokens.excess:
        whole = Finding(1, "", 0, "FILE_TOO_LARGE", detail=tokens.excess)
        return Envelopes(count=1, strays=[(whole, "")])
    envelopes = Envelopes(count=tokens.count)
    for stray in tokens.strays:
        _add_stray(envelopes, stray.line, stray.text, OUTSIDE)
    door = _Door(accepts_test, sender.strip(), receiver.strip(), is_repeat)
    for interchange in tokens.interchanges:
        _add_interchange(envelopes, interchange, door)
    return envelopes


@dataclass
class _Door:
    """Who may enter, and which control numbers of a file already did."""

    accepts_test: bool
    sender: str
    receiver: str
    is_repeat: bool
    entered: set[tuple[str, str]] = field(default_factory=set)

    def refusal(self, header: Header, line: int) -> Finding | None:
        """Why an interchange is not read at all; what is read has entered."""
        found = next(self._complaints(header), None)
        return Finding(line, "ISA", *found) if found else None

    def _complaints(self, header: Header) -> Iterator[tuple[int, str, str, str]]:
        """Element, code, value, detail; only without any does the interchange enter."""
        if self.sender and header.sender != self.sender:
            yield 6, "WRONG_PARTNER", header.sender, f"{self.sender} is agreed"
        if self.receiver and header.receiver != self.receiver:
            yield 8, "WRONG_PARTNER", header.receiver, f"{self.receiver} is agreed"
        if header.is_test and not self.accepts_test:
            yield 15, "TEST_INTERCHANGE", "T", ""
        key = (header.sender, control_ref(header.interchange_control))
        if self.is_repeat or key in self.entered:
            yield 13, "DUPLICATE_INTERCHANGE", header.interchange_control, ""
        self.entered.add(key)


def _add_stray(envelopes: Envelopes, line: int, text: str, detail: str) -> None:
    finding = Finding(line, "", 0, "BAD_ENVELOPE", text, detail)
    if text.strip():
        envelopes.strays.append((finding, text))
    else:
        envelopes.blank += 1


def _add_interchange(
    envelopes: Envelopes, interchange: Interchange, door: _Door
) -> None:
    marks = find_marks(interchange)
    size = len(interchange.ends)
    group_spans = find_spans(marks, ("GS", "GE"), {"GS", "ISA", "IEA"}, size)
    set_spans = find_spans(marks, ("ST", "SE"), {"ST", "GS", "GE", "ISA", "IEA"}, size)
    header = _interchange_header(marks[0])
    refusal = door.refusal(header, interchange.line)
    answers = [] if refusal else [*_between(marks)]
    received = Received(
        header,
        marks[0].elements,
        [],
        [_answer(interchange, header, mark) for mark in answers],
        interchange_faults(marks, len(group_spans), interchange.line),
        interchange.line,
        interchange.delimiters,
        refusal,
    )
    cutter = _Cutter(interchange, received)
    for span, inner in by_group(group_spans, set_spans):
        envelopes.sets += cutter.members(span, inner)
    envelopes.interchanges.append(received)
    envelopes.answers += received.answers
    _sort_framing(envelopes, interchange, set_spans, _faults(received, marks))


def _between(marks: list[Mark]) -> Iterator[Mark]:
    """TA1s that stand in no group."""
    is_inside = False
    for mark in marks:
        name = mark.elements[0]
        is_inside = name == "GS" or (is_inside and name != "GE")
        if name == "TA1" and not is_inside:
            yield mark


def _answer(interchange: Interchange, header: Header, mark: Mark) -> TransactionSet:
    body = _body(interchange, mark.index, mark.index + 1)
    line, control = interchange.line + mark.index, mark.at(1)
    return TransactionSet("TA1", control, line, body, 1, header, interchange.delimiters)


def _body(interchange: Interchange, start: int, end: int) -> bytes:
    return interchange.body[interchange.starts[start] : interchange.ends[end - 1] + 1]


def _interchange_header(isa: Mark) -> Header:
    return Header(
        sender=isa.at(6),
        receiver=isa.at(8),
        sender_qualifier=isa.at(5),
        receiver_qualifier=isa.at(7),
        interchange_control=isa.at(13),
        is_test=isa.at(15) == "T",
        day=f"20{isa.at(9)}",
        hour=isa.at(10),
    )


def _group_header(base: Header, gs: Mark) -> Header:
    return replace(
        base,
        functional_id=gs.at(1),
        application_sender=gs.at(2),
        application_receiver=gs.at(3),
        day=gs.at(4),
        hour=gs.at(5),
        group_control=gs.at(6) or "?",
        version=gs.at(8),
    )


class _Cutter:
    """Cuts the sets of one interchange out, group by group."""

    def __init__(self, interchange: Interchange, received: Received) -> None:
        self.interchange = interchange
        self.received = received
        self.entered: set[str] = set()
        filled = interchange.ends > interchange.starts
        self.blanks = np.flatnonzero(~filled)

    def members(self, span: Span | None, inner: list[Span]) -> list[TransactionSet]:
        """The sets of a group, which is added to its interchange."""
        if span is None:
            return self._sets(self.received.header, inner, self.received.refusal)
        header = _group_header(self.received.header, span.opening)
        refusal = self.received.refusal or self._repeat(span.opening)
        sets = self._sets(header, inner, refusal)
        line = self.interchange.line
        group = Group(
            header,
            sets,
            span.closing.at(1) if span.closing else "",
            group_faults(span, len(sets), line),
            line + span.opening.index,
            None if self.received.refusal else refusal,
        )
        self.received.groups.append(group)
        return sets

    def _repeat(self, gs: Mark) -> Finding | None:
        control = control_ref(gs.at(6))
        if control in self.entered:
            line = self.interchange.line + gs.index
            return Finding(line, "GS", 6, "DUPLICATE_GROUP", gs.at(6))
        self.entered.add(control)
        return None

    def _sets(
        self, header: Header, spans: list[Span], refusal: Finding | None
    ) -> list[TransactionSet]:
        """Sets in order; later ones under a used ST02 are broken."""
        seen: set[str] = set()
        sets: list[TransactionSet] = []
        has_group = bool(header.group_control)
        for span, body, filled in self._bodies(spans):
            line = self.interchange.line + span.opening.index
            finding = (
                refusal.beside(line)
                if refusal
                else set_fault(span, line, filled, has_group=has_group)
            )
            code, control = span.opening.at(1), span.opening.at(2)
            if control in seen and finding is None:
                finding = Finding(line, "ST", 2, "DUPLICATE_SET", control)
            seen.add(control)
            sets.append(
                TransactionSet(
                    code,
                    control,
                    line,
                    body,
                    filled,
                    header,
                    self.interchange.delimiters,
                    finding,
                )
            )
        return sets

    def _bodies(self, spans: list[Span]) -> Iterator[tuple[Span, bytes, int]]:
        """Each set with its segments and how many of them are not blank."""
        one = self.interchange
        first = np.array([span.opening.index for span in spans], np.int64)
        last = np.array([span.end for span in spans], np.int64)
        blank = np.searchsorted(self.blanks, last) - np.searchsorted(self.blanks, first)
        starts, ends = one.starts[first].tolist(), (one.ends[last - 1] + 1).tolist()
        filled = (last - first - blank).tolist()
        for span, start, end, count in zip(spans, starts, ends, filled, strict=True):
            yield span, one.body[start:end], count


def _faults(received: Received, marks: list[Mark]) -> dict[int, Finding]:
    """By line, what is wrong with envelope segments."""
    line = received.line
    if received.refusal:
        places = (line + mark.index for mark in marks)
        return {place: received.refusal.beside(place) for place in places}
    faults = [*received.findings, *(f for g in received.groups for f in g.findings)]
    by_line = {finding.line: finding for finding in reversed(faults)}
    trailers = iter(line + mark.index for mark in marks if mark.name in {"GS", "GE"})
    refused = {group.line: group.refusal for group in received.groups}
    refusal: Finding | None = None
    for place in trailers:
        refusal = refused.get(place, refusal)
        if refusal:
            by_line[place] = refusal.beside(place)
    return by_line


def _sort_framing(
    envelopes: Envelopes,
    interchange: Interchange,
    set_spans: list[Span],
    faults: dict[int, Finding],
) -> None:
    """Put every segment outside sets into framing, strays or blank."""
    envelopes.blank += sum(span.end - span.opening.index for span in set_spans) - sum(
        one.filled for one in envelopes.sets[len(envelopes.sets) - len(set_spans) :]
    )
    position = 0
    for span in set_spans:
        _sort_gap(envelopes, interchange, (position, span.opening.index), faults)
        position = span.end
    _sort_gap(envelopes, interchange, (position, len(interchange.ends)), faults)


def _sort_gap(
    envelopes: Envelopes,
    interchange: Interchange,
    gap: tuple[int, int],
    faults: dict[int, Finding],
) -> None:
    if gap[0] == gap[1]:
        return
    separator = interchange.delimiters.element
    texts = spelled(_body(interchange, *gap), interchange.delimiters)
    for index, text in enumerate(texts, start=gap[0]):
        line, name = interchange.line + index, text.partition(separator)[0].upper()
        is_framing = name in _FRAMING and (index == 0) == (name == "ISA")
        if line in faults:
            envelopes.strays.append((faults[line], text))
        elif is_framing and separator in text:
            envelopes.framing += 1
        else:
            _add_stray(envelopes, line, text, "outside any transaction set")
