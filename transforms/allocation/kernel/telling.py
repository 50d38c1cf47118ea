"""A solution as tables: allocations, prices, what each order pays at least, trace.

And of the lines that are not shipped, which no node could have served.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from transforms.allocation.compiled import compiled
from transforms.allocation.kernel.cost import Parts, worth_at
from transforms.allocation.kernel.market import SHUT, Market
from transforms.allocation.kernel.problem import (
    IS_LINE_SPLIT,
    Ints,
    Longs,
    Posed,
    Problem,
)
from transforms.allocation.kernel.survey import Prices

RESOURCES = ("stock", "shipment", "unit")

REASONS = ("no_stock", "channel", "no_lane", "no_rate", "too_little", "no_room")
"""Why no node can serve a line: at the first of these no node was left.

no_stock: none holds an each of it that may be allocated. channel: none of those that
do serves the order's channel. no_lane: none of those has a row of zones for the
region. no_rate: none of those has a rate of its zone. too_little: where lines are not
split, none of those holds all of the line. no_room: none of those has room for it.
"""

AT_ONCE = 1 << 18
"""Pairs of a line and a node that are looked at together."""


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
    # Eaches have their price where they lie, not where another node ships them.
    cells = cells.filter(pl.Series(problem.cell_pool == np.arange(cells.height)))
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


def beyond_reach(posed: Posed, parts: Parts) -> dict[str, int]:
    """How many lines no node could serve, even were it asked by nobody else, by reason.

    Only lines of which nothing is shipped are looked at: what is shipped was served.

    Returns:
        Each of REASONS, with a number of lines; each line counts once.
    """
    problem = posed.problem
    is_whole = parts.qty == problem.qty[parts.line]
    lines = parts.line[(parts.node < 0) & is_whole]
    sku = problem.sku[lines]
    width = problem.cell_start[sku + 1] - problem.cell_start[sku]
    counts = np.zeros(len(REASONS) + 1, np.int64)
    counts[0] = (width == 0).sum()
    lines, width = lines[width > 0], width[width > 0]
    step = max(1, AT_ONCE // int(width.max(initial=1)))
    for first in range(0, len(lines), step):
        some = slice(first, first + step)
        furthest = _furthest(problem, lines[some], width[some])
        counts += np.bincount(furthest, minlength=len(counts))
    return dict(zip(REASONS, counts.tolist(), strict=False))


def _furthest(problem: Problem, lines: Longs, width: Longs) -> Longs:
    """At which of REASONS the best node of each line stops; behind the last, nowhere.

    Args:
        problem: the arrays.
        lines: whose SKU some node holds.
        width: how many nodes do.
    """
    pair, start = np.repeat(np.arange(len(lines)), width), np.cumsum(width) - width
    cell = np.arange(len(pair)) + (problem.cell_start[problem.sku[lines]] - start)[pair]
    node = problem.cell_node[cell]
    of = np.searchsorted(problem.line_start, lines, side="right") - 1
    region = problem.region[of][pair]
    zone = problem.zone[region, node]
    base = problem.base[problem.promise[of][pair], zone, node]
    need = np.where(problem.rules[IS_LINE_SPLIT], 1, problem.qty[lines])[pair]
    stage, passed = np.ones(len(pair), np.int64), np.ones(len(pair), np.bool_)
    for holds in (
        problem.serves[node, problem.channel[of][pair]],
        np.isfinite(problem.distance[region, node]),
        (zone >= 0) & (base >= 0),
        problem.cell_stock[cell] >= need,
        (problem.cap_shipments[node] > 0) & (problem.cap_units[node] >= need),
    ):
        passed &= holds
        stage += passed
    furthest: Longs = np.maximum.reduceat(stage, start)
    return furthest


def trace(posed: Posed, laid: Market, prices: Prices, parts: Parts) -> pl.DataFrame:
    """Every shortlisted node of every line: money, prices, and whether it was taken.

    Returns:
        ``order_id, line_no, node_id, line_cost_minor`` (with what its eaches are
        worth there, ``worth_minor``), ``shipment_cost_minor,
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
    worth = _worths(problem, problem.sku[line], node) * problem.qty[line]
    names = posed.lines.select("order_id", "line_no")[line]
    return names.with_columns(
        node_id=pl.Series(posed.node_ids[node]),
        line_cost_minor=pl.Series(np.where(has_stock, laid.shared, 0), dtype=pl.Int64),
        worth_minor=pl.Series(np.where(has_stock, worth, 0), dtype=pl.Int64),
        shipment_cost_minor=pl.Series(laid.fixed[at], dtype=pl.Int64),
        eaches_price_milli=pl.Series(each * problem.qty[line]),
        shipment_price_milli=pl.Series(prices.shipment[node]),
        has_stock=pl.Series(has_stock),
        is_taken=pl.Series(taken),
    )


@compiled
def _worths(problem: Problem, skus: Ints, nodes: Ints) -> Longs:
    """What an each of each SKU is worth at its node; 0 where there is none."""
    found = np.zeros(len(skus), np.int64)
    for number in range(len(skus)):
        found[number] = worth_at(problem, skus[number], nodes[number])
    return found
