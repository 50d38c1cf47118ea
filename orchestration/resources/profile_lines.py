"""Where in a partner's YAML a fault stands, and numbers that YAML would misread."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import yaml
from pydantic import ValidationError

NUMBERS = ("first_control_no", "first_answer_no")
"""Attributes that are copied from envelopes, where zeros lead."""

_WORD = re.compile(r"[a-z_]+")
_OCTAL = re.compile(r"0[0-9_]+")


class MisreadError(ValueError):
    """YAML would read something else than what is written in ``line``."""

    def __init__(self, said: str, line: int) -> None:
        """What is wrong, and in which line of the file."""
        super().__init__(said)
        self.line = line


def faults_in(error: Exception, text: str = "", place: str = "") -> str:
    """What is wrong with a profile, each fault with its place, on one line.

    Args:
        error: why it cannot be read.
        text: the YAML; without it, no lines are told.
        place: its file, as it is told in front.
    """
    if isinstance(error, ValidationError):
        lines = lines_of(text)
        faults = [
            _told(fault, lines)
            for fault in error.errors(include_url=False, include_input=False)
        ]
    else:
        faults = [(error.line if isinstance(error, MisreadError) else None, str(error))]
    (line, first), *others = faults
    head = f"{place}:{line}" if place and line else place
    more = [f"line {line}: {said}" if line else said for line, said in others]
    return "; ".join([": ".join(filter(None, (head, first))), *more])


def lines_of(text: str) -> dict[str, int]:
    """Attribute, as pydantic names its place (``feeds.0.format``) → line, from 1."""
    attributes = _attributes(text)
    return dict(_lines(attributes, "")) if attributes else {}


def refuse_leading_zeros(text: str) -> None:
    """Refuse numbers as envelopes have them: YAML reads 000012345 as 5349.

    Raises:
        MisreadError: one has zeros in front.
    """
    attributes = _attributes(text)
    for name, value in attributes.value if attributes else ():
        if name.value in NUMBERS and _OCTAL.fullmatch(str(value.value)):
            bare = str(value.value).lstrip("0") or "1"
            said = f"{name.value}: {value.value} begins with a zero; write {bare}"
            raise MisreadError(said, name.start_mark.line + 1)


def _told(fault: Any, lines: dict[str, int]) -> tuple[int | None, str]:  # noqa: ANN401 pydantic's
    where = ".".join(map(str, fault["loc"]))
    said = str(fault["msg"]).removeprefix("Value error, ")
    # A fault of the whole profile begins with the attribute that it is about.
    line = _line(where, lines) or next(
        (lines[word] for word in _WORD.findall(said) if word in lines), None
    )
    return line, ": ".join(filter(None, (where, said)))


def _line(where: str, lines: dict[str, int]) -> int | None:
    """The line of a place, or of the nearest one that it is in."""
    while where and where not in lines:
        where = where.rpartition(".")[0]
    return lines.get(where)


def _attributes(text: str) -> yaml.MappingNode | None:
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    entries = root.value if isinstance(root, yaml.MappingNode) else []
    found = (value for name, value in entries if name.value == "attributes")
    node = next(found, None)
    return node if isinstance(node, yaml.MappingNode) else None


def _lines(node: yaml.Node, path: str) -> Iterator[tuple[str, int]]:
    if isinstance(node, yaml.MappingNode):
        for name, value in node.value:
            yield path + str(name.value), name.start_mark.line + 1
            yield from _lines(value, f"{path}{name.value}.")
    elif isinstance(node, yaml.SequenceNode):
        for number, value in enumerate(node.value):
            yield f"{path}{number}", value.start_mark.line + 1
            yield from _lines(value, f"{path}{number}.")
