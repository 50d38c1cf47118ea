"""Reading the tables of a directory: elements, composites, segments, messages.

A directory is four texts in the standard's own words:

- elements: ``6063 an..3, 6060 n..15``, name and representation;
- composites: ``C186 6063! 6060! 6411``, one a line, components in order;
- segments: ``QTY C186!``, one a line, elements and composites in order;
- messages: ``BGM! DTM!35 (RFF10 DTM5)``, segments in order, groups in
  parentheses after their trigger segment.

``!`` means mandatory; a number behind a segment is how often it may stand there
(once where none is); ``*4`` behind an element repeats its position.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

_REPRESENTATION = re.compile(r"(an|a|n)(\.\.)?([0-9]+)")
_PART = re.compile(r"([A-Z0-9]+)(!?)(?:\*([0-9]+))?")
_NODE = re.compile(r"\(|\)|[A-Z]{3}!?[0-9]*")


@dataclass(frozen=True)
class Element:
    """A data element.

    Args:
        name: number in the directory, "6060".
        kind: an, a or n.
        maximum: longest legal spelling, sign and decimal mark not counted.
        minimum: shortest.
    """

    name: str
    kind: str
    maximum: int
    minimum: int = 1


@dataclass(frozen=True)
class Part:
    """An element's place in a composite, or in a segment of its own.

    Args:
        element: what stands there.
        is_required: whether it must be there when its composite is.
    """

    element: Element
    is_required: bool


@dataclass(frozen=True)
class Field:
    """A position of a segment.

    Args:
        parts: components in order; one alone is a simple element.
        is_required: whether it must be there when its segment is.
    """

    parts: tuple[Part, ...]
    is_required: bool


@dataclass(frozen=True)
class Node:
    """A segment's place in a message; the trigger of a group has what follows.

    Args:
        tag: segment.
        is_required: whether it, or its group, must be there.
        maximum: how often it, or its group, may be repeated.
        children: the rest of its group in order.
    """

    tag: str
    is_required: bool
    maximum: int
    children: tuple[Node, ...] = ()


# Compared by identity: its tables are large.
@dataclass(frozen=True, eq=False)
class Directory:
    """A directory of the standard, read.

    Args:
        name: "D.96A".
        segments: fields by tag.
        messages: UNH of each message type, with all that follows.
    """

    name: str
    segments: Mapping[str, tuple[Field, ...]]
    messages: Mapping[str, Node]


@dataclass(frozen=True)
class Tables:
    """A directory as text, before it is read."""

    elements: str
    composites: str
    segments: str
    messages: Mapping[str, str]

    def amended(self, other: Tables) -> Tables:
        """These tables where ``other`` says nothing else; its own messages."""
        return Tables(
            f"{self.elements}\n{other.elements}",
            f"{self.composites}\n{other.composites}",
            f"{self.segments}\n{other.segments}",
            other.messages,
        )


def amended(message: str, *changes: tuple[str, str]) -> str:
    """A message that is another one but for some places.

    Args:
        message: in the notation above.
        changes: what stands there, wherever it does, and what is instead.

    Raises:
        ValueError: nothing like that stands there.

    Example:
        >>> amended("BGM! (RFF10 DTM5)", ("RFF10", "RFF99"))
        'BGM! (RFF99 DTM5)'
    """
    text = " ".join(message.split())
    for here, instead in changes:
        if here not in text:
            raise ValueError(f"no {here!r} in the message")
        text = text.replace(here, instead)
    return text


def read_directory(name: str, tables: Tables, service: Tables) -> Directory:
    """A directory and the service segments; what is named twice: the last counts."""
    both = service.amended(tables)
    elements = _elements(both.elements)
    composites = {
        line[0]: tuple(_parts(line[1:], elements)) for line in _rows(both.composites)
    }
    segments = {
        line[0]: tuple(_fields(line[1:], elements, composites))
        for line in _rows(both.segments)
    }
    messages = dict(service.messages) | dict(tables.messages)
    read = {kind: _message(text) for kind, text in messages.items()}
    return Directory(name, segments, read)


def _elements(text: str) -> dict[str, Element]:
    found: dict[str, Element] = {}
    for entry in text.replace("\n", ",").split(","):
        if entry.strip():
            name, representation = entry.split()
            found[name] = _element(name, representation)
    return found


def _element(name: str, representation: str) -> Element:
    match = _REPRESENTATION.fullmatch(representation)
    if match is None:
        raise ValueError(f"element {name} is represented as {representation!r}")
    length = int(match[3])
    return Element(name, match[1], length, 1 if match[2] else length)


def _rows(text: str) -> list[list[str]]:
    return [line.split() for line in text.splitlines() if line.strip()]


def _named(words: list[str]) -> list[tuple[str, bool]]:
    named: list[tuple[str, bool]] = []
    for word in words:
        match = _PART.fullmatch(word)
        if match is None:
            raise ValueError(f"{word!r} is no element or composite")
        named += [(match[1], bool(match[2]))] * int(match[3] or 1)
    return named


def _parts(words: list[str], elements: Mapping[str, Element]) -> list[Part]:
    return [Part(elements[name], need) for name, need in _named(words)]


def _fields(
    words: list[str],
    elements: Mapping[str, Element],
    composites: Mapping[str, tuple[Part, ...]],
) -> list[Field]:
    return [
        Field(composites.get(name) or (Part(elements[name], need),), need)
        for name, need in _named(words)
    ]


def _message(text: str) -> Node:
    """The UNH of a message with its segments as children.

    Example:
        >>> _message("BGM! (LIN9 QTY!)").children[1].children
        (Node(tag='QTY', is_required=True, maximum=1, children=()),)
    """
    stack: list[list[Node]] = [[Node("UNH", True, 1)]]
    for word in _NODE.findall(text):
        if word == "(":
            stack.append([])
        elif word == ")":
            trigger, *others = stack.pop()
            group = Node(trigger.tag, trigger.is_required, trigger.maximum, (*others,))
            stack[-1].append(group)
        else:
            stack[-1].append(_node(word))
    header, *others = stack.pop()
    return Node(header.tag, header.is_required, header.maximum, (*others,))


def _node(word: str) -> Node:
    tag, count = word[:3], word[3:].removeprefix("!")
    return Node(tag, word[3:4] == "!", int(count or 1))
