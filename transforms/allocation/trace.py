"""The trace: every node each line could have shipped from, ruled out or not.

Costs are what the line alone would have cost from there on the node's first
day, so that nodes compare; what was paid stands in the allocations.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from transforms.allocation.compiled import Ints
from transforms.allocation.eligible import BIT, failed_rules
from transforms.allocation.flip import Distance
from transforms.allocation.place import Placement
from transforms.allocation.problem import Posed
from transforms.allocation.tariff import Tariff
from transforms.contracts.table import INTEGER

PRICES = ("freight_minor", "processing_minor", "lateness_minor", "worth_minor")


def trace(
    pairs: pl.DataFrame,
    posed: Posed,
    tariff: Tariff,
    placement: Placement,
    far: Distance,
) -> pl.DataFrame:
    """DECISION_TRACE without ``as_of`` and ``run_id``, lines × nodes rows.

    Args:
        pairs: ``eligibility``, sorted by (demand_rank, node_id).
        posed: the problem.
        tariff: prices.
        placement: what was decided and what each order saw.
        far: how far each node was from shipping each line.
    """
    prices = _alone(posed, tariff)
    mask = pairs["failed_mask"].to_numpy() | _late_rules(pairs, posed, placement)
    seen = pairs.with_columns(
        failed_mask=pl.Series(mask, dtype=INTEGER),
        atp_qty=pl.Series(placement.stock_left.reshape(-1), dtype=INTEGER),
        chosen_qty=pl.Series(placement.qty.reshape(-1), dtype=INTEGER),
        **{name: pl.Series(prices[name].reshape(-1), dtype=INTEGER) for name in PRICES},
        ship_date=_ship_dates(posed, tariff, len(placement.qty)),
        lacking_qty=pl.Series(far.lacking.reshape(-1), dtype=INTEGER),
        price_milli=pl.Series(far.price.reshape(-1), dtype=INTEGER),
        over_minor=pl.Series(far.over.reshape(-1), dtype=INTEGER),
        fits=pl.Series(far.fits.reshape(-1)),
        is_placed=pl.Series(
            np.repeat(placement.qty.any(axis=1), placement.qty.shape[1])
        ),
    )
    is_priced = pl.col("zone_no").is_not_null() & (
        pl.col("failed_mask") & BIT["NODE_CLOSED"] == 0
    )
    priced = seen.with_columns(
        pl.when(is_priced).then(pl.col(*PRICES, "ship_date")),
        over_minor=pl.when(
            is_priced & pl.col("is_placed") & pl.col("fits") & far.is_told
        ).then("over_minor"),
    )
    total = pl.sum_horizontal(PRICES, ignore_nulls=False).cast(INTEGER)
    ranked = priced.with_columns(total_minor=total, failed_rules=failed_rules())
    return ranked.with_columns(candidate_rank=_rank()).select(
        "line_id",
        "node_id",
        "failed_rules",
        "node_rule",
        "atp_qty",
        "distance_km",
        "ship_date",
        *PRICES,
        "total_minor",
        "chosen_qty",
        "candidate_rank",
        "lacking_qty",
        "price_milli",
        "over_minor",
    )


def _late_rules(pairs: pl.DataFrame, posed: Posed, placement: Placement) -> Ints:
    """The rules that only a line's turn could tell, as bits per row."""
    order = posed.problem.line_order
    had = pairs["atp_qty"].to_numpy().reshape(placement.qty.shape) > 0
    spoken = had & (placement.stock_left <= 0)
    full = ~placement.has_room[order]
    passed = pairs["failed_mask"].to_numpy().reshape(placement.qty.shape) == 0
    wanted = (placement.confirmed > 0)[:, None]
    open_still = passed & ~spoken & ~full
    unlisted = open_still & wanted & ~placement.is_shortlisted[order]
    bits = spoken * BIT["SPOKEN_FOR"] + unlisted * BIT["NOT_SHORTLISTED"]
    late: Ints = (bits | full * BIT["NO_CAPACITY"]).astype(np.int64)
    return late.reshape(-1)


def _alone(posed: Posed, tariff: Tariff) -> dict[str, Ints]:
    problem = posed.problem
    kind, on_day = problem.order_class[problem.line_order], posed.on_first_open
    qty, late = problem.line_qty[:, None], problem.late_cost[problem.line_order]
    weight = on_day(tariff.per_kg)[kind] * (problem.line_grams[:, None] * qty) // 1000
    # Without a lane the days are endless; such rows are blanked by the caller.
    days = np.minimum(on_day(tariff.late_days)[kind], 10**6)
    return {
        "freight_minor": on_day(tariff.base)[kind] + weight,
        "processing_minor": problem.shipment_cost + problem.unit_cost * qty,
        "lateness_minor": late[:, None] * days * qty,
        "worth_minor": problem.worth[problem.line_sku] * qty,
    }


def _ship_dates(posed: Posed, tariff: Tariff, lines: int) -> pl.Series:
    """The day that each node's costs are of, for each line."""
    nodes = np.arange(len(posed.node_ids))
    days = tariff.ship_day[nodes, posed.first_open]
    dates = pl.Series(np.where(days < 0, 0, days)).cast(pl.Int32).cast(pl.Date)
    return pl.concat([dates] * lines) if lines else dates.clear()


def _rank() -> pl.Expr:
    is_eligible = pl.col("failed_rules") == ""
    key = pl.struct(pl.col("total_minor"), pl.col("node_id"))
    rank = key.rank("ordinal").over("line_id", is_eligible)
    return pl.when(is_eligible).then(rank).cast(INTEGER)
