"""What of a node's stock is fresh enough for whom: a limit beside the stock itself.

Lines of one SKU whose channels want fresher lots than others may have fewer of a
node's eaches. The limits are nested: what a channel takes of the fresher lots is
gone for every channel that wants less, and what one takes that wants less is of
older lots as long as all together fit. So eaches that keep these limits and the
stock can always be given lots (``transforms.availability.shelf_life``).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from transforms.allocation.compiled import Flags, Ints

UNLIMITED = 1 << 40
ANY_AGE = -1


@dataclass(frozen=True)
class Fresh:
    """Limits of SKUs and channels R at nodes N; ``left`` is changed in place.

    Args:
        row: L → its row, -1 for a line that may have any lot.
        left: R × N eaches that may still be placed.
        days: R × N that a lot must have left; ANY_AGE where nothing is too old.
        sku: R.
    """

    row: Ints
    left: Ints
    days: Ints
    sku: Ints

    def left_for(self, line: int) -> Ints | None:
        """Per node what the line may have; None: whatever there is."""
        row = self.row[line]
        if row < 0:
            return None
        shared = np.where(self._shared(row), self.left, UNLIMITED)
        return np.asarray(shared.min(axis=0), np.int64)

    def take(self, line: int, nodes: Ints, qty: Ints) -> None:
        """Note what a line was given at some nodes."""
        row = self.row[line]
        if row >= 0:
            taken = np.zeros(self.left.shape[1], np.int64)
            taken[nodes] = qty
            self.left[...] -= np.where(self._shared(row), taken, 0)

    def _shared(self, row: int) -> Flags:
        """R × N: rows that want no fresher lots of the SKU, its own among them."""
        same = (self.sku == self.sku[row])[:, None]
        return np.asarray(same & (self.days <= self.days[row]))


def fresh_stock(
    demand: pl.DataFrame, limits: pl.DataFrame, node_ids: list[str]
) -> Fresh | None:
    """The limits as arrays; None where nobody is limited.

    Args:
        demand: OPEN_DEMAND in the order of the lines.
        limits: SHELF_LIFE_LIMITS.
        node_ids: in the order of the nodes.
    """
    keys = ["sku_id", "channel_id"]
    known = limits.filter(
        pl.col("aged_qty") < 0, pl.col("node_id").is_in(node_ids)
    ).join(demand.select(keys).unique(), on=keys, how="semi")
    if known.is_empty():
        return None
    rows = known.select(keys).unique().sort(keys).with_row_index("row")
    left = np.full((rows.height, len(node_ids)), UNLIMITED, np.int64)
    days = np.full(left.shape, ANY_AGE, np.int64)
    place = {node: number for number, node in enumerate(node_ids)}
    told = known.join(rows, on=keys).select("row", "node_id", "usable_qty", "days")
    for row, node, usable, least in told.iter_rows():
        left[row, place[node]], days[row, place[node]] = usable, least
    of_line = demand.join(rows, on=keys, how="left", maintain_order="left")
    row_of_line = of_line["row"].cast(pl.Int64).fill_null(-1).to_numpy()
    skus = rows["sku_id"].rle_id().to_numpy().astype(np.int64)
    return Fresh(np.ascontiguousarray(row_of_line), left, days, skus)
