"""``orderhouse quarantine``: what waits, why, how it is mended, what goes on next."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import polars as pl
from rich import box
from rich.table import Table as Grid

from orchestration.cli.execution import CONSOLE
from orchestration.cli.failures import CommandError
from orchestration.cli.landing import numbered
from orchestration.cli.validate import refuse_language
from orchestration.resources.clock import now
from orchestration.resources.house import House
from orchestration.resources.landing import Arrival
from orchestration.resources.mending import (
    OPERATORS,
    Authorship,
    Mend,
    MendRefusedError,
    Place,
    corrected,
    deliver,
    line_mend,
    row_mend,
    with_the_order,
)
from orchestration.resources.partners import Feed
from orchestration.resources.refusal import RefusalError
from orchestration.resources.run import committed, parse_instant
from orchestration.resources.waiting import (
    counted,
    first_day_of,
    is_known_sku,
    naming,
    rows_at,
    rows_of,
    to_be_released,
)
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
    house = _opened()
    try:
        _refuse_unknown("code", code, CODES)
        _refuse_unknown("partner", partner, house.partners)
        _refuse_unknown("document", document, DOCUMENTS)
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
    house = _opened()
    try:
        rows = _rows_at(house, place)
        for row in rows.iter_rows(named=True):
            _print_case(row, language)
        if is_raw:
            _print_raw(house, rows.row(0, named=True))
    finally:
        house.close()
    return 0


def mend_alias(
    alias: str,
    sku: str,
    author: str,
    reason: str,
    *,
    eaches: int = 1,
    used_by: str = "",
    kind: str = "SKU",
    valid_from: str = "",
    at: str = "",
) -> int:
    """Write another name of a SKU; what waits for the name goes on.

    Args:
        alias: the name that partners use.
        sku: SKU it stands for.
        author: who mends.
        reason: why.
        eaches: eaches that one of it is, 12 for a case.
        used_by: partner; "" is everybody.
        kind: SKU, UPC, EAN, ASIN or VENDOR.
        valid_from: date; the first day on which something that waits used it.
        at: hour of the mend; now when not given.
    """
    house = _opened()
    try:
        by = _authorship(house, author, reason, at)
        first = first_day_of(house, alias) or by.at.date()
        cells = {
            "alias_ref": alias,
            "alias_kind": kind,
            "sku_ref": sku,
            "eaches": str(eaches),
            "valid_from": valid_from or first.isoformat(),
        }
        cells |= {"used_by": used_by} if used_by else {}
        left = _put(house, _row(house, "sku_aliases", cells, by), by)
        _say_what_it_does(house, alias, sku)
        return left
    finally:
        house.close()


def mend_row(
    document: str, cells: Sequence[str], author: str, reason: str, at: str = ""
) -> int:
    """Write a row of any document that operators send.

    Args:
        document: products, nodes, stock_adjustments, …
        cells: ``column=text``, as the document spells it.
        author: who mends.
        reason: why.
        at: hour of the mend; now when not given.
    """
    house = _opened()
    try:
        by = _authorship(house, author, reason, at)
        return _put(house, _row(house, document, _parted(cells), by), by)
    finally:
        house.close()


def mend_line(
    place: str,
    cells: Sequence[str],
    author: str,
    reason: str,
    *,
    file: str = "",
    at: str = "",
) -> int:
    """Put a corrected line in the place of one that waits.

    It lands in the name of the partner who sent the line, by the same feed.

    Args:
        place: ``FILE:LINE``.
        cells: ``column=text`` to change, where the file has a header.
        author: who mends.
        reason: why.
        file: path of a file that counts instead, in the feed's format.
        at: hour of the mend; now when not given.

    Raises:
        CommandError: nothing waits there, or the correction would not count.
    """
    house = _opened()
    try:
        by = _authorship(house, author, reason, at)
        row = _rows_at(house, place).row(0, named=True)
        return _put(house, _line(house, row, cells, file, by), by)
    finally:
        house.close()


def replay() -> int:
    """Print what the next run will release, by what lies in the drop now."""
    house = _opened()
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


def _say_what_it_does(house: House, alias: str, sku: str) -> None:
    waiting = naming(house, alias)
    CONSOLE.print(f"  {waiting:,} waiting rows name {alias}")
    if not is_known_sku(house, sku):
        CONSOLE.print(f"  {sku} is no SKU here: what names it waits for its product")


def _refuse_unknown(what: str, name: str, known: Collection[str]) -> None:
    if name and name not in known:
        raise CommandError(f"no {what} {name!r}; known: {', '.join(sorted(known))}")


def _opened() -> House:
    house = House.open()
    try:
        house.past_runs()
        if not house.lake.has("visibility.rpt_quarantine"):
            raise CommandError("no run was published yet: start the last one again")
    except RefusalError:
        house.close()
        raise
    return house


def _rows_at(house: House, place: str) -> pl.DataFrame:
    found = _PLACE.match(place)
    if found is None:
        raise CommandError(f"{place!r} is no FILE:LINE")
    rows = rows_at(house, found["file"], int(found["line"]))
    if rows.is_empty():
        raise CommandError(f"nothing waits at {place}: orderhouse quarantine list")
    return rows


def _authorship(house: House, author: str, reason: str, at: str) -> Authorship:
    zone = house.policies.company_zone
    try:
        moment = parse_instant(at, zone) if at else now().replace(microsecond=0)
    except ValueError as error:
        raise CommandError(f"{at!r} is no instant, 2017-12-28T15:00 is") from error
    return Authorship(author, reason, moment)


def _parted(cells: Iterable[str]) -> dict[str, str]:
    found = dict(cell.partition("=")[::2] for cell in cells)
    if not all(found) or not found:
        raise CommandError("name cells as column=text")
    return found


def _row(house: House, document: str, cells: dict[str, str], by: Authorship) -> Mend:
    try:
        return row_mend(house.partners[OPERATORS], document, cells, by)
    except MendRefusedError as error:
        raise CommandError(str(error)) from error


def _line(
    house: House,
    row: dict[str, object],
    cells: Sequence[str],
    file: str,
    by: Authorship,
) -> Mend:
    arrival, feed = _sent(house, row)
    place = Place(arrival.payload_sha256, int(str(row["payload_line"])))
    try:
        content = (
            Path(file).read_bytes()
            if file
            else corrected(
                house.landing.read(arrival.payload_sha256),
                place.line,
                _parted(cells),
                by,
            )
        )
        if file:
            place = _with_followers(house, arrival, place)
        mend = line_mend(house.partners[arrival.partner_id], feed, place, content, by)
        if not file:
            _refuse_half_order(house, arrival, place, mend)
    except OSError as error:
        raise CommandError(f"cannot read {file}: {error.strerror}") from error
    except MendRefusedError as error:
        raise CommandError(str(error)) from error
    _refuse_same_version(house, row, mend)
    return mend


def _with_followers(house: House, arrival: Arrival, place: Place) -> Place:
    """The place with the lines of its set or message that are refused because of it."""
    found = house.lake.query(
        "select distinct payload_line as line from lake.bronze.rejects"
        " where landing_id = ? and payload_line <> ? and contains(message, ?)",
        [arrival.landing_id, place.line, f"(see segment {place.line})"],
    )
    return replace(place, others=tuple(found["line"]))


def _refuse_half_order(
    house: House, arrival: Arrival, place: Place, mend: Mend
) -> None:
    """A line alone would be the whole of an order that has other lines."""
    if arrival.document != "orders":
        return
    refs = set(mend.parsed.rows["order_ref"])
    taken = house.lake.query(
        "select distinct payload_line as line, order_ref from lake.bronze.orders"
        " where landing_id = ? and payload_line <> ?",
        [arrival.landing_id, place.line],
    ).filter(pl.col("order_ref").is_in(refs))
    refused = house.lake.query(
        "select distinct payload_line as line from lake.bronze.rejects"
        " where landing_id = ? and payload_line <> ?",
        [arrival.landing_id, place.line],
    )
    payload = house.landing.read(arrival.payload_sha256)
    waiting = with_the_order(payload, place.line, sorted(refused["line"]), refs)
    others = sorted({*waiting, *taken["line"]})
    if others:
        raise CommandError(
            f"the order has other lines ({', '.join(map(str, others))}) and would"
            " lose them: give the whole order in a file (--with FILE)"
        )


def _sent(house: House, row: dict[str, object]) -> tuple[Arrival, Feed]:
    """The file of a waiting row, and the feed it came by."""
    arrival = _arrival(house, row)
    feeds = house.partners[arrival.partner_id].feeds
    feed = next((f for f in feeds if f.name == arrival.feed), None)
    if feed is None:
        raise CommandError(
            f"{arrival.file_name} is no file of a feed: send it under a name that"
            f" {arrival.partner_id} has a feed for"
        )
    return arrival, feed


def _arrival(house: House, row: dict[str, object]) -> Arrival:
    landing_id = int(str(row["landing_id"]))
    (arrival,) = house.landing.arrivals(after=landing_id - 1, until=landing_id)
    return arrival


def _refuse_same_version(house: House, row: dict[str, object], mend: Mend) -> None:
    """Of two words of one instant about an order neither is the newer."""
    if row["room"] != "silver" or row["document"] != "orders":
        return
    held = house.lake.query(
        "select max(updated_at) as at from lake.silver.int_order_lines__quarantined"
        " where order_id = ?",
        [row["order_id"]],
    )["at"].item()
    told = mend.parsed.rows["updated_at"].str.to_datetime(time_zone="UTC").max()
    if isinstance(told, datetime) and told <= held:
        raise CommandError(
            f"the correction is of {told:%F %T} UTC like what it corrects: give it a"
            " later time of change, or mend the name it misses instead"
        )


def _put(house: House, mend: Mend, by: Authorship) -> int:
    path = deliver(house.home, mend, by.at)
    CONSOLE.print(
        f"{path.relative_to(house.home.drop)}: read by runs as of"
        f" {by.at:%Y-%m-%d %H:%M:%S} UTC and later",
        soft_wrap=True,
    )
    newest = committed(house.lake)["as_of"].max()
    if isinstance(newest, datetime) and (by.at - newest).days > 1:
        CONSOLE.print(
            f"  the newest run here is as of {newest:%Y-%m-%d %H:%M} UTC; a mend of"
            " that time has --at"
        )
    return 0


def _print_counts(counts: pl.DataFrame) -> None:
    grid = _grid("Waiting in quarantine", "code", "partner", "document", "rows")
    grid.add_column("oldest")
    grid.add_column("for example")
    for code, partner, document, count, oldest, example in counts.iter_rows():
        grid.add_row(
            code, partner, document or "–", f"{count:,}", f"{oldest:%F}", example
        )
    CONSOLE.print(grid if counts.height else "nothing waits")


def _print_rows(rows: pl.DataFrame) -> None:
    grid = _grid("Waiting in quarantine", "place", "code", "about", "misses")
    for row in rows.head(MOST_ROWS).iter_rows(named=True):
        about = row["order_id"] or row["row_id"] or row["column_name"]
        misses = row["missing_ref"] or row["masked_value"] or "–"
        grid.add_row(_place_of(row), row["code"], about, misses)
    if rows.height > MOST_ROWS:
        grid.caption = f"the first {MOST_ROWS} of {rows.height:,}"
    CONSOLE.print(grid if rows.height else "nothing waits")


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
    arrival = _arrival(house, row)
    texts = numbered(house.landing.read(arrival.payload_sha256), arrival.format)
    line = int(str(row["payload_line"]))
    CONSOLE.print("  as landed (treat it as personal data):")
    shown = texts[line - 1] if 0 < line <= len(texts) else "the whole file"
    CONSOLE.print(f"  {shown}", markup=False, soft_wrap=True)


def _print_released(rows: pl.DataFrame) -> None:
    grid = _grid("The next run releases", "document", "what", "partner", "waited for")
    causes = rows.group_by("document", "unit", "partner_id").agg(
        pl.col("code").unique().sort().str.join(", ")
    )
    for row in causes.sort("document", "unit").head(MOST_ROWS).iter_rows():
        grid.add_row(*row)
    if rows.height:
        CONSOLE.print(grid)


def _place_of(row: dict[str, object]) -> str:
    return (
        f"{row['file_name'] or str(row['payload_sha256'])[:12]}:{row['payload_line']}"
    )


def _grid(title: str, *names: str) -> Grid:
    grid = Grid(title=title, box=box.SIMPLE_HEAD, title_justify="left")
    for name in names:
        grid.add_column(name, justify="right" if name == "rows" else "left")
    return grid
