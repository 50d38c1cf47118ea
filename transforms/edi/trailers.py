"""What is wrong with envelopes: missing trailers, counts, control numbers.

Not here: pairing openings with trailers (``spans``) and who owns which segment
(``envelopes``).
"""

from __future__ import annotations

from transforms.edi.findings import Finding
from transforms.edi.spans import Mark, Span

_NUMBER = 12
"""Characters of a control number that a message repeats: no card number."""


def interchange_faults(marks: list[Mark], group_count: int, line: int) -> list[Finding]:
    """What is wrong with ISA and IEA, the latter's count and control number."""
    isa, closing = marks[0], marks[-1]
    if closing.name != "IEA":
        return [Finding(line, "ISA", 0, "BAD_ENVELOPE", detail="no IEA")]
    expected = {1: (str(group_count), "groups counted"), 2: (isa.at(13), "in ISA13")}
    finding = _trailer_fault(closing, line + closing.index, expected)
    return [finding] if finding else []


def group_faults(span: Span, set_count: int, line: int) -> list[Finding]:
    """What is wrong with GS and GE, the latter's count and control number."""
    opening, closing = span.opening, span.closing
    if closing is None:
        return [Finding(line + opening.index, "GS", 0, "BAD_ENVELOPE", detail="no GE")]
    expected = {1: (str(set_count), "sets counted"), 2: (opening.at(6), "in GS06")}
    finding = _trailer_fault(closing, line + closing.index, expected)
    return [finding] if finding else []


def set_fault(span: Span, line: int, count: int, *, has_group: bool) -> Finding | None:
    """What breaks a set: no group, no SE, its count or control number.

    Args:
        span: of the set.
        line: number of its ST in the file.
        count: segments counted, ST and SE included.
        has_group: whether it stands in a functional group.
    """
    opening, closing = span.opening, span.closing
    if has_group and closing and closing.elements[1:] == [str(count), opening.at(2)]:
        return None
    if closing is None or not has_group:
        detail = "no SE" if closing is None else "no GS"
        return Finding(line, "ST", 0, "BAD_ENVELOPE", detail=detail)
    place = line + closing.index - opening.index
    expected = {1: (str(count), "segments counted"), 2: (opening.at(2), "in ST02")}
    return _trailer_fault(closing, place, expected)


def _trailer_fault(
    closing: Mark, line: int, expected: dict[int, tuple[str, str]]
) -> Finding | None:
    """The first element of a trailer that is not what was counted or opened."""
    for position, (value, what) in expected.items():
        sent = closing.at(position)
        if not _is_same(sent, value):
            detail = f"{value[:_NUMBER]} {what}"
            return Finding(line, closing.name, position, "WRONG_COUNT", sent, detail)
    return None


def _is_same(sent: str, expected: str) -> bool:
    """Equal as numbers where both are numbers, else as text."""
    if sent.isdecimal() and expected.isdecimal():
        return int(sent) == int(expected)
    return sent == expected
