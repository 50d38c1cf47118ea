"""Checking a message against its directory: order, repetition, every element.

A map is a directory's message compiled twice: into a table that says which
segment may follow which (``paths``), and into one expression a segment
(``segments``). The directories are data (``directories``). Optional segments and
elements of the directory are legal whether we read them or not. Not here: what
they mean (the formats).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from transforms.edi.edifact import faults
from transforms.edi.edifact.directories import d01b, d96a, service
from transforms.edi.edifact.directories.agreed import CODES
from transforms.edi.edifact.directories.notation import Node, read_directory
from transforms.edi.edifact.faults import Fault
from transforms.edi.edifact.paths import Step, places_of, steps_from
from transforms.edi.edifact.segments import Rules

D96A = read_directory("D.96A", d96a.TABLES, service.TABLES)
D01B = read_directory("D.01B", d96a.TABLES.amended(d01b.TABLES), service.TABLES)

_EARLY = re.compile(r"9[0-6].*|[12]")

FREE = {"ALI", "COM", "CTA", "DTM", "FTX", "IMD", "MEA", "PAI", "PIA", "RFF"}
"""Segments that say themselves what they are about: partners put them where it
suits them, and they are read wherever they stand behind what they belong to."""


@dataclass(frozen=True, eq=False)
class MessageMap:
    """A message type of a directory, ready to check texts.

    Args:
        kind: "ORDERS".
        rules: of its segments.
        steps: by place, what may follow, by tag; place 0 is the UNH.
        groups: places that open a group.
        opening: matches a legal UNH.
    """

    kind: str
    rules: Rules
    steps: Sequence[Mapping[str, Step]]
    groups: frozenset[int]
    opening: re.Pattern[str]

    @property
    def directory(self) -> str:
        """Name of the directory it is of."""
        return self.rules.directory.name


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
        >>> message_map("ORDERS", "96A").directory
        'D.96A'
        >>> message_map("INVOIC", "96A") is None
        True
    """
    directory = D96A if _EARLY.fullmatch(release) else D01B
    root = directory.messages.get(kind)
    rules = Rules(directory, CODES.get(kind, {}), decimal)
    return _compiled(kind, rules, root) if root else None


def _compiled(kind: str, rules: Rules, root: Node) -> MessageMap:
    places = places_of(root)
    matchers = {tag: rules.matcher(tag) for tag in rules.directory.segments}
    steps = [steps_from(places, place, matchers) for place in places]
    groups = frozenset(place.number for place in places if place.children)
    return MessageMap(kind, rules, steps, groups, matchers["UNH"])


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
    if in_order:
        return next(_in_order(message, texts, line), None)
    return next(_each(message, texts, line), None)


def _each(message: MessageMap, texts: Sequence[str], line: int) -> Iterator[Fault]:
    for number, text in enumerate(texts, start=line):
        if text:
            yield from _judged(message, text, number)


def _in_order(message: MessageMap, texts: Sequence[str], line: int) -> Iterator[Fault]:
    if message.opening.fullmatch(texts[0]) is None:
        yield from _judged(message, texts[0], line)
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
    if text[:3] not in message.rules.directory.segments:
        yield _misplaced(message, text, None, line)
        return
    fault = message.rules.guilty(text, line)
    if fault:
        yield fault


def _out_of_order(
    message: MessageMap, text: str, step: Step | None, line: int
) -> Iterator[Fault]:
    if step is None and text[:3] in FREE:
        yield from _judged(message, text, line)
    else:
        yield _misplaced(message, text, step, line)


def _misplaced(message: MessageMap, text: str, step: Step | None, line: int) -> Fault:
    tag = text[:3]
    if step:
        detail, error = f"no {step.missing} before {tag}", faults.MISSING
        where = (line, step.missing, 0)
        return Fault(*where, "MISSING_VALUE", detail=detail, error=error)
    known = tag in message.rules.directory.segments
    name = f"{message.kind} {message.directory}"
    detail = f"{name} has no {tag} {'here' if known else 'at all'}"
    error = faults.UNSUPPORTED_PLACE
    return Fault(line, tag, 0, faults.MISPLACED, tag, detail, error=error)


def _repeated(
    message: MessageMap, place: int, text: str, maximum: int, line: int
) -> Fault:
    is_group = place in message.groups
    error = faults.TOO_MANY_GROUPS if is_group else faults.TOO_MANY_SEGMENTS
    detail = f"at most {maximum} {text[:3]} here"
    return Fault(line, text[:3], 0, faults.MISPLACED, text[:3], detail, error=error)
