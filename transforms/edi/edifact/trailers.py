"""What is wrong with envelopes: missing trailers, counts, references, repeats.

Not here: pairing openings with trailers and who owns which segment
(``envelopes``).
"""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace

from transforms.edi.edifact import faults
from transforms.edi.edifact.anatomy import Header
from transforms.edi.edifact.faults import Fault
from transforms.edi.spans import Mark, Span


@dataclass(frozen=True)
class Reading:
    """Who may send, and what was opened before in the same file.

    Args:
        partner: UNB 0004 of the only sender allowed; "" for any.
        receiver: UNB 0010 of the only receiver allowed; "" for any.
        accepts_test: read interchanges marked as tests like any other.
        is_repeat: nothing is read, the whole file came before.
        seen: (sender, UNB 0020) of interchanges that stood before.
    """

    partner: str
    receiver: str
    accepts_test: bool
    is_repeat: bool
    seen: set[tuple[str, str]]


_NUMBER = 12
"""Characters of a control number that a message repeats: no card number."""


def refusal(header: Header, reading: Reading, line: int) -> Fault | None:
    """Why nothing of an interchange may be read; remembers what may."""
    found = next(_complaints(header, reading), None)
    if found is None:
        return None
    fault = _unb(line, *found)
    agreed = {2: reading.partner, 3: reading.receiver}.get(fault.element)
    return replace(fault, detail=f"{agreed} is agreed") if agreed else fault


def _complaints(
    header: Header, reading: Reading
) -> Iterator[tuple[int, str, str, str]]:
    """Element, code, value and error; without any the reference is remembered."""
    if reading.partner and header.sender != reading.partner:
        yield 2, "WRONG_PARTNER", header.sender, faults.UNKNOWN_SENDER
    if reading.receiver and header.receiver != reading.receiver:
        yield 3, "WRONG_PARTNER", header.receiver, faults.NOT_RECIPIENT
    if header.is_test and not reading.accepts_test:
        yield 11, "TEST_INTERCHANGE", "1", faults.TEST
    reference = (header.sender, header.interchange_ref)
    if reading.is_repeat or reference in reading.seen:
        yield 5, "DUPLICATE_INTERCHANGE", header.interchange_ref, faults.DUPLICATE
    reading.seen.add(reference)


def _unb(line: int, element: int, code: str, value: str, error: str) -> Fault:
    return Fault(line, "UNB", element, code, value, error=error)


def interchange_faults(marks: list[Mark], counted: int, line: int) -> list[Fault]:
    """What is wrong with UNB and UNZ.

    Args:
        marks: envelope segments; the first is the UNB.
        counted: groups, or messages where there are no groups.
        line: number of the interchange's first segment.
    """
    opening, closing = marks[0], marks[-1]
    place = line + opening.index
    found: list[Fault] = []
    if not opening.at(5):
        found.append(_unb(place, 5, "MISSING_VALUE", "", faults.MISSING))
    if closing.name != "UNZ":
        return [*found, _broken(place, "UNB", "no UNZ")]
    return found + _trailer_faults(closing, line, counted, opening.at(5), "0020")


def group_faults(
    span: Span, counted: int, line: int, seen: AbstractSet[str]
) -> list[Fault]:
    """What is wrong with UNG and UNE.

    Args:
        span: of the group.
        counted: messages in it.
        line: number of the interchange's first segment.
        seen: references of groups before it.
    """
    opening, closing = span.opening, span.closing
    place, reference = line + opening.index, opening.at(5)
    found: list[Fault] = []
    if reference in seen:
        found.append(
            Fault(
                place,
                "UNG",
                5,
                "DUPLICATE_GROUP",
                reference,
                error=faults.DUPLICATE,
            )
        )
    if closing is None:
        return [*found, _broken(place, "UNG", "no UNE")]
    return found + _trailer_faults(closing, line, counted, reference, "0048")


def message_fault(
    span: Span, line: int, counted: int, seen: AbstractSet[str]
) -> Fault | None:
    """What breaks a message: a used reference, no UNT, its count or reference.

    Args:
        span: of the message.
        line: number of the interchange's first segment.
        counted: its segments, UNH and UNT included, blank ones not.
        seen: references of messages before it in its group or interchange.
    """
    opening, closing = span.opening, span.closing
    place, reference = line + opening.index, opening.at(1)
    if closing is None:
        return _broken(place, "UNH", "no UNT")
    if reference and reference in seen:
        error = faults.DUPLICATE
        return Fault(place, "UNH", 1, "DUPLICATE_SET", reference, error=error)
    found = _trailer_faults(closing, line, counted, reference, "0062")
    return found[0] if found else None


def _broken(line: int, tag: str, detail: str) -> Fault:
    return Fault(line, tag, 0, "BAD_ENVELOPE", "", detail, error=faults.MISSING)


def _trailer_faults(
    closing: Mark, line: int, counted: int, reference: str, name: str
) -> list[Fault]:
    """What of a trailer is not what was counted or opened, worst first."""
    place, found = line + closing.index, []
    expected = (
        (1, str(counted), "counted", faults.BAD_COUNT),
        (2, reference, f"in {name}", faults.BAD_REFERENCE),
    )
    for position, value, what, error in expected:
        sent = closing.at(position)
        if not _is_same(sent, value):
            detail = f"{value[:_NUMBER] or 'nothing'} {what}"
            tag = closing.name
            code = "WRONG_COUNT"
            found.append(Fault(place, tag, position, code, sent, detail, error=error))
    return found


def _is_same(sent: str, expected: str) -> bool:
    """Equal as numbers where both are numbers, else as text."""
    if sent.isdecimal() and expected.isdecimal():
        return int(sent) == int(expected)
    return sent == expected
