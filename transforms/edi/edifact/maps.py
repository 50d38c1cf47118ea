"""Checking a message against its directory: order, repetition, every element.

A map is a directory's message compiled twice: into a table that says which
segment may follow which, and into one expression a segment. The directories are
data (``directories``). Optional segments and elements of the directory are
legal whether we read them or not. Not here: what they mean (the formats).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from typing import NamedTuple

from transforms.edi.edifact import faults
from transforms.edi.edifact.characters import COMPONENT, ELEMENT, REPETITION
from transforms.edi.edifact.directories import d01b, d96a, service
from transforms.edi.edifact.directories.agreed import CODES
from transforms.edi.edifact.directories.notation import (
    Directory,
    Element,
    Field,
    Node,
    read_directory,
)
from transforms.edi.edifact.faults import Fault

D96A = read_directory("D.96A", d96a.TABLES, service.TABLES)
D01B = read_directory("D.01B", d96a.TABLES.amended(d01b.TABLES), service.TABLES)

_EARLY = re.compile(r"9[0-6].*|[12]")

FREE = {"ALI", "COM", "CTA", "DTM", "FTX", "IMD", "MEA", "PAI", "PIA", "RFF"}
"""Segments that say themselves what they are about: partners put them where it
suits them, and they are read wherever they stand behind what they belong to."""

_QUANTITIES = {"6060", "6064", "6066", "7224"}
_LIMITS = f"{ELEMENT}{REPETITION}{COMPONENT}"
_FILLED = rf"(?! *(?:[{_LIMITS}]|\Z))"
"""Not nothing, and not blanks alone, which are nothing."""


class Step(NamedTuple):
    """From one segment to the next.

    Args:
        place: number of the segment's place in its message.
        maximum: how often it, or its group, may be repeated.
        is_repeat: whether it repeats the place, or the group, it comes from.
        missing: mandatory segment that should have come between; "" for none.
        matches: whether a text is legal there.
    """

    place: int
    maximum: int
    is_repeat: bool
    missing: str
    matches: re.Pattern[str]


@dataclass(frozen=True, eq=False)
class MessageMap:
    """A message type of a directory, ready to check texts.

    Args:
        kind: "ORDERS".
        directory: it is of.
        steps: by place, what may follow, by tag; place 0 is the UNH.
        groups: places that open a group.
        opening: matches a legal UNH.
        decimal: decimal marks that numbers may have.
    """

    kind: str
    directory: Directory
    steps: Sequence[Mapping[str, Step]]
    groups: frozenset[int]
    opening: re.Pattern[str]
    decimal: str = "."


@lru_cache(maxsize=128)
def message_map(kind: str, release: str, decimal: str = ".") -> MessageMap | None:
    """The map of a message; None for a type we know no map of.

    A release that is neither 96A nor 01B is checked against the nearer one:
    up to 96B the former, later ones the latter.

    Args:
        kind: UNH 0065.
        release: UNH 0054.
        decimal: marks of its interchange.

    Example:
        >>> message_map("ORDERS", "96A").directory.name
        'D.96A'
        >>> message_map("INVOIC", "96A") is None
        True
    """
    directory = D96A if _EARLY.fullmatch(release) else D01B
    root = directory.messages.get(kind)
    return _compiled(kind, directory, root, decimal) if root else None


def check(
    message: MessageMap, texts: Sequence[str], line: int, *, in_order: bool = True
) -> Fault | None:
    """The first thing in a message that its map does not allow.

    Args:
        message: of its type.
        texts: UNH to UNT, normalised; "" for a blank segment.
        line: number of the UNH in the file.
        in_order: whether segments must stand where the directory puts them;
            else each is only checked for itself.
    """
    found = _in_order(message, texts, line) if in_order else iter(())
    alone = (
        _guilty(message, text, line + index)
        for index, text in enumerate(texts[: 1 if in_order else None])
        if text and not (in_order and message.opening.fullmatch(text))
    )
    return next(chain(filter(None, alone), found), None)


def _in_order(message: MessageMap, texts: Sequence[str], line: int) -> Iterator[Fault]:
    steps, counts, place = message.steps, [1] * len(message.steps), 0
    for index, text in enumerate(texts):
        if not index or not text:
            continue
        step = steps[place].get(text[:3])
        if step is None or step.missing:
            yield from _out_of_order(message, text, step, line + index)
            continue
        place, maximum, is_repeat, _, matches = step
        counts[place] = counts[place] + 1 if is_repeat else 1
        if counts[place] > maximum:
            yield _repeated(message, place, text, maximum, line + index)
        if matches.fullmatch(text) is None:
            yield from _judged(message, text, line + index)


def _judged(message: MessageMap, text: str, line: int) -> Iterator[Fault]:
    fault = _guilty(message, text, line)
    if fault:
        yield fault


def _out_of_order(
    message: MessageMap, text: str, step: Step | None, line: int
) -> Iterator[Fault]:
    if step is None and text[:3] in FREE and text[:3] in message.directory.segments:
        yield from _judged(message, text, line)
    else:
        yield _misplaced(message, text, step, line)


def _misplaced(message: MessageMap, text: str, step: Step | None, line: int) -> Fault:
    tag = text[:3]
    if step:
        detail = f"no {step.missing} before {tag}"
        return Fault(
            line,
            step.missing,
            0,
            "MISSING_VALUE",
            detail=detail,
            error=faults.MISSING,
        )
    known = tag in message.directory.segments
    name = f"{message.kind} {message.directory.name}"
    detail = f"{name} has no {tag} {'here' if known else 'at all'}"
    place = faults.UNSUPPORTED_PLACE
    return Fault(line, tag, 0, faults.MISPLACED, tag, detail, error=place)


def _repeated(
    message: MessageMap, place: int, text: str, maximum: int, line: int
) -> Fault:
    is_group = place in message.groups
    error = faults.TOO_MANY_GROUPS if is_group else faults.TOO_MANY_SEGMENTS
    detail = f"at most {maximum} {text[:3]} here"
    return Fault(line, text[:3], 0, faults.MISPLACED, text[:3], detail, error=error)


# --- which segment may follow which -------------------------------------------


@dataclass
class _Place:
    node: Node
    parent: int
    number: int
    rest: list[int]
    """Places of the same group that come behind it."""
    children: list[int]


def _compiled(kind: str, directory: Directory, root: Node, decimal: str) -> MessageMap:
    places: list[_Place] = []
    _lay_out(root, -1, places)
    matchers = {
        tag: _expression(tag, fields, CODES.get(kind, {}), decimal)
        for tag, fields in directory.segments.items()
    }
    steps = [_steps(places, place, matchers) for place in places]
    groups = frozenset(place.number for place in places if place.children)
    return MessageMap(kind, directory, steps, groups, matchers["UNH"], decimal)


def _lay_out(node: Node, parent: int, places: list[_Place]) -> int:
    """Number a node and all below it; its own number."""
    place = _Place(node, parent, len(places), [], [])
    places.append(place)
    place.children += [_lay_out(child, place.number, places) for child in node.children]
    for index, child in enumerate(place.children):
        places[child].rest += place.children[index + 1 :]
    return place.number


def _steps(
    places: list[_Place], start: _Place, matchers: Mapping[str, re.Pattern[str]]
) -> dict[str, Step]:
    """Every tag that may come next; the nearest place of a tag is meant."""
    found: dict[str, Step] = {}
    missing = ""

    def offer(number: int, *, is_repeat: bool) -> None:
        node = places[number].node
        found.setdefault(
            node.tag,
            Step(number, node.maximum, is_repeat, missing, matchers[node.tag]),
        )

    level, ahead = start, start.children
    while True:
        for number in ahead:
            offer(number, is_repeat=False)
            if places[number].node.is_required and not missing:
                missing = places[number].node.tag
        if level.parent < 0:
            return found
        offer(level.number, is_repeat=True)
        level, ahead = places[level.parent], level.rest


# --- whether a segment is legal -----------------------------------------------


def _expression(
    tag: str,
    fields: Iterable[Field],
    codes: Mapping[tuple[str, str], str],
    decimal: str,
) -> re.Pattern[str]:
    """One expression for a whole segment: one match costs less than splitting."""
    tail, may_end = f"{ELEMENT}*", True
    for field in reversed([*fields]):
        once = _field(tag, field, codes, decimal)
        pattern = f"{once}(?:{REPETITION}{once})*"
        need = field.is_required
        pattern = pattern if need else f"(?:{pattern})?"
        may_end = may_end and not need
        tail = f"{ELEMENT}{pattern}{tail}"
        tail = f"(?:{tail})?" if may_end else tail
    return re.compile(rf"{tag}(?:{COMPONENT}[0-9]+)*{tail}", re.DOTALL)


def _field(
    tag: str, field: Field, codes: Mapping[tuple[str, str], str], decimal: str
) -> str:
    tail, may_end = f"{COMPONENT}*", True
    for index, part in reversed([*enumerate(field.parts)]):
        value = _value(part.element, codes.get((tag, part.element.name), ""), decimal)
        need = part.is_required and (field.is_required or len(field.parts) > 1)
        pattern = f"{_FILLED}{value}" if need else f"(?:{value})?"
        may_end = may_end and not need
        tail = f"{COMPONENT}{pattern}{tail}" if index else f"{pattern}{tail}"
        tail = f"(?:{tail})?" if may_end and index else tail
    return tail


def _value(element: Element, codes: str, decimal: str) -> str:
    """Expression of a legal, present value; numbers are as long as their digits."""
    if codes:
        return f"(?:{'|'.join(map(re.escape, codes.split()))})"
    size = f"{{{element.minimum},{element.maximum}}}"
    if element.kind == "n":
        mark, end = f"[{re.escape(decimal)}]", rf"(?=[{_LIMITS}]|\Z)"
        fraction = rf"(?:[0-9]+(?:{mark}[0-9]+)?|{mark}[0-9]+)"
        # Most numbers are whole: one look tells them.
        return rf"-?(?:[0-9]{size}{end}|(?=(?:{mark}?[0-9]){size}{end}){fraction})"
    return f"[A-Za-z ]{size}" if element.kind == "a" else f"[^{_LIMITS}]{size}"


# --- what is wrong with it ------------------------------------------------------


def _guilty(message: MessageMap, text: str, line: int) -> Fault | None:
    """The first illegal part of a segment; None when there is none."""
    tag, *elements = text.split(ELEMENT)
    tag = tag.partition(COMPONENT)[0]
    fields = message.directory.segments.get(tag)
    if fields is None:
        return _misplaced(message, tag, None, line)
    codes = CODES.get(message.kind, {})
    for position, field in enumerate(fields, start=1):
        element = elements[position - 1] if position <= len(elements) else ""
        for fault in _field_faults(field, element, tag, codes, message.decimal):
            code, error, component, value = fault
            return Fault(
                line, tag, position, code, value, component=component, error=error
            )
    wide = elements[len(fields) :]
    if any(wide):
        position = len(fields) + 1
        detail = f"{tag} ends with element {len(fields)}"
        wide_code, error = faults.TOO_WIDE, faults.TOO_MANY_PARTS
        return Fault(line, tag, position, wide_code, wide[0], detail, error=error)
    return None


_Guilt = tuple[str, str, int, str]
"""Stable code, syntax error, component, value."""


def _field_faults(
    field: Field,
    element: str,
    tag: str,
    codes: Mapping[tuple[str, str], str],
    decimal: str,
) -> Iterator[_Guilt]:
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
            agreed = codes.get((tag, part.element.name), "")
            expression = _value(part.element, agreed, decimal)
            if value and not re.fullmatch(expression, value, re.DOTALL):
                yield *_verdict(part.element, value, agreed), place, value
        if any(values[len(field.parts) :]):
            wide = values[len(field.parts)]
            yield faults.TOO_WIDE, faults.TOO_MANY_PARTS, len(field.parts) + 1, wide


def _verdict(element: Element, value: str, agreed: str) -> tuple[str, str]:
    """(stable code, syntax error) of a value that is there and not legal."""
    size = sum(map(str.isdigit, value)) if element.kind == "n" else len(value)
    error = faults.BAD_TYPE
    if agreed:
        error = faults.UNSUPPORTED_VALUE
    elif size > element.maximum:
        error = faults.TOO_LONG
    elif size < element.minimum > 1:
        error = faults.TOO_SHORT
    code = "LINE_TOO_LONG" if error == faults.TOO_LONG else "BAD_CODE"
    if element.kind == "n" and not agreed:
        code = "BAD_QTY" if element.name in _QUANTITIES else "BAD_AMOUNT"
    return code, error
