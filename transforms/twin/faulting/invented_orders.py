"""Orders nobody placed: one line each, there to be broken.

Cloned from the first line of a file under numbers no real order has. Not
here: when and where they are planted (``order_faults``).
"""

from __future__ import annotations

import re

import polars as pl

from transforms.edi.tokens import tokenise
from transforms.twin.founding.network import BUSINESS, MARKET, STORES, WEB

UNKNOWN_SKU_BASE = 99_990_000
_BAD_DAY = "2017-13-45T25:61:00"
_CELLS_AFTER_SKU = 8


def invent_line(
    lines: pl.DataFrame, channel: str, file_stamp: str, number: int
) -> pl.DataFrame:
    """A one-line order like the first one of a file, under a number of its own."""
    of_file = lines.filter(
        pl.col("channel") == channel, pl.col("file_stamp") == file_stamp
    )
    first = of_file.head(1)
    store = first["till_store"][0]
    refs = {
        WEB: (f"{5_900_000_000_000 + number}", f"#9{number:04d}"),
        MARKET: (f"999-{number:07d}-0000000", f"999-{number:07d}-0000000"),
        BUSINESS: (f"PO17-9{number:05d}", f"PO17-9{number:05d}"),
        STORES: (f"{store}-9{number:05d}", f"{store}-9{number:05d}"),
    }
    line_refs = {
        WEB: f"{13_900_000_000_000 + number}",
        MARKET: f"{99 * 10**12 + number}",
    }
    order_ref, order_name = refs[channel]
    return first.with_columns(
        basket_id=pl.lit(-number, pl.Int64),
        order_ref=pl.lit(order_ref),
        order_name=pl.lit(order_name),
        line_no=pl.lit(1, pl.Int64),
        line_ref=pl.lit(line_refs.get(channel, "1")),
    )


def broken_text(text: str, channel: str, kind: str, number: int) -> str:
    """One line of a text channel, broken in a way.

    Args:
        text: the sound line.
        channel: decides the format.
        kind: bad_json, bad_qty, bad_instant, ragged_line, unknown_sku; any
            other kind leaves the line as it is.
        number: makes the unknown SKU unique.
    """
    if kind == "bad_json":
        return text[: len(text) * 2 // 3]
    if channel == WEB:
        return _broken_json(text, kind, number)
    separator = "\t" if channel == MARKET else ","
    if kind == "ragged_line":
        return f"{text}{separator}surplus{separator}cells"
    places = _MARKET_CELLS if channel == MARKET else _TILL_CELLS
    # Counted from the left of a till line no cell is quoted up to the sku.
    cells = _cells(text, channel)
    if kind in places:
        cells[places[kind]] = _wrong(kind, number)
    return separator.join(cells)


def invented_set(content: bytes, kind: str, number: int) -> bytes:
    """An interchange whose last set is the invented order, broken in a way.

    Args:
        content: a sound 850 file.
        kind: wrong_count or unknown_sku.
        number: makes the unknown SKU unique.
    """
    text = content.decode()
    start = text.rindex("ST*850*")
    head, last = text[:start], text[start:]
    if kind == "wrong_count":
        last = re.sub(r"SE\*(\d+)\*", lambda m: f"SE*{int(m[1]) + 3}*", last, count=1)
    else:
        last = re.sub(r"\*VP\*\d+", f"*VP*{UNKNOWN_SKU_BASE + number}", last, count=1)
    return (head + last).encode()


def last_segment(content: bytes, name: str) -> int:
    """Number, from 1, of an interchange's last segment of a name."""
    (interchange,) = tokenise(content).interchanges
    names = [segment[0] for segment in interchange.segments()]
    return len(names) - names[::-1].index(name)


_MARKET_CELLS = {"bad_qty": 9, "bad_instant": 2, "unknown_sku": 7}
_TILL_CELLS = {"bad_qty": 7, "bad_instant": 4, "unknown_sku": 5}


def _wrong(kind: str, number: int) -> str:
    wrong = {"bad_qty": "two", "bad_instant": _BAD_DAY}
    return wrong.get(kind, str(UNKNOWN_SKU_BASE + number))


def _cells(text: str, channel: str) -> list[str]:
    if channel == MARKET:
        return text.split("\t")
    left, right = text.rsplit(",", _CELLS_AFTER_SKU), text.split(",", 6)
    description = left[0].split(",", 6)[6]
    return [*right[:6], description, *left[1:]]


def _broken_json(text: str, kind: str, number: int) -> str:
    if kind == "bad_qty":
        return re.sub(r'"quantity":\d+', '"quantity":"two"', text)
    if kind == "bad_instant":
        return re.sub(r'"created_at":"[^"]*"', f'"created_at":"{_BAD_DAY}"', text)
    if kind == "unknown_sku":
        return re.sub(r'"sku":"\d+"', f'"sku":"{UNKNOWN_SKU_BASE + number}"', text)
    return text
