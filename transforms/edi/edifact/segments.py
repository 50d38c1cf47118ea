"""Whether a segment is legal, and what is wrong with one that is not.

Not here: whether it may stand where it stands (``maps``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from transforms.edi.edifact import faults
from transforms.edi.edifact.characters import COMPONENT, ELEMENT, REPETITION
from transforms.edi.edifact.directories.notation import Directory, Element, Field
from transforms.edi.edifact.faults import Fault

_QUANTITIES = {"6060", "6064", "6066", "7224"}
_LIMITS = f"{ELEMENT}{REPETITION}{COMPONENT}"
_FILLED = rf"(?! *(?:[{_LIMITS}]|\Z))"
"""Not nothing, and not blanks alone, which are nothing."""


@dataclass(frozen=True)
class Rules:
    """What the segments of a message may hold.

    Args:
        directory: of the message.
        codes: codes we take, by segment and element.
        decimal: decimal marks that numbers may have.
    """

    directory: Directory
    codes: Mapping[tuple[str, str], str]
    decimal: str

    def matcher(self, tag: str) -> re.Pattern[str]:
        """One expression for a whole segment: a match costs less than splitting."""
        tail, may_end = f"{ELEMENT}*", True
        for field in reversed(self.directory.segments[tag]):
            once = self._field(tag, field)
            pattern = f"{once}(?:{REPETITION}{once})*"
            need = field.is_required
            pattern = pattern if need else f"(?:{pattern})?"
            may_end = may_end and not need
            tail = f"{ELEMENT}{pattern}{tail}"
            tail = f"(?:{tail})?" if may_end else tail
        return re.compile(rf"{tag}(?:{COMPONENT}[0-9]+)*{tail}", re.DOTALL)

    def guilty(self, text: str, line: int) -> Fault | None:
        """The first illegal part of a segment that the directory has, or None."""
        opening, *elements = text.split(ELEMENT)
        tag = text[:3]
        if opening.partition(COMPONENT)[0] != tag:
            error = faults.UNSUPPORTED_PLACE
            return Fault(
                line, tag, 0, faults.MISPLACED, opening, "no such tag", error=error
            )
        fields = self.directory.segments[tag]
        for position, field in enumerate(fields, start=1):
            element = elements[position - 1] if position <= len(elements) else ""
            for code, error, component, value in self._guilts(tag, field, element):
                where = (line, tag, position)
                return Fault(*where, code, value, component=component, error=error)
        wide = elements[len(fields) :]
        if not any(wide):
            return None
        detail = f"{tag} ends with element {len(fields)}"
        where = (line, tag, len(fields) + 1)
        error = faults.TOO_MANY_PARTS
        return Fault(*where, faults.TOO_WIDE, wide[0], detail, error=error)

    def _field(self, tag: str, field: Field) -> str:
        tail, may_end = f"{COMPONENT}*", True
        for index, part in reversed([*enumerate(field.parts)]):
            value = self._value(tag, part.element)
            need = part.is_required and (field.is_required or len(field.parts) > 1)
            pattern = f"{_FILLED}{value}" if need else f"(?:{value})?"
            may_end = may_end and not need
            tail = f"{COMPONENT}{pattern}{tail}" if index else f"{pattern}{tail}"
            tail = f"(?:{tail})?" if may_end and index else tail
        return tail

    def _value(self, tag: str, element: Element) -> str:
        """Expression of a legal, present value; numbers are as long as their digits."""
        agreed = self._agreed(tag, element)
        if agreed:
            return f"(?:{'|'.join(map(re.escape, agreed.split()))})"
        size = f"{{{element.minimum},{element.maximum}}}"
        if element.kind == "n":
            mark, end = f"[{re.escape(self.decimal)}]", rf"(?=[{_LIMITS}]|\Z)"
            fraction = rf"(?:[0-9]+(?:{mark}[0-9]+)?|{mark}[0-9]+)"
            # Most numbers are whole: one look tells them.
            return rf"-?(?:[0-9]{size}{end}|(?=(?:{mark}?[0-9]){size}{end}){fraction})"
        return f"[A-Za-z ]{size}" if element.kind == "a" else f"[^{_LIMITS}]{size}"

    def _agreed(self, tag: str, element: Element) -> str:
        return self.codes.get((tag, element.name), "")

    def _guilts(
        self, tag: str, field: Field, element: str
    ) -> Iterator[tuple[str, str, int, str]]:
        """Stable code, syntax error, component and value of all that is illegal."""
        is_composite = len(field.parts) > 1
        for repeat in element.split(REPETITION):
            if not repeat.strip(COMPONENT):
                if field.is_required:
                    yield "MISSING_VALUE", faults.MISSING, 0, ""
                continue
            values = repeat.split(COMPONENT)
            for index, part in enumerate(field.parts):
                value = values[index] if index < len(values) else ""
                place = index + 1 if is_composite else 0
                if not value.strip(" ") and part.is_required:
                    yield "MISSING_VALUE", faults.MISSING, place, ""
                expression = self._value(tag, part.element)
                if value and not re.fullmatch(expression, value, re.DOTALL):
                    is_agreed = bool(self._agreed(tag, part.element))
                    verdict = _verdict(part.element, value, is_agreed=is_agreed)
                    yield *verdict, place, value
            wide = values[len(field.parts) :]
            if any(wide):
                place = len(field.parts) + 1
                yield faults.TOO_WIDE, faults.TOO_MANY_PARTS, place, wide[0]


def _verdict(element: Element, value: str, *, is_agreed: bool) -> tuple[str, str]:
    """(stable code, syntax error) of a value that is there and not legal."""
    size = sum(map(str.isdigit, value)) if element.kind == "n" else len(value)
    error = faults.BAD_TYPE
    if is_agreed:
        error = faults.UNSUPPORTED_VALUE
    elif size > element.maximum:
        error = faults.TOO_LONG
    elif size < element.minimum > 1:
        error = faults.TOO_SHORT
    code = "LINE_TOO_LONG" if error == faults.TOO_LONG else "BAD_CODE"
    if element.kind == "n" and not is_agreed:
        code = "BAD_QTY" if element.name in _QUANTITIES else "BAD_AMOUNT"
    return code, error
