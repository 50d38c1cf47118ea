"""Reading what was sent to the warehouses: 940s, shipping orders, pick lists.

An implementation of its own, so that a mistake of the writer shows. Not here:
what a warehouse does with it (``answer``).
"""

from __future__ import annotations

import csv

import polars as pl

from transforms.contracts.simulation import NamedBytes
from transforms.edi.tokens import tokenise

READ = pl.Schema(
    {
        "control_ref": pl.String(),
        "set_ref": pl.String(),
        "node_ref": pl.String(),
        "instruction_ref": pl.String(),
        "line_ref": pl.String(),
        "order_ref": pl.String(),
        "product_id": pl.Int64(),
        "qty": pl.Int64(),
        "ship_by": pl.Date(),
    }
)
"""One row per instruction line, in file order; ``ship_by`` null where not given."""

Row = dict[str, str]

_PLACES = (
    (("GS", "OW"), "control_ref", 6),
    (("ST", "940"), "set_ref", 2),
    (("W05",), "instruction_ref", 2),
    (("N1", "WH"), "node_ref", 4),
    (("N1", "SF"), "node_ref", 4),
    (("N9", "OQ"), "order_ref", 2),
    (("G62", "10"), "ship_by", 2),
    (("LX",), "line_ref", 1),
)
"""Beginning of a segment, what it says, in which element."""


def read_instructions(file: NamedBytes) -> pl.DataFrame:
    """The lines of a file as ``READ``.

    Raises:
        ValueError: the file asks for nothing a warehouse could read.
    """
    text = file.content.decode()
    is_x12 = text.startswith("ISA")
    rows = _of_x12(file.content) if is_x12 else _of_csv(text)
    if not rows:
        raise ValueError(f"{file.name} holds no instruction")
    frame = pl.DataFrame(rows, schema=dict.fromkeys(READ, pl.String()))
    day = pl.col("ship_by").str.replace_all("-", "").str.to_date("%Y%m%d", strict=False)
    dated = frame.with_columns(day)
    return dated.select(pl.col(name).cast(dtype) for name, dtype in READ.items())


def _of_csv(text: str) -> list[Row]:
    rows = []
    for cells in csv.DictReader(text.splitlines()):
        control = cells.get("control_no") or cells["control_ref"]
        rows.append(
            {
                "control_ref": control,
                "set_ref": cells.get("set_ref") or control,
                "node_ref": cells["node_id"],
                "instruction_ref": cells["instruction_id"],
                "line_ref": cells["instruction_line_ref"],
                "order_ref": cells["order_id"],
                "product_id": cells["sku_id"],
                "qty": cells["qty"],
                "ship_by": cells.get("ship_by_date") or "",
            }
        )
    return rows


def _of_x12(content: bytes) -> list[Row]:
    rows: list[Row] = []
    for interchange in tokenise(content).interchanges:
        head: Row = {"order_ref": "", "ship_by": ""}
        for segment in interchange.segments():
            head |= _said(segment)
            _add(segment, head, rows)
    return rows


def _said(segment: list[str]) -> Row:
    """What a segment says of the lines that follow it."""
    return {
        name: segment[place]
        for start, name, place in _PLACES
        if tuple(segment[: len(start)]) == start and len(segment) > place
    }


def _add(segment: list[str], head: Row, rows: list[Row]) -> None:
    """Add a line, or complete the last one with its number."""
    match segment:
        case ["W01", qty, _, _, "VN" | "VP" | "SK", sku, *_]:
            rows.append({**head, "product_id": sku, "qty": qty})
        case ["N9", "LI", number, *_] if rows:
            rows[-1]["line_ref"] = number
