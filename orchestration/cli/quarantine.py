"""``orderhouse quarantine list | show | replay``: what waits, why, what goes on next.

Not here: how what waits is mended (``cli.mend``).
"""

from __future__ import annotations

import re
from collections.abc import Collection

import polars as pl
from rich import box
from rich.table import Table as Grid

from orchestration.cli.execution import CONSOLE
from orchestration.cli.failures import CommandError
from orchestration.cli.landing import numbered, spelled_in
from orchestration.cli.validate import refuse_language
from orchestration.resources.house import House
from orchestration.resources.landing import Arrival
from orchestration.resources.refusal import RefusalError
from orchestration.resources.waiting import counted, rows_at, rows_of, to_be_released
from transforms.answers.seen import detail_of
from transforms.contracts.codes import CODES, detail_in
from transforms.contracts.documents import DOCUMENTS

MOST_ROWS = 200
"""Rows printed; a page of thousands helps nobody."""

_PLACE = re.compile(r"^(?P<file>.+):(?P<line>[0-9]+)$")


def list_waiting(code: str = "", partner: str = "", document: str = "") -> int:
    """Print what waits by code, partner and document; its rows when one is named.

    Raises:
        CommandError: there is no such code, partner or document.
    """
    house = opened()
    try:
        refuse_unknown("code", code, CODES)
        refuse_unknown("partner", partner, house.partners)
        refuse_unknown("document", document, DOCUMENTS)
        if code or partner or document:
            _print_rows(rows_of(house, code, partner, document))
        else:
            _print_counts(counted(house))
    finally:
        house.close()
    return 0


def show_case(place: str, language: str = "en", *, is_raw: bool = False) -> int:
    """Print all about the line at ``FILE:LINE``: sentence, remedy, masked value.

    Args:
        place: name of the file or first digits of its hash, and line.
        language: en or zh.
        is_raw: the line as landed too; it may hold personal data.

    Raises:
        CommandError: nothing waits there, or nobody speaks the language.
    """
    refuse_language(language)
    house = opened()
    try:
        rows = rows_that_wait_at(house, place)
        for row in rows.iter_rows(named=True):
            _print_case(row, language)
        if is_raw:
            _print_raw(house, rows.row(0, named=True))
    finally:
        house.close()
    return 0


def replay() -> int:
    """Print what the next run will release, by what lies in the drop now."""
    house = opened()
    try:
        found = to_be_released(house)
    finally:
        house.close()
    units = found.unique(["document", "unit"])
    _print_released(found.filter("is_released"))
    CONSOLE.print(
        f"{units['is_released'].sum():,} go on with the next run,"
        f" {(~units['is_released']).sum():,} still wait"
    )
    return 0


def refuse_unknown(what: str, name: str, known: Collection[str]) -> None:
    """Refuse a name that is none of the known ones; "" is no name.

    Raises:
        CommandError: it is unknown; the message has the known ones.
    """
    if name and name not in known:
        raise CommandError(f"no {what} {name!r}; known: {', '.join(sorted(known))}")


def opened(table: str = "visibility.rpt_quarantine") -> House:
    """A house some run was published in; close it.

    Args:
        table: what is to be read of it.

    Raises:
        RefusalError: no run was published yet, or the lake is lost.
    """
    house = House.open()
    try:
        house.past_runs()
        if not house.lake.has(table):
            raise CommandError("no run was published yet: start the last one again")
    except RefusalError:
        house.close()
        raise
    return house


def rows_that_wait_at(house: House, place: str) -> pl.DataFrame:
    """Rows of the quarantine at ``FILE:LINE``, one at least.

    Raises:
        CommandError: the place is none, or nothing waits there.
    """
    found = _PLACE.match(place)
    if found is None:
        raise CommandError(f"{place!r} is no FILE:LINE")
    rows = rows_at(house, found["file"], int(found["line"]))
    if rows.is_empty():
        raise CommandError(f"nothing waits at {place}: orderhouse quarantine list")
    return rows


def arrival_of(house: House, row: dict[str, object]) -> Arrival:
    """The file that a row of the quarantine came in."""
    landing_id = int(str(row["landing_id"]))
    (arrival,) = house.landing.arrivals(after=landing_id - 1, until=landing_id)
    return arrival


def _print_counts(counts: pl.DataFrame) -> None:
    shown = grid("Waiting in quarantine", "code", "partner", "document", "rows")
    shown.add_column("oldest")
    shown.add_column("for example")
    for code, partner, document, count, oldest, example in counts.iter_rows():
        shown.add_row(
            code, partner, document or "–", f"{count:,}", f"{oldest:%F}", example
        )
    CONSOLE.print(shown if counts.height else "nothing waits")


def _print_rows(rows: pl.DataFrame) -> None:
    shown = grid("Waiting in quarantine", "place", "code", "about", "misses")
    for row in rows.head(MOST_ROWS).iter_rows(named=True):
        about = row["order_id"] or row["row_id"] or row["column_name"]
        misses = row["missing_ref"] or row["masked_value"] or "–"
        shown.add_row(_place_of(row), row["code"], about, misses)
    if rows.height > MOST_ROWS:
        shown.caption = f"the first {MOST_ROWS} of {rows.height:,}"
    CONSOLE.print(shown if rows.height else "nothing waits")


def _print_case(row: dict[str, object], language: str) -> None:
    name, message = str(row["code"]), str(row["message"] or "")
    code = CODES.get(name)
    seen = detail_of(detail_in(name, message), language) if code else message
    CONSOLE.print(f"{_place_of(row)}  {row['code']}", style="bold", markup=False)
    told = {
        "sent by": row["partner_id"],
        "document": row["document"],
        "received": f"{row['received_at']:%F %T} UTC",
        "order": row["order_id"],
        "row": row["row_id"] or None,
        "column": row["column_name"],
        "value": row["masked_value"],
        "misses": row["missing_ref"],
        "seen": seen,
        "wrong": code.sentence(language) if code else None,
        "remedy": code.advice(language) if code else None,
    }
    for name, value in told.items():
        if value:
            CONSOLE.print(f"  {name:<9} {value}", markup=False, soft_wrap=True)


def _print_raw(house: House, row: dict[str, object]) -> None:
    if row["code"] == "CARD_NUMBER":
        CONSOLE.print("  as landed: a card number is shown to nobody")
        return
    arrival = arrival_of(house, row)
    content = house.landing.read(arrival.payload_sha256)
    encoding = spelled_in(arrival, house.partners)
    texts = numbered(content, arrival.format, encoding)
    line = int(str(row["payload_line"]))
    CONSOLE.print("  as landed (treat it as personal data):")
    shown = texts[line - 1] if 0 < line <= len(texts) else "the whole file"
    CONSOLE.print(f"  {shown}", markup=False, soft_wrap=True)


def _print_released(rows: pl.DataFrame) -> None:
    shown = grid("The next run releases", "document", "what", "partner", "waited for")
    causes = rows.group_by("document", "unit", "partner_id").agg(
        pl.col("code").unique().sort().str.join(", ")
    )
    for row in causes.sort("document", "unit").head(MOST_ROWS).iter_rows():
        shown.add_row(*row)
    if rows.height:
        CONSOLE.print(shown)


def _place_of(row: dict[str, object]) -> str:
    return (
        f"{row['file_name'] or str(row['payload_sha256'])[:12]}:{row['payload_line']}"
    )


def grid(title: str, *names: str) -> Grid:
    """An empty table to print, with these columns."""
    empty = Grid(title=title, box=box.SIMPLE_HEAD, title_justify="left")
    for name in names:
        empty.add_column(name, justify="right" if name == "rows" else "left")
    return empty
