"""What is to be certified of a run, and what its checks are written with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

import polars as pl

from transforms.allocation.bound import Sourced, certificate
from transforms.allocation.certify_days import Days
from transforms.allocation.contest import contest
from transforms.contracts.decisions import EXPIRED_BACKORDERS, SHELF_LIFE_LIMITS
from transforms.contracts.gold import DIM_STOCK_WORTHS

TAKEN = ["unit_qty", "shipment_qty", "line_qty"]


@dataclass(frozen=True)
class Decided:
    """What is to be certified.

    Args:
        demand: OPEN_DEMAND.
        supply: AVAILABLE_TO_PROMISE.
        nodes: DIM_NODES.
        lanes: DIM_LANES.
        rates: DIM_RATES.
        load: LOAD before the run.
        allocations: ALLOCATIONS of the run.
        backorders: BACKORDERS of the run.
        trace: DECISION_TRACE of the run.
        max_shipments: nodes an order may use.
        holds: LINE_HOLDS that have not ended.
        prices: ALLOCATION_PRICES of the run.
        floors: ORDER_FLOORS of the run.
        limits: SHELF_LIFE_LIMITS.
        fairness: what the policy promises about scarce eaches.
        days: what is said of days.
        expired: EXPIRED_BACKORDERS of the run.
        horizons: channel → days before the wanted date that an order takes eaches.
        worths: DIM_STOCK_WORTHS.
        node_rules: of the policy: which nodes may send what.
    """

    demand: pl.DataFrame
    supply: pl.DataFrame
    nodes: pl.DataFrame
    lanes: pl.DataFrame
    rates: pl.DataFrame
    load: pl.DataFrame
    allocations: pl.DataFrame
    backorders: pl.DataFrame
    trace: pl.DataFrame
    max_shipments: int
    holds: pl.DataFrame
    prices: pl.DataFrame
    floors: pl.DataFrame
    limits: pl.DataFrame = field(default_factory=SHELF_LIFE_LIMITS.empty)
    fairness: str = "strict"
    days: Days = field(default_factory=Days)
    expired: pl.DataFrame = field(default_factory=EXPIRED_BACKORDERS.empty)
    horizons: Mapping[str, int] = field(default_factory=dict)
    worths: pl.DataFrame = field(default_factory=DIM_STOCK_WORTHS.empty)
    node_rules: Sequence[Mapping[str, Any]] = ()

    @property
    def sourced(self) -> Sourced:
        """What the proof of the cost is about."""
        return Sourced(self.allocations, self.prices, self.floors)

    @cached_property
    def unserved(self) -> pl.DataFrame:
        """``line_id, order_id, sku_id, qty, reason_code`` of what got nothing."""
        names = ["line_id", "order_id", "sku_id", "qty", "reason_code"]
        return pl.concat([self.backorders.select(names), self.expired.select(names)])

    @cached_property
    def contested(self) -> pl.DataFrame:
        """CONTEST: what it cost at most that not cost alone decided who got eaches."""
        return contest(
            self.demand,
            self.supply,
            self.nodes,
            self.lanes,
            self.rates,
            self.allocations,
            self.unserved,
            self.trace,
        )

    def certificate(self, as_of: datetime) -> pl.DataFrame:
        """ALLOCATION_CERTIFICATES of the run, without ``run_id``."""
        return certificate(self.sourced, self.fairness, self.contested, as_of)


def verdict(subject: list[str], is_wrong: pl.Expr) -> list[pl.Expr]:
    """``subject`` of a row that was looked at, by name, and ``is_wrong``."""
    return [
        pl.concat_str(subject, separator=" ").alias("subject"),
        is_wrong.alias("is_wrong"),
    ]


def as_sent(d: Decided) -> pl.DataFrame:
    """ALLOCATIONS with ``grams`` of one, kits that lie packed as what the node takes.

    Of each such kit one row, of its own SKU, under the first of its lines.
    """
    kit = ["kit_line_id", "node_id", "order_id", "ship_date", "service_code"]
    grams = d.demand.select("line_id", "grams")
    weighed = d.allocations.join(grams, on="line_id", how="left")
    packed = weighed.filter(pl.col("kit_line_id").is_not_null())
    kits = packed.group_by(kit).agg(
        pl.col("line_id").min(),
        pl.col("packed_in").first().alias("sku_id"),
        (pl.col("qty") // pl.col("kit_qty")).max(),
        (pl.col("grams") * pl.col("kit_qty")).sum(),
        pl.col("freight_minor", "processing_minor", "worth_minor").sum(),
    )
    loose = weighed.filter(pl.col("kit_line_id").is_null())
    return pl.concat([loose.select(kits.columns), kits])


def with_room(rows: pl.DataFrame, d: Decided, day: str) -> pl.DataFrame:
    """With what the row's node takes a day; eaches as its own calendar says."""
    caps = [f"daily_capacity_{of}" for of in ("units", "shipments", "lines")]
    own = d.days.own.select(
        "node_id", pl.col("calendar_date").alias(day), "capacity_qty"
    )
    told = rows.join(d.nodes.select("node_id", *caps), on="node_id", how="left").join(
        own, on=["node_id", day], how="left"
    )
    return told.with_columns(
        daily_capacity_units=pl.coalesce("capacity_qty", "daily_capacity_units")
    )


def is_handed_over() -> pl.Expr:
    """No carrier takes it: it is picked up, or lies at the store it is to go to."""
    is_its_store = (pl.col("asked_store") == pl.col("node_id")).fill_null(value=False)
    return (pl.col("asked_service") == "PICK_UP") | is_its_store
