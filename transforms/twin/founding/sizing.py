"""Is the stock sized as promised? Measured, not assumed.

Counts, per played day, the orders that cannot be filled in full from their
home node, and those that cannot from all nodes together. Earlier demand is
served first; sound stock less what is released, sold at tills and withheld as
buffer; arrivals of the day count. Not here: how the stock came about (``stock``).
"""

from __future__ import annotations

import polars as pl

from transforms.twin.company import Company
from transforms.twin.founding.network import STORES

_PERMILLE = 1000


def measure_sizing(company: Company) -> pl.DataFrame:
    """Orders of each played day that stock fails.

    Returns:
        One row per played day: ``business_date, order_count,
        not_from_home_count, not_at_all_count`` and the two as permille.
    """
    demand = _queue(company)
    supply = _supply(company)
    at_home = _is_short(demand, supply, ["home", "product_id"])
    everywhere = _is_short(
        demand,
        supply.group_by("product_id", "day").agg(pl.col("qty").sum()),
        ["product_id"],
    )
    judged = demand.with_columns(short_home=at_home, short_all=everywhere)
    orders = (
        judged.filter(pl.col("business_date") > company.plan.cut_date)
        .group_by("business_date", "basket_id")
        .agg(pl.col("short_home", "short_all").any())
    )
    counted = orders.group_by("business_date").agg(
        pl.len().cast(pl.Int64).alias("order_count"),
        pl.col("short_home").sum().cast(pl.Int64).alias("not_from_home_count"),
        pl.col("short_all").sum().cast(pl.Int64).alias("not_at_all_count"),
    )
    return counted.sort("business_date").with_columns(
        _permille("not_from_home"), _permille("not_at_all")
    )


def _queue(company: Company) -> pl.DataFrame:
    """Open and played lines in the order they were placed."""
    places = ["basket_id", "product_id", "qty", "home", "business_date", "ordered_at"]
    waiting = company.opening.filter(
        pl.sum_horizontal("pending_qty", "backordered_qty") > 0
    ).select(places)
    played = company.lines.filter(
        pl.col("channel") != STORES,
        pl.col("business_date") > company.plan.cut_date,
    ).select(places)
    return pl.concat([waiting, played]).sort("ordered_at", "basket_id", "product_id")


def _supply(company: Company) -> pl.DataFrame:
    """Sound sellable eaches from a day on: ``home, product_id, day, qty``."""
    rate = company.nodes.select("node_ref", pl.col("buffer_rate").cast(pl.Float64))
    place = ["node_ref", "product_id"]
    released = company.opening.group_by(place).agg(pl.col("released_qty").sum())
    sold = company.demand.tills.rename({"qty": "sold_qty"})
    free = (
        company.shelves.join(rate, on="node_ref")
        .join(released, on=place, how="left")
        .join(sold, on=place, how="left")
    )
    free_qty = (
        pl.col("available_qty")
        - pl.col("released_qty").fill_null(0)
        - pl.col("sold_qty").fill_null(0)
    )
    buffer = (pl.col("available_qty") * pl.col("buffer_rate")).ceil().cast(pl.Int64)
    at_cut = free.select(
        pl.col("node_ref").alias("home"),
        "product_id",
        pl.lit(company.plan.cut_date).alias("day"),
        (free_qty - buffer).alias("qty"),
    )
    arriving = company.purchase_orders.select(
        pl.col("node_ref").alias("home"),
        "product_id",
        pl.col("expected_date").alias("day"),
        pl.col("received_qty").alias("qty"),
    )
    return pl.concat([at_cut, arriving])


def _is_short(
    demand: pl.DataFrame, supply: pl.DataFrame, place: list[str]
) -> pl.Series:
    """Whether demand up to and with a line is more than supply up to its day."""
    by_day = supply.group_by(*place, "day").agg(pl.col("qty").sum()).sort("day")
    totals = by_day.with_columns(pl.col("qty").cum_sum().over(place).alias("supplied"))
    queued = demand.with_columns(pl.col("qty").cum_sum().over(place).alias("asked"))
    found = (
        queued.with_row_index()
        .sort("business_date", "index")
        .join_asof(
            totals.select(*place, "day", "supplied").sort("day"),
            left_on="business_date",
            right_on="day",
            by=place,
            check_sortedness=False,
        )
    )
    is_short = pl.col("asked") > pl.col("supplied").fill_null(0)
    return found.sort("index").select(is_short).to_series()


def _permille(name: str) -> pl.Expr:
    count = pl.col(f"{name}_count") * _PERMILLE
    return (count // pl.col("order_count")).alias(f"{name}_permille")
