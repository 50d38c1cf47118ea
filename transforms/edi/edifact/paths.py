"""Which segment of a message may follow which, as a table made from its tree.

Not here: walking the table (``maps``) and what a segment holds (``segments``).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from transforms.edi.edifact.directories.notation import Node


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


@dataclass
class Place:
    """A segment's place, numbered.

    Args:
        node: what stands there.
        parent: number of the trigger of its group, -1 for the UNH.
        number: of the place, from 0.
        rest: places of the same group that come behind it.
        children: places of the group that it triggers.
    """

    node: Node
    parent: int
    number: int
    rest: list[int] = field(default_factory=list)
    children: list[int] = field(default_factory=list)


def places_of(root: Node) -> list[Place]:
    """All places of a message in order, its UNH first."""
    places: list[Place] = []
    _lay_out(root, -1, places)
    return places


def steps_from(
    places: list[Place], start: Place, matchers: Mapping[str, re.Pattern[str]]
) -> dict[str, Step]:
    """Every tag that may come next; the nearest place of a tag is meant.

    Nearest is down into the group it triggers, then itself again, then on behind
    it, then the same one level up.
    """
    found: dict[str, Step] = {}
    missing = ""
    level, ahead = start, start.children
    while True:
        for number in ahead:
            _offer(found, _step(places[number], missing, matchers, is_repeat=False))
            if places[number].node.is_required and not missing:
                missing = places[number].node.tag
        if level.parent < 0:
            return found
        _offer(found, _step(level, missing, matchers, is_repeat=True))
        level, ahead = places[level.parent], level.rest


def _lay_out(node: Node, parent: int, places: list[Place]) -> int:
    """Number a node and all below it; its own number."""
    place = Place(node, parent, len(places))
    places.append(place)
    place.children += [_lay_out(child, place.number, places) for child in node.children]
    for index, child in enumerate(place.children):
        places[child].rest += place.children[index + 1 :]
    return place.number


def _step(
    place: Place,
    missing: str,
    matchers: Mapping[str, re.Pattern[str]],
    *,
    is_repeat: bool,
) -> tuple[str, Step]:
    node = place.node
    matches = matchers[node.tag]
    return node.tag, Step(place.number, node.maximum, is_repeat, missing, matches)


def _offer(found: dict[str, Step], step: tuple[str, Step]) -> None:
    found.setdefault(*step)
