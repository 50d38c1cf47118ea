"""``orderhouse lines`` and ``positions``: any instant, as it was or as known then.

Without ``--known-at`` they say what we know today of that instant; with it what
the newest run by then believed.
"""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path

import polars as pl

from orchestration.cli.execution import CONSOLE
from orchestration.cli.failures import CommandError
from orchestration.cli.known_names import refuse_unknown_place
from orchestration.cli.why import order_called, print_section
from orchestration.resources.clock import end_of
from orchestration.resources.hindsight import known_by, lines_at, stock_at
from orchestration.resources.house import House
from orchestration.resources.run import parse_instant
from transforms.allocation.explain import Section

NAMED_ABOVE = ["order_id", "channel_id", "ordered_at"]
"""What is the same for every line of an order."""

SHOWN = 40
"""Rows that are printed; ``--out`` writes all."""


def show_lines(at: str, known_at: str, order: str, out: str) -> int:
    """Print the buckets of one order's lines, or the sums by channel and status.

    Args:
        at: instant or business date; that of the newest run when empty.
        known_at: the same, for what was known; everything known now when empty.
        order: order number, id or line id.
        out: file for every line, .csv or .parquet.

    Raises:
        CommandError: an instant cannot be read, no such order, no such file type.
        RefusalError: no run was made by then.
    """
    house = House.open()
    try:
        moment, known = _moments(house, at, known_at)
        rows = lines_at(
            house, moment, known, order_called(house, order) if order else ""
        )
    finally:
        house.close()
    # Line 2 before line 10: within an order what is shorter comes first.
    rows = rows.sort("order_id", pl.col("line_id").str.len_chars(), "line_id")
    shown = rows.drop(NAMED_ABOVE) if order else _by_status(rows)
    _tell("Order lines", _without_zeros(shown, "_qty"), rows, (moment, known), out)
    return 0


def show_positions(at: str, known_at: str, node: str, sku: str, out: str) -> int:
    """Print the balances of nodes and SKUs; options as for ``show_lines``.

    Raises:
        CommandError: an instant cannot be read, no such node, SKU or file type.
        RefusalError: no run was made by then.
    """
    house = House.open()
    try:
        house.past_runs()
        refuse_unknown_place(house.lake, node, sku)
        moment, known = _moments(house, at, known_at)
        rows = stock_at(house, moment, known)
    finally:
        house.close()
    rows = rows.filter(
        pl.lit(not node) | (pl.col("node_id") == node),
        pl.lit(not sku) | (pl.col("sku_id") == sku),
    )
    _tell("Stock positions", rows, rows, (moment, known), out)
    return 0


def _moments(house: House, at: str, known_at: str) -> tuple[datetime, datetime]:
    zone = house.policies.company_zone
    known = known_by(house, _instant(known_at, zone) if known_at else None)
    return (_instant(at, zone) if at else known), known


def _instant(text: str, zone: str) -> datetime:
    """An instant, or the end of a business date."""
    try:
        moment = parse_instant(text, zone)
        is_date = len(text) == len("2017-12-29")
        return end_of(datetime.fromisoformat(text).date(), zone) if is_date else moment
    except (ValueError, OverflowError) as error:
        raise CommandError(
            f"cannot read {text!r}: {error}; a date is written 2017-12-29, an instant"
            " 2017-12-29T12:00 or 2017-12-29T17:00Z"
        ) from error


def _by_status(rows: pl.DataFrame) -> pl.DataFrame:
    quantities = [name for name in rows.columns if name.endswith("_qty")]
    return (
        rows.group_by("channel_id", "line_status")
        .agg(pl.len().alias("lines"), pl.col(quantities).sum())
        .sort("channel_id", "line_status")
    )


def _without_zeros(rows: pl.DataFrame, suffix: str) -> pl.DataFrame:
    quantities = [n for n in rows.columns if n.endswith(suffix)]
    empty = [n for n in quantities if not (rows[n] != 0).any()]
    return rows.drop(empty)


def _tell(
    title: str,
    shown: pl.DataFrame,
    rows: pl.DataFrame,
    moments: tuple[datetime, datetime],
    out: str,
) -> None:
    at, known = (f"{moment:%F %R}Z" for moment in moments)
    note = f"{rows.height} rows"
    if out:
        write_rows(rows, Path(out))
        note += f", all in {out}"
    elif shown.height > SHOWN:
        note += f", the first {SHOWN} here; --out FILE writes all"
    note += beyond_known(*moments)
    heading = f"{title} at {at}, as known at {known}"
    print_section(Section(heading, shown.head(SHOWN), note, "nothing was known"))


def beyond_known(at: datetime, known: datetime) -> str:
    """What to say of an instant that nothing is known of yet; "" of others."""
    if at <= known:
        return ""
    return (
        f"\nKnown until {known:%F %R}Z: these are the figures of then, nothing is"
        " foretold."
    )


def write_rows(rows: pl.DataFrame, path: Path) -> None:
    """Write every row as CSV or Parquet, as the path's ending says.

    Raises:
        CommandError: it says neither, or nothing can be written there.
    """
    refuse_unwritable(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.suffix == ".csv":
            rows.write_csv(path)
        else:
            rows.write_parquet(path)
    except OSError as error:
        raise _unwritable(path, error.strerror or str(error)) from error
    CONSOLE.print(f"written: {path}")


def refuse_unwritable(path: Path) -> None:
    """Refuse a file that rows cannot be written to, before they are worked out.

    Raises:
        CommandError: it is neither .csv nor .parquet, or lies where nothing can be
            written.
    """
    if path.suffix not in {".csv", ".parquet"}:
        raise CommandError(f"--out {path}: name a .csv or a .parquet")
    if path.is_dir():
        raise _unwritable(path, "it is a folder")
    above = (path, *path.absolute().parents)
    first = next(place for place in above if place.exists())
    if first != path and not first.is_dir():
        raise _unwritable(path, f"{first} is a file")
    if not os.access(first, os.W_OK | (os.X_OK if first.is_dir() else 0)):
        raise _unwritable(path, f"{first} may not be written to")


def _unwritable(path: Path, why: str) -> CommandError:
    remedy = "name a file in a folder that you may write to"
    return CommandError(f"--out {path}: cannot be written: {why}; {remedy}")
