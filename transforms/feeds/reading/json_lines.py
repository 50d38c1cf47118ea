"""A page of JSON on one physical line → a line for each of its objects.

What a channel's API answers is a page, and most write it without a newline. Cut
like this a faulty order falls alone, as it does on a page of many lines. A line of
such a file is then one of its objects, counted from the first; what is said around
them is said around each. Not here: pages of many lines, or several to a file.
"""

from __future__ import annotations

from codecs import BOM_UTF8
from collections.abc import Sequence
from typing import NamedTuple

import msgspec

from transforms.feeds.reading.json_pages import DEEPEST_LIST
from transforms.feeds.reading.json_units import LONGEST_LINE

MOST_COMMAS = 1_500_000
"""In a page that is cut: each may part two objects, and costs memory until it is
known not to."""

LARGEST_GROWTH = 1 << 16
"""Bytes that a page may grow by, or its own size again: each of its objects is
given a copy of what stands around them."""

_BLANK = b" \t\r\n"
_RAW = msgspec.Raw
_AS_LIST = msgspec.json.Decoder(list[_RAW])
_AS_OBJECT = msgspec.json.Decoder(dict[str, _RAW])


class _Page(NamedTuple):
    """Objects as they stand, and what stands before and behind them."""

    objects: list[_RAW]
    head: bytes = b""
    tail: bytes = b""


def one_object_a_line(payload: bytes, wrappers: Sequence[str]) -> bytes:
    r"""The payload with a line for each object, if it is one page on one line.

    Any other payload is as it was: a page of one object, one that is not in UTF-8,
    one longer than a line may be, or that would cost too much to cut.

    Args:
        payload: any bytes.
        wrappers: names of members that hold the objects of a page, or that hold
            an object that does.

    Example:
        >>> one_object_a_line(b'[{"id":1},{"id":2}]', ())
        b'{"id":1}\n{"id":2}'
        >>> print(one_object_a_line(b'{"p":3,"orders":[{},[]]}', ("orders",)).decode())
        {"p":3,"orders":[{}]}
        {"p":3,"orders":[[]]}
    """
    text = payload.removeprefix(BOM_UTF8).strip(_BLANK)
    is_one_line = text[:1] in {b"[", b"{"} and b"\n" not in text and b"\r" not in text
    if not is_one_line or len(text) > LONGEST_LINE or text.count(b",") > MOST_COMMAS:
        return payload
    try:
        page = _page(_RAW(text), wrappers, 0)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        return payload
    growth = len(page.head + page.tail) * len(page.objects)
    is_small = growth <= max(LARGEST_GROWTH, len(text))
    if len(page.objects) <= 1 or not is_small or not _is_utf8(text):
        return payload
    mark = BOM_UTF8 if payload.startswith(BOM_UTF8) else b""
    lines = (page.head + bytes(one) + page.tail for one in page.objects)
    return mark + b"\n".join(lines)


def _is_utf8(text: bytes) -> bool:
    """Whether a quote is a quote in it: in other encodings it may end a letter."""
    try:
        text.decode()
    except UnicodeDecodeError:
        return False
    return True


def _page(value: _RAW, wrappers: Sequence[str], depth: int) -> _Page:
    """The objects that a text holds; none if it is no page."""
    first = bytes(value)[:1] if depth <= DEEPEST_LIST else b""
    if first == b"[":
        return _Page(_AS_LIST.decode(value))
    members = _AS_OBJECT.decode(value) if first == b"{" else {}
    leads = [name for name in members if name in wrappers]
    if len(leads) != 1:
        return _Page([])
    (lead,) = leads
    inside = _page(members.pop(lead), wrappers, depth + 1)
    said = b"".join(_named(name, bytes(raw)) + b"," for name, raw in members.items())
    opening = b"{" + said + _named(lead, inside.head or b"[")
    return _Page(inside.objects, opening, (inside.tail or b"]") + b"}")


def _named(name: str, text: bytes) -> bytes:
    return msgspec.json.encode(name) + b":" + text
