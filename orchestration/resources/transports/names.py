"""Which names of a partner's files are safe, and which are not finished yet."""

from __future__ import annotations

import re
import unicodedata

from orchestration.resources.drop import TEMPORARY

LONGEST_NAME_BYTES = 255
"""The longest name that file systems keep."""

_DRIVE = re.compile(r"[A-Za-z]:")
_UNPRINTABLE = {"Cc", "Cf", "Cs", "Zl", "Zp"}


def danger_of(name: str) -> str:
    """What makes a name unsafe to write under; empty when nothing does.

    Example:
        >>> danger_of("945_20261125.edi"), danger_of("../945.edi")
        ('', 'it climbs out of its folder')
        >>> danger_of("C:945.edi"), danger_of("库存.csv")
        ('it names a drive', '')
    """
    dangers = {
        "it is empty": not name,
        "it climbs out of its folder": name in {".", ".."} or "/" in name,
        "it holds a backslash": "\\" in name,
        "it names a drive": _DRIVE.match(name),
        "it holds NUL, control or invisible characters": _is_unprintable(name),
        f"it is longer than {LONGEST_NAME_BYTES} bytes": (
            len(name.encode(errors="surrogatepass")) > LONGEST_NAME_BYTES
        ),
    }
    return next((danger for danger, is_so in dangers.items() if is_so), "")


def is_temporary(name: str) -> bool:
    """Whether a partner is still writing under this name.

    Example:
        >>> is_temporary("945.edi.PART"), is_temporary(".945.edi")
        (True, True)
        >>> is_temporary("945.edi")
        False
    """
    return name.startswith(".") or name.lower().endswith(tuple(TEMPORARY))


def printable(name: str) -> str:
    """A name as it may stand in a message or a log: short and on one line."""
    shown = "".join("?" if _is_unprintable(c) else c for c in name)
    return shown[:LONGEST_NAME_BYTES] or "(empty)"


def decoded(raw: bytes) -> str:
    """A name as the other side sent it; bytes that are no UTF-8 stay visible.

    They become lone surrogates, which ``danger_of`` refuses.
    """
    return raw.decode(errors="surrogateescape")


def _is_unprintable(text: str) -> bool:
    return any(unicodedata.category(letter) in _UNPRINTABLE for letter in text)
