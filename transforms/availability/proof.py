"""The proof that what is shown is the sum of its steps.

Not here: the ledgers' proofs (``transforms.ledger.proofs``).
"""

from __future__ import annotations

from datetime import datetime

import polars as pl

from transforms.availability.channels import CHANNEL_STEPS, KEYS, served
from transforms.availability.waterfall import STEPS
from transforms.contracts.decisions import PROOFS

ARITHMETIC = "arithmetic"


def prove_availability(
    atp: pl.DataFrame,
    channels: pl.DataFrame,
    supply: pl.DataFrame,
    nodes: pl.DataFrame,
    as_of: datetime,
) -> pl.DataFrame:
    """Check every figure that this run wrote.

    Args:
        atp: AVAILABLE_TO_PROMISE rows of this run.
        channels: CHANNEL_AVAILABILITY rows of this run.
        supply: AVAILABLE_TO_PROMISE of every node of the SKUs in ``channels``.
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
            channels.join(_of_nodes(supply, nodes), on=KEYS, how="left"),
            KEYS,
            ["held_qty"],
            "nodes_qty",
        ),
    ]
    names = [name for name in PROOFS.names if name != "run_id"]
    schema = {name: PROOFS.schema[name] for name in names if name != "as_of"}
    frame = pl.DataFrame(rows, orient="row", schema=schema)
    return frame.with_columns(as_of=pl.lit(as_of)).select(names)


def _of_nodes(supply: pl.DataFrame, nodes: pl.DataFrame) -> pl.DataFrame:
    pairs = supply.join(served(nodes), on="node_id")
    return pairs.group_by(KEYS).agg(held_qty=pl.col("atp_qty").sum())


def _row(
    proof: str, checked: pl.DataFrame, keys: list[str], steps: list[str], total: str
) -> tuple[str, str, int, int, str | None]:
    is_off = pl.sum_horizontal(steps) != pl.col(total)
    failed = checked.filter(is_off).select(keys).sort(keys)
    first = ", ".join("/".join(row) for row in failed.head(3).iter_rows())
    return proof, ARITHMETIC, checked.height, failed.height, first or None
