"""How many objects one JSON file may hold: a file of more is refused whole.

An object that becomes a row costs more than a kilobyte until it is one, and
three bytes are enough to write it. Not here: how long lines and cells may be.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import orjson

MAX_OBJECTS = 250_000
"""Orders and their lines together; option ``max_objects`` turns it."""

_WRAPPER_MEMBERS = 2
"""Members of what is no object of its own but holds a page of them, at most."""


def has_more(texts: Sequence[str], most: int) -> bool:
    """Whether a payload's lines hold more objects than ``most``.

    A line that is no JSON by itself, of a page in many lines, holds as many as it
    closes.

    Example:
        >>> page = '{"orders":[{"lines":[{},{}],"buyer":{}}]}'
        >>> has_more([page], 3), has_more([page], 4)
        (True, False)
    """
    total = 0
    for text in texts:
        value = _decoded(text.strip().rstrip(","))
        total += text.count("}") if value is None else _objects(value)
        if total > most:
            return True
    return False


def _decoded(text: str) -> Any:  # noqa: ANN401 it is any JSON
    """A text's value; None if it has none."""
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return None


def _objects(value: Any) -> int:  # noqa: ANN401 it is any JSON
    """Objects of a page with what they list, or one object with what it lists."""
    if isinstance(value, list):
        return sum(1 + _listed(member) for member in value)
    if not isinstance(value, dict):
        return 0
    if len(value) > _WRAPPER_MEMBERS:
        return 1 + _listed(value)
    return 1 + sum(_objects_in(member) for member in value.values())


def _objects_in(value: Any) -> int:  # noqa: ANN401 it is any JSON
    """The same of a member of a wrapper; wrappers stand in wrappers but once."""
    if isinstance(value, dict):
        return sum(_objects(v) for v in value.values() if isinstance(v, list))
    return _objects(value) if isinstance(value, list) else 0


def _listed(value: Any) -> int:  # noqa: ANN401 it is any JSON
    """Members of the lists that an object has."""
    if not isinstance(value, dict):
        return 0
    return sum(len(v) for v in value.values() if isinstance(v, list))
