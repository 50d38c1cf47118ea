"""What is in kits today, and how many of each a node could promise.

Kits are few: all are worked out anew in each run of a house that has some.
"""

from __future__ import annotations

from datetime import datetime

import polars as pl

from orchestration.resources.clock import business_date_of
from orchestration.resources.house import House
from transforms.availability.kits import PARTS, kit_availability, parts_of_kits
from transforms.contracts.decisions import AVAILABLE_TO_PROMISE, KIT_AVAILABILITY
from transforms.contracts.gold import DIM_KIT_COMPONENTS

DELETE = """
    delete from lake.decisions.kit_availability
    where (node_id, sku_id) in (select (node_id, sku_id) from gone)
"""


def parts_at(house: House, moment: datetime) -> pl.DataFrame:
    """``kits.PARTS`` on the business date of a moment; most houses have none."""
    if not house.lake.count(DIM_KIT_COMPONENTS.path):
        return PARTS.to_frame()
    day = business_date_of(moment, house.policies.company_zone)
    return parts_of_kits(house.lake.read(DIM_KIT_COMPONENTS), day)


def counted_kits(house: House) -> pl.DataFrame:
    """Put what each node can promise of kits in place of what it could before.

    Returns:
        The rows of KIT_AVAILABILITY that are new or another; only these are written.
    """
    lake, parts = house.lake, parts_at(house, house.run.as_of)
    before = lake.read(KIT_AVAILABILITY).drop("run_id")
    if parts.is_empty() and before.is_empty():
        return KIT_AVAILABILITY.empty()
    with lake.holding(parts=parts.select("sku_id").unique()):
        supply = lake.read(AVAILABLE_TO_PROMISE, "sku_id in (select sku_id from parts)")
    now = kit_availability(supply, parts)
    changed = house.run.stamped(now.join(before, on=now.columns, how="anti"))
    gone = before.join(now, on=["node_id", "sku_id"], how="anti")
    with lake.transaction("decisions/kit_availability", house.run.message):
        if gone.height:
            with lake.holding(gone=gone):
                lake.execute(DELETE)
        lake.merge(KIT_AVAILABILITY, changed)
    return changed
