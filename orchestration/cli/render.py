"""``orderhouse render``: rows, or what a house sent, as the file a partner expects.

The counterpart of ``parse``: nothing is sent or recorded. Rows of a CSV need no
house. They are for purchase orders (X12 850), which no run decides yet: a buyer keeps
the order, counts the control numbers, and hands the file over.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from sys import stderr

import polars as pl

from orchestration.cli.failures import CommandError
from orchestration.resources.formats import instruction_format
from orchestration.resources.partners import partner
from transforms.contracts.codes import message
from transforms.contracts.currencies import CURRENCIES
from transforms.contracts.profile import Envelope, Payload
from transforms.contracts.table import (
    BOOLEAN,
    DATE,
    INSTANT,
    INTEGER,
    TEXT,
    Column,
    Table,
)

RECEIVER = "supplier_id"
"""Column of a table that says whom a row is for."""


def print_sent(name: str) -> int:
    """Print a file's exact bytes, or an instruction alone as it would be told now.

    Args:
        name: INSTRUCTION, FILE or PARTNER/FILE.

    Raises:
        CommandError: nothing of that name was sent, or its bytes are lost.
    """
    # A CSV is rendered without any of this.
    from orchestration.cli.outgoing import (  # noqa: PLC0415
        INSTRUCTIONS,
        file_called,
    )
    from orchestration.cli.quarantine import opened  # noqa: PLC0415
    from orchestration.resources.dispatch import rendered_again  # noqa: PLC0415

    house = opened(INSTRUCTIONS)
    try:
        content = rendered_again(house, name).content
    except KeyError:
        row = file_called(house, name)
        content = house.outbox.sent_bytes(row)
    finally:
        house.close()
    sys.stdout.buffer.write(content)
    return 0


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
    if not (format_name and partner_name and control_no):
        raise CommandError("a CSV needs --format, --profile and --control-no")
    try:
        module = instruction_format(format_name)
        profile = partner(partner_name).profile()
        rows = read_rows(path, module.DOCUMENT)
        _refuse_others(rows, profile.partner_id)
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
        ValueError: there are none, a column is missing or unknown, or a cell is not
            what it must be; with line, column, code and remedy.
    """
    sent = _read(path)
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
            name: pl.Series(_cells(sent, column), dtype=column.dtype)
            for name, column in known.items()
        }
    )


def _refuse_others(rows: pl.DataFrame, partner_id: str) -> None:
    """Refuse rows that are for another partner than the one who gets the file."""
    if RECEIVER not in rows.columns:
        return
    for line, named in enumerate(rows[RECEIVER], start=2):
        if named != partner_id:
            raise ValueError(
                f"line {line}, {RECEIVER}: the row is for {named!r}, and the file for"
                f" {partner_id!r}: a file has one receiver"
            )


def _read(path: Path) -> pl.DataFrame:
    try:
        sent = pl.read_csv(path, infer_schema=False)
    except pl.exceptions.NoDataError as error:
        raise ValueError("it is empty: a header and rows are expected") from error
    except pl.exceptions.PolarsError as error:
        reason = str(error).partition("\n")[0]
        raise ValueError(f"it is no CSV in UTF-8: {reason}") from error
    if sent.is_empty():
        raise ValueError("it has a header and no row: nothing to write")
    return sent


def _cells(sent: pl.DataFrame, column: Column) -> list[object]:
    if column.name not in sent.columns:
        return [None] * sent.height
    code, read = _NAMED.get(column.name, _READ[column.dtype])
    cells: list[object] = []
    for line, text in enumerate(sent[column.name].to_list(), start=2):
        try:
            cells.append(_cell(text, column, read))
        except ValueError as error:
            found = code if text else "MISSING_VALUE"
            raise ValueError(
                f"line {line}, {column.name}: {found}: {message(found, str(error))}"
            ) from error
    return cells


def _cell(text: str | None, column: Column, read: Callable[[str], object]) -> object:
    """What a cell says.

    Raises:
        ValueError: it is empty and must not be, or is not what it must be.
    """
    if not text:
        if not column.is_nullable:
            raise ValueError(f"every row has {column.name}")
        return None
    found = read(text)
    if isinstance(found, int) and column.minimum is not None and found < column.minimum:
        raise ValueError(f"{text!r}, at least {column.minimum}")
    return found


def _whole(text: str) -> int:
    if not re.fullmatch(r"-?[0-9]+", text.strip()):
        raise ValueError(f"{text!r} is no whole number, as 12 is")
    return int(text)


def _instant(text: str) -> datetime:
    found = datetime.fromisoformat(text)
    if found.tzinfo is None:
        raise ValueError(f"{text!r} has no offset, as 2017-12-28T09:00-05:00 has")
    return found.astimezone(UTC)


def _truth(text: str) -> bool:
    if text not in {"true", "false"}:
        raise ValueError(f"{text!r} is neither true nor false")
    return text == "true"


def _price(text: str) -> str:
    if not re.fullmatch(r"[0-9]+([.][0-9]{1,6})?", text):
        raise ValueError(f"{text!r} is no plain decimal, as 2.50 is")
    return text


def _currency(text: str) -> str:
    if text not in CURRENCIES:
        raise ValueError(f"{text!r} is no currency of ISO 4217, as USD is")
    return text


_READ: Mapping[pl.DataType, tuple[str, Callable[[str], object]]] = {
    TEXT: ("BAD_CODE", str),
    INTEGER: ("BAD_QTY", _whole),
    BOOLEAN: ("BAD_CODE", _truth),
    DATE: ("BAD_INSTANT", date.fromisoformat),
    INSTANT: ("BAD_INSTANT", _instant),
}
"""Of a column's type: what is said of a wrong cell, and how a right one is read."""

_NAMED: Mapping[str, tuple[str, Callable[[str], object]]] = {
    "unit_amount": ("BAD_AMOUNT", _price),
    "currency_code": ("BAD_CODE", _currency),
}
"""Columns whose text is not any text."""


def _write(path: Path, content: bytes) -> None:
    """Write a file, but never over another one of its number."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with path.open("xb") as file:
            file.write(content)
    except FileExistsError as error:
        raise CommandError(f"{path} is there: take the next control number") from error
