"""What the web shop shows of the stock it was told: some of it, some hours later.

It shows what it was told. Planted: once for each file one SKU, of which nothing
sells or arrives, shows more than that. Not here: orders (``channels``).
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

import polars as pl

from transforms.contracts.simulation import NamedBytes
from transforms.twin.company import Company
from transforms.twin.documents.spelling import lines_bytes, stamp
from transforms.twin.draws import draws
from transforms.twin.faulting.faults import fault_about, listed
from transforms.twin.founding.network import WEB
from transforms.twin.state import State

SHOWN_LINES = 200
MORE_QTY = 5
_SHOWN_AFTER = timedelta(hours=3)
"""Longer than a shop may take, shorter than from wave to wave."""
_KEPT = "inventory_set_"


def show_stock(
    company: Company, state: State, files: Iterable[NamedBytes], at: datetime
) -> State:
    """Schedule what the shop shows of the stock files that it was sent.

    Args:
        company: whose shop it is.
        state: the world at ``at``.
        files: exact bytes sent to channels; others than stock are passed by.
        at: instant they were sent.
    """
    stock = sorted(
        (f for f in files if f.partner_id == WEB and f.name.startswith(_KEPT)),
        key=lambda f: f.name,
    )
    return _shown(company, state, stock[-1], at) if stock else state


def _shown(company: Company, state: State, file: NamedBytes, at: datetime) -> State:
    told = pl.DataFrame([json.loads(line) for line in file.content.splitlines()])
    luck = draws(told["sku"], company.seed, "shown", 1 << 60).alias("luck")
    few = told.with_columns(luck).sort("luck").head(SHOWN_LINES)
    wrong = few.filter(pl.col("sku").is_in(_quiet(company))).head(1)["sku"]
    errs = wrong if company.plan.has_faults else wrong.clear()
    is_wrong = pl.col("sku").is_in(errs.to_list())
    levels = few.with_columns(
        pl.col("available") + pl.when(is_wrong).then(MORE_QTY).otherwise(0)
    )
    moment = at + _SHOWN_AFTER
    echo = _levels(levels.sort("sku"), moment, company.plan.zone)
    faults = [
        fault_about("wrong_echo", "CHANNEL_SHOWS_MORE", f"{WEB}/{sku}", echo)
        for sku in errs
    ]
    return replace(state.posted([echo]), planted=listed(faults, state.planted))


def _quiet(company: Company) -> list[str]:
    """SKUs that nobody wants and no supplier brings."""
    moving = pl.concat(
        [
            company.demand.orders["product_id"],
            company.demand.tills["product_id"],
            company.purchase_orders["product_id"],
        ]
    )
    held = company.shelves["product_id"].unique()
    return held.filter(~held.is_in(moving.unique().to_list())).cast(pl.String).to_list()


def _levels(rows: pl.DataFrame, at: datetime, zone: str) -> NamedBytes:
    """Inventory levels as GraphQL has them, one a line."""
    prefix = "gid://shopify/"
    lines = rows.select(
        pl.struct(
            pl.format(f"{prefix}InventoryLevel/1?inventory_item_id={{}}", "sku").alias(
                "id"
            ),
            updatedAt=pl.lit(f"{at:%Y-%m-%dT%H:%M:%SZ}"),
            location=pl.struct(id=pl.format(f"{prefix}Location/{{}}", "location_id")),
            item=pl.struct("sku", id=pl.format(f"{prefix}InventoryItem/{{}}", "sku")),
            quantities=pl.concat_list(
                pl.struct(name=pl.lit("available"), quantity="available")
            ),
        ).struct.json_encode()
    )
    name = f"inventory_{stamp(at, zone)}.jsonl"
    return NamedBytes(WEB, name, lines_bytes(lines.to_series()), at)
