"""How much one EDI file may hold: what is beyond is refused whole, unread.

A segment costs hundreds of times its bytes where it is broken, and a thousand
fit into a few kilobytes. No partner sends half a million in one file; who does
is asked to send it in parts.
"""

from __future__ import annotations

MAX_INTERCHANGES = 20_000
MAX_SEGMENTS = 500_000
MAX_ELEMENTS = 6_000_000
"""Components count too."""


def excess(interchanges: int, segments: int, elements: int) -> str:
    """What there is too much of, for a message; "" when a file may be read.

    Example:
        >>> excess(1, 500_001, 900_000), excess(1, 12, 90)
        ('more than 500000 segments', '')
    """
    bounds = (
        (interchanges, MAX_INTERCHANGES, "interchanges"),
        (segments, MAX_SEGMENTS, "segments"),
        (elements, MAX_ELEMENTS, "elements"),
    )
    found = (f"more than {most} {what}" for count, most, what in bounds if count > most)
    return next(found, "")


LINE_ENDS = "\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029"
"""What ``str.splitlines`` ends a line at."""


def stray_excess(text: str, lines: int) -> str:
    """The same of text outside any interchange, behind so many lines."""
    return excess(0, lines + sum(map(text.count, LINE_ENDS)), 0)
