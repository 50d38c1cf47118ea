"""The proof of what a run's sourcing costs, by sums over its tables.

    bound        = floors of orders - price x supply, of all that has a price
                   and that orders placed in their turn left
    cost - bound = what orders paid above their floors
                 + price x stock that stayed + price x room that nobody used

Money in thousandths of minor units. Shares nothing with the solver; that a floor
is one is its claim, which every plan in the trace could disprove.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import polars as pl

from transforms.contracts.decisions import ALLOCATION_CERTIFICATES
from transforms.contracts.table import conform

MILLI = 1000
ORDER = ["order_id"]
CELL, ROOM = ["node_id", "sku_id"], ["node_id", "ship_date"]


@dataclass(frozen=True)
class Sourced:
    """What a run decided and what it says that it is worth.

    Args:
        allocations: ALLOCATIONS of the run.
        prices: ALLOCATION_PRICES of the run.
        floors: ORDER_FLOORS of the run.
    """

    allocations: pl.DataFrame
    prices: pl.DataFrame
    floors: pl.DataFrame

    @property
    def together(self) -> pl.DataFrame:
        """Allocations of orders that have a floor."""
        return self.allocations.join(self.floors, on="order_id", how="semi")

    @property
    def in_turn(self) -> pl.DataFrame:
        """Allocations of orders that have none."""
        return self.allocations.join(self.floors, on="order_id", how="anti")


def compromises(sourced: Sourced) -> pl.DataFrame:
    """What each order paid above its floor, scarce supply at its price.

    Returns:
        ``order_id, cost_minor, least_milli, compromise_milli`` of the orders that
        have a floor.
    """
    costs = sourced.together.group_by(ORDER).agg(cost_minor=pl.col("total_minor").sum())
    told = as_taken(sourced.together)
    eaches = told.join(_of(sourced, "stock", CELL), on=CELL, how="left").join(
        _of(sourced, "unit", ROOM, "unit_price"), on=ROOM, how="left"
    )
    each = pl.col("price").fill_null(0) + pl.col("unit_price").fill_null(0)
    parcels = (
        told.select(*ORDER, *ROOM)
        .unique()
        .join(_of(sourced, "shipment", ROOM), on=ROOM, how="left")
    )
    scarce = pl.concat(
        [
            eaches.select(*ORDER, worth=each * pl.col("qty")),
            parcels.select(*ORDER, worth=pl.col("price").fill_null(0)),
        ]
    )
    worth = scarce.group_by(ORDER).agg(pl.col("worth").sum())
    paid = pl.col("cost_minor").fill_null(0) * MILLI + pl.col("worth").fill_null(0)
    return (
        sourced.floors.select(*ORDER, "least_milli")
        .join(costs, on=ORDER, how="left")
        .join(worth, on=ORDER, how="left")
        .select(
            *ORDER,
            pl.col("cost_minor").fill_null(0),
            "least_milli",
            compromise_milli=paid - pl.col("least_milli"),
        )
        .sort(ORDER)
    )


def unused(sourced: Sourced) -> pl.DataFrame:
    """Scarce supply with what is left of it.

    Returns:
        ``resource, node_id, sku_id, ship_date, supply_qty`` that orders placed in
        their turn left, ``price_milli, left_qty``.
    """
    others, here = as_taken(sourced.in_turn), as_taken(sourced.together)
    rows = [
        sourced.prices.filter(resource=name)
        .join(_used(others, name, keys), on=keys, how="left")
        .join(_used(here, name, keys), on=keys, how="left", suffix="_here")
        for name, keys in RESOURCES.items()
    ]
    supply = pl.col("supply_qty") - pl.col("used").fill_null(0)
    names = ("resource", *CELL, "ship_date")
    return (
        pl.concat(rows)
        .with_columns(supply_qty=supply)
        .with_columns(left_qty=pl.col("supply_qty") - pl.col("used_here").fill_null(0))
        .select(*names, "supply_qty", "price_milli", "left_qty")
    )


def as_taken(allocations: pl.DataFrame) -> pl.DataFrame:
    """``order_id, node_id, ship_date, sku_id, qty`` as a node gives them.

    A kit that lies packed is one each of its own SKU, whatever is in it.
    """
    names = [*ORDER, *ROOM, "sku_id", "qty"]
    is_packed = pl.col("kit_line_id").is_not_null()
    kits = (
        allocations.filter(is_packed)
        .group_by(*ORDER, *ROOM, "kit_line_id", "packed_in")
        .agg((pl.col("qty") // pl.col("kit_qty")).max())
        .rename({"packed_in": "sku_id"})
    )
    return pl.concat([allocations.filter(~is_packed).select(names), kits.select(names)])


RESOURCES = {
    "stock": CELL,
    "unit": ROOM,
    "shipment": ROOM,
}
"""What has a price, and what names it."""


def _used(allocations: pl.DataFrame, resource: str, keys: list[str]) -> pl.DataFrame:
    """``used``: eaches, or orders where shipments are counted, by ``keys``."""
    orders, eaches = pl.col("order_id").n_unique(), pl.col("qty").sum()
    used = orders if resource == "shipment" else eaches
    return allocations.group_by(keys).agg(used=used.cast(pl.Int64))


def certificate(
    sourced: Sourced, fairness: str, contested: pl.DataFrame, as_of: datetime
) -> pl.DataFrame:
    """ALLOCATION_CERTIFICATES without ``run_id``: one row of a run that allocated.

    Args:
        sourced: what was decided.
        fairness: by which it was decided who gets scarce eaches.
        contested: CONTEST of the run.
        as_of: moment of the decision.
    """
    if sourced.allocations.is_empty():
        return ALLOCATION_CERTIFICATES.empty().drop("run_id")
    orders, supply = compromises(sourced), unused(sourced)
    price = pl.col("price_milli")
    is_stock = pl.col("resource") == "stock"
    stayed = supply.with_columns(worth=price * pl.col("left_qty"))
    alone = sourced.in_turn
    row = {
        "order_count": orders.height,
        "in_turn_count": alone["order_id"].n_unique(),
        "in_turn_minor": int(alone["total_minor"].sum()),
        "cost_minor": int(orders["cost_minor"].sum()),
        "bound_minor": -(-bound_milli(sourced) // MILLI),
        "compromise_milli": int(orders["compromise_milli"].sum()),
        "stranded_milli": int(stayed.filter(is_stock)["worth"].sum()),
        "idle_milli": int(stayed.filter(~is_stock)["worth"].sum()),
        "fairness": fairness,
        **contested.row(0, named=True),
        "as_of": as_of,
        "run_id": "",
    }
    frame = pl.DataFrame([row], schema_overrides=ALLOCATION_CERTIFICATES.schema)
    return conform(frame, ALLOCATION_CERTIFICATES).drop("run_id")


def bound_milli(sourced: Sourced) -> int:
    """What no way of sourcing the orders together costs less than.

    Orders that were placed in their turn keep what they got.
    """
    worth = pl.col("price_milli") * pl.col("supply_qty")
    earned = int(unused(sourced).select(worth.sum()).item() or 0)
    return int(sourced.floors["least_milli"].sum()) - earned


def _of(
    sourced: Sourced, resource: str, keys: list[str], name: str = "price"
) -> pl.DataFrame:
    priced = sourced.prices.filter(resource=resource)
    return priced.select(*keys, pl.col("price_milli").alias(name))
