"""What comes back: every played day a few lines of the history.

The desk agrees to it in the morning, the distribution centre gets and looks at
it in the afternoon and puts it on the shelf. Planted: one a day under the number of
an order that nobody placed. Not here: the format (``documents.return_files``), money.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import polars as pl

from transforms.twin.company import Company
from transforms.twin.documents.return_files import DESK, returns_file
from transforms.twin.draws import drawn
from transforms.twin.faulting.faults import fault_about, listed
from transforms.twin.founding.network import WEB
from transforms.twin.state import State

_NODE = "DC-EAST"
_LINES_A_DAY, _STRANGE = 3, 6 * 10**11
_STEPS = (
    (9, "AUTHORISED", None),
    (14, "RECEIVED", None),
    (15, "INSPECTED", "SELLABLE"),
)
_SHELVED_HOUR, _TOLD_HOUR = 15, 17
_TAKEN_BACK = timedelta(days=60)
"""For so long after the order; shops say so in their terms."""


def send_back(company: Company, state: State, day: date) -> State:
    """Schedule the returns of a day: the goods, and the file that tells of them."""
    plan = company.plan
    turn = plan.play_dates.index(day)
    chosen = _chosen(company, turn * _LINES_A_DAY, _LINES_A_DAY)
    strange = _strange(company, turn)
    lines = pl.concat([chosen, strange]).select(
        "product_id",
        "order_ref",
        "qty",
        pl.format(f"RMA-{day:%m%d}-{{}}", "order_ref").alias("return_ref"),
        pl.col("line_ref").alias("order_line_ref"),
        pl.col("product_id").cast(pl.String).alias("sku_ref"),
        line_ref=pl.lit("1"),
        node_ref=pl.lit(_NODE),
    )
    if lines.is_empty():
        return state
    steps = [
        lines.with_columns(
            status_code=pl.lit(status),
            disposition_code=pl.lit(found, pl.String),
            returned_at=pl.lit(plan.local(day, hour)).cast(pl.Datetime("us", "UTC")),
        )
        for hour, status, found in _STEPS
    ]
    shelved = pl.lit(plan.local(day, _SHELVED_HOUR)).cast(pl.Datetime("us", "UTC"))
    told = pl.concat(steps).sort("return_ref", "returned_at")
    file = returns_file(told, plan.local(day, _TOLD_HOUR), plan.zone)
    faults = [
        fault_about("strange_return", "UNKNOWN_TO_US", f"{DESK}/{ref}/1", file)
        for ref in lines["return_ref"].tail(strange.height)
    ]
    state = state.scheduled(lines.with_columns(at=shelved)).posted([file])
    return replace(state, planted=listed(faults, state.planted))


def _strange(company: Company, turn: int) -> pl.DataFrame:
    """A line like those of the history, of an order that nobody placed."""
    if not company.plan.has_faults:
        return company.opening.clear()
    behind = len(company.plan.play_dates) * _LINES_A_DAY
    number = pl.col("order_ref").cast(pl.Int64) + _STRANGE
    return _chosen(company, behind + turn, 1).with_columns(
        order_ref=number.cast(pl.String)
    )


def _chosen(company: Company, first: int, count: int) -> pl.DataFrame:
    """Web order lines of late that had left before the cut, others every day."""
    since = company.plan.cut_date - _TAKEN_BACK
    left = company.opening.filter(
        pl.col("channel_id") == WEB,
        pl.col("business_date") > since,
        pl.sum_horizontal("shipped_qty", "delivered_qty") == pl.col("qty"),
    )
    luck = drawn("basket_id", company.seed, "sent back", 1 << 60)
    ranked = left.with_columns(luck).sort("sent back", "line_no")
    alone = ranked.unique("order_ref", keep="first", maintain_order=True)
    return alone.drop("sent back").slice(first, count)
