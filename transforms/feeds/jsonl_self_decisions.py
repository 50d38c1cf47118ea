"""Our own decisions as landed by a run: ``{run_id, as_of, table_name, row}``.

JSON lines. ``row_json`` is the row's exact text, so that a rebuild writes what
the run wrote, byte for byte.
"""

from __future__ import annotations

import json

import orjson
import polars as pl

from transforms.contracts.documents import SELF_DECISIONS
from transforms.contracts.profile import Parsed, Profile
from transforms.feeds.reading.cells import instant, judge, required
from transforms.feeds.reading.json_units import LONGEST_LINE, settle_units
from transforms.feeds.reading.rejects import at
from transforms.feeds.reading.text import read_lines

DOCUMENT = SELF_DECISIONS

_NAMES = ("run_id", "as_of", "table_name", "row_json")
# The spelling that runs write; any other order or spacing is read one by one.
_TIGHT = (
    r'^\{"run_id":"(?<run_id>[^"\\]*)","as_of":"(?<as_of>[^"\\]*)",'
    r'"table_name":"(?<table_name>[^"\\]*)","row":(?<row_json>\{.*\})\}$'
)


def parse(payload: bytes, profile: Profile) -> Parsed:
    """Read a decisions file; never raises on any bytes."""
    lines = read_lines(payload, profile, LONGEST_LINE, is_ours=True)
    readable = lines.readable
    found = _taken_apart(readable)
    shaped = found.filter(pl.col("row_json").is_not_null())
    misshapen = found.filter(pl.col("row_json").is_null())
    good, problems = judge(shaped, [*required(*_NAMES), instant("as_of")])
    every = pl.concat([at(misshapen, "line", "BAD_JSON", ""), problems])
    unit_lines = readable["payload_line"].to_list()
    return settle_units(lines, unit_lines, good, every, DOCUMENT)


def _taken_apart(readable: pl.DataFrame) -> pl.DataFrame:
    """``payload_line, text`` and the four names; all null if not of the shape."""
    cells = readable.with_columns(
        pl.col("text").str.extract_groups(_TIGHT).struct.unnest()
    )
    is_tight = pl.Series(
        [_is_object(text) for text in cells["row_json"]], dtype=pl.Boolean
    )
    if is_tight.all():
        return cells
    texts = cells.filter(~is_tight)["text"]
    loose = pl.DataFrame(
        [_members(text) for text in texts],
        schema=dict.fromkeys(_NAMES, pl.String()),
        orient="row",
    )
    lines = cells.filter(~is_tight).select("payload_line", "text")
    return pl.concat([cells.filter(is_tight), lines.hstack(loose)]).sort("payload_line")


def _is_object(text: str | None) -> bool:
    if text is None:
        return False
    try:
        return isinstance(orjson.loads(text), dict)
    except orjson.JSONDecodeError:
        return False


def _members(text: str) -> tuple[str | None, ...]:
    """The three texts and the exact text of the row, or nulls."""
    nothing = (None,) * len(_NAMES)
    try:
        value = orjson.loads(text)
        row = _exact(text, "row")
    except (ValueError, RecursionError):
        return nothing
    if not isinstance(value, dict) or not isinstance(value.get("row"), dict):
        return nothing
    names = [value.get(name) for name in _NAMES[:-1]]
    return (*(n if isinstance(n, str) else None for n in names), row)


def _exact(text: str, key: str) -> str | None:
    """The text of a member's value as it stands in an object; the last wins.

    Raises:
        ValueError: the text is no JSON object.
    """
    decode = json.JSONDecoder().raw_decode
    found, position = None, text.index("{") + 1
    while text[position:].lstrip().startswith('"'):
        position = len(text) - len(text[position:].lstrip())
        name, position = decode(text, position)
        position = text.index(":", position) + 1
        start = len(text) - len(text[position:].lstrip())
        _, position = decode(text, start)
        found = text[start:position] if name == key else found
        position += len(text[position:]) - len(text[position:].lstrip(" \t\n\r,"))
    return found
