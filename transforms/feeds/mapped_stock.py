"""Stock snapshots in a partner's own columns: CSV, TSV or XLSX.

Options as ``mapped_orders`` has them, but ``order_cells``. Where the mapping says
nothing, ``stock_status`` is AVAILABLE and ``quantity_basis`` the profile's. The
moment of the count, ``snapshot_at``, must stand in the file; a day alone is its first
moment in the profile's zone. Where ``uom_code`` names another unit than EA, ``qty``
is of it and silver asks ``units_of_measure`` for its eaches. A SKU that is counted
twice is refused, unless ``repeated_rows`` is ``add``: then bins add up. Column
names in rejects are the partner's.

    options:
      column.node_ref: "Warehouse"
      column.sku_ref: "Article"
      column.qty: "On hand"
      column.snapshot_at: "Counted"
      value.stock_status.blocked: HOLD
      column.stock_status: "State"
      date_format: "%d/%m/%Y %H:%M"
      quantities: decimal
"""

from __future__ import annotations

from functools import cache

import polars as pl

from transforms.contracts.documents import STOCK_SNAPSHOTS
from transforms.contracts.profile import Parsed, Profile
from transforms.feeds.reading.accounts import (
    reference_columns,
    required_columns,
    settle,
)
from transforms.feeds.reading.cells import (
    Rule,
    date,
    instant,
    named_unit,
    one_of,
    quantity,
    required,
    unit_code,
)
from transforms.feeds.reading.mapping import Form, profile_faults, read_mapped
from transforms.feeds.reading.repeats import judge_repeats
from transforms.feeds.reading.spelling import judge_spelled, rewritten

DOCUMENT = STOCK_SNAPSHOTS

_CLOSED = {
    "stock_status": ("AVAILABLE", "DAMAGED", "HOLD"),
    "quantity_basis": ("on_hand", "available"),
}


@cache
def _rules() -> tuple[Rule, ...]:
    return (
        *(one_of(name, *values) for name, values in _CLOSED.items()),
        quantity("qty"),
        instant("snapshot_at"),
        date("expires_on"),
        unit_code(),
    )


def stock_form(profile: Profile) -> Form:
    """What a mapping may fill, and what stands where it says nothing."""
    filled = {
        "stock_status": pl.lit("AVAILABLE"),
        "quantity_basis": pl.lit(profile.quantity_basis),
    }
    return Form(DOCUMENT, filled, closed=_CLOSED)


def faults(profile: Profile) -> list[str]:
    """What is wrong with a profile's options, for whoever loads it."""
    return profile_faults(profile, stock_form(profile))


def parse(payload: bytes, profile: Profile) -> Parsed:
    """Read a stock file; never raises on any bytes and any options."""
    form = stock_form(profile)
    read, mapping = read_mapped(payload, profile, form)
    if mapping is None:
        return settle(read, read.cells, read.problems.clear(), DOCUMENT)
    rules = [
        *required(*required_columns(DOCUMENT)),
        *rewritten(read, *reference_columns(DOCUMENT)),
        *_rules(),
    ]
    good, problems = judge_spelled(
        read.cells, rules, profile, reads_local=True, derived=[named_unit()]
    )
    kept, repeats = judge_repeats(good, DOCUMENT, profile)
    silent = good.height - kept.height - repeats.height
    found = mapping.by_header(pl.concat([problems, repeats]), form)
    return settle(read, kept, found, DOCUMENT, silent)
