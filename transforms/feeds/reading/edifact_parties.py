"""Who is who in EDIFACT: NAD groups as columns of our documents."""

from __future__ import annotations

from collections.abc import Sequence

from transforms.edi.edifact.bodies import NOTHING, Line, Row, groups

_RECIPIENTS = ("DP", "ST", "CN", "UC", "BY")
"""Who gets the goods, most telling first; a buyer without any gets them."""


def party(lines: list[Line], *roles: str) -> list[Line]:
    """The NAD of the most wanted role with what stands behind it; [] for none."""
    _, found = groups(lines, "NAD")
    by_role = {group[0].text(1): group for group in reversed(found)}
    return next((by_role[role] for role in roles if role in by_role), [])


def place_of(lines: list[Line], roles: Sequence[str]) -> str:
    """The number, else the name, of the most wanted role; "" for none."""
    address = next(iter(party(lines, *roles)), NOTHING)
    return address.text(2) or _name(address)


def buyer(head: list[Line]) -> Row:
    """The customer columns: NAD BY and its COM."""
    group = party(head, "BY")
    address = next(iter(group), NOTHING)
    return {
        "customer_ref": address.text(2) or None,
        "customer_name": _name(address) or None,
        "customer_email": _contact(group, "EM"),
        "customer_phone": _contact(group, "TE"),
    }


def recipient(head: list[Line]) -> Row:
    """The ship-to columns: the first role of those who may get the goods.

    An address without structure (C058) is name, street, second line; a place
    that is only numbered has its number for a name.
    """
    address = next(iter(party(head, *_RECIPIENTS)), NOTHING)
    loose = address.texts(3)[1:] if not address.texts(5) else []
    streets = [*address.texts(5), *loose, "", ""]
    country = address.text(9).upper()
    return {
        "ship_to_name": _name(address) or address.text(2) or None,
        "ship_to_street": streets[0] or None,
        "ship_to_street2": " ".join(filter(None, streets[1:])) or None,
        "ship_to_city": address.text(6) or None,
        "ship_to_region": address.text(7) or None,
        "ship_to_postal_code": address.text(8) or None,
        "ship_to_country": country or None,
    }


def _name(address: Line) -> str:
    """Party name, else the first line of a loose address."""
    return " ".join(address.texts(4, 1, 5)) or address.text(3)


def _contact(group: list[Line], channel: str) -> str | None:
    for line in group:
        if line.name == "COM" and line.text(1, 2) == channel:
            return line.text(1) or None
    return None
