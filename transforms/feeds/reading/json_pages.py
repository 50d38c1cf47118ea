"""One JSON document over many lines → where its objects begin and end.

An API answers with a page: the objects of a list, and around them members that
lead to it ("payload", "orders") or speak of it ("fetched_at", "pagination"). A
page is walked and not decoded as a whole, so that a document that breaks off
still gives the objects before the break. Not here: which lines an object owns
(``json_units``), what it means.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

DEEPEST_LIST = 8
"""Objects around the list of a page; deeper ones are data."""

MAX_SPANS = 500_000
"""Of one document, which breaks off there; lines of JSON may be more."""

_BLANK = re.compile(r"[ \t\n\r]*")
_HOLDERS = (dict, list)
_DECODE = json.JSONDecoder().raw_decode


@dataclass
class Page:
    """What a text holds.

    Args:
        spans: (start, end) of every whole object, in file order.
        frame: what is said around the objects; said twice, the last counts.
        documents: whole documents, one behind the other.
        broken_from: where it stops to be JSON, or None.
    """

    spans: list[tuple[int, int]] = field(default_factory=list)
    frame: dict[str, Any] = field(default_factory=dict)
    documents: int = 0
    broken_from: int | None = None


def read_page(text: str, wrappers: Sequence[str]) -> Page:
    """Walk a text of one or more documents; never raises.

    Args:
        text: any text.
        wrappers: names of members that hold the objects, or that hold an object
            that does. A document without one is an object itself.
    """
    walk = _Walk(text, wrappers)
    try:
        while walk.mark < len(text):
            walk.value(walk.mark, 0)
            walk.page.documents += 1
    except (ValueError, IndexError, RecursionError):
        is_rest = walk.mark < len(text)
        walk.page.broken_from = walk.mark if is_rest else None
    return walk.page


def unwrapped(
    value: object, wrappers: Sequence[str]
) -> tuple[list[Any], Mapping[str, Any]]:
    """The objects of a decoded page, and what is said around them.

    Example:
        >>> unwrapped({"orders": [{"id": 1}, {"id": 2}], "page": 3}, ["orders"])
        ([{'id': 1}, {'id': 2}], {'page': 3})
        >>> unwrapped({"id": 1}, ["orders"])
        ([{'id': 1}], {})
    """
    frame: dict[str, Any] = {}
    if type(value) is dict and not _lead_on(value, wrappers):
        return [value], frame
    return list(_unwrapped(value, wrappers, frame, 0)), frame


def _unwrapped(
    value: object, wrappers: Sequence[str], frame: dict[str, Any], depth: int
) -> Iterator[Any]:
    """Objects inside a value; lists of lists are no page."""
    leads = _lead_on(value, wrappers)
    if depth > DEEPEST_LIST or not (leads or isinstance(value, list)):
        yield value
    elif isinstance(value, dict):
        frame |= {name: part for name, part in value.items() if name not in leads}
        for name in leads:
            yield from _unwrapped(value[name], wrappers, frame, depth + 1)
    elif isinstance(value, list):
        for part in value:
            if isinstance(part, dict):
                yield from _unwrapped(part, wrappers, frame, depth + 1)
            else:
                yield part


def _lead_on(value: object, wrappers: Sequence[str]) -> list[str]:
    """Members of an object that lead to the objects of a page."""
    if not isinstance(value, dict):
        return []
    return [
        name for name in wrappers if name in value and type(value[name]) in _HOLDERS
    ]


class _Walk:
    """A position in a text; ``mark`` is behind the last thing that was whole."""

    def __init__(self, text: str, wrappers: Sequence[str]) -> None:
        self.page = Page()
        self._text = text
        self._wrappers = wrappers
        self.mark = self._filled(0)

    def value(self, start: int, depth: int) -> int:
        """Walk a value that may be a page; returns where the next thing begins."""
        first = self._text[start]
        if first == "[":
            return self._items(start)
        if first == "{" and depth <= DEEPEST_LIST:
            return self._members(start, depth)
        return self._whole(start)

    def _items(self, start: int) -> int:
        position = self._passed(start + 1)
        while self._text[position] != "]":
            position = self._separated(self._whole(position), "]")
        return self._passed(position + 1)

    def _members(self, start: int, depth: int) -> int:
        position, is_page = self._filled(start + 1), False
        said: dict[str, Any] = {}
        while self._text[position] != "}":
            name, position = self._name(position)
            if name in self._wrappers and self._text[position] in "[{":
                # Said before the objects, it counts if the text breaks off there.
                is_page, said = True, self._framed(said)
                position = self.value(position, depth + 1)
            else:
                said[name], position = self._said(position)
            position = self._separated(position, "}", is_mark=is_page)
        if not is_page:
            self.page.spans.append((start, position + 1))
        return self._passed(position + 1)

    def _framed(self, said: dict[str, Any]) -> dict[str, Any]:
        """The frame with what an object around the page says, to add more to."""
        self.page.frame |= said
        return self.page.frame

    def _whole(self, start: int) -> int:
        """Take a value of any kind as one of the objects."""
        _, end = _DECODE(self._text, start)
        if len(self.page.spans) >= MAX_SPANS:
            raise ValueError(start)
        self.page.spans.append((start, end))
        return self._passed(end)

    def _name(self, position: int) -> tuple[str, int]:
        """A member's name, and where its value begins."""
        name, position = _DECODE(self._text, position)
        position = self._filled(position)
        if not isinstance(name, str) or self._text[position] != ":":
            raise ValueError(position)
        return name, self._filled(position + 1)

    def _said(self, start: int) -> tuple[Any, int]:
        """A member's value; what only Python takes for JSON is refused."""
        _, end = _DECODE(self._text, start)
        return orjson.loads(self._text[start:end]), end

    def _separated(self, position: int, closing: str, *, is_mark: bool = True) -> int:
        """Pass the comma before the next member or item, or stop at the end."""
        position = self._filled(position)
        if self._text[position] == ",":
            position = self._filled(position + 1)
        elif self._text[position] != closing:
            raise ValueError(position)
        if is_mark:
            self.mark = position
        return position

    def _passed(self, position: int) -> int:
        self.mark = self._filled(position)
        return self.mark

    def _filled(self, position: int) -> int:
        """The next place that is not white space."""
        match = _BLANK.match(self._text, position)
        return match.end() if match else position
