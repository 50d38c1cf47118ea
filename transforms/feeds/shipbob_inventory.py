"""ShipBob inventory levels, per location or per lot (API 2025-07 and 2026-01).

- Read are the answers of ``inventory-level/locations`` and ``inventory-level/lots``,
  and those of one inventory item: ``{"items": […]}``, a list, or one item a line.
- ShipBob does not say when it counted. The fetcher writes the instant it asked at
  beside the items, ``{"fetched_at": "2026-01-05T06:00:00Z", "items": […]}``, or into
  each item; a body without it is refused.
- The node is ``location_id``, the SKU ``sku`` or, without one, ``inventory_id``. The
  profile's ``quantity_basis`` says what is read: ``on_hand_quantity`` or, for
  available, ``fulfillable_quantity``. What is awaited or between two houses is not
  counted. An item with lots is counted by lot; ``lot_date`` is the day it expires.
- Totals over all locations (``inventory-level``) name no node and are refused.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from transforms.contracts.documents import STOCK_SNAPSHOTS
from transforms.contracts.profile import Parsed, Profile
from transforms.feeds.reading.cells import (
    Rule,
    date,
    instant,
    judge,
    quantity,
    required,
)
from transforms.feeds.reading.json_shapes import Listing, Shape
from transforms.feeds.reading.json_tables import read_tables
from transforms.feeds.reading.json_units import inside, settle_units

DOCUMENT = STOCK_SNAPSHOTS
WRAPPERS = ("items",)

_FETCHED = "fetched_at"
_TOTAL = "total_on_hand_quantity"
_QUANTITY = {"on_hand": "on_hand_quantity", "available": "fulfillable_quantity"}
_PLACE = ("location_id", *_QUANTITY.values())
_ITEM = Shape(
    "item",
    ("inventory_id", "sku", _TOTAL),
    lists=(
        Listing("locations", Shape("place", _PLACE)),
        Listing(
            "lots",
            Shape(
                "lot",
                ("lot_number", "lot_date"),
                lists=(Listing("locations", Shape("lot_place", _PLACE)),),
            ),
        ),
    ),
)


def parse(payload: bytes, profile: Profile) -> Parsed:
    """Read a file of levels; a broken item is refused with its lines.

    Never raises on any bytes. Column names in rejects are ShipBob's.
    """
    units = inside(*WRAPPERS)
    lines, found = read_tables(payload, profile, units, _ITEM, (_FETCHED,))
    items = found.frames["item"].with_columns(sku=pl.coalesce("sku", "inventory_id"))
    items, bad_items = judge(items, _item_rules())
    counted = _QUANTITY[profile.quantity_basis]
    places, bad_places = judge(_places(found.frames, items), _place_rules(counted))
    rows = places.sort("item_no", "place_no").select(
        "payload_line",
        node_ref="location_id",
        sku_ref="sku",
        stock_status=pl.lit("AVAILABLE"),
        quantity_basis=pl.lit(profile.quantity_basis),
        qty=counted,
        snapshot_at=_FETCHED,
        uom_code=pl.lit(None, pl.String),
        lot_ref="lot_number",
        expires_on="lot_date",
        location_ref=pl.lit(None, pl.String),
    )
    every = pl.concat([found.problems, bad_items, bad_places])
    return settle_units(lines, found.unit_lines, rows, every, DOCUMENT)


def _places(frames: Mapping[str, pl.DataFrame], items: pl.DataFrame) -> pl.DataFrame:
    """What each item has where: by lot, if it has lots."""
    day = pl.col("lot_date").str.head(10)
    # A date that was never set is the first of the calendar in ShipBob's tongue.
    lots = frames["lot"].with_columns(
        lot_date=pl.when(~day.str.starts_with("0001")).then(day)
    )
    by_lot = (
        frames["lot_place"].join(lots, on="lot_no").rename({"lot_place_no": "place_no"})
    )
    whole = frames["place"].join(lots, on="item_no", how="anti")
    owner = items.select("item_no", "payload_line", "sku", _FETCHED)
    return pl.concat([whole, by_lot], how="diagonal").join(owner, on="item_no")


def _item_rules() -> list[Rule]:
    detail = "fetched_at beside items: ShipBob does not say when it counted"
    is_undated = pl.col(_FETCHED).is_null()
    is_total = pl.col(_TOTAL).is_not_null()
    return [
        Rule(_FETCHED, "MISSING_VALUE", is_undated, detail, is_about_missing=True),
        instant(_FETCHED),
        *required("sku"),
        Rule(_TOTAL, "MISSING_VALUE", is_total, "locations"),
    ]


def _place_rules(counted: str) -> list[Rule]:
    return [*required("location_id", counted), quantity(counted), date("lot_date")]
