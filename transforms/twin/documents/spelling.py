"""How the twin spells cells: money, instants, CSV lines, text joined into files.

Not here: what any document holds.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

import polars as pl

from transforms.contracts.documents import DOCUMENTS

PROVENANCE_COUNT = 5
"""The last columns of a document are ours, no partner sends them."""
_CENTS = 100


def money(minor: pl.Expr | str) -> pl.Expr:
    """Cents, >= 0, as a decimal of major units: 1205 → ``12.05``."""
    cents = pl.col(minor) if isinstance(minor, str) else minor
    rest = (cents % _CENTS).cast(pl.String).str.zfill(2)
    return pl.concat_str((cents // _CENTS).cast(pl.String), pl.lit("."), rest)


def instant(column: str, zone: str) -> pl.Expr:
    """A UTC instant as local wall time with its offset: ``…T15:02:11-05:00``."""
    local = pl.col(column).dt.convert_time_zone(zone)
    return local.dt.strftime("%Y-%m-%dT%H:%M:%S%:z").alias(column)


def wall(column: str, zone: str, pattern: str) -> pl.Expr:
    """A UTC instant as local wall time in a ``strftime`` pattern."""
    return pl.col(column).dt.convert_time_zone(zone).dt.strftime(pattern)


def spelled(moment: datetime, zone: str) -> str:
    """One instant as ``instant`` spells a column of them."""
    return moment.astimezone(ZoneInfo(zone)).isoformat(timespec="seconds")


def stamp(moment: datetime | date, zone: str) -> str:
    """The piece of a file name that says when: ``20171227T1155``."""
    if isinstance(moment, datetime):
        return moment.astimezone(ZoneInfo(zone)).strftime("%Y%m%dT%H%M")
    return moment.strftime("%Y%m%d")


def sent_columns(document: str, kept: Collection[str] | None = None) -> list[str]:
    """Column names of a document as a partner's CSV header gives them.

    Args:
        document: its name.
        kept: columns that the partner keeps; optional ones it does not keep are
            left out of its files. All columns without it.
    """
    sent = DOCUMENTS[document].columns[:-PROVENANCE_COUNT]
    return [c.name for c in sent if kept is None or c.name in kept or not c.is_nullable]


def document_csv(frame: pl.DataFrame, document: str) -> bytes:
    """A document as CSV: its header, RFC 4180 quoting, UTF-8."""
    return csv_bytes(frame, sent_columns(document, frame.columns))


def csv_bytes(frame: pl.DataFrame, columns: Sequence[str]) -> bytes:
    """Columns of a frame as CSV with a header, missing cells empty."""
    return frame.select(columns).write_csv().encode()


def quoted(column: str) -> pl.Expr:
    """A text cell that may hold commas or quotes, for a line built by hand."""
    doubled = pl.col(column).str.replace_all('"', '""', literal=True)
    return pl.concat_str(pl.lit('"'), doubled, pl.lit('"'))


def lines_bytes(lines: Iterable[str], header: str | None = None) -> bytes:
    """Lines as a file, each ended by a line feed."""
    body = [header, *lines] if header is not None else list(lines)
    return ("\n".join(body) + "\n").encode() if body else b""
