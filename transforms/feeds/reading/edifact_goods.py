"""Goods on the shelf or on the way in EDIFACT: lots, dates, packages, references."""

from __future__ import annotations

from collections.abc import Iterator

from transforms.edi.edifact.bodies import Body
from transforms.edi.edifact.lines import NOTHING, Lines

_LOT, _PARCEL = "BX", "BJ"
_EXPIRIES = ("36", "361", "360")
_BATCHES = ("NB", "BB")
_PREFIXED = len("00") + 18
"""An SSCC with its application identifier before it."""


def lot(lines: Lines) -> str | None:
    """The lot of some lines: GIN BX, else RFF BT, else a PIA of kind NB or BB."""
    marked = lines.first("GIN", _LOT) or NOTHING
    named = (
        line.text(element)
        for line in lines.named("PIA")
        for element in range(2, len(line.elements))
        if line.text(element, 2) in _BATCHES
    )
    return marked.text(2) or reference(lines, "BT") or next(named, None)


def expiry(lines: Lines, body: Body) -> str | None:
    """The date goods expire: DTM 36, else best before 361, else sell by 360."""
    line = lines.best("DTM", *_EXPIRIES)
    return body.day(line) if line else None


def packages(lines: Lines) -> Iterator[str]:
    """The SSCCs of GIN BJ, ranges by their first, without the identifier 00."""
    for line in lines.named("GIN"):
        if line.text(1) != _PARCEL:
            continue
        for element in range(2, len(line.elements)):
            number = line.text(element).removeprefix("(00)")
            is_prefixed = len(number) == _PREFIXED and number.startswith("00")
            if number:
                yield number[2:] if is_prefixed else number


def reference(lines: Lines, *qualifiers: str) -> str | None:
    """The value of the most wanted RFF."""
    line = lines.best("RFF", *qualifiers)
    return (line.text(1, 2) or None) if line else None
