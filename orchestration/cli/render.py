"""``orderhouse render``: rows as the file that a partner expects.

The counterpart of ``parse``: without a house, and nothing is sent or recorded.
For purchase orders (X12 850), which no run decides yet: a buyer keeps the order,
counts the control numbers, and hands the file over.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from sys import stderr

import polars as pl

from orchestration.cli.failures import CommandError
from orchestration.resources.formats import instruction_format
from orchestration.resources.partners import partner
from transforms.contracts.profile import Envelope, Payload
from transforms.contracts.table import BOOLEAN, DATE, INSTANT, INTEGER, TEXT, Table


def render_file(
    path: Path, format_name: str, partner_name: str, control_no: int, *, out: str
) -> int:
    """Write rows as a partner's file into a folder.

    Args:
        path: CSV in UTF-8 whose header names the columns of the format's table
            (``docs/tables.md``); those that may be empty may be missing.
        format_name: outbound format, "x12_850".
        partner_name: id of the receiver or path of its YAML.
        control_no: number of the file, 1 … 999999999, never used twice.
        out: folder.

    Returns:
        0.

    Raises:
        CommandError: what cannot be read or written, and why; nothing is written.
    """
    try:
        module = instruction_format(format_name)
        profile = partner(partner_name).profile()
        rows = read_rows(path, module.DOCUMENT)
        envelope = Envelope(profile, control_no, datetime.now(UTC))
        payload: Payload = module.render(rows, envelope)
    except (OSError, ValueError) as error:
        raise CommandError(f"{path.name}: {error}") from error
    _write(Path(out) / payload.name, payload.content)
    stderr.write(
        f"written: {Path(out) / payload.name}, {payload.row_count} lines,"
        f" {payload.unit_count} eaches, control number {payload.control_ref};"
        " nothing was sent\n"
    )
    return 0


def read_rows(path: Path, table: Table) -> pl.DataFrame:
    """The rows of a CSV as a table has them.

    Raises:
        ValueError: a column is missing or unknown, or a cell is not what it must be.
    """
    sent = pl.read_csv(path, infer_schema=False)
    known = {column.name: column for column in table.columns}
    needed = {name for name, column in known.items() if not column.is_nullable}
    for problem, names in (
        ("no column", needed - {*sent.columns}),
        ("unknown column", {*sent.columns} - known.keys()),
    ):
        if names:
            raise ValueError(f"{problem} {', '.join(sorted(names))}")
    return pl.DataFrame(
        {
            name: pl.Series(_cells(sent, name, column.dtype), dtype=column.dtype)
            for name, column in known.items()
        }
    )


def _cells(sent: pl.DataFrame, name: str, dtype: pl.DataType) -> list[object]:
    if name not in sent.columns:
        return [None] * sent.height
    read = _READ[dtype]
    cells: list[object] = []
    for line, text in enumerate(sent[name].to_list(), start=2):
        try:
            cells.append(None if text is None else read(text))
        except ValueError as error:
            raise ValueError(f"line {line}, {name}: {error}") from error
    return cells


def _instant(text: str) -> datetime:
    found = datetime.fromisoformat(text)
    if found.tzinfo is None:
        raise ValueError(f"{text!r} has no offset, as 2017-12-28T09:00-05:00 has")
    return found.astimezone(UTC)


def _truth(text: str) -> bool:
    if text not in {"true", "false"}:
        raise ValueError(f"{text!r} is neither true nor false")
    return text == "true"


_READ: Mapping[pl.DataType, Callable[[str], object]] = {
    TEXT: str,
    INTEGER: int,
    BOOLEAN: _truth,
    DATE: date.fromisoformat,
    INSTANT: _instant,
}


def _write(path: Path, content: bytes) -> None:
    """Write a file, but never over another one of its number."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with path.open("xb") as file:
            file.write(content)
    except FileExistsError as error:
        raise CommandError(f"{path} is there: take the next control number") from error
