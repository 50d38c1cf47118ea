"""Lines as CSV bytes: RFC 4180 quoting, one line each.

Not here: which columns, in which order; every format says that.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from transforms.contracts.profile import Envelope, Payload
from transforms.contracts.table import INSTANT, TEXT, Table, conform
from transforms.instructions.writing.lines import Render

MAX_CONTROL_NO = 999_999_999
OPTIONAL = {"names_lots": "lot_ref", "names_waves": "wave_ref"}
"""Option of a partner, and the column that it adds behind the others."""


def csv_writer(
    document: Table, stem: str, columns: Sequence[str], order: Sequence[str]
) -> Render:
    r"""The ``render`` of a format: lines, the control number in front of each.

    UTF-8, ``,``, ``\n``, a header line. Control characters in text, newlines
    among them, become spaces, so that a line stays a line for every reader.
    Nothing is put before ``= + - @``: a machine reads this file. It is called
    ``<stem>_<control number>.csv``. What is written raises ContractError where the
    frame does not keep its contract, ValueError where the control number is not one
    of 1 … 999999999.

    Args:
        document: contract of the frame; the first of its columns that counts eaches is
            totalled. Of shipping orders with the ship-to in clear.
        stem: file name without number.
        columns: of the document, in written order; behind them come those that a
            partner asks for (``OPTIONAL``).
        order: columns that sort the lines; line numbers count as numbers.
    """

    def render(frame: pl.DataFrame, envelope: Envelope) -> Payload:
        if not 1 <= envelope.control_no <= MAX_CONTROL_NO:
            raise ValueError(f"control number {envelope.control_no} is out of range")
        lines = _spelled(conform(frame, document).sort(_sort_keys(order)), document)
        control_ref = str(envelope.control_no)
        more = _asked_for(lines, envelope.profile.options)
        written = lines.select(pl.lit(control_ref).alias("control_no"), *columns, *more)
        return Payload(
            name=f"{stem}_{envelope.control_no:09d}.csv",
            content=written.write_csv(line_terminator="\n").encode(),
            row_count=lines.height,
            unit_count=_units(lines),
            control_ref=control_ref,
        )

    return render


def _asked_for(lines: pl.DataFrame, options: Mapping[str, str]) -> list[str]:
    return [
        column
        for option, column in OPTIONAL.items()
        if options.get(option) == "true" and column in lines.columns
    ]


def _units(lines: pl.DataFrame) -> int:
    """Eaches in all; none where the lines count other things."""
    counts = [name for name in lines.columns if name.endswith("qty")]
    return int(lines[counts[0]].sum()) if counts else 0


def _sort_keys(order: Sequence[str]) -> list[pl.Expr]:
    number = pl.col("instruction_line_ref").cast(pl.Int64, strict=False)
    return [
        number if name == "instruction_line_ref" else pl.col(name) for name in order
    ]


def _spelled(lines: pl.DataFrame, document: Table) -> pl.DataFrame:
    texts = [column.name for column in document.columns if column.dtype == TEXT]
    instants = [column.name for column in document.columns if column.dtype == INSTANT]
    return lines.with_columns(
        pl.col(texts).str.replace_all(r"[\x00-\x1f\x7f]+", " "),
        pl.col(instants).dt.strftime("%Y-%m-%dT%H:%M:%SZ"),
    )
