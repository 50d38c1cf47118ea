"""``orderhouse quarantine mend``: documents that set free what waits.

Not here: what a mend is and where it lands (``resources.mending``), what waits
(``cli.quarantine``).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import polars as pl

from orchestration.cli.execution import CONSOLE
from orchestration.cli.failures import CommandError
from orchestration.cli.landing import spelled_in
from orchestration.cli.quarantine import arrival_of, opened, rows_that_wait_at
from orchestration.resources.clock import now, received_at
from orchestration.resources.house import House
from orchestration.resources.landing import Arrival
from orchestration.resources.mending import (
    Authorship,
    Mend,
    MendRefusedError,
    Place,
    corrected,
    deliver,
    feed_for,
    line_mend,
    row_mend,
    with_the_order,
)
from orchestration.resources.partners import Feed
from orchestration.resources.reception import copied
from orchestration.resources.run import committed, parse_instant
from orchestration.resources.waiting import first_day_of, naming, to_be_known
from transforms.contracts.profile import OPERATORS

HEADER_FAULT = "MISSING_COLUMN"
"""Said of every line of a file whose header lacks something."""
PLAYS_THE_PAST = timedelta(days=31)
"""A house whose newest run is older than this is not run every day: it plays."""


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
    is_ahead: bool = False,
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
        at: hour of the mend; ``_next_hour`` when not given.
        is_ahead: the SKU's product comes later.

    Raises:
        CommandError: a cell would be refused, the SKU is not known and not told
            ahead, or the alias is there already.
    """
    house = opened()
    try:
        by = authorship(house, author, reason, at)
        first = first_day_of(house, alias) or by.at.date()
        cells = {
            "alias_ref": alias,
            "alias_kind": kind,
            "sku_ref": sku,
            "eaches": str(eaches),
            "valid_from": valid_from or first.isoformat(),
        }
        cells |= {"used_by": used_by} if used_by else {}
        mend = _row(house, "sku_aliases", cells, by)
        names = to_be_known(house)
        is_known = sku in names.skus
        if not is_known and not is_ahead:
            raise CommandError(
                f"{sku} is no SKU here: send its product first (quarantine mend row"
                " products …), or say --ahead, and what names it waits for its product"
            )
        day = date.fromisoformat(cells["valid_from"][:10])
        if names.has_alias(alias, used_by, sku, eaches, day):
            raise CommandError(
                f"{alias} is {sku} already, on {day}: in the lake, or in the drop for"
                " the next run"
            )
        left = put(house, mend, by)
        _say_what_it_does(house, alias, sku, is_known=is_known)
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
        at: hour of the mend; ``_next_hour`` when not given.
    """
    house = opened()
    try:
        by = authorship(house, author, reason, at)
        return put(house, _row(house, document, _parted(cells), by), by)
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
        at: hour of the mend; ``_next_hour`` when not given.

    Raises:
        CommandError: nothing waits there, or the correction would not count.
    """
    house = opened()
    try:
        by = authorship(house, author, reason, at)
        row = rows_that_wait_at(house, place).row(0, named=True)
        return put(house, _line(house, row, cells, file, by), by)
    finally:
        house.close()


def _say_what_it_does(house: House, alias: str, sku: str, *, is_known: bool) -> None:
    waiting = naming(house, alias)
    said = f"{waiting:,} waiting rows name" if waiting > 1 else "1 waiting row names"
    CONSOLE.print(f"  {said if waiting else 'no waiting row names'} {alias}")
    if not is_known:
        CONSOLE.print(f"  {sku} is no SKU here: what names it waits for its product")


def authorship(house: House, author: str, reason: str, at: str) -> Authorship:
    """Who mends, why and when.

    Raises:
        CommandError: ``at`` is no instant.
    """
    zone = house.policies.company_zone
    try:
        moment = parse_instant(at, zone) if at else _next_hour(house)
    except ValueError as error:
        raise CommandError(f"{at!r} is no instant, 2017-12-28T15:00 is") from error
    return Authorship(author, reason, moment)


def _next_hour(house: House) -> datetime:
    """Now; where the house plays the past, the seconds after its newest run.

    Each mend that waits has a second of its own: of two about the same the one that
    was written later counts.
    """
    newest, today = committed(house.lake)["as_of"].max(), now().replace(microsecond=0)
    if not isinstance(newest, datetime) or today - newest <= PLAYS_THE_PAST:
        return today
    taken = {received_at(path) for path in house.waiting(today)}
    moment = (newest + timedelta(seconds=1)).replace(microsecond=0)
    while moment in taken:
        moment += timedelta(seconds=1)
    return moment


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
                spelled_in(arrival, house.partners),
            )
        )
        partner, code = house.partners[arrival.partner_id], str(row["code"])
        if file:
            place = _with_followers(house, arrival, place)
            feed = feed_for(partner, feed, arrival.file_name, code, content)
        mend = line_mend(partner, feed, place, content, by)
        if file and code == HEADER_FAULT:
            place = _with_its_file(house, arrival, place, mend)
            mend = line_mend(partner, feed, place, content, by)
        if not file:
            _refuse_half_order(house, arrival, place, mend)
    except OSError as error:
        raise CommandError(f"cannot read {file}: {error.strerror}") from error
    except MendRefusedError as error:
        raise CommandError(str(error)) from error
    _refuse_copy(house, mend)
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


def _with_its_file(house: House, arrival: Arrival, place: Place, mend: Mend) -> Place:
    """The place with all lines of its file, which its header made unreadable.

    Where the mend has fewer lines it is not the whole file: what it lacks waits on.
    """
    refused = house.lake.query(
        "select distinct payload_line as line from lake.bronze.rejects"
        " where landing_id = ? and payload_line <> ?",
        [arrival.landing_id, place.line],
    )["line"]
    is_whole = mend.parsed.lines.accepted > refused.len()
    return replace(place, others=tuple(refused)) if is_whole else place


def _refuse_copy(house: House, mend: Mend) -> None:
    """Bytes that were taken in before are not read again, whatever their name."""
    partner = house.partners[mend.partner_id]
    before = copied(house, partner, mend.file_name, mend.content)
    if before:
        raise CommandError(
            f"the correction has the bytes of {before.file_name}, which came on"
            f" {before.received_at:%F %T} UTC: it would be a DUPLICATE and mend"
            " nothing; correct it, or give it what it misses (mend alias, mend row)"
        )


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
    encoding = spelled_in(arrival, house.partners)
    lines = sorted(refused["line"])
    waiting = with_the_order(payload, place.line, lines, refs, encoding)
    others = sorted({*waiting, *taken["line"]})
    if others:
        raise CommandError(
            f"the order has other lines ({', '.join(map(str, others))}) and would"
            " lose them: give the whole order in a file (--with FILE)"
        )


def _sent(house: House, row: dict[str, object]) -> tuple[Arrival, Feed]:
    """The file of a waiting row, and the feed it came by."""
    arrival = arrival_of(house, row)
    feed = house.partners[arrival.partner_id].feed_named(arrival.feed)
    if feed is None:
        raise CommandError(
            f"{arrival.file_name} is no file of a feed: send it under a name that"
            f" {arrival.partner_id} has a feed for"
        )
    return arrival, feed


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


def put(house: House, mend: Mend, by: Authorship) -> int:
    """Put a mend into the drop and say which runs read it."""
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
