"""Who is who in EDIFACT: NAD groups as columns of our documents."""

from __future__ import annotations

from collections.abc import Sequence

from transforms.edi.edifact.bodies import Row
from transforms.edi.edifact.lines import NOTHING, Line, Lines

_RECIPIENTS = ("DP", "ST", "CN", "UC", "BY")
"""Who gets the goods, most telling first; a buyer without any gets them."""


def party(lines: Lines, *roles: str) -> Lines:
    """The NAD of the most wanted role with what stands behind it; [] for none."""
    found = reversed(lines.groups("NAD"))
    by_role = {group[0].text(1): group for group in found}
    return next((by_role[role] for role in roles if role in by_role), Lines())


def place_of(lines: Lines, roles: Sequence[str]) -> str:
    """The number, else the name, of the most wanted role; "" for none."""
    by_role = {line.text(1): line for line in reversed(lines.named("NAD"))}
    address = next((by_role[role] for role in roles if role in by_role), NOTHING)
    return address.text(2) or _name(address)


def buyer(head: Lines) -> Row:
    """The customer columns: NAD BY and its COM."""
    group = party(head, "BY")
    address = next(iter(group), NOTHING)
    return {
        "customer_ref": address.text(2) or None,
        "customer_name": _name(address) or None,
        "customer_email": _contact(group, "EM"),
        "customer_phone": _contact(group, "TE"),
    }


def recipient(head: Lines) -> Row:
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


def _contact(group: Lines, channel: str) -> str | None:
    for line in group.named("COM"):
        if line.text(1, 2) == channel:
            return line.text(1) or None
    return None
