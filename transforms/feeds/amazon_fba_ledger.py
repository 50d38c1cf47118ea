"""Amazon's FBA ledger summary: what its warehouses held at the end of a day.

``GET_LEDGER_SUMMARY_VIEW_DATA``, by day: tab separated, cells may be quoted, one
header line, whose names may be written with or without spaces. A row is an SKU
(``MSKU``), a disposition and a location, which is a warehouse or, if the report
was asked for by country, a country; it is the node's name. The stock is
``EndingWarehouseBalance``; goods between warehouses are in nobody's. With option
``fba_node_ref`` all locations are one node of that name, as orders that Amazon
fulfils have it, and their stock is added.

- Days are month first (``12/27/2017``; option ``date_format`` for others), and
  end at midnight in the profile's zone: that is when the stock was counted.
- ``Disposition`` SELLABLE is AVAILABLE; all kinds of damage, DEFECTIVE and EXPIRED
  are DAMAGED; UNSELLABLE is HOLD. Rows that come to the same status of an SKU are
  added on the first of them; any other word is refused. A broken row takes the
  others of its SKU and location with it: half a sum would be a wrong count.
- A month instead of a day is refused: nothing says when it was counted.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import polars as pl

from transforms.contracts.documents import STOCK_SNAPSHOTS
from transforms.contracts.profile import Parsed, Profile
from transforms.feeds.reading.accounts import keep_orders_whole, settle
from transforms.feeds.reading.cells import (
    Rule,
    date,
    offset_instants,
    one_of,
    quantity,
    required,
)
from transforms.feeds.reading.delimited import read_wanted
from transforms.feeds.reading.header import Dialect, Wanted
from transforms.feeds.reading.spelling import judge_spelled, rewritten

DOCUMENT = STOCK_SNAPSHOTS

_BALANCE = "endingwarehousebalance"
_REQUIRED = ("date", "msku", "disposition", _BALANCE, "location")
_IGNORED = (
    "fnsku",
    "asin",
    "title",
    "startingwarehousebalance",
    "intransitbetweenwarehouses",
    "receipts",
    "customershipments",
    "customerreturns",
    "vendorreturns",
    "warehousetransferin/out",
    "found",
    "lost",
    "damaged",
    "disposed",
    "otherevents",
    "unknownevents",
)
_ALIASES = {
    "ending warehouse balance": _BALANCE,
    "starting warehouse balance": "startingwarehousebalance",
    "in transit between warehouses": "intransitbetweenwarehouses",
    "customer shipments": "customershipments",
    "customer returns": "customerreturns",
    "vendor returns": "vendorreturns",
    "warehouse transfer in/out": "warehousetransferin/out",
    "other events": "otherevents",
    "unknown events": "unknownevents",
}
_STATUSES = {
    "SELLABLE": "AVAILABLE",
    "DAMAGED": "DAMAGED",
    "CUSTOMER_DAMAGED": "DAMAGED",
    "CARRIER_DAMAGED": "DAMAGED",
    "WAREHOUSE_DAMAGED": "DAMAGED",
    "DISTRIBUTOR_DAMAGED": "DAMAGED",
    "DEFECTIVE": "DAMAGED",
    "EXPIRED": "DAMAGED",
    "UNSELLABLE": "HOLD",
}
_KEY = ("node_ref", "sku_ref", "stock_status", "snapshot_at")


@cache
def _rules() -> tuple[Rule, ...]:
    return (
        *required(*_REQUIRED),
        one_of("disposition", *_STATUSES),
        quantity(_BALANCE),
        date("date"),
    )


def _as_snapshots(good: pl.DataFrame, profile: Profile) -> pl.DataFrame:
    """One row per node, SKU, status and day."""
    one_node = profile.options.get("fba_node_ref")
    next_day = good["date"].str.to_date("%Y-%m-%d").dt.offset_by("1d")
    midnights = next_day.dt.strftime("%Y-%m-%d 00:00:00")
    nothing = pl.lit(None, pl.String)
    rows = good.select(
        "payload_line",
        node_ref=pl.lit(one_node) if one_node else "location",
        sku_ref="msku",
        stock_status=pl.col("disposition").replace_strict(
            _STATUSES, return_dtype=pl.String
        ),
        quantity_basis=pl.lit("on_hand"),
        qty=pl.col(_BALANCE).cast(pl.Int64),
        snapshot_at=offset_instants(midnights, profile.zone),
        uom_code=nothing,
        lot_ref=nothing,
        expires_on=nothing,
        location_ref=nothing,
    )
    summed = rows.group_by(_KEY, maintain_order=True).agg(
        pl.exclude("qty").first(), pl.col("qty").sum().cast(pl.String)
    )
    return summed.sort("payload_line")


def parse(payload: bytes, profile: Profile) -> Parsed:
    """Read a ledger summary; never raises. Names in rejects are Amazon's."""
    options = {"date_format": "%m/%d/%Y"} | dict(profile.options)
    wanted = Wanted(_REQUIRED, (), _IGNORED, _ALIASES)
    read = read_wanted(payload, profile, Dialect("\t", '"'), wanted)
    node_ref = profile.options.get("fba_node_ref")
    rules = [*rewritten(read, "msku"), *_rules()]
    spelled = replace(profile, options=options)
    good, problems = judge_spelled(read.cells, rules, spelled)
    key, what = ["msku"] if node_ref else ["msku", "location"], "SKU"
    good, mates = keep_orders_whole(good, problems, read, key, what)
    rows = _as_snapshots(good, profile)
    silent = good.height - rows.height
    return settle(read, rows, pl.concat([problems, mates]), DOCUMENT, silent)
