"""Goods on the shelf or on the way in EDIFACT: lots, dates, packages, places."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from transforms.edi.edifact.bodies import NOTHING, Body, Line, best, first

_LOT, _PARCEL = "BX", "BJ"
_EXPIRIES = ("36", "361", "360")
_BATCHES = ("NB", "BB")


def lot(lines: Iterable[Line]) -> str | None:
    """The lot of some lines: GIN BX, else RFF BT, else a PIA of kind NB."""
    found = [*lines]
    marked, referred = first(found, "GIN", _LOT), best(found, "RFF", "BT")
    named = (
        line.text(element)
        for line in found
        if line.name == "PIA"
        for element in range(2, len(line.elements))
        if line.text(element, 2) in _BATCHES
    )
    number = marked.text(2) if marked else ""
    number = number or (referred.text(1, 2) if referred else "")
    return number or next(named, None)


def expiry(lines: Iterable[Line], body: Body) -> str | None:
    """The date goods expire: DTM 36, else best before 361, else sell by 360."""
    line = best(lines, "DTM", *_EXPIRIES)
    return body.day(line) if line else None


def packages(lines: Iterable[Line]) -> Iterator[str]:
    """The SSCCs of GIN BJ, ranges by their first, without the identifier 00."""
    for line in lines:
        if line.name == "GIN" and line.text(1) == _PARCEL:
            for element in range(2, len(line.elements)):
                number = line.text(element).removeprefix("(00)")
                is_prefixed = len(number) == _PREFIXED and number.startswith("00")
                if number:
                    yield number[2:] if is_prefixed else number


_PREFIXED = len("00") + 18


def reference(lines: Iterable[Line], *qualifiers: str) -> str | None:
    """The value of the most wanted RFF."""
    line = best(lines, "RFF", *qualifiers) or NOTHING
    return line.text(1, 2) or None
