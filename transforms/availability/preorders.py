"""How many eaches of a SKU may be sold before its release, and which came too late.

A rule of kind preorder_cap that names no channel caps the SKU, one that names a
channel caps what that channel sells of it; where both hold, both count. Every each
that waits of a SKU which is not released is preordered: nothing else becomes of it
before. Not here: when it gets eaches (``transforms.allocation``).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import polars as pl

from transforms.availability.rules import Rule, figure, winner

KEYS = ["channel_id", "sku_id"]
_CAPS = ["sku_cap", "channel_cap"]


def unreleased(products: pl.DataFrame, today: date) -> pl.DataFrame:
    """``sku_id, department`` of what may not ship yet.

    Args:
        products: DIM_PRODUCTS.
        today: business date.
    """
    is_early = pl.col("released_date") > today
    return products.filter(is_early).select("sku_id", "department")


def left_of_caps(
    keys: pl.DataFrame,
    waiting: pl.DataFrame,
    products: pl.DataFrame,
    rules: Sequence[Rule],
    today: date,
) -> pl.DataFrame:
    """What each channel may still sell of what is not released yet.

    Args:
        keys: ``channel_id, sku_id``.
        waiting: ``channel_id, sku_id, waiting_qty`` of the same SKUs, every channel.
        products: DIM_PRODUCTS of the SKUs.
        rules: of kind preorder_cap, winners first.
        today: business date.

    Returns:
        ``channel_id, sku_id, left_qty, cap_rule`` of the keys that a cap holds for;
        ``left_qty`` is below 0 where more is preordered already.
    """
    capped = _capped(keys, unreleased(products, today), rules)
    own = waiting.select(*KEYS, own="waiting_qty")
    whole = waiting.group_by("sku_id").agg(whole=pl.col("waiting_qty").sum())
    sold = capped.join(own, on=KEYS, how="left").join(whole, on="sku_id", how="left")
    rests = sold.with_columns(
        sku_left=pl.col("sku_cap") - pl.col("whole").fill_null(0),
        channel_left=pl.col("channel_cap") - pl.col("own").fill_null(0),
    )
    is_skus = (pl.col("sku_left") < pl.col("channel_left")).fill_null(
        pl.col("channel_left").is_null()
    )
    return rests.select(
        *KEYS,
        left_qty=pl.min_horizontal("sku_left", "channel_left"),
        cap_rule=pl.when(is_skus).then("sku_rule").otherwise("channel_rule"),
    )


def beyond_caps(
    lines: pl.DataFrame, products: pl.DataFrame, rules: Sequence[Rule], today: date
) -> pl.DataFrame:
    """Preorders beyond a cap: the latest to come are.

    What is beyond its channel's cap does not count against the SKU's.

    Args:
        lines: ``line_id, channel_id, sku_id, ordered_at, qty``: eaches that wait.
        products: DIM_PRODUCTS of the SKUs.
        rules: of kind preorder_cap, winners first.
        today: business date.

    Returns:
        ``line_id, sku_id, qty`` beyond, ``cap_qty, cap_rule``, by ``line_id``.
    """
    asked = _capped(lines, unreleased(products, today), rules).sort(
        "ordered_at", "line_id"
    )
    of_channel = _beyond(asked, KEYS, "channel_cap")
    within = of_channel.with_columns(
        of_channel=pl.col("beyond"), qty=pl.col("qty") - pl.col("beyond")
    )
    both = _beyond(within, ["sku_id"], "sku_cap").filter(
        pl.col("beyond") + pl.col("of_channel") > 0
    )
    is_skus = pl.col("beyond") > 0
    return both.select(
        "line_id",
        "sku_id",
        qty=pl.col("beyond") + pl.col("of_channel"),
        cap_qty=pl.when(is_skus).then("sku_cap").otherwise("channel_cap"),
        cap_rule=pl.when(is_skus).then("sku_rule").otherwise("channel_rule"),
    ).sort("line_id")


def _capped(
    rows: pl.DataFrame, early: pl.DataFrame, rules: Sequence[Rule]
) -> pl.DataFrame:
    """Rows of SKUs that are not released, with the caps that hold for them."""
    of_skus = [rule for rule in rules if "channel" not in rule.names]
    of_channels = [rule for rule in rules if "channel" in rule.names]
    named = rows.join(early, on="sku_id").with_columns(
        sku_cap=figure(of_skus, "qty", default=None),
        sku_rule=winner(of_skus),
        channel_cap=figure(of_channels, "qty", default=None),
        channel_rule=winner(of_channels),
    )
    return named.filter(pl.any_horizontal(pl.col(_CAPS).is_not_null()))


def _beyond(rows: pl.DataFrame, keys: list[str], cap: str) -> pl.DataFrame:
    """Rows in their order, with the eaches of each that are ``beyond`` a cap."""
    over = pl.col("qty").cum_sum().over(keys) - pl.col(cap)
    beyond = pl.min_horizontal(over.fill_null(0).clip(0), "qty")
    return rows.with_columns(beyond=beyond)
