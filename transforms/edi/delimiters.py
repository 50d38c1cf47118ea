"""The characters that hold an X12 interchange together, and the legal rest.

Not here: cutting a file by them (``tokens``) or joining with them (``writer``).
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

_SPELLED_OUT = str.maketrans(
    {
        "ß": "ss",
        "æ": "ae",
        "Æ": "AE",
        "œ": "oe",
        "Œ": "OE",
        "ø": "o",
        "Ø": "O",
        "ł": "l",
        "Ł": "L",
        "đ": "d",
        "Đ": "D",
        "þ": "th",
        "Þ": "Th",
        "\u2018": "'",
        "\u2019": "'",
        "\u201c": '"',
        "\u201d": '"',
        "\u2013": "-",
        "\u2014": "-",
    }
)
"""Letters that Unicode does not decompose into a basic letter and a mark."""


@dataclass(frozen=True)
class Delimiters:
    r"""What separates and ends things in one interchange.

    Args:
        element: between elements, ISA's fourth character.
        component: between parts of a composite, ISA16.
        terminator: ends a segment, the character after ISA16.
        repetition: between repeats, ISA11 from version 00402 on; else "".
        newline: what follows every terminator ("", "\n", "\r\n"): no data,
            kept so that a file can be written again byte for byte.
    """

    element: str = "*"
    component: str = ">"
    terminator: str = "~"
    repetition: str = ""
    newline: str = ""

    @property
    def characters(self) -> str:
        """All characters that data must not contain."""
        return self.element + self.component + self.terminator + self.repetition


def clean(text: str, delimiters: Delimiters) -> str:
    r"""``text`` in characters that cannot break a file with these delimiters.

    Letters with marks lose the marks (``ü`` → ``u``), some are spelled out
    (``ß`` → ``ss``), what has no basic form becomes ``?`` (``中``); delimiters,
    control characters and line ends become one space each.

    Example:
        >>> clean("Größe*中\n~", Delimiters())
        'Grosse ?  '
    """
    if not text.isascii():
        text = _basic(text)
    return _unsafe(delimiters).sub(" ", text)


def is_clean(text: str, delimiters: Delimiters) -> bool:
    """Whether ``clean`` would leave a joined segment's data as it is."""
    return text.isascii() and not _unsafe_but_element(delimiters).search(text)


def _basic(text: str) -> str:
    spelled = unicodedata.normalize("NFKD", text.translate(_SPELLED_OUT))
    plain = "".join(c for c in spelled if not unicodedata.combining(c))
    return "".join(c if c.isascii() else "?" for c in plain)


@lru_cache(maxsize=64)
def _unsafe(delimiters: Delimiters) -> re.Pattern[str]:
    return re.compile(rf"[\x00-\x1f\x7f{re.escape(delimiters.characters)}]")


@lru_cache(maxsize=64)
def _unsafe_but_element(delimiters: Delimiters) -> re.Pattern[str]:
    others = delimiters.characters.replace(delimiters.element, "")
    return re.compile(rf"[\x00-\x1f\x7f{re.escape(others)}]")
