"""A table as a partner saves it: CSV, TSV or XLSX, told apart by its bytes.

Options of a profile: ``delimiter`` (one character, or ``tab``; ``,`` unless
told) and ``quote`` (one character, or ``none``; ``"`` unless told) of text
files; those of ``workbook`` for the others.
"""

from __future__ import annotations

from transforms.contracts.profile import Profile
from transforms.feeds.reading.delimited import Delimited, read_wanted
from transforms.feeds.reading.header import Dialect, Wanted
from transforms.feeds.reading.workbook import is_workbook, read_workbook

_NAMED = {"tab": "\t", "none": ""}


def dialect_of(profile: Profile) -> Dialect:
    """How a partner's text files tell cells apart.

    Raises:
        ValueError: a delimiter or quote is not one character of ASCII, or they
            are the same.
    """
    names = (("delimiter", ","), ("quote", '"'))
    delimiter, quote = (
        _NAMED.get(said, said)
        for said in (profile.options.get(name, usual) for name, usual in names)
    )
    if not _is_sign(delimiter) or (quote and not _is_sign(quote)) or delimiter == quote:
        raise ValueError(f"delimiter {delimiter!r} and quote {quote!r} are no signs")
    return Dialect(delimiter, quote)


def _is_sign(text: str) -> bool:
    return (
        len(text) == 1 and text.isascii() and not text.isalnum() and text not in "\r\n"
    )


def read_table(payload: bytes, profile: Profile, wanted: Wanted) -> Delimited:
    """The wanted columns of a payload.

    Raises:
        ValueError: an option of the profile means nothing.
    """
    if is_workbook(payload):
        return read_workbook(payload, profile, wanted)
    return read_wanted(payload, profile, dialect_of(profile), wanted)
