"""Bytes as sent → numbered physical lines, each readable or named broken.

Every format of lines starts here, so that byte order marks, encodings,
newlines, control characters, sizes and card numbers are judged once. Not
here: what a line means.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

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
    too_long = (n for n, text in enumerate(texts) if len(text) > longest)
    filled = _filled(texts, dict.fromkeys(too_long, "LINE_TOO_LONG") | codes)
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


def _filled(texts: list[str], codes: dict[int, str]) -> pl.DataFrame:
    """The lines that are not blank, with the codes that are known by position."""
    places = [n for n, text in enumerate(texts) if not _is_blank(text)]
    if len(places) < len(texts):
        texts = [texts[n] for n in places]
    found = [codes.get(n) for n in places] if codes else []
    values = [text if code else None for text, code in zip(texts, found, strict=False)]
    nothing = pl.repeat(None, len(places), dtype=pl.String, eager=True)
    return pl.DataFrame(
        [
            pl.Series("payload_line", places, dtype=pl.Int64) + 1,
            pl.Series("text", texts, dtype=pl.String),
            pl.Series("code", found if codes else nothing, dtype=pl.String),
            pl.Series("value", values if codes else nothing, dtype=pl.String),
        ]
    )


def _is_blank(text: str) -> bool:
    """White space only; to Python some control characters are white space too."""
    return not text or (text.isspace() and not _CONTROL.search(text))
