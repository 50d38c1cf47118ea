"""The certificate of a solution, by sums over the files that went in and came out.

Shares nothing with the solver: neither its arrays nor its costs nor its order
of things. Each check is a number of offences; a solution has a certificate when
all of them are 0.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

THOUSAND = 1000
AT_ONCE = 50_000
"""Orders whose costs are added up at once."""


@dataclass(frozen=True)
class Claim:
    """What the solver says it found.

    Args:
        allocations: ``order_id, line_no, node_id`` (null: not shipped), ``qty``.
        prices: ``resource`` (stock, shipment, unit), ``sku_id``, ``node_id``,
            ``price_milli``; what has no row is free. None without a bound.
        least: ``order_id, least_milli``: what no plan of the order falls below.
        cost: minor units.
        bound: minor units.
    """

    allocations: pl.DataFrame
    prices: pl.DataFrame | None
    least: pl.DataFrame | None
    cost: int
    bound: int | None


@dataclass(frozen=True)
class Audit:
    """What was found.

    Args:
        offences: check to number of offences.
        figures: what was added up: money in minor units, the parts of the
            identity in thousandths of them, counts.
        orders: ``order_id, cost_minor, shipments`` and, with prices,
            ``least_milli, compromise_milli``.
    """

    offences: dict[str, int]
    figures: dict[str, int]
    orders: pl.DataFrame


def audit(
    frames: Mapping[str, pl.DataFrame], params: Mapping[str, Any], claim: Claim
) -> Audit:
    """Check a solution against the problem as it was given.

    The wide table of costs is made of AT_ONCE orders at a time: that of a million
    lines would be larger than all that the solver holds.
    """
    shipped = _shipped(frames, claim.allocations)
    taken = shipped.join(_worths(frames["stock"]), on=CELL)
    offences = {
        **_lines(frames, params, claim.allocations),
        **_limits(frames, shipped),
    }
    told = []
    for first in range(0, max(1, frames["orders"].height), AT_ONCE):
        some = frames["orders"].slice(first, AT_ONCE)
        parts = _parts({**frames, "orders": some}, params, claim.allocations)
        of_nodes = parts.filter(pl.col("node_id").is_not_null())
        for check, count in _orders(frames, parts, of_nodes).items():
            offences[check] = offences.get(check, 0) + count
        told.append(_costs(some, params, parts, of_nodes))
    orders = pl.concat(told).sort("order_id")
    cost = int(orders["cost_minor"].sum())
    offences["cost_differs"] = int(cost != claim.cost)
    figures = {
        "cost_minor": cost,
        "lines_not_shipped": claim.allocations.height - shipped.height,
        "units_not_shipped": int(claim.allocations["qty"].sum())
        - int(shipped["qty"].sum()),
        "worth_taken_minor": _worth(taken, "worth_minor", pl.col("qty")),
        "shipments": int(orders["shipments"].sum()),
        "split_orders": int((orders["shipments"] > 1).sum()),
    }
    if claim.prices is None or claim.least is None:
        return Audit(offences, figures, orders)
    orders, proof = _identity(frames, claim, shipped, orders)
    offences |= {
        "price_below_zero": int((claim.prices["price_milli"] < 0).sum()),
        "order_below_its_least": int((orders["compromise_milli"] < 0).sum()),
        "bound_differs": int(-(-proof["dual_milli"] // THOUSAND) != claim.bound),
        "bound_above_cost": int(proof["dual_milli"] > cost * THOUSAND),
        "identity_broken": int(proof.pop("difference_milli") != 0),
    }
    return Audit(offences, figures | proof, orders)


def _shipped(
    frames: Mapping[str, pl.DataFrame], allocations: pl.DataFrame
) -> pl.DataFrame:
    """``order_id, sku_id, node_id, stock_node_id, qty`` of what is shipped."""
    skus = frames["lines"].select("order_id", "line_no", "sku_id")
    return (
        allocations.filter(pl.col("node_id").is_not_null())
        .join(skus, on=["order_id", "line_no"], how="left")
        .join(_lies(frames["nodes"]), on="node_id", how="left")
        .select("order_id", "sku_id", "node_id", "stock_node_id", "qty")
    )


CELL = ["sku_id", "stock_node_id"]
"""What names eaches: where they lie, whoever ships them."""


def _lies(nodes: pl.DataFrame) -> pl.DataFrame:
    """``node_id, stock_node_id``: whose stock each ships; its own if none is told."""
    told = "stock_node_id" if "stock_node_id" in nodes.columns else "node_id"
    return nodes.select("node_id", stock_node_id=told)


def _parts(
    frames: Mapping[str, pl.DataFrame],
    params: Mapping[str, Any],
    allocations: pl.DataFrame,
) -> pl.DataFrame:
    """The allocations of the orders, with all that their costs depend on."""
    late = params["late_cost_minor"]
    if isinstance(late, Mapping):
        late = [late[str(number)] for number in range(5)]
    penalty = pl.DataFrame({"priority": range(5), "late_cost": late})
    orders = frames["orders"].with_columns(pl.col("priority").cast(pl.Int64))
    lines = frames["lines"].rename({"qty": "line_qty"})
    nodes = frames["nodes"].select(
        "node_id", "shipment_cost_minor", "unit_cost_minor", "lead_days"
    )
    zones = frames["zones"].select("region_id", "node_id", "zone")
    keys = ["promise_days", "lead_days", "zone"]
    whole = (
        allocations.join(orders, on="order_id")
        .join(lines, on=["order_id", "line_no"], how="left")
        .join(penalty, on="priority", how="left")
        .join(nodes, on="node_id", how="left")
        .join(zones, on=["region_id", "node_id"], how="left")
        .join(_lies(frames["nodes"]), on="node_id", how="left")
        .join(_worths(frames["stock"]), on=CELL, how="left")
        .with_columns(pl.col("worth_minor").fill_null(0))
    )
    wanted = whole.select(keys).drop_nulls().unique()
    return whole.join(_services(wanted, frames["rates"]), on=keys, how="left")


def _worths(stock: pl.DataFrame) -> pl.DataFrame:
    """``sku_id, stock_node_id, worth_minor``: what an each would earn where it lies."""
    cells = stock.rename({"node_id": "stock_node_id"})
    if "worth_minor" not in stock.columns:
        return cells.clear().select(*CELL, worth_minor=pl.lit(0, pl.Int64))
    told = cells.select(*CELL, pl.col("worth_minor").cast(pl.Int64))
    return told.filter(pl.col("worth_minor") > 0)


def _services(wanted: pl.DataFrame, rates: pl.DataFrame) -> pl.DataFrame:
    """The service by promise, lead and zone: slowest in time, else fastest."""
    days = pl.col("lead_days") + pl.col("transit_days") - pl.col("promise_days")
    is_late = pl.col("late_days") > 0
    choices = wanted.join(rates, on="zone").with_columns(
        late_days=pl.max_horizontal(days, pl.lit(0))
    )
    rank = pl.when(is_late).then(-pl.col("service_id").cast(pl.Int64))
    ranked = choices.with_columns(
        is_late=is_late, rank=rank.otherwise(pl.col("service_id"))
    ).sort("is_late", "rank")
    keys = ["promise_days", "lead_days", "zone"]
    return ranked.unique(keys, keep="first", maintain_order=True).select(
        *keys, "base_minor", "per_kg_minor", "late_days"
    )


def _lines(
    frames: Mapping[str, pl.DataFrame],
    params: Mapping[str, Any],
    allocations: pl.DataFrame,
) -> dict[str, int]:
    """Every line is decided, once, and with all of its eaches."""
    keys = ["order_id", "line_no"]
    decided = allocations.group_by(keys).agg(pl.col("qty").sum(), parts=pl.len())
    both = (
        frames["lines"].select(*keys, wanted="qty").join(decided, on=keys, how="full")
    )
    is_split = params.get("is_line_split_allowed") is True
    twice = allocations.select([*keys, "node_id"]).is_duplicated()
    return {
        "line_not_decided": int(both["qty"].null_count()),
        "line_unknown": int(both["wanted"].null_count()),
        "line_of_other_quantity": int((both["qty"] != both["wanted"]).sum()),
        "line_split": 0 if is_split else int((both["parts"] > 1).sum()),
        "part_twice": int(twice.sum()),
        "part_of_nothing": int((allocations["qty"] <= 0).sum()),
    }


def _limits(
    frames: Mapping[str, pl.DataFrame], shipped: pl.DataFrame
) -> dict[str, int]:
    """No node gives more than it has, in stock, shipments and eaches."""
    taken = shipped.group_by(CELL).agg(pl.col("qty").sum())
    cells = taken.join(_stock(frames, taken), on=CELL, how="left")
    used = shipped.group_by("node_id").agg(
        pl.col("qty").sum(), pl.col("order_id").n_unique().alias("shipments")
    )
    rooms = used.join(frames["nodes"], on="node_id", how="left")
    return {
        "stock_oversold": _count(cells, pl.col("qty") > pl.col("stock").fill_null(0)),
        "shipments_over_capacity": _count(
            rooms, pl.col("shipments") > pl.col("capacity_shipments").fill_null(0)
        ),
        "units_over_capacity": _count(
            rooms, pl.col("qty") > pl.col("capacity_units").fill_null(0)
        ),
    }


def _stock(frames: Mapping[str, pl.DataFrame], cells: pl.DataFrame) -> pl.DataFrame:
    """``sku_id, stock_node_id, stock``: what may be allocated of these cells."""
    whole = [pl.col(c).cast(pl.Int64) for c in ("on_hand_qty", "allocated_qty")]
    free = whole[0] - whole[1] - pl.col("buffer_qty").cast(pl.Int64)
    stock = pl.max_horizontal(free, pl.lit(0))
    told = frames["stock"].rename({"node_id": "stock_node_id"})
    return told.join(cells, on=CELL, how="semi").select(*CELL, stock=stock)


def _orders(
    frames: Mapping[str, pl.DataFrame], parts: pl.DataFrame, shipped: pl.DataFrame
) -> dict[str, int]:
    """What each order allows: parcels, all or nothing, nodes of its channel."""
    by = shipped.group_by("order_id", "max_shipments").agg(pl.col("node_id").n_unique())
    complete = parts.filter("is_ship_complete").group_by("order_id")
    halves = complete.agg(some=pl.col("node_id").is_not_null().mean())
    served = frames["nodes"].select("node_id", "channel_ids").explode("channel_ids")
    pairs = shipped.select("node_id", "channel_id").unique()
    refused = pairs.join(
        served.rename({"channel_ids": "channel_id"}),
        on=["node_id", "channel_id"],
        how="anti",
    )
    return {
        "too_many_shipments": _count(by, pl.col("node_id") > pl.col("max_shipments")),
        "complete_order_in_part": _count(
            halves, (pl.col("some") > 0) & (pl.col("some") < 1)
        ),
        "channel_not_served": refused.height,
        "no_service": int(shipped["base_minor"].null_count()),
    }


def _count(frame: pl.DataFrame, offence: pl.Expr) -> int:
    return int(frame.select(offence.sum()).item() or 0)


def _costs(
    orders: pl.DataFrame,
    params: Mapping[str, Any],
    parts: pl.DataFrame,
    shipped: pl.DataFrame,
) -> pl.DataFrame:
    """``order_id, cost_minor, shipments`` of the orders."""
    qty, whole = pl.col("qty").cast(pl.Int64), pl.col("line_qty").cast(pl.Int64)
    weight = pl.col("per_kg_minor") * pl.col("grams") * qty // (THOUSAND * whole)
    late = pl.col("late_cost") * pl.col("late_days")
    spared = pl.col("backorder_cost_minor") * qty // whole
    is_shipped = pl.col("node_id").is_not_null()
    each = pl.col("unit_cost_minor") + pl.col("worth_minor") + late
    money = pl.when(is_shipped).then(weight + each * qty)
    of_lines = parts.group_by("order_id").agg(lines=money.otherwise(spared).sum())
    parcels = (
        shipped.unique(["order_id", "node_id"])
        .group_by("order_id")
        .agg(
            parcels=(pl.col("base_minor") + pl.col("shipment_cost_minor")).sum(),
            shipments=pl.len().cast(pl.Int64),
        )
    )
    split = params["split_cost_minor"] * pl.max_horizontal(
        pl.col("shipments") - 1, pl.lit(0)
    )
    return (
        orders.select("order_id")
        .join(of_lines, on="order_id", how="left")
        .join(parcels, on="order_id", how="left")
        .with_columns(pl.col("lines", "parcels", "shipments").fill_null(0))
        .select(
            "order_id",
            "shipments",
            cost_minor=pl.col("lines") + pl.col("parcels") + split,
        )
    )


def _identity(
    frames: Mapping[str, pl.DataFrame],
    claim: Claim,
    shipped: pl.DataFrame,
    orders: pl.DataFrame,
) -> tuple[pl.DataFrame, dict[str, int]]:
    """Cost − bound = compromises of orders + priced stock left + priced room idle."""
    prices = claim.prices if claim.prices is not None else pl.DataFrame()
    of = {
        name: prices.filter(resource=name).drop("resource")
        for name in ("stock", "shipment", "unit")
    }
    cell = of["stock"].rename({"node_id": "stock_node_id"})
    stock = cell.join(_stock(frames, cell), on=CELL, how="left")
    room = frames["nodes"].select("node_id", "capacity_shipments", "capacity_units")
    cell = cell.rename({"price_milli": "cell_price"})
    unit = of["unit"].drop("sku_id").rename({"price_milli": "unit_price"})
    parcel = of["shipment"].drop("sku_id").rename({"price_milli": "parcel_price"})
    paid = shipped.join(cell, on=CELL, how="left").join(unit, on="node_id", how="left")
    each = pl.col("cell_price").fill_null(0) + pl.col("unit_price").fill_null(0)
    eaches = paid.group_by("order_id").agg(eaches=(each * pl.col("qty")).sum())
    parcels = (
        shipped.select("order_id", "node_id")
        .unique()
        .join(parcel, on="node_id", how="left")
        .group_by("order_id")
        .agg(parcels=pl.col("parcel_price").fill_null(0).sum())
    )
    least = claim.least if claim.least is not None else pl.DataFrame()
    told = (
        orders.join(eaches, on="order_id", how="left")
        .join(parcels, on="order_id", how="left")
        .join(least, on="order_id", how="left")
        .with_columns(
            paid=pl.col("cost_minor") * THOUSAND
            + pl.col("eaches").fill_null(0)
            + pl.col("parcels").fill_null(0)
        )
        .with_columns(compromise_milli=pl.col("paid") - pl.col("least_milli"))
    )
    sold = shipped.group_by(CELL).agg(pl.col("qty").sum())
    used = shipped.group_by("node_id").agg(
        pl.col("qty").sum(), pl.col("order_id").n_unique().alias("shipments")
    )
    rooms = room.join(used, on="node_id", how="left").with_columns(
        pl.col("qty", "shipments").fill_null(0)
    )
    earned = (
        _worth(stock, "price_milli", pl.col("stock").fill_null(0)),
        _worth(
            rooms.join(parcel, on="node_id"),
            "parcel_price",
            pl.col("capacity_shipments"),
        ),
        _worth(rooms.join(unit, on="node_id"), "unit_price", pl.col("capacity_units")),
    )
    left = (
        _worth(
            stock.join(sold, on=CELL, how="left"),
            "price_milli",
            pl.col("stock").fill_null(0) - pl.col("qty").fill_null(0),
        ),
        _worth(
            rooms.join(parcel, on="node_id"),
            "parcel_price",
            pl.col("capacity_shipments") - pl.col("shipments"),
        )
        + _worth(
            rooms.join(unit, on="node_id"),
            "unit_price",
            pl.col("capacity_units") - pl.col("qty"),
        ),
    )
    dual = int(told["least_milli"].sum()) - sum(earned)
    compromises = int(told["compromise_milli"].sum())
    gap = int(told["cost_minor"].sum()) * THOUSAND - dual
    return told.select(
        "order_id", "cost_minor", "shipments", "least_milli", "compromise_milli"
    ), {
        "dual_milli": dual,
        "compromises_milli": compromises,
        "stranded_stock_milli": left[0],
        "idle_room_milli": left[1],
        "difference_milli": gap - compromises - sum(left),
    }


def _worth(frame: pl.DataFrame, price: str, qty: pl.Expr) -> int:
    """Price × quantity, added up."""
    return int(frame.select((pl.col(price) * qty.cast(pl.Int64)).sum()).item() or 0)
