"""How many objects one JSON file may hold: a file of more is refused whole.

An object that becomes a row costs more than a kilobyte until it is one, and
three bytes are enough to write it. Not here: how long lines and cells may be.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import orjson

MAX_OBJECTS = 250_000
"""Orders and their lines together, and all that one line of text lists; option
``max_objects`` turns it."""


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
    """An object, or the objects of a page, with all that lists in them hold.

    Counted in no order and without recursion: a text may be as deep as it likes.
    """
    total, waiting = int(isinstance(value, dict)), [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, list):
            total += len(one)
            waiting += one
        elif isinstance(one, dict):
            waiting += one.values()
    return total
