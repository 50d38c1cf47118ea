"""How many kits could leave: those packed, and what their scarcest component makes.

A kit and its components draw on one shelf: what is sold as a kit is gone as a
component, and the other way round. Nothing is set apart for either. Kits that were
packed beforehand lie there under the kit's own SKU and serve kits only.
"""

from __future__ import annotations

from datetime import date

import polars as pl

from transforms.contracts.decisions import KIT_AVAILABILITY

DEPTH = 4
"""As deep as kits may stand in kits; silver refuses orders of deeper ones."""

PARTS = pl.Schema({"kit_sku_id": pl.String, "sku_id": pl.String, "qty": pl.Int64})
"""Eaches of a SKU in a kit, taken apart to what lies on a shelf."""


def parts_of_kits(components: pl.DataFrame, day: date) -> pl.DataFrame:
    """What is in each kit on a day, taken apart to what lies on a shelf.

    Args:
        components: DIM_KIT_COMPONENTS.
        day: business date.

    Returns:
        PARTS, sorted; a kit that stands in itself is left out.
    """
    valid = components.filter(
        pl.lit(day).is_between("valid_from_date", "valid_to_date")
    ).select("kit_sku_id", "component_sku_id", "qty")
    parts = valid.select("kit_sku_id", "qty", sku_id="component_sku_id")
    for _ in range(DEPTH - 1):
        inner = valid.rename({"kit_sku_id": "sku_id", "qty": "per_kit"})
        parts = parts.join(inner, on="sku_id", how="left").select(
            "kit_sku_id",
            pl.col("qty") * pl.col("per_kit").fill_null(1),
            sku_id=pl.coalesce("component_sku_id", "sku_id"),
        )
    endless = parts.filter(
        pl.col("sku_id").is_in(valid["kit_sku_id"].unique().implode())
    )
    whole = parts.join(endless, on="kit_sku_id", how="anti")
    summed = whole.group_by("kit_sku_id", "sku_id").agg(pl.col("qty").sum())
    return summed.select(PARTS.names()).sort("kit_sku_id", "sku_id")


def kit_availability(supply: pl.DataFrame, parts: pl.DataFrame) -> pl.DataFrame:
    """Kits that each node could promise without a component from elsewhere.

        atp = ATP of the kit's own SKU
            + min over components of floor(ATP of the component / eaches in one kit)

    Args:
        supply: AVAILABLE_TO_PROMISE of the components and of the kits.
        parts: result of ``parts_of_kits``.

    Returns:
        KIT_AVAILABILITY without ``run_id``, of every node that holds a component or
        the kit.
    """
    atp = supply.select("node_id", "sku_id", "atp_qty")
    packed = atp.select("node_id", kit_sku_id="sku_id", packed_qty="atp_qty").join(
        parts, on="kit_sku_id", how="semi"
    )
    made = parts.join(atp, on="sku_id").select("node_id", "kit_sku_id")
    nodes = pl.concat([made, packed.select(made.columns)]).unique()
    cells = nodes.join(parts, on="kit_sku_id").join(
        atp, on=["node_id", "sku_id"], how="left"
    )
    kits = cells.with_columns(kits=pl.col("atp_qty").fill_null(0) // pl.col("qty"))
    scarcest = kits.sort("node_id", "kit_sku_id", "kits", "sku_id")
    first = scarcest.group_by("node_id", "kit_sku_id", maintain_order=True).first()
    both = first.join(packed, on=["node_id", "kit_sku_id"], how="left")
    named = both.select(
        "node_id",
        pl.col("packed_qty").fill_null(0),
        sku_id="kit_sku_id",
        made_qty="kits",
        atp_qty=pl.col("kits") + pl.col("packed_qty").fill_null(0),
        short_sku_id="sku_id",
    )
    return named.select(name for name in KIT_AVAILABILITY.names if name != "run_id")


def kit_limits(
    supply: pl.DataFrame, limits: pl.DataFrame, parts: pl.DataFrame
) -> pl.DataFrame:
    """SHELF_LIFE_LIMITS of kits: how many fewer fresher ones and components make.

    Args:
        supply: AVAILABLE_TO_PROMISE of the components and of the kits.
        limits: SHELF_LIFE_LIMITS of the same.
        parts: result of ``parts_of_kits``.
    """
    keys = ["node_id", "sku_id"]
    goods = pl.concat([parts.select("sku_id"), parts.select(sku_id="kit_sku_id")])
    known = limits.filter(pl.col("aged_qty") < 0).join(goods, on="sku_id", how="semi")
    whole = kit_availability(supply, parts).select(*keys, whole="atp_qty")
    found = [limits.clear()]
    for channel in known["channel_id"].unique().sort():
        own = known.filter(channel_id=channel)
        less = supply.join(own.select(*keys, "usable_qty"), on=keys, how="left")
        left = less.with_columns(atp_qty=pl.coalesce("usable_qty", "atp_qty"))
        kits = kit_availability(left, parts).join(whole, on=keys)
        fewer = _ruled(kits.filter(pl.col("atp_qty") < pl.col("whole")), own)
        told = fewer.with_columns(
            channel_id=pl.lit(channel),
            aged_qty=pl.col("atp_qty") - pl.col("whole"),
            usable_qty="atp_qty",
            atp_qty="whole",
            run_id=pl.lit(""),
        )
        found.append(told.select(limits.columns))
    return pl.concat(found)


def _ruled(kits: pl.DataFrame, limits: pl.DataFrame) -> pl.DataFrame:
    """Kits with the rule of their scarcest component, else of those packed."""
    rules = ["shelf_life_rule", "days"]
    short = limits.select("node_id", *rules, short_sku_id="sku_id")
    packed = limits.select("node_id", "sku_id", *rules)
    both = kits.join(short, on=["node_id", "short_sku_id"], how="left").join(
        packed, on=["node_id", "sku_id"], how="left", suffix="_packed"
    )
    named = both.with_columns(pl.coalesce(name, f"{name}_packed") for name in rules)
    return named.filter(pl.col("days").is_not_null())


def left_of_components(figures: pl.DataFrame, parts: pl.DataFrame) -> pl.DataFrame:
    """Kits that a channel's figures of the components leave it.

    Demand that waits, pools and whatever a rule holds back of a component is held
    back of its kits so.

    Args:
        figures: ``channel_id, sku_id, available_qty`` of the components.
        parts: result of ``parts_of_kits``.

    Returns:
        ``channel_id, sku_id`` (the kit), ``most_qty, short_sku_id``.
    """
    told = figures.select("channel_id", "sku_id", "available_qty")
    keys = parts.join(told, on="sku_id").select("channel_id", "kit_sku_id").unique()
    cells = keys.join(parts, on="kit_sku_id").join(
        told, on=["channel_id", "sku_id"], how="left"
    )
    kits = cells.with_columns(
        most_qty=pl.col("available_qty").fill_null(0) // pl.col("qty")
    )
    scarcest = kits.sort("channel_id", "kit_sku_id", "most_qty", "sku_id")
    first = scarcest.group_by("channel_id", "kit_sku_id", maintain_order=True).first()
    return first.select(
        "channel_id", "most_qty", sku_id="kit_sku_id", short_sku_id="sku_id"
    )
