"""Bytes as sent → numbered physical lines, each readable or named broken.

Every format of lines starts here, so that byte order marks, encodings,
newlines, control characters, sizes and card numbers are judged once. Not
here: what a line means.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from itertools import compress

import numpy as np
import polars as pl

from transforms.contracts.profile import Profile
from transforms.feeds.reading import cards
from transforms.feeds.reading.rejects import PROBLEM

MAX_FILE_BYTES = 1 << 30
"""A file above 1 GiB is no batch of orders; option ``max_file_bytes`` turns it."""

ENCODINGS = ("utf-8", "cp1252", "latin-1")
"""What option ``encoding`` of a profile may declare: newlines stay one byte."""

_CONTROLS = bytes(code for code in (*range(32), 127) if code not in b"\t\n")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_SEPARATOR = re.compile(r"[\x1c-\x1f]")
_MARK = "\ufeff"


@dataclass(frozen=True)
class Lines:
    """The physical lines of a payload.

    Args:
        frame: one row per line that is not blank, in file order:
            ``payload_line`` (from 1), ``text``, and ``code`` and ``value``,
            null unless the line cannot be read.
        physical: all lines; a last newline does not open another one.
        blank: lines of white space only.
    """

    frame: pl.DataFrame
    physical: int
    blank: int

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
            return pl.DataFrame(schema=PROBLEM)
        return self.frame.filter(pl.col("code").is_not_null()).select(
            "payload_line",
            pl.lit("line").alias("column_name"),
            "code",
            pl.lit("").alias("detail"),
            "value",
        )


def read_lines(
    payload: bytes, profile: Profile, longest: int, *, is_ours: bool = False
) -> Lines:
    r"""Number the lines of ``payload`` and name those that cannot be read.

    ``\r\n`` and a lone ``\r`` end a line as ``\n`` does. A line is refused
    for, in this order: bytes that are not in the declared encoding, control
    characters other than tab, its length, a payment card number.

    Args:
        payload: any bytes.
        profile: options ``encoding`` (one of ``ENCODINGS``) and
            ``max_file_bytes``.
        longest: characters a line may have.
        is_ours: our own document, made of rows that were searched for card
            numbers when they came in; its hashes are not searched again.

    Raises:
        ValueError: the profile declares an encoding that is not listed.
    """
    encoding = profile.options.get("encoding", ENCODINGS[0])
    if encoding not in ENCODINGS:
        raise ValueError(f"encoding {encoding!r} is not one of {ENCODINGS}")
    data = _newlines(payload)
    texts, codes = _decoded(data, encoding)
    if len(data) > int(profile.options.get("max_file_bytes", MAX_FILE_BYTES)):
        longest = -1
    filled = _judged(_filled(texts), codes, longest)
    searched = filled if is_ours else cards.flag(filled)
    return Lines(searched, len(texts), len(texts) - filled.height)


def _newlines(payload: bytes) -> bytes:
    if b"\r" in payload:
        payload = payload.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    return payload


def _decoded(data: bytes, encoding: str) -> tuple[list[str], dict[int, str]]:
    """Texts of all lines, and codes by position of those not well spelled."""
    try:
        texts = data.decode(encoding).removeprefix(_MARK).split("\n")
        codes: dict[int, str] = {}
    except UnicodeDecodeError:
        texts, codes = _decoded_one_by_one(data, encoding)
    if texts[-1] == "":
        texts.pop()
    if len(data.translate(None, _CONTROLS)) != len(data):
        found = (n for n, text in enumerate(texts) if _CONTROL.search(text))
        codes = dict.fromkeys(found, "CONTROL_CHARACTER") | codes
    return texts, codes


def _decoded_one_by_one(data: bytes, encoding: str) -> tuple[list[str], dict[int, str]]:
    texts: list[str] = []
    codes: dict[int, str] = {}
    for position, line in enumerate(data.split(b"\n")):
        try:
            texts.append(line.decode(encoding))
        except UnicodeDecodeError:
            texts.append(line.decode(encoding, errors="replace"))
            codes[position] = "BAD_ENCODING"
    texts[0] = texts[0].removeprefix(_MARK)
    return texts, codes


def _filled(texts: list[str]) -> pl.DataFrame:
    """``payload_line, text`` of the lines that are not blank."""
    is_filled = np.fromiter(
        # To Python some separators are white space too; here they are controls.
        (bool(t) and (not t.isspace() or bool(_SEPARATOR.search(t))) for t in texts),
        dtype=bool,
        count=len(texts),
    )
    return pl.DataFrame(
        [
            pl.Series("payload_line", np.flatnonzero(is_filled) + 1, dtype=pl.Int64),
            pl.Series("text", list(compress(texts, is_filled)), dtype=pl.String),
        ]
    )


def _judged(filled: pl.DataFrame, codes: dict[int, str], longest: int) -> pl.DataFrame:
    """With ``code`` and ``value`` of the lines that cannot be read.

    ``codes`` is by position, from 0; a line has no more than ``longest`` characters.
    """
    length = pl.col("text").str.len_chars()
    nothing = pl.lit(None, pl.String)
    if not codes and (filled.select(length.max()).item() or 0) <= longest:
        return filled.with_columns(nothing.alias("code"), nothing.alias("value"))
    bad = pl.DataFrame(
        {"payload_line": [n + 1 for n in codes], "code": list(codes.values())},
        schema={"payload_line": pl.Int64, "code": pl.String},
    )
    too_long = pl.when(length > longest).then(pl.lit("LINE_TOO_LONG"))
    return (
        filled.join(bad, on="payload_line", how="left", maintain_order="left")
        .with_columns(pl.coalesce("code", too_long).alias("code"))
        .with_columns(pl.when(pl.col("code").is_not_null()).then("text").alias("value"))
    )
