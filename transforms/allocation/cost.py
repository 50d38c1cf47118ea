"""What the decided shipments cost, shared out over their lines to the cent.

What eaches would have earned where they lay is a cost of taking them: a part of its
own, of each line what its own eaches are worth. Money in minor units. Shares of a
shipment or an order are spread by largest remainder, ties by row, so that parts add
up to what is paid.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from transforms.allocation.place import Placement
from transforms.allocation.plan import SPLIT_COST
from transforms.allocation.problem import Posed
from transforms.allocation.tariff import Tariff
from transforms.contracts.table import DATE, INTEGER, TEXT

COST_PARTS = (
    *("freight_minor", "processing_minor", "split_minor", "lateness_minor"),
    "worth_minor",
)


def costed(posed: Posed, tariff: Tariff, placement: Placement) -> pl.DataFrame:
    """One row per (line, node) with eaches: quantity, dates and exact costs.

    Returns:
        ALLOCATIONS without ``as_of`` and ``run_id``, in demand order.
    """
    raw = _raw(posed, tariff, placement)
    shipment, order = ["order_id", "node_id"], ["order_id"]
    count = pl.col("node_id").n_unique().over("order_id")
    split_total = int(posed.problem.rules[SPLIT_COST]) * (count - 1)
    weight = pl.col("per_kg") * pl.col("gram_qty") // 1000
    shared = raw.with_columns(
        freight_minor=weight + spread(pl.col("base"), pl.col("gram_qty"), shipment),
        processing_minor=pl.col("unit_cost") * pl.col("qty")
        + spread(pl.col("shipment_cost"), pl.col("qty"), shipment),
        split_minor=spread(split_total, pl.col("qty"), order),
        lateness_minor=pl.col("late_cost") * pl.col("late_days") * pl.col("qty"),
        worth_minor=pl.col("worth") * pl.col("qty"),
    )
    return shared.select(
        "line_id",
        "order_id",
        "sku_id",
        "node_id",
        "qty",
        "service_code",
        "ship_date",
        pl.col("door_date").alias("promise_date"),
        *COST_PARTS,
        total_minor=pl.sum_horizontal(COST_PARTS).cast(INTEGER),
        packed_in=pl.lit("NONE"),
        kit_line_id=pl.lit(None, TEXT),
        kit_qty=pl.lit(None, INTEGER),
    )


def spread(total: pl.Expr, weight: pl.Expr, group: list[str]) -> pl.Expr:
    """Each row's share of its group's ``total`` by ``weight``, exact.

    Largest remainder; equal remainders favour the earlier row.

    Args:
        total: the same value on every row of a group, >= 0.
        weight: whole numbers >= 1; total × weight stays below 2^63.
        group: columns that name the group.
    """
    whole = weight.sum().over(group)
    share = total * weight // whole
    left = total - share.sum().over(group)
    # One bit field makes the remainders distinct: earlier rows weigh more.
    row = pl.int_range(pl.len(), dtype=INTEGER)
    remainder = (total * weight % whole) * (1 << 24) + ((1 << 24) - 1 - row)
    place = remainder.rank("ordinal", descending=True).over(group)
    return share + (place <= left).cast(INTEGER)


def _raw(posed: Posed, tariff: Tariff, placement: Placement) -> pl.DataFrame:
    line, node = np.nonzero(placement.qty)
    order = posed.problem.line_order[line]
    day = placement.day[order, node]
    cell = posed.problem.order_class[order], node, day
    demand = posed.demand[line.tolist()].select("line_id", "order_id", "sku_id")
    services = pl.Series(tariff.service_codes)
    return demand.with_columns(
        node_id=pl.Series(posed.node_ids, dtype=pl.String).gather(node),
        qty=pl.Series(placement.qty[line, node], dtype=INTEGER),
        service_code=services.gather(tariff.service[cell]),
        ship_date=pl.Series(tariff.ship_day[node, day]).cast(pl.Int32).cast(DATE),
        door_date=pl.Series(tariff.door_day[cell]).cast(pl.Int32).cast(DATE),
        base=pl.Series(tariff.base[cell], dtype=INTEGER),
        per_kg=pl.Series(tariff.per_kg[cell], dtype=INTEGER),
        late_days=pl.Series(tariff.late_days[cell], dtype=INTEGER),
        shipment_cost=pl.Series(posed.problem.shipment_cost[node], dtype=INTEGER),
        unit_cost=pl.Series(posed.problem.unit_cost[node], dtype=INTEGER),
        worth=pl.Series(posed.problem.worth[posed.problem.line_sku[line], node]),
        late_cost=pl.Series(posed.problem.late_cost[order], dtype=INTEGER),
        gram_qty=pl.Series(
            posed.problem.line_grams[line] * placement.qty[line, node], dtype=INTEGER
        ),
    )
