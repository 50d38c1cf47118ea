"""Pairing ISA/IEA, GS/GE and ST/SE: which transaction sets are whole.

A broken set never takes its neighbours with it: a set is proved whole by its
own SE, so a wrong GE or IEA quarantines that trailer alone. Not here: what the
sets say (``maps`` and the formats).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import replace

from transforms.edi.anatomy import Envelopes, Group, Header, TransactionSet
from transforms.edi.findings import Finding
from transforms.edi.spans import Mark, Span, find_marks, find_spans
from transforms.edi.tokens import Interchange, Tokens, tokenise
from transforms.edi.trailers import (
    group_faults,
    interchange_faults,
    mark_test,
    set_fault,
)

_FRAMING = ("ISA", "GS", "GE", "IEA", "TA1")


def open_envelopes(payload: bytes | Tokens, *, accepts_test: bool = False) -> Envelopes:
    """Pair the envelopes of a file; never raises.

    Args:
        payload: bytes, or tokens already cut.
        accepts_test: read interchanges marked as tests like any other.

    Example:
        >>> opened = open_envelopes(b"ISA is not enough")
        >>> [finding.code for finding, _ in opened.strays]
        ['BAD_ENVELOPE']
    """
    tokens = payload if isinstance(payload, Tokens) else tokenise(payload)
    envelopes = Envelopes(count=tokens.count)
    for stray in tokens.strays:
        _add_stray(envelopes, stray.line, stray.text, "outside any interchange")
    for interchange in tokens.interchanges:
        _add_interchange(envelopes, interchange, accepts_test=accepts_test)
    return envelopes


def _add_stray(envelopes: Envelopes, line: int, text: str, detail: str) -> None:
    finding = Finding(line, "", 0, "BAD_ENVELOPE", text, detail)
    if text.strip():
        envelopes.strays.append((finding, text))
    else:
        envelopes.blank += 1


def _add_interchange(
    envelopes: Envelopes, interchange: Interchange, *, accepts_test: bool
) -> None:
    marks = find_marks(interchange)
    size = len(interchange.texts)
    group_spans = find_spans(marks, ("GS", "GE"), {"GS", "ISA", "IEA"}, size)
    set_spans = find_spans(marks, ("ST", "SE"), {"ST", "GS", "GE", "ISA", "IEA"}, size)
    faults = interchange_faults(marks, len(group_spans), interchange.line)
    base = _interchange_header(marks[0])
    base = replace(base, is_test=base.is_test and not accepts_test)
    for span, inner in _by_group(group_spans, set_spans):
        header = _group_header(base, span.opening) if span else base
        members = _without_repeats([_whole(interchange, header, s) for s in inner])
        envelopes.sets += members
        if span:
            group = _group(span, header, members, interchange.line)
            envelopes.groups.append(group)
            faults += group.findings
    if base.is_test:
        faults += [mark_test(interchange.line + mark.index) for mark in marks]
    _sort_framing(envelopes, interchange, set_spans, faults)


def _by_group(
    group_spans: list[Span], set_spans: list[Span]
) -> Iterator[tuple[Span | None, list[Span]]]:
    """Each group with its sets; sets between groups come with None."""
    rest = deque(set_spans)
    for group in group_spans:
        yield None, _taken(rest, group.opening.index)
        yield group, _taken(rest, group.end)
    yield None, list(rest)


def _taken(rest: deque[Span], end: int) -> list[Span]:
    taken: list[Span] = []
    while rest and rest[0].opening.index < end:
        taken.append(rest.popleft())
    return taken


def _interchange_header(isa: Mark) -> Header:
    return Header(
        sender=isa.at(6),
        receiver=isa.at(8),
        interchange_control=isa.at(13),
        is_test=isa.at(15) == "T",
    )


def _group_header(base: Header, gs: Mark) -> Header:
    return replace(
        base,
        functional_id=gs.at(1),
        day=gs.at(4),
        hour=gs.at(5),
        group_control=gs.at(6) or "?",
        version=gs.at(8),
    )


def _group(
    span: Span, header: Header, members: list[TransactionSet], line: int
) -> Group:
    closing = span.closing
    claimed = closing.at(1) if closing else ""
    findings = group_faults(span, len(members), line)
    return Group(header, members, claimed, findings)


def _whole(interchange: Interchange, header: Header, span: Span) -> TransactionSet:
    start = span.opening.index
    texts = interchange.texts[start : span.end]
    line = interchange.line + start
    return TransactionSet(
        code=span.opening.at(1),
        control=span.opening.at(2),
        line=line,
        texts=texts,
        header=header,
        delimiters=interchange.delimiters,
        finding=set_fault(
            span,
            line,
            len(texts) - texts.count(""),
            has_group=bool(header.group_control),
            is_test=header.is_test,
        ),
    )


def _without_repeats(sets: list[TransactionSet]) -> list[TransactionSet]:
    """Later sets of a group under a used ST02 are broken."""
    seen: set[str] = set()
    judged: list[TransactionSet] = []
    for found in sets:
        if found.control in seen and found.finding is None:
            detail = "ST02 repeats in its group"
            value = found.control
            finding = Finding(found.line, "ST", 2, "BAD_ENVELOPE", value, detail)
            judged.append(replace(found, finding=finding))
        else:
            judged.append(found)
        seen.add(found.control)
    return judged


def _sort_framing(
    envelopes: Envelopes,
    interchange: Interchange,
    set_spans: list[Span],
    faults: list[Finding],
) -> None:
    """Put every segment outside sets into framing, strays or blank."""
    by_line = {finding.line: finding for finding in reversed(faults)}
    position = 0
    for span in set_spans:
        inside = interchange.texts[span.opening.index : span.end]
        envelopes.blank += inside.count("")
        _sort_gap(envelopes, interchange, (position, span.opening.index), by_line)
        position = span.end
    _sort_gap(envelopes, interchange, (position, len(interchange.texts)), by_line)


def _sort_gap(
    envelopes: Envelopes,
    interchange: Interchange,
    gap: tuple[int, int],
    faults: dict[int, Finding],
) -> None:
    ids = tuple(f"{name}{interchange.delimiters.element}" for name in _FRAMING)
    for index in range(*gap):
        text, line = interchange.texts[index], interchange.line + index
        is_framing = text.startswith(ids) and (index == 0) == text.startswith("ISA")
        if line in faults:
            envelopes.strays.append((faults[line], text))
        elif is_framing:
            envelopes.framing += 1
        else:
            _add_stray(envelopes, line, text, "outside any transaction set")
