"""What a map of a transaction set is, and checking and building with one.

A map names segments, and of each element its type, length, need and code
list. Reading checks segments against it, writing builds them with it. Segments
a map does not name are legal and not looked at: partners send more than we
read. The maps themselves are in ``sets``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from transforms.edi.findings import Finding

_SHAPES = {
    "AN": r"[^{s}]{{{n},{x}}}",
    "N0": r"-?[0-9]{{{n},{x}}}",
    "N2": r"-?[0-9]{{{n},{x}}}",
    "R": r"-?(?=[0-9.]{{{n},{x}}}(?:{s}|$))"
    r"(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)",
    "Q": r"-?[0-9]{{{n},{x}}}(?:\.0*)?",
    "DT": r"(?:19|20)[0-9]{{2}}"
    r"(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])",
    "TM": r"(?:[01][0-9]|2[0-3])[0-5][0-9](?:[0-5][0-9](?:[0-9]{{1,2}})?)?",
}
_FAULTS = {
    "AN": "LINE_TOO_LONG",
    "N0": "BAD_QTY",
    "N2": "BAD_AMOUNT",
    "R": "BAD_AMOUNT",
    "Q": "BAD_QTY",
    "DT": "BAD_INSTANT",
    "TM": "BAD_INSTANT",
}


@dataclass(frozen=True)
class Element:
    """One element's promise.

    Args:
        kind: AN text, N0 whole number, N2 whole cents, R decimal,
            Q eaches, DT CCYYMMDD, TM HHMM[SS[dd]].
        maximum: longest legal spelling, without sign and point for numbers.
        minimum: shortest.
        is_required: whether it must be there when its segment is.
        codes: closed list, empty when open.
    """

    kind: str = "AN"
    maximum: int = 80
    minimum: int = 1
    is_required: bool = False
    codes: tuple[str, ...] = ()

    def pattern(self, separator: str) -> str:
        """Regular expression of a legal, present value."""
        if self.codes:
            return f"(?:{'|'.join(map(re.escape, self.codes))})"
        shape = _SHAPES[self.kind]
        return shape.format(s=re.escape(separator), n=self.minimum, x=self.maximum)

    @property
    def fault(self) -> str:
        """Code of a value that is there and not legal."""
        return "BAD_CODE" if self.codes else _FAULTS[self.kind]


@dataclass(frozen=True)
class SegmentMap:
    """A segment's id and its elements, in order.

    Args:
        name: segment id.
        elements: from position 1; later ones are open.
        is_required: whether every set has one.
    """

    name: str
    elements: tuple[Element, ...]
    is_required: bool = False


# Compared by identity: hashing all its elements once a set would cost more than
# checking the set.
@dataclass(frozen=True, eq=False)
class SetMap:
    """A transaction set.

    Args:
        code: ST01.
        functional_id: GS01 of its groups.
        segments: those we read or write.
    """

    code: str
    functional_id: str
    segments: tuple[SegmentMap, ...]

    def segment(self, name: str) -> SegmentMap:
        """The map of a segment id.

        Raises:
            KeyError: this set has no such segment here.
        """
        for segment in self.segments:
            if segment.name == name:
                return segment
        raise KeyError(f"{self.code} has no segment {name}")


def check(
    set_map: SetMap, texts: Sequence[str], separator: str, line: int
) -> Finding | None:
    """The first thing in a set that its map does not allow.

    Args:
        set_map: of the set's code.
        texts: ST to SE as sent.
        separator: element separator.
        line: number of the ST in the file.
    """
    matchers = _matchers(set_map, separator)
    seen: set[str] = set()
    for index, text in enumerate(texts):
        name = text.partition(separator)[0]
        matcher = matchers.get(name)
        if matcher is None:
            continue
        seen.add(name)
        if matcher.fullmatch(text) is None:
            elements = text.split(separator)
            return _guilty(set_map.segment(name), elements, separator, line + index)
    missing = [s.name for s in set_map.segments if s.is_required and s.name not in seen]
    if not missing:
        return None
    last = line + len(texts) - 1
    return Finding(last, missing[0], 0, "MISSING_VALUE", detail=f"no {missing[0]}")


def build(set_map: SetMap, name: str, *values: str | None) -> list[str]:
    """A segment to write: text cut to its longest spelling, then checked.

    Args:
        set_map: of the set it is for.
        name: segment id.
        values: elements in order; None or "" leaves one out.

    Raises:
        KeyError: the set has no such segment.
        ValueError: a value is not legal or a required one is missing.

    Example:
        >>> one = SetMap("940", "OW", (SegmentMap("LX", (Element("N0", 6),)),))
        >>> build(one, "LX", "3")
        ['LX', '3']
    """
    segment_map = set_map.segment(name)
    segment = [name]
    for position, value in enumerate(values, start=1):
        element = _element(segment_map, position)
        is_text = element.kind == "AN" and not element.codes
        segment.append((value or "")[: element.maximum if is_text else None])
    finding = _guilty(segment_map, segment, "\0", 0)
    if finding.code != _LEGAL:
        raise ValueError(f"{finding.place} of {set_map.code}: {finding.code}")
    return segment


_LEGAL = "LEGAL"


def _element(segment: SegmentMap, position: int) -> Element:
    if position <= len(segment.elements):
        return segment.elements[position - 1]
    return Element()


def _guilty(
    segment: SegmentMap, elements: Sequence[str], separator: str, line: int
) -> Finding:
    """The first illegal element, code LEGAL when there is none."""
    for position, element in enumerate(segment.elements, start=1):
        value = elements[position] if position < len(elements) else ""
        if not value.strip() and element.is_required:
            return Finding(line, segment.name, position, "MISSING_VALUE")
        pattern = element.pattern(separator)
        if value and not re.fullmatch(pattern, value):
            return Finding(line, segment.name, position, element.fault, value)
    return Finding(line, segment.name, 0, _LEGAL)


@lru_cache(maxsize=64)
def _matchers(set_map: SetMap, separator: str) -> dict[str, re.Pattern[str]]:
    return {s.name: _compiled(s, separator) for s in set_map.segments}


def _compiled(segment: SegmentMap, separator: str) -> re.Pattern[str]:
    """One expression for a whole segment: one match costs less than splitting."""
    s = re.escape(separator)
    tail, may_end = rf"(?:{s}.*)?", True
    for element in reversed(segment.elements):
        pattern = element.pattern(separator)
        if element.is_required:
            # At least one character that is neither blank nor the separator.
            pattern = rf"(?=[^{s}]*[^\s{s}]){pattern}"
        value = pattern if element.is_required else f"(?:{pattern})?"
        may_end = may_end and not element.is_required
        tail = rf"(?:{s}{value}{tail})?" if may_end else rf"{s}{value}{tail}"
    return re.compile(re.escape(segment.name) + tail, re.DOTALL)
