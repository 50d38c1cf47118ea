"""A solution as tables: allocations, prices, what each order pays at least, trace."""

from __future__ import annotations

import numpy as np
import polars as pl

from transforms.allocation.kernel.cost import Parts
from transforms.allocation.kernel.market import SHUT, Market
from transforms.allocation.kernel.problem import Longs, Posed
from transforms.allocation.kernel.survey import Prices

RESOURCES = ("stock", "shipment", "unit")


def allocations(posed: Posed, parts: Parts) -> pl.DataFrame:
    """``order_id, line_no, node_id, qty``; a line that is not shipped has no node."""
    node = np.append(posed.node_ids, 0)[parts.node]
    lines = posed.lines.select("order_id", "line_no")
    return lines[parts.line].with_columns(
        node_id=pl.when(pl.Series(parts.node >= 0)).then(
            pl.Series(node, dtype=pl.Int32)
        ),
        qty=pl.Series(parts.qty, dtype=pl.Int32),
    )


def prices_told(posed: Posed, prices: Prices) -> pl.DataFrame:
    """``resource, sku_id, node_id, price_milli`` of whatever has a price."""
    problem = posed.problem
    cell = np.flatnonzero(prices.cell)
    sku = np.searchsorted(problem.cell_start, cell, side="right") - 1
    stock = pl.DataFrame(
        {
            "sku_id": posed.sku_ids[sku],
            "node_id": posed.node_ids[problem.cell_node[cell]],
            "price_milli": prices.cell[cell],
        }
    )
    frames = [stock.select(pl.lit("stock").alias("resource"), pl.all())]
    for name, price in (("shipment", prices.shipment), ("unit", prices.unit)):
        node = np.flatnonzero(price)
        frames.append(
            pl.DataFrame(
                {"node_id": posed.node_ids[node], "price_milli": price[node]}
            ).select(
                pl.lit(name).alias("resource"),
                pl.lit(None, pl.Int64).alias("sku_id"),
                "node_id",
                "price_milli",
            )
        )
    return pl.concat(frames)


def prices_read(posed: Posed, told: pl.DataFrame) -> Prices:
    """The prices of a table; 0 without a row there, left out if unknown here."""
    problem = posed.problem
    nodes = pl.DataFrame({"node_id": posed.node_ids}).with_row_index("node")
    known = told.with_columns(pl.col("node_id").cast(pl.Int32)).join(
        nodes, on="node_id"
    )
    sku = np.repeat(posed.sku_ids, np.diff(problem.cell_start))
    cells = pl.DataFrame(
        {"sku_id": sku, "node_id": posed.node_ids[problem.cell_node]}
    ).with_row_index("cell")
    stock = known.filter(resource="stock").join(cells, on=["sku_id", "node_id"])
    result = Prices(
        np.zeros(len(problem.cell_stock), np.int64),
        np.zeros(len(posed.node_ids), np.int64),
        np.zeros(len(posed.node_ids), np.int64),
    )
    result.cell[stock["cell"].to_numpy()] = _not_below_zero(stock)
    for name, price in (("shipment", result.shipment), ("unit", result.unit)):
        rows = known.filter(resource=name)
        price[rows["node"].to_numpy()] = _not_below_zero(rows)
    return result


def _not_below_zero(rows: pl.DataFrame) -> Longs:
    price: Longs = rows["price_milli"].to_numpy().astype(np.int64)
    return np.maximum(price, 0)


def least_told(posed: Posed, least: Longs) -> pl.DataFrame:
    """``order_id, least_milli``."""
    return posed.orders.select("order_id", least_milli=pl.Series(least))


def trace(posed: Posed, laid: Market, prices: Prices, parts: Parts) -> pl.DataFrame:
    """Every shortlisted node of every line: money, prices, and whether it was taken.

    Returns:
        ``order_id, line_no, node_id, line_cost_minor, shipment_cost_minor,
        eaches_price_milli, shipment_price_milli, has_stock, is_taken``, sorted.
    """
    problem = posed.problem
    lines = np.diff(problem.line_start)
    order = np.repeat(np.arange(len(lines)), lines)
    width = np.diff(laid.node_start)[order]
    line = np.repeat(np.arange(len(order)), width)
    place = np.arange(len(line)) - np.repeat(np.cumsum(width) - width, width)
    at = laid.node_start[order[line]] + place
    node = laid.node[at]
    cell = np.append(laid.cell_of, -1)[laid.cell]
    each = np.append(prices.cell, 0)[cell] + prices.unit[node]
    key = parts.line * len(posed.node_ids) + parts.node
    taken = np.isin(line * len(posed.node_ids) + node, key[parts.node >= 0])
    has_stock = laid.shared != SHUT
    names = posed.lines.select("order_id", "line_no")[line]
    return names.with_columns(
        node_id=pl.Series(posed.node_ids[node]),
        line_cost_minor=pl.Series(np.where(has_stock, laid.shared, 0), dtype=pl.Int64),
        shipment_cost_minor=pl.Series(laid.fixed[at], dtype=pl.Int64),
        eaches_price_milli=pl.Series(each * problem.qty[line]),
        shipment_price_milli=pl.Series(prices.shipment[node]),
        has_stock=pl.Series(has_stock),
        is_taken=pl.Series(taken),
    )
