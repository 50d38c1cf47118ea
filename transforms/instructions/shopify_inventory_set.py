"""Shopify stock levels to be set, as JSON: one object a line, one line a SKU.

The bodies of ``inventory_levels/set``: ``available`` is absolute.

- ``location_id`` is the option of that name, a number.
- ``inventory_item_id`` is the channel's own name of the SKU, where an alias says one
  and it is a number, else it is left out; ``sku`` is ours, by which whoever posts
  them finds the item then.
"""

from __future__ import annotations

import json

import polars as pl

from transforms.contracts.profile import Envelope, Payload
from transforms.contracts.table import conform
from transforms.contracts.telling import STOCK_OFFERS
from transforms.instructions.writing.json_lines import as_number, payload_of
from transforms.instructions.writing.lines import Row

DOCUMENT = STOCK_OFFERS


def render(frame: pl.DataFrame, envelope: Envelope) -> Payload:
    """``inventory_set_<control number>.jsonl``, lines by SKU.

    Args:
        frame: STOCK_OFFERS.
        envelope: receiver and control number.

    Raises:
        ContractError: the frame does not keep its contract.
    """
    rows = conform(frame, DOCUMENT).sort("sku_id")
    location = as_number(envelope.profile.options.get("location_id"))
    lines = [_level(row, location) for row in rows.iter_rows(named=True)]
    units = int(rows["available_qty"].sum())
    return payload_of("inventory_set", lines, units, envelope)


def _level(row: Row, location: int | None) -> str:
    named = {
        "location_id": location,
        "inventory_item_id": as_number(row["sku_ref"]),
        "sku": row["sku_id"],
        "available": row["available_qty"],
    }
    said = {name: cell for name, cell in named.items() if cell is not None}
    return json.dumps(said, ensure_ascii=False)
