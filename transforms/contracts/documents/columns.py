"""The columns every document has, and how a document is spelled.

Not here: the documents themselves.
"""

from __future__ import annotations

from transforms.contracts.table import INSTANT, INTEGER, TEXT, Column, Table


def required(name: str, description: str, personal: str | None = None) -> Column:
    """A cell that every row has."""
    return Column(name, TEXT, description, personal=personal)


def optional(name: str, description: str, personal: str | None = None) -> Column:
    """A cell that may be null."""
    return Column(name, TEXT, description, is_nullable=True, personal=personal)


UNIT = optional("uom_code", "unit of the quantities: CS, PL, … (X12 355, UN/ECE 20)")
"""Null is eaches. Of another unit quantities are whole too; silver asks
``units_of_measure`` how many eaches of the SKU are in it."""

PROVENANCE = (
    Column("partner_id", TEXT, "who sent it"),
    Column("payload_sha256", TEXT, "the landed file", is_provenance=True),
    Column(
        "payload_line",
        INTEGER,
        "physical line (X12: segment) from 1",
        is_provenance=True,
    ),
    Column("received_at", INSTANT, "when it arrived", is_provenance=True),
    Column("landing_id", INTEGER, "row of the landing ledger", is_provenance=True),
)


def document(
    name: str, grain: str, *columns: Column, numbers: tuple[str, ...] = ()
) -> Table:
    """A document's bronze table.

    It has no key: bronze holds what was sent, repeats included, and silver
    reduces it to one.

    Args:
        name: of the document.
        grain: "one row per …".
        columns: what is sent; where it came from is added.
        numbers: columns that tell a row of a file from its others.
    """
    told = columns + PROVENANCE
    return Table("bronze", name, grain, key=(), columns=told, numbers=numbers)
