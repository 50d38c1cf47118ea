"""The demo company: founded from a grocer's real year, the same for a seed.

Puts the nouns together; how each is made stands in its own file. Not here:
files (``history``) and what happens after the cut (``day``).
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from transforms.twin.channels import (
    assign_channels,
    busiest_stores,
    keep_sales,
    number_lines,
    number_orders,
)
from transforms.twin.founding.catalogue import stock_catalogue
from transforms.twin.founding.demand import Demand, foresee
from transforms.twin.founding.exports import date_exports
from transforms.twin.founding.network import draw_lanes, homes, place_nodes, quote_rates
from transforms.twin.founding.opening import hand_over
from transforms.twin.founding.people import invent_people
from transforms.twin.founding.stock import fill_shelves
from transforms.twin.founding.supply import order_from_suppliers
from transforms.twin.plan import Plan


@dataclass(frozen=True)
class Company:
    """Everything the twin knows; all frames in a total order.

    Args:
        plan: which days are history and which are played.
        seed: every draw depends on it.
        store_ids: the stores that became nodes, busiest first.
        catalogue: one row per product that was ever sold.
        nodes: the node master.
        lanes: state x node.
        rates: carrier prices.
        people: one row per household.
        lines: every order and till line within the plan.
        opening: hand-over of non-till lines of the history.
        demand: what comes after the cut.
        shelves: true stock at the cut.
        purchase_orders: open supplier lines at the cut.
    """

    plan: Plan
    seed: int
    store_ids: tuple[int, ...]
    catalogue: pl.DataFrame
    nodes: pl.DataFrame
    lanes: pl.DataFrame
    rates: pl.DataFrame
    people: pl.DataFrame
    lines: pl.DataFrame
    opening: pl.DataFrame
    demand: Demand
    shelves: pl.DataFrame
    purchase_orders: pl.DataFrame


def found_company(
    transactions: pl.DataFrame, products: pl.DataFrame, plan: Plan, seed: int
) -> Company:
    """Found the company from a grocer's transactions and products.

    Args:
        transactions: all of them, also before the plan: orders are numbered
            over the year, stock is sized by 13 weeks.
        products: the product table.
        plan: what to tell and play.
        seed: other seeds give other companies.
    """
    sales = keep_sales(_taken_part(transactions, plan), products, plan.zone)
    stores = busiest_stores(sales)
    people = invent_people(sales["household_id"], seed)
    nodes = place_nodes(stores)
    lanes = draw_lanes(nodes)
    orders = number_orders(assign_channels(sales, stores, seed))
    sold = products.join(
        sales.select("product_id").unique(), on="product_id", how="semi"
    )
    lines = _with_home(number_lines(sales, orders), people, homes(nodes, lanes))
    opening = hand_over(lines, plan, seed)
    demand = foresee(lines, opening, plan, seed)
    shelves = fill_shelves(lines, opening, demand, plan, seed)
    days = pl.col("business_date").is_between(plan.first_date, plan.last_date)
    return Company(
        plan=plan,
        seed=seed,
        store_ids=tuple(stores),
        catalogue=stock_catalogue(sold),
        nodes=nodes,
        lanes=lanes,
        rates=quote_rates(),
        people=people,
        lines=date_exports(lines.filter(days), plan),
        opening=opening,
        demand=demand,
        shelves=shelves,
        purchase_orders=order_from_suppliers(shelves, opening, demand, plan, seed),
    )


def _taken_part(transactions: pl.DataFrame, plan: Plan) -> pl.DataFrame:
    """Those of the products that the plan is about."""
    if plan.one_product_in == 1:
        return transactions
    product = pl.col("product_id").cast(pl.Int64)
    return transactions.filter(product % plan.one_product_in == 0)


def _with_home(
    lines: pl.DataFrame, people: pl.DataFrame, nearest: pl.DataFrame
) -> pl.DataFrame:
    """Add the state and the nearest node that may serve the order."""
    states = people.select("household_id", "region")
    placed = lines.join(states, on="household_id", how="left", maintain_order="left")
    keys = ["channel", "region"]
    return placed.join(nearest, on=keys, how="left", maintain_order="left")
