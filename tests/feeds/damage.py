"""Ways to damage a file that keep enough of its shape to get past the door.

Each takes bytes and a source of choices, and gives other bytes. A payload that
has not the shape a damage needs is given back as it is.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from io import BytesIO
from typing import Any
from zipfile import BadZipFile, ZipFile

Choose = Callable[[int], int]
"""A number from 0 up to, not including, this one; 1 or more."""

Damage = Callable[[bytes, Choose], bytes]

CARD = b"4111111111111111"
DELIMITERS = b",;\t|~*'+:?^\"\n\r\x1c\x1d\x1e\x1f>=. "
SPLINTERS: Sequence[bytes] = (
    *(b'"', b"\n", b"\r", b"\t", b",", b"\x00", b"\xff", b"{", b"~", b"*", b"'"),
    *(b"\\u0000", b"\\ud800", b"\xef\xbb\xbf", b"\xff\xfe", b"=1+1", b"1.23E+12"),
    *(b"-1", b"0.1", b"NaN", b"9" * 40, b"../", b"\xc3", b"\xe2\x80\xa8", CARD),
    *(b"ISA*00*", b"UNA:+.? '", b"UNB+UNOC:3", b"IEA*1*1~", b"UNZ+1+1'", b"]]}}"),
    *(b"]", b"[" * 99, b'{"a":' * 99, b"?", b"??", b"PK\x03\x04", b"<!DOCTYPE a>"),
)
TYPES: Sequence[Any] = (
    *(None, True, 0, -1, 1.5, 1e30, 10**25, "", "x", "-1", "1e3", "2017-02-30"),
    *([], [[]], [None], [1, "a"], {}, {"": None}, [{}], {"a": {"b": []}}),
    *("4111 1111 1111 1111", "\x00", "\u2028", "0" * 300),
)


def splinter(payload: bytes, choose: Choose) -> bytes:
    """Something that means something, in the place of something else."""
    start, length = choose(len(payload) + 1), choose(40)
    noise = SPLINTERS[choose(len(SPLINTERS))]
    return payload[:start] + noise + payload[start + length :]


def swapped_delimiters(payload: bytes, choose: Choose) -> bytes:
    """Two characters that may part things change places everywhere."""
    first, second = (DELIMITERS[choose(len(DELIMITERS))] for _ in "ab")
    table = bytes.maketrans(bytes([first, second]), bytes([second, first]))
    return payload.translate(table)


def replaced_delimiter(payload: bytes, choose: Choose) -> bytes:
    """One character that may part things becomes any byte, everywhere."""
    old, new = DELIMITERS[choose(len(DELIMITERS))], choose(256)
    return payload.replace(bytes([old]), bytes([new]))


def shuffled_segments(payload: bytes, choose: Choose) -> bytes:
    """A segment or line is said again, left out, or moved elsewhere."""
    parts = re.split(rb"(?<=[~'\n|])", payload)
    taken, place = choose(len(parts)), choose(len(parts))
    deed = choose(3)
    part = parts[taken]
    if deed:
        del parts[taken]
    if deed < 2:
        parts.insert(place, part)
    return b"".join(parts)


def changed_cell(payload: bytes, choose: Choose) -> bytes:
    """One word or number becomes another one of the file, or none."""
    cells = [match.span() for match in re.finditer(rb"[\w.:#-]+", payload)]
    if not cells:
        return payload
    start, end = cells[choose(len(cells))]
    first, last = cells[choose(len(cells))]
    other = (payload[first:last], b"", CARD, b"-" + payload[start:end])[choose(4)]
    return payload[:start] + other + payload[end:]


def torn_character(payload: bytes, choose: Choose) -> bytes:
    """A cut inside a character of several bytes, made wide first if need be."""
    wide = payload.replace(b"a", "é中\U0001f600"[choose(3)].encode())
    places = [n for n, byte in enumerate(wide) if byte & 0xC0 == 0x80]
    if not places:
        return wide[: choose(len(wide) + 1)]
    place = places[choose(len(places))]
    return wide[:place] if choose(2) else wide[:place] + wide[place + 1 :]


def changed_type(payload: bytes, choose: Choose) -> bytes:
    """A value somewhere in a line of JSON, or in a page, has another type."""
    lines = payload.split(b"\n")
    filled = [n for n, line in enumerate(lines) if line.strip()]
    whole = not filled or choose(2)
    place = 0 if whole else filled[choose(len(filled))]
    try:
        value = json.loads(payload if whole else lines[place])
    except (ValueError, RecursionError):
        return payload
    _change(value, choose)
    # What Python writes and nobody reads (NaN, half a surrogate) may be in it.
    said = json.dumps(value).encode()
    return said if whole else b"\n".join([*lines[:place], said, *lines[place + 1 :]])


def _change(value: Any, choose: Choose) -> None:  # noqa: ANN401 it is any JSON
    """Go down to a member and put something else there, or name it otherwise."""
    while isinstance(value, dict | list) and value:
        keys = [*value] if isinstance(value, dict) else [*range(len(value))]
        key = keys[choose(len(keys))]
        if choose(3) and isinstance(value[key], dict | list) and value[key]:
            value = value[key]
        else:
            value[key] = TYPES[choose(len(TYPES))]
            return


def changed_part(payload: bytes, choose: Choose) -> bytes:
    """A part of a workbook is damaged and packed again."""
    try:
        with ZipFile(BytesIO(payload)) as archive:
            parts = {name: archive.read(name) for name in archive.namelist()}
    except (BadZipFile, ValueError, OSError, RuntimeError, NotImplementedError):
        return payload
    name = [*parts][choose(len(parts))] if parts else ""
    damages = (splinter, changed_cell, shuffled_segments, torn_character)
    parts[name] = damages[choose(len(damages))](parts.get(name, b""), choose)
    out = BytesIO()
    with ZipFile(out, "w") as archive:
        for kept, text in parts.items():
            archive.writestr(kept or "x", text)
    return out.getvalue()


DAMAGES: Sequence[Damage] = (
    splinter,
    swapped_delimiters,
    replaced_delimiter,
    shuffled_segments,
    changed_cell,
    torn_character,
    changed_type,
    changed_part,
)
