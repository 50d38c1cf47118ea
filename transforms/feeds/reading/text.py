"""Bytes as sent → numbered physical lines, each readable or named broken.

Every format of lines starts here, so that byte order marks, encodings,
newlines, control characters, sizes and card numbers are judged once. Not
here: what a line means.

Beyond 800,000 lines, 6.4 million cells (lines times columns that are read, objects
times members; ten million where no line depends on another, as in plain CSV of
anything but orders), or 250,000 JSON objects (orders and their lines together, and
what one line of text lists), a file is refused as FILE_TOO_LARGE. Options
``max_lines``, ``max_cells`` and ``max_objects`` move these bounds, ``max_line_chars``
that of a line and ``max_file_bytes`` that of a file; each costs memory: as they are,
half a gigabyte for any file of the 64 MB that a partner may send.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass, replace
from functools import cached_property

import polars as pl

from transforms.contracts.profile import Profile
from transforms.feeds.reading import bytewise, cards, rejects

MAX_FILE_BYTES = 1 << 30
"""A file above 1 GiB is no batch of orders; option ``max_file_bytes`` turns it."""

MAX_LINES = 800_100
"""Option ``max_lines`` turns it. Empty lines count: each costs memory before anybody
knows that it is empty."""

MAX_CELLS = 6_400_000
"""Lines times columns that are read, or objects times members, as many as 64 MB hold
of ten bytes each; option ``max_cells`` turns it. A cell costs sixteen bytes before a
letter stands in it, and as much again while it is judged."""

MAX_LONE_CELLS = 10_000_000
"""The same of lines that stand alone: nothing is kept of their neighbours."""

ENCODINGS = (
    "utf-8",
    "utf-16",
    "utf-16-le",
    "utf-16-be",
    "latin-1",
    "cp1252",
    "cp437",
    "gb18030",
    "gbk",
    "shift_jis",
)
"""What option ``encoding`` of a profile may declare.

But for UTF-16, a byte of 0x0A is a newline and nothing else in all of them.
``utf-16`` without a byte order mark is little endian, as Windows writes it.
"""

_OF_ONE_BYTE = ("utf-8", "latin-1", "cp1252", "cp437")
"""Those in which a byte below 128 is always a character of its own."""

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_WIDEST = 4
"""Bytes a character has at most."""

LINE_END = re.compile(r"\r\n|\n|\r")
"""What ends a line for a format; ``str.splitlines`` knows more, inside of cells too."""

_SMALL_BYTES = 1 << 18
"""Of fewer bytes Python makes lines sooner than Polars begins to."""

_CONTROL = r"[\x00-\x08\x0b-\x1f\x7f]"


@dataclass(frozen=True)
class Lines:
    """The physical lines of a payload.

    Args:
        frame: one row per line that is not blank, in file order:
            ``payload_line`` (from 1), ``text``, and ``code`` and ``value``,
            null unless the line cannot be read.
        physical: all lines; a last newline does not open another one.
        blank: lines of white space only.
        detail: what was seen, if the payload is refused whole.
        encoding: what its bytes were taken for.
        absent: of the letters ``"`` and ``+`` those that no line has.
    """

    frame: pl.DataFrame
    physical: int
    blank: int
    detail: str = ""
    encoding: str = ""
    absent: frozenset[str] = frozenset()

    @property
    def is_sound(self) -> bool:
        """Whether every line can be read."""
        return self.frame["code"].null_count() == self.frame.height

    @cached_property
    def readable(self) -> pl.DataFrame:
        """``payload_line, text`` of the lines that can be read."""
        if self.is_sound:
            return self.frame.drop("code", "value")
        return self.frame.filter(pl.col("code").is_null()).drop("code", "value")

    @cached_property
    def problems(self) -> pl.DataFrame:
        """Unreadable lines in the shape of ``rejects.PROBLEM``."""
        if self.is_sound:
            return rejects.none()
        return self.frame.filter(pl.col("code").is_not_null()).select(
            "payload_line",
            pl.lit("line").alias("column_name"),
            "code",
            pl.when(pl.col("code") == "BAD_ENCODING")
            .then(pl.lit(self.encoding))
            .otherwise(pl.lit(self.detail))
            .alias("detail"),
            "value",
        )


def read_lines(
    payload: bytes, profile: Profile, longest: int, *, is_ours: bool = False
) -> Lines:
    r"""Number the lines of ``payload`` and name those that cannot be read.

    ``\r\n`` and a lone ``\r`` end a line as ``\n`` does. A byte order mark says
    the encoding, whatever the profile declares. A line is refused for, in this
    order: bytes that are not in the encoding, control characters other than
    tab, its length, a payment card number. A payload that is too large, of too
    many lines, or no UTF-16 though it should be, is not taken apart: it is one
    refused line.

    Args:
        payload: any bytes.
        profile: options ``encoding`` (one of ``ENCODINGS``),
            ``max_file_bytes`` and ``max_lines``.
        longest: characters a line may have; of a longer one no more are kept.
        is_ours: our own document, made of rows that were searched for card
            numbers when they came in; its hashes are not searched again.

    Raises:
        ValueError: the profile declares an encoding that is not listed.
    """
    declared = encoding_of(profile)
    if len(payload) > int(profile.options.get("max_file_bytes", MAX_FILE_BYTES)):
        return refused_whole("FILE_TOO_LARGE")
    most = int(profile.options.get("max_lines", MAX_LINES))
    if not is_ours and bytewise.lines_in(payload) > most:
        return refused_whole("FILE_TOO_LARGE", f"more than {most} lines")
    marked = unmarked(payload, declared)
    narrow = _narrowed(*marked)
    if narrow is None:
        return replace(refused_whole("BAD_ENCODING"), encoding=marked[1])
    data, encoding = narrow
    data = _cut(_newlines(data), longest, encoding)
    is_searched = not is_ours and _may_hold_card(data, encoding)
    texts, codes = _decoded(data, encoding)
    del data, narrow, marked
    filled = _judged(_filled(texts), codes, longest)
    searched = cards.flag(filled) if is_searched else filled
    blank = texts.len() - filled.height
    # In every one of ``ENCODINGS`` such a letter has its byte.
    absent = frozenset(letter for letter in '"+' if ord(letter) not in payload)
    return Lines(searched, texts.len(), blank, encoding=encoding, absent=absent)


def encoding_of(profile: Profile) -> str:
    """The encoding a profile declares.

    Raises:
        ValueError: it is not listed.
    """
    declared = profile.options.get("encoding", ENCODINGS[0])
    if declared not in ENCODINGS:
        raise ValueError(f"encoding {declared!r} is not one of {ENCODINGS}")
    return declared


def refused_whole(code: str, detail: str = "") -> Lines:
    """A payload that is not taken apart: one physical line, refused."""
    line = pl.Series("payload_line", [1], dtype=pl.Int64).to_frame()
    frame = line.with_columns(
        text=pl.lit(""), code=pl.lit(code), value=pl.lit(None, pl.String)
    )
    return Lines(frame, physical=1, blank=0, detail=detail)


def unmarked(payload: bytes, declared: str) -> tuple[bytes, str]:
    """The payload without its byte order mark, and its encoding."""
    for mark, encoding in _MARKS:
        if payload.startswith(mark):
            return payload[len(mark) :], encoding
    return payload, declared


def _narrowed(data: bytes, encoding: str) -> tuple[bytes, str] | None:
    """UTF-16 as UTF-8, whose newlines are one byte; None if it is none.

    One odd byte shifts all that follow, so there is no broken line to name.
    """
    if not encoding.startswith("utf-16"):
        return data, encoding
    codec = "utf-16-be" if encoding == "utf-16-be" else "utf-16-le"
    try:
        return data.decode(codec).encode(), "utf-8"
    except UnicodeDecodeError:
        return None


def _newlines(payload: bytes) -> bytes:
    if b"\r" in payload:
        payload = payload.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    return payload


def _cut(data: bytes, longest: int, encoding: str) -> bytes:
    """Without the ends of lines that are too long: one costs many times its size."""
    width = 1 if encoding in _OF_ONE_BYTE else _WIDEST
    limit, parts, begin, at = width * (longest + 1), [], 0, 0
    while at + limit < len(data):
        end = data.rfind(b"\n", at, at + limit)
        if end < 0:
            end = data.find(b"\n", at + limit)
            end = end if end >= 0 else len(data)
            cut = _enough(data, at, end, longest, encoding)
            if cut < end:
                parts.append(data[begin:cut])
                begin = end
        at = end + 1
    return b"".join([*parts, data[begin:]]) if parts else data


def _enough(data: bytes, start: int, end: int, longest: int, encoding: str) -> int:
    """Where a line has a character more than it may have, or its end."""
    if encoding == "utf-8":
        return bytewise.character(data, start, end, longest + 1)
    width = 1 if encoding in _OF_ONE_BYTE else _WIDEST
    return min(_between_characters(data, start + width * (longest + 1)), end)


def _between_characters(data: bytes, at: int) -> int:
    """This place or one a little before, where no character of UTF-8 is torn."""
    steps = (at - back for back in range(_WIDEST))
    return next((n for n in steps if data[n] & 0xC0 != 0x80), at)  # noqa: PLR2004 bits of a following byte


def _may_hold_card(data: bytes, encoding: str) -> bool:
    """Whether a line may hold a card number; in most files none does."""
    return encoding not in _OF_ONE_BYTE or bytewise.may_hold_card(data)


def _decoded(data: bytes, encoding: str) -> tuple[pl.Series, dict[int, str]]:
    """Texts of all lines, and codes by position of those not well spelled."""
    has_controls = bytewise.has_controls(data)
    try:
        if not has_controls:
            return _split(data, encoding), {}
        texts = pl.Series("text", data.decode(encoding).split("\n"))
        codes: dict[int, str] = {}
    except (UnicodeDecodeError, pl.exceptions.ComputeError):
        texts, codes = _decoded_one_by_one(data, encoding)
    if texts[-1] == "":
        texts = texts.head(-1)
    if has_controls:
        found = texts.str.contains(_CONTROL).arg_true()
        codes = dict.fromkeys(found, "CONTROL_CHARACTER") | codes
    return texts, codes


def _split(data: bytes, encoding: str) -> pl.Series:
    """Lines of bytes without control characters.

    A table of one column: in a quarter of the time and memory that lists of
    Python take, because no cell ends at a character the bytes do not have.

    Raises:
        UnicodeDecodeError, ComputeError: a line is not in the encoding.
    """
    if encoding != "utf-8":
        data = data.decode(encoding).encode()
    # One mark more: Polars would leave it out, and refuse what is nothing else.
    while data.startswith(codecs.BOM_UTF8):
        data = data[len(codecs.BOM_UTF8) :]
    if not data:
        return pl.Series("text", [], dtype=pl.String)
    if len(data) < _SMALL_BYTES:
        return pl.Series("text", data.decode().removesuffix("\n").split("\n"))
    return pl.read_csv(
        data,
        has_header=False,
        new_columns=["text"],
        separator="\x1f",
        quote_char=None,
        infer_schema=False,
    )["text"].fill_null("")


def _decoded_one_by_one(data: bytes, encoding: str) -> tuple[pl.Series, dict[int, str]]:
    texts: list[str] = []
    codes: dict[int, str] = {}
    for position, line in enumerate(data.split(b"\n")):
        try:
            texts.append(line.decode(encoding))
        except UnicodeDecodeError:
            texts.append(line.decode(encoding, errors="replace"))
            codes[position] = "BAD_ENCODING"
    return pl.Series("text", texts), codes


def _filled(texts: pl.Series) -> pl.DataFrame:
    """``payload_line, text`` of the lines that are not blank."""
    numbers = pl.int_range(1, texts.len() + 1, eager=True).alias("payload_line")
    lines = pl.DataFrame([numbers, texts])
    if _begin_with_letters(texts):
        return lines
    is_blank = ~texts.str.contains(r"\S")
    return lines.filter(~is_blank) if is_blank.any() else lines


def _begin_with_letters(texts: pl.Series) -> bool:
    """Whether each line begins with a visible character of ASCII, by its bytes."""
    return bool(((texts >= "!") & (texts < "\x80")).all())


def _judged(filled: pl.DataFrame, codes: dict[int, str], longest: int) -> pl.DataFrame:
    """With ``code`` and ``value`` of the lines that cannot be read.

    ``codes`` is by position, from 0; a line has no more than ``longest`` characters.
    """
    if not codes and not _has_longer(filled["text"], longest):
        nothing = pl.Series([None], dtype=pl.String).new_from_index(0, filled.height)
        return filled.hstack([nothing.alias("code"), nothing.alias("value")])
    length = pl.col("text").str.len_chars()
    bad = pl.DataFrame(
        {"payload_line": [n + 1 for n in codes], "code": list(codes.values())},
        schema={"payload_line": pl.Int64, "code": pl.String},
    )
    too_long = pl.when(length > longest).then(pl.lit("LINE_TOO_LONG"))
    return (
        filled.join(bad, on="payload_line", how="left", maintain_order="left")
        .with_columns(pl.coalesce("code", too_long).alias("code"))
        .with_columns(pl.col("text").str.head(longest))
        .with_columns(pl.when(pl.col("code").is_not_null()).then("text").alias("value"))
    )


def _has_longer(texts: pl.Series, longest: int) -> bool:
    """Whether a line has more characters; it has no more than bytes, soon counted."""
    if not (texts.str.len_bytes() > longest).any():
        return False
    return bool((texts.str.len_chars() > longest).any())
