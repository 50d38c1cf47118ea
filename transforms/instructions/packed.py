"""Kits that were packed beforehand, as a node is told of them: as one line each.

Not here: which kits are given so (``transforms.allocation``).
"""

from __future__ import annotations

import polars as pl


def as_told(lines: pl.DataFrame) -> pl.DataFrame:
    """Rows about instruction lines, components of a packed kit as the kit itself.

    Args:
        lines: with ``instruction_line_ref, sku_id, qty`` and ``packed_in, packed_ref,
            kit_qty`` of INSTRUCTION_LINES; ``lot_ref`` of the components is no lot of
            the kit.
    """
    is_loose = pl.col("packed_ref").is_null()
    is_told = pl.col("packed_ref") == pl.col("instruction_line_ref")
    told = lines.filter(is_loose | is_told)
    lot = {
        name: pl.when(is_loose).then(name)
        for name in lines.columns
        if name == "lot_ref"
    }
    return told.with_columns(
        sku_id=pl.coalesce("packed_in", "sku_id"),
        qty=pl.col("qty") // pl.col("kit_qty").fill_null(1),
        **lot,
    )
