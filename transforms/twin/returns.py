"""What comes back: every played day a few lines of the history, in good order.

The desk agrees to it in the morning, the distribution centre gets and looks at
it in the afternoon and puts it on the shelf. Not here: the format
(``documents.return_files``), money.
"""

from __future__ import annotations

from datetime import date

import polars as pl

from transforms.twin.company import Company
from transforms.twin.documents.return_files import returns_file
from transforms.twin.draws import drawn
from transforms.twin.founding.network import WEB
from transforms.twin.state import State

_NODE = "DC-EAST"
_LINES_A_DAY = 3
_STEPS = (
    (9, "AUTHORISED", None),
    (14, "RECEIVED", None),
    (15, "INSPECTED", "SELLABLE"),
)
_SHELVED_HOUR, _TOLD_HOUR = 15, 17


def send_back(company: Company, state: State, day: date) -> State:
    """Schedule the returns of a day: the goods, and the file that tells of them."""
    plan = company.plan
    lines = _chosen(company, plan.play_dates.index(day)).select(
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
    return state.scheduled(lines.with_columns(at=shelved)).posted([file])


def _chosen(company: Company, turn: int) -> pl.DataFrame:
    """Web order lines that had left before the cut, others every day."""
    left = company.opening.filter(
        pl.col("channel_id") == WEB,
        pl.sum_horizontal("shipped_qty", "delivered_qty") == pl.col("qty"),
    )
    luck = drawn("basket_id", company.seed, "sent back", 1 << 60)
    ranked = left.with_columns(luck).sort("sent back", "line_no")
    alone = ranked.unique("order_ref", keep="first", maintain_order=True)
    return alone.slice(turn * _LINES_A_DAY, _LINES_A_DAY)
