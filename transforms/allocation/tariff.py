"""What a shipment would cost and when it would arrive, before any is chosen.

One row per destination class (region, promise date): orders that go to the
same place by the same day see the same prices. Where what an order weighs and what
its lateness costs decide the service, these are of its class too. Money in minor units.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from transforms.allocation.compiled import Flags, Ints
from transforms.allocation.plan import ENDLESS
from transforms.allocation.policy import AllocationPolicy
from transforms.allocation.transit import Carriers, door_days
from transforms.contracts.table import INTEGER

SERVICE_KEY = ["late_cost", "order_grams", "order_qty"]
"""What of an order decides its service; 0 where that goes by the promise alone."""

CLASS_KEY = ["region_code", "promise_date", *SERVICE_KEY]
"""What makes orders pay the same."""
NEVER = np.int64(1) << 60
BASE_LIMIT = np.int64(10) ** 9
FOR_EVER = np.int64(10) ** 6


@dataclass(frozen=True)
class Tariff:
    """Prices by class C, node N and ship day D.

    Args:
        classes: the destination classes, sorted.
        service_codes: in the order of ``service``.
        ship_day: N × D days since 1970; -1 where the node has no such day.
        service: C × N × D index of the service that is taken.
        base: C × N × D freight per shipment.
        per_kg: C × N × D freight per kilogram.
        door_day: C × N × D days since 1970.
        late_days: C × N × D days after the promise.
        unit_room: N × D eaches.
        shipment_room: N × D shipments.
        line_room: N × D lines to be picked.
    """

    classes: pl.DataFrame
    service_codes: list[str]
    ship_day: Ints
    service: Ints
    base: Ints
    per_kg: Ints
    door_day: Ints
    late_days: Ints
    unit_room: Ints
    shipment_room: Ints
    line_room: Ints

    def class_of(self, rows: pl.DataFrame) -> Ints:
        """The class of each row with CLASS_KEY."""
        numbered = self.classes.with_row_index("class_no")
        joined = rows.select(CLASS_KEY).join(
            numbered, on=CLASS_KEY, how="left", maintain_order="left"
        )
        return np.ascontiguousarray(joined["class_no"].to_numpy(), dtype=np.int64)

    def is_as_cheap(self, kind: int, node: int, day: int, other: int) -> bool:
        """Whether nothing costs a class more from a node on a day than on another."""
        prices = (self.base, self.per_kg, self.late_days)
        at = [(price[kind, node, day], price[kind, node, other]) for price in prices]
        return self.ship_day[node, day] >= 0 and all(a <= b for a, b in at)


def with_class_keys(demand: pl.DataFrame, policy: AllocationPolicy) -> pl.DataFrame:
    """Lines with CLASS_KEY: what of their order decides which service it takes.

    Weights are rounded up to whole STEPs, so that orders much alike share a class.
    """
    if policy.shipment_service == "in_time":
        return demand.with_columns(pl.lit(0, INTEGER).alias(key) for key in SERVICE_KEY)
    late = pl.Series(policy.late_cost_minor, dtype=INTEGER)
    grams = (pl.col("grams") * pl.col("open_qty")).sum()
    return demand.with_columns(
        late_cost=late.gather(demand["priority"]),
        order_grams=(-(-grams // STEP) * STEP).over("order_id").cast(INTEGER),
        order_qty=pl.col("open_qty").sum().over("order_id").cast(INTEGER),
    )


STEP = 100
"""Grams."""


def price(  # noqa: PLR0913, PLR0917
    demand: pl.DataFrame,
    nodes: pl.DataFrame,
    lanes: pl.DataFrame,
    rates: pl.DataFrame,
    room: pl.DataFrame,
    carriers: Carriers,
    service: str,
) -> Tariff:
    """Choose the service of every possible shipment and price it.

    The service "in_time" is the slowest that keeps the promise, else the fastest, late
    by the difference; equal speeds take the cheaper base. The "cheapest" is what costs
    an order least, all of it and its lateness; of equals the sooner.

    Args:
        demand: OPEN_DEMAND ``with_class_keys``.
        nodes: DIM_NODES sorted by ``node_id``.
        lanes: priced lanes.
        rates: DIM_RATES.
        room: ``room()`` of ``dates``.
        carriers: days on which carriers move and doors are open.
        service: of SHIPMENT_SERVICES.
    """
    classes = demand.select(CLASS_KEY).unique().sort(CLASS_KEY)
    services = _services(rates)
    ship_day, *rooms = _days(nodes, room)
    base, per_kg, transit = _by_zone(_zones(classes, nodes, lanes), rates, services)
    promise = classes["promise_date"].cast(pl.Int32).to_numpy().astype(np.int64)
    regions, names = classes["region_code"].to_list(), services.to_list()
    door = door_days(ship_day, transit, regions, names, carriers)
    late = np.maximum(0, door - promise[:, None, None, None])
    if service == "in_time":
        taken = _pick(late == 0, base, transit)
    else:
        taken = _cheapest(classes, base, per_kg, late, door)
    door_day = np.take_along_axis(door, taken[..., None], axis=3)[..., 0]
    return Tariff(
        classes=classes,
        service_codes=names,
        ship_day=ship_day,
        service=taken,
        base=np.take_along_axis(base, taken, axis=2),
        per_kg=np.take_along_axis(per_kg, taken, axis=2),
        door_day=door_day,
        late_days=np.maximum(0, door_day - promise[:, None, None]),
        unit_room=rooms[0],
        shipment_room=rooms[1],
        line_room=rooms[2],
    )


def _services(rates: pl.DataFrame) -> pl.Series:
    """Services in order; without any rate one that never arrives."""
    known = rates["service_code"].unique().sort()
    return known if len(known) else pl.Series("service_code", ["STANDARD"])


def _days(nodes: pl.DataFrame, room: pl.DataFrame) -> list[Ints]:
    """N × D: ship day and rooms for eaches, shipments and lines."""
    width = int(room["day_no"].to_numpy().max()) + 1 if room.height else 1
    shape = (nodes.height, width)
    told = (
        (room["ship_date"].cast(pl.Int32), -1),
        (room["unit_room"], 0),
        (room["shipment_room"], 0),
        (room["line_room"].fill_null(ENDLESS), 0),
    )
    row = nodes["node_id"].search_sorted(room["node_id"]).to_numpy()
    column = room["day_no"].to_numpy()
    tables = [np.full(shape, none, np.int64) for _, none in told]
    for table, (values, _) in zip(tables, told, strict=True):
        table[row, column] = values.to_numpy()
    return tables


def _zones(classes: pl.DataFrame, nodes: pl.DataFrame, lanes: pl.DataFrame) -> Ints:
    grid = (
        classes.with_row_index("class_no")
        .join(nodes.select("node_id"), how="cross")
        .join(lanes, on=["region_code", "node_id"], how="left")
        .sort("class_no", "node_id")
    )
    zones = grid["zone_no"].fill_null(-1).to_numpy().astype(np.int64)
    return zones.reshape(classes.height, nodes.height)


def _by_zone(
    zones: Ints, rates: pl.DataFrame, services: pl.Series
) -> tuple[Ints, Ints, Ints]:
    """Base, per kilogram and transit, each C × N × services."""
    top = max(int(zones.max(initial=0)), *rates["zone_no"].to_list(), 0)
    tables = [np.zeros((top + 2, len(services)), np.int64) for _ in range(2)]
    transit = np.full((top + 2, len(services)), NEVER // 4, np.int64)
    row = rates["zone_no"].to_numpy()
    column = services.search_sorted(rates["service_code"]).to_numpy()
    tables[0][row, column] = rates["base_minor"].to_numpy()
    tables[1][row, column] = rates["per_kg_minor"].to_numpy()
    transit[row, column] = rates["transit_days"].to_numpy()
    # Zone -1 (no lane) reads the last row, which has no service at all.
    return tables[0][zones], tables[1][zones], transit[zones]


def _pick(is_on_time: Flags, base: Ints, transit: Ints) -> Ints:
    speed = np.minimum(transit, FOR_EVER)
    slowest = (FOR_EVER - speed) * BASE_LIMIT + base
    fastest = speed * BASE_LIMIT + base
    on_time = np.where(is_on_time, slowest[:, :, None, :], NEVER)
    late = np.broadcast_to(fastest[:, :, None, :], is_on_time.shape)
    can_keep = is_on_time.any(axis=3, keepdims=True)
    keys = np.where(can_keep, on_time, late)
    return np.ascontiguousarray(keys.argmin(axis=3).astype(np.int64))


def _cheapest(
    classes: pl.DataFrame, base: Ints, per_kg: Ints, late: Ints, door: Ints
) -> Ints:
    """C × N × D: the service that costs an order of the class least."""
    of_class = (classes[name].to_numpy() for name in SERVICE_KEY)
    late_cost, grams, qty = (one[:, None, None] for one in of_class)
    freight = base + per_kg * grams // 1000
    lateness = np.minimum(late, FOR_EVER) * (late_cost * qty)[..., None]
    paid = freight[:, :, None, :] + lateness
    least = paid.min(axis=3, keepdims=True)
    sooner = np.where(paid == least, door, NEVER)
    return np.ascontiguousarray(sooner.argmin(axis=3).astype(np.int64))
