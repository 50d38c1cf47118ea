"""Shopify inventory levels: REST pages, or GraphQL levels one a line.

- Read are ``{"inventory_levels": […]}``, ``{"inventory_level": {…}}``, bare levels,
  and GraphQL's ``{id, updatedAt, location {id}, item {id sku}, quantities [{name,
  quantity}]}`` (``inventoryItem`` for ``item`` too).
- The node is the number of the location, the SKU the item's ``sku`` if it is sent,
  else the number of the inventory item: map that in the aliases.
- Read is ``available``, or, if option ``quantity_name`` says ``on_hand`` or nothing
  else is sent, ``on_hand``, which says so in quantity_basis. Of on_hand the damaged
  and those in quality_control are parted, if they are sent too: they are counts of
  their own (DAMAGED, HOLD).
- A level whose ``available`` is null is not tracked: it has no count.
- The count was cut when it was fetched: ``fetched_at`` in the level or beside the
  list, written by the fetcher. Without it each level is as of its ``updated_at``,
  which is when it last changed: an old one says little about today.
"""

from __future__ import annotations

from functools import cache

import polars as pl

from transforms.contracts.documents import STOCK_SNAPSHOTS
from transforms.contracts.profile import Parsed, Profile
from transforms.feeds.reading.cells import Rule, instant, judge, quantity, required
from transforms.feeds.reading.json_shapes import Listing, Shape
from transforms.feeds.reading.json_tables import read_tables
from transforms.feeds.reading.json_units import inside, settle_units
from transforms.feeds.reading.shopify import number_in

DOCUMENT = STOCK_SNAPSHOTS

WRAPPERS = ("inventory_levels", "inventory_level")
_FETCHED = "fetched_at"
_LEVEL = Shape(
    "level",
    (
        *("inventory_item_id", "location_id", "available", "updated_at", "sku"),
        *("id", "location.id", "updatedAt"),
        *("item.id", "item.sku", "inventoryItem.id", "inventoryItem.sku"),
    ),
    lists=(Listing("quantities", Shape("quantity", ("name", "quantity"))),),
)
_SET_ASIDE = {"damaged": "DAMAGED", "quality_control": "HOLD"}
_COUNTED = ("available", "on_hand", *_SET_ASIDE)


def parse(payload: bytes, profile: Profile) -> Parsed:
    """Read a file of levels; a broken level is refused with its lines.

    Never raises on any bytes. Column names in rejects are Shopify's.
    """
    units = inside(*WRAPPERS)
    lines, found = read_tables(payload, profile, units, _LEVEL, (_FETCHED,))
    levels = _named(found.frames["level"])
    counts, bad_counts = _counts(found.frames["quantity"], levels)
    levels = levels.join(counts, on="level_no", how="left", maintain_order="left")
    good, bad = judge(levels, _rules())
    rows = _rows(good, profile.options.get("quantity_name", "available"))
    every = pl.concat([found.problems, bad, bad_counts])
    return settle_units(lines, found.unit_lines, rows, every, DOCUMENT)


def _named(levels: pl.DataFrame) -> pl.DataFrame:
    """With ``node, sku`` and ``cut_at`` from whichever spelling has them."""
    item = pl.coalesce(
        "inventory_item_id",
        number_in("item.id"),
        number_in("inventoryItem.id"),
        pl.col("id").str.extract(r"inventory_item_id=([0-9]+)"),
    )
    return levels.with_columns(
        location_id=pl.coalesce("location_id", number_in("location.id")),
        sku=pl.coalesce("sku", "item.sku", "inventoryItem.sku", item),
        updated_at=pl.coalesce(_FETCHED, "updated_at", "updatedAt"),
    )


def _counts(
    quantities: pl.DataFrame, levels: pl.DataFrame
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Per level a column ``quantities.<name>`` for each quantity we know."""
    owner = levels.select("level_no", "payload_line")
    owned = quantities.join(
        owner, on="level_no", how="inner", maintain_order="left"
    ).filter(pl.col("name").is_in(_COUNTED))
    good, bad = judge(owned, [*required("quantity"), quantity("quantity")])
    counts = good.group_by("level_no").agg(
        pl.col("quantity")
        .filter(pl.col("name") == name)
        .first()
        .alias(f"quantities.{name}")
        for name in _COUNTED
    )
    return counts, bad


@cache
def _rules() -> tuple[Rule, ...]:
    is_uncounted = pl.all_horizontal(
        pl.col("id").is_not_null(),
        pl.col("available").is_null(),
        pl.col("quantities.available").is_null(),
        pl.col("quantities.on_hand").is_null(),
    )
    name = "quantities.available"
    return (
        *required("location_id", "sku", "updated_at"),
        instant("updated_at"),
        quantity("available"),
        Rule(name, "MISSING_VALUE", is_uncounted, "quantities", is_about_missing=True),
    )


def _rows(levels: pl.DataFrame, wanted: str) -> pl.DataFrame:
    """A row per level and status that is counted, in the order of the file."""
    free = pl.coalesce("available", "quantities.available")
    on_hand = pl.col("quantities.on_hand")
    is_on_hand = on_hand.is_not_null() & (free.is_null() | (wanted == "on_hand"))
    aside = [pl.col(f"quantities.{name}").cast(pl.Int64) for name in _SET_ASIDE]
    sound = on_hand.cast(pl.Int64) - pl.sum_horizontal(aside)
    counted = levels.with_columns(is_on_hand=is_on_hand).with_columns(
        AVAILABLE=pl.when("is_on_hand").then(sound.cast(pl.String)).otherwise(free),
        **{
            status: pl.when("is_on_hand").then(f"quantities.{name}")
            for name, status in _SET_ASIDE.items()
        },
    )
    long = counted.unpivot(
        on=["AVAILABLE", *_SET_ASIDE.values()],
        index=[
            "payload_line",
            "level_no",
            "location_id",
            "sku",
            "updated_at",
            "is_on_hand",
        ],
        variable_name="stock_status",
        value_name="qty",
    )
    basis = pl.when("is_on_hand").then(pl.lit("on_hand")).otherwise(pl.lit("available"))
    return (
        long.drop_nulls("qty")
        .sort("level_no", maintain_order=True)
        .select(
            "payload_line",
            "stock_status",
            "qty",
            node_ref="location_id",
            sku_ref="sku",
            quantity_basis=basis,
            snapshot_at="updated_at",
            uom_code=pl.lit(None, pl.String),
            lot_ref=pl.lit(None, pl.String),
            expires_on=pl.lit(None, pl.String),
            location_ref=pl.lit(None, pl.String),
        )
    )
