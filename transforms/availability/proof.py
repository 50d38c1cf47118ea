"""The proof that what is shown is the sum of its steps.

Not here: the ledgers' proofs (``transforms.ledger.proofs``).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import polars as pl

from transforms.availability.channels import CHANNEL_STEPS, KEYS, served
from transforms.availability.lots import LOT
from transforms.availability.waterfall import STEPS
from transforms.contracts.decisions import PROOFS

ARITHMETIC, LIMIT, COMMITMENT = "arithmetic", "limit", "commitment"


@dataclass(frozen=True)
class KitFigures:
    """What is said of kits.

    Args:
        counts: KIT_AVAILABILITY.
        parts: ``kits.PARTS`` of the day.
    """

    counts: pl.DataFrame
    parts: pl.DataFrame


def prove_availability(
    atp: pl.DataFrame,
    channels: pl.DataFrame,
    supply: pl.DataFrame,
    kits: KitFigures,
    nodes: pl.DataFrame,
    as_of: datetime,
) -> pl.DataFrame:
    """Check every figure that this run wrote, and all kits.

    Args:
        atp: AVAILABLE_TO_PROMISE rows of this run.
        channels: CHANNEL_AVAILABILITY rows of this run.
        supply: AVAILABLE_TO_PROMISE of every node of the SKUs in ``channels``.
        kits: counts of kits, and what is in each.
        nodes: DIM_NODES.
        as_of: moment of the run.

    Returns:
        PROOFS without ``run_id``.
    """
    of_nodes = ["node_id", "sku_id"]
    rows = [
        _row("ATP is the sum of its steps", atp, of_nodes, STEPS, "atp_qty"),
        _row(
            "a channel's figure is the sum of its steps",
            channels,
            KEYS,
            CHANNEL_STEPS,
            "available_qty",
        ),
        _row(
            "a channel's supply is the ATP of its nodes",
            channels.join(_of_nodes(supply, kits, nodes), on=KEYS, how="left"),
            KEYS,
            ["held_qty"],
            "nodes_qty",
        ),
        _row(
            "a node's kits are what its scarcest component makes",
            _of_components(supply, kits),
            of_nodes,
            ["made_qty"],
            "atp_qty",
        ),
    ]
    return _proofs(rows, as_of)


def _proofs(
    rows: list[tuple[str, str, int, int, str | None]], as_of: datetime
) -> pl.DataFrame:
    names = [name for name in PROOFS.names if name != "run_id"]
    schema = {name: PROOFS.schema[name] for name in names if name != "as_of"}
    frame = pl.DataFrame(rows, orient="row", schema=schema)
    return frame.with_columns(as_of=pl.lit(as_of)).select(names)


def prove_lots(
    lots: pl.DataFrame, promised: pl.DataFrame, given: pl.DataFrame, as_of: datetime
) -> pl.DataFrame:
    """Check that no lot is promised beyond what lies there of it.

    Args:
        lots: LOT_POSITIONS.
        promised: ``lots.PROMISED``, what this run promised among it.
        given: ALLOCATION_LOTS of this run.
        as_of: moment of the run.

    Returns:
        PROOFS without ``run_id``: what this run made worse stops it; what came
        about because a lot shrank is business.
    """
    there = lots.select(*LOT, there=pl.col("qty").clip(0))
    by_lot = promised.group_by(LOT).agg(after=pl.col("qty").sum())
    new = given.group_by(LOT).agg(new=pl.col("qty").sum())
    cells = by_lot.join(there, on=LOT, how="left").join(new, on=LOT, how="left")
    over = cells.fill_null(0).select(
        *LOT,
        was_over=(pl.col("after") - pl.col("new") - pl.col("there")).clip(0),
        is_over=(pl.col("after") - pl.col("there")).clip(0),
    )
    is_over, worse = pl.col("is_over") > 0, pl.col("is_over") > pl.col("was_over")
    rows = [
        _found("no run promises more of a lot than is there", LIMIT, over, LOT, worse),
        _found("promises of lots are covered", COMMITMENT, over, LOT, is_over),
    ]
    return _proofs(rows, as_of)


def _of_components(supply: pl.DataFrame, kits: KitFigures) -> pl.DataFrame:
    """Counts of kits, those that lie packed and how many each node's components make.

    Eaches are multiplied where the count divided.
    """
    held = supply.select("node_id", "sku_id", held_qty="atp_qty")
    packed = held.rename({"sku_id": "kit_sku_id", "held_qty": "packed_qty"})
    counts = kits.counts.select("node_id", told_qty="atp_qty", kit_sku_id="sku_id")
    asked = counts.join(packed, on=["node_id", "kit_sku_id"], how="left").with_columns(
        atp_qty=pl.col("told_qty") - pl.col("packed_qty").fill_null(0)
    )
    cells = asked.join(kits.parts, on="kit_sku_id", how="left").join(
        held, on=["node_id", "sku_id"], how="left"
    )
    left = pl.col("held_qty").fill_null(0) - pl.col("atp_qty") * pl.col("qty")
    fits, is_most = (left >= 0).all(), (left < pl.col("qty")).any()
    counted = ["node_id", "kit_sku_id", "told_qty", "atp_qty"]
    sums = cells.group_by(counted).agg(is_it=fits & is_most)
    is_it = pl.col("is_it").fill_null(value=False)
    made = pl.when(is_it).then("told_qty").otherwise(pl.col("told_qty") - 1)
    return sums.select(
        "node_id", atp_qty="told_qty", sku_id="kit_sku_id", made_qty=made
    )


def _of_nodes(
    supply: pl.DataFrame, kits: KitFigures, nodes: pl.DataFrame
) -> pl.DataFrame:
    """Supply of channels; of a kit that of its counts, whatever lies there made up."""
    columns = ["node_id", "sku_id", "atp_qty"]
    is_kit = pl.col("sku_id").is_in(kits.parts["kit_sku_id"].unique().implode())
    goods = supply.filter(~is_kit).select(columns)
    shelves = pl.concat([goods, kits.counts.select(columns)])
    pairs = shelves.join(served(nodes), on="node_id")
    return pairs.group_by(KEYS).agg(held_qty=pl.col("atp_qty").sum())


def _row(
    proof: str, checked: pl.DataFrame, keys: list[str], steps: list[str], total: str
) -> tuple[str, str, int, int, str | None]:
    is_off = pl.sum_horizontal(steps) != pl.col(total)
    return _found(proof, ARITHMETIC, checked, keys, is_off)


def _found(
    proof: str, kind: str, checked: pl.DataFrame, keys: list[str], is_off: pl.Expr
) -> tuple[str, str, int, int, str | None]:
    failed = checked.filter(is_off).select(keys).sort(keys)
    first = ", ".join("/".join(row) for row in failed.head(3).iter_rows())
    return proof, kind, checked.height, failed.height, first or None
