"""Bytes as sent → numbered physical lines, each readable or named broken.

Every format of lines starts here, so that byte order marks, encodings,
newlines, control characters, sizes and card numbers are judged once. Not
here: what a line means.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import polars as pl

from transforms.contracts.profile import Profile
from transforms.feeds.reading import cards

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
    def readable(self) -> pl.DataFrame:
        """``payload_line, text`` of the lines that can be read."""
        return self.frame.filter(pl.col("code").is_null()).drop("code", "value")

    @property
    def problems(self) -> pl.DataFrame:
        """Unreadable lines in the shape of ``rejects.PROBLEM``."""
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
    frame = pl.DataFrame({"text": texts}, schema={"text": pl.String})
    if len(data) > int(profile.options.get("max_file_bytes", MAX_FILE_BYTES)):
        longest = -1
    judged = _judged(frame.with_row_index("payload_line", 1), codes, longest)
    filled = judged.filter(pl.col("text").str.strip_chars() != "")
    searched = filled if is_ours else cards.flag(filled)
    return Lines(searched, frame.height, frame.height - filled.height)


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


def _judged(frame: pl.DataFrame, codes: dict[int, str], longest: int) -> pl.DataFrame:
    bad = pl.DataFrame(
        {"payload_line": [n + 1 for n in codes], "code": list(codes.values())},
        schema={"payload_line": pl.Int64, "code": pl.String},
    )
    too_long = pl.when(pl.col("text").str.len_chars() > longest)
    return (
        frame.with_columns(pl.col("payload_line").cast(pl.Int64))
        .join(bad, on="payload_line", how="left", maintain_order="left")
        .with_columns(
            pl.coalesce("code", too_long.then(pl.lit("LINE_TOO_LONG"))).alias("code")
        )
        .with_columns(pl.when(pl.col("code").is_not_null()).then("text").alias("value"))
    )
