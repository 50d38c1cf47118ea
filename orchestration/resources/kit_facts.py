"""What is in kits today, and how many of each a node could promise.

Kits are few: all are worked out anew in each run of a house that has some.
"""

from __future__ import annotations

from datetime import datetime

import polars as pl

from orchestration.resources.clock import business_date_of
from orchestration.resources.house import House
from orchestration.resources.reach import MAY_BE_OPEN
from transforms.availability.channels import WAITING_KITS
from transforms.availability.kits import PARTS, kit_availability, parts_of_kits
from transforms.contracts.decisions import AVAILABLE_TO_PROMISE, KIT_AVAILABILITY
from transforms.contracts.gold import DIM_KIT_COMPONENTS

WAITING = f"""
    select kit_sku_id as sku_id, sum(kits)::bigint as kits
    from (
        select kit_line_id, any_value(kit_sku_id) as kit_sku_id, max(ceil(
            (pending_qty + held_qty + preordered_qty + backordered_qty) / kit_qty
        )) as kits
        from lake.decisions.line_buckets
        inner join lake.gold.fct_order_lines using (line_id)
        where {MAY_BE_OPEN} and kit_sku_id in (select kit_sku_id from parts)
        group by kit_line_id
    )
    group by kit_sku_id
"""  # noqa: S608 our own names
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


def waiting_kits(house: House, parts: pl.DataFrame) -> pl.DataFrame:
    """``channels.WAITING_KITS``: of a line as many as its most open component lacks."""
    if parts.is_empty():
        return WAITING_KITS.to_frame()
    with house.lake.holding(parts=parts.select("kit_sku_id").unique()):
        return house.lake.query(WAITING).cast(WAITING_KITS)


def counted_kits(house: House) -> pl.DataFrame:
    """Put what each node can promise of kits in place of what it could before.

    Returns:
        The rows of KIT_AVAILABILITY that are new or another; only these are written.
    """
    lake, parts = house.lake, parts_at(house, house.run.as_of)
    before = lake.read(KIT_AVAILABILITY).drop("run_id")
    if parts.is_empty() and before.is_empty():
        return KIT_AVAILABILITY.empty()
    goods = pl.concat([parts.select("sku_id"), parts.select(sku_id="kit_sku_id")])
    with lake.holding(parts=goods.unique()):
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
