"""How shelves drift from the books at night: unseen losses and finds.

Every night one SKU in two thousand per node is off by one, and on top a few are
off by more. All are listed: they must show up as STOCK_SHORTFALL and
STOCK_SURPLUS, and nothing else may. Not here: the snapshots (``day``).
"""

from __future__ import annotations

from datetime import date

import polars as pl

from transforms.twin.company import Company
from transforms.twin.draws import draws, placed
from transforms.twin.faulting.faults import Fault
from transforms.twin.founding.supply import RECEIVING

DRIFT_HOUR = 22
_NOISE_OF = 2000
_PLANTED_EACH_NIGHT = 4
_LEAST_QTY = 8
_LARGE = 7


def drift_of_night(company: Company, day: date) -> tuple[pl.DataFrame, list[Fault]]:
    """What goes missing or turns up before the count of a night.

    Returns:
        Movements (``at, node_ref, product_id, qty``: signed eaches) and the list
        of them.
    """
    held = (
        quiet_positions(company) if company.plan.has_faults else company.shelves.clear()
    )
    keys = placed(held)
    rolled = held.with_columns(
        draws(keys, company.seed, f"noise {day}", _NOISE_OF).alias("noise"),
        draws(keys, company.seed, f"planted {day}", 1 << 60).alias("planted"),
    )
    noise = rolled.filter(pl.col("noise") == 0).with_columns(
        qty=pl.when(pl.col("planted") % 2 == 0).then(-1).otherwise(1).cast(pl.Int64)
    )
    large = _large(rolled.filter(pl.col("noise") != 0))
    at = pl.lit(company.plan.local(day, DRIFT_HOUR)).cast(pl.Datetime("us", "UTC"))
    columns = [at.alias("at"), "node_ref", "product_id", "qty"]
    moved = pl.concat([noise.select(columns), large.select(columns)])
    return moved, _listed(company, moved, day)


def quiet_positions(company: Company) -> pl.DataFrame:
    """Positions well stocked and not wanted by anybody soon."""
    wanted = pl.concat(
        [company.demand.orders["product_id"], company.demand.tills["product_id"]]
    )
    return company.shelves.filter(
        pl.col("available_qty") >= _LEAST_QTY,
        ~pl.col("product_id").is_in(wanted.unique().to_list()),
    )


def _large(rolled: pl.DataFrame) -> pl.DataFrame:
    """Half of them losses; at the warehouses, whose counts are told nightly."""
    chosen = rolled.filter(pl.col("node_ref").is_in(RECEIVING)).sort("planted")
    chosen = chosen.unique("node_ref", keep="first", maintain_order=True).head(
        _PLANTED_EACH_NIGHT
    )
    sign = pl.when(pl.int_range(pl.len()) % 2 == 0).then(-1).otherwise(1)
    return chosen.with_columns(qty=(sign * _LARGE).cast(pl.Int64))


def _listed(company: Company, moved: pl.DataFrame, day: date) -> list[Fault]:
    operators = dict(company.nodes.select("node_ref", "operator_id").iter_rows())
    at = company.plan.local(day, 23, 30)
    columns = ["node_ref", "product_id", "qty"]
    return [
        Fault(
            kind="stock_drift",
            partner_id=operators[node],
            file_name=None,
            payload_line=None,
            expected_code="STOCK_SHORTFALL" if qty < 0 else "STOCK_SURPLUS",
            subject=f"{node}/{product}",
            planted_at=at,
            detail=f"{qty:+d} eaches",
        )
        for node, product, qty in moved.select(columns).iter_rows()
    ]
