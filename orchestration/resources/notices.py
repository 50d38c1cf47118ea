"""What a sender should know of files that were read all the same.

Control numbers that arrived before, numbers missing between files, files of a
business date that was already run, and what formats notice themselves. Nothing
here changes what is loaded: rows count once by their own keys.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from datetime import datetime

import polars as pl

from orchestration.resources.clock import end_of
from orchestration.resources.house import House
from orchestration.resources.landing import Arrival
from orchestration.resources.partners import Feed
from orchestration.resources.run import committed
from transforms.contracts.arrivals import EDI_CONTROLS, FEEDS, FILE_NOTICES
from transforms.contracts.codes import message
from transforms.contracts.profile import Parsed

REPEATED = {"interchange": "DUPLICATE_INTERCHANGE", "group": "DUPLICATE_GROUP"}
COPY = "DUPLICATE"
MOST_GAPS = 20
"""Missing numbers named one by one; a partner that starts anew misses millions."""

Notice = tuple[int, str, str, str]
"""Line (0: the file), column, code, message."""


def note(house: House, files: Sequence[tuple[Arrival, Parsed]]) -> None:
    """Write notices and control numbers of parsed files; part of their commit."""
    controls = [_controls(a, p) for a, p in files if p.controls.height]
    rows = [
        *(_row(house, a, n) for a, p in files for n in p.notices.iter_rows()),
        *_repeats(house, files, controls),
        *(_row(house, a, n) for a, n in _about_files(house, [a for a, _ in files])),
    ]
    found = pl.DataFrame(rows, schema=FILE_NOTICES.schema, orient="row")
    house.lake.append(FILE_NOTICES, found.unique(FILE_NOTICES.key, keep="first"))
    if controls:
        house.lake.append(EDI_CONTROLS, pl.concat(controls))


def note_copies(house: House, arrivals: Sequence[Arrival]) -> None:
    """Say of a copy that another feed's file had its bytes, and as what they count."""
    rows = []
    for arrival in arrivals:
        if arrival.verdict != COPY:
            continue
        earlier = house.landing.readings(arrival.partner_id, arrival.payload_sha256)
        # The last one is the one that counts: those before it gave no row.
        counted = [a for a in earlier if a.landing_id < arrival.landing_id][-1]
        if counted.feed != arrival.feed:
            seen = f"as {counted.file_name}, read as {counted.document}"
            notice = (0, "file", COPY, message(COPY, seen))
            rows.append(_row(house, arrival, notice))
    found = pl.DataFrame(rows, schema=FILE_NOTICES.schema, orient="row")
    house.lake.append(FILE_NOTICES, found)


def write_feeds(house: House) -> None:
    """Which feeds are expected of whom, as the profiles say now."""
    rows = [
        {
            "partner_id": partner.partner_id,
            "feed": feed.name,
            "document": feed.document,
            "format": feed.format,
            "cadence": feed.cadence,
            "due_local": feed.due_local,
            "zone": partner.zone,
            "open_weekdays": partner.open_weekdays,
            "closed_dates": "|".join(map(str, sorted(partner.closed_dates))),
            "live_from": partner.live_from,
            "changed_at": house.run.as_of,
        }
        for partner in house.partners.values()
        for feed in partner.feeds
    ]
    said = pl.DataFrame(rows, schema=FEEDS.schema).sort(FEEDS.key)
    known = house.lake.read(FEEDS).sort(FEEDS.key)
    if not said.drop("changed_at").equals(known.drop("changed_at")):
        with house.lake.transaction("bronze", f"{house.run.message}: feeds"):
            house.lake.execute("delete from lake.bronze.feeds")
            house.lake.append(FEEDS, said)


def _row(house: House, arrival: Arrival, notice: Notice) -> tuple[object, ...]:
    line, column, code, text = notice
    place = (arrival.landing_id, arrival.partner_id, arrival.document)
    return (*place, line, column, code, text, house.run.run_id)


def _controls(arrival: Arrival, parsed: Parsed) -> pl.DataFrame:
    # A set counts inside its group only, and its format has looked there.
    envelopes = parsed.controls.filter(pl.col("level").is_in(list(REPEATED)))
    return envelopes.with_columns(
        landing_id=pl.lit(arrival.landing_id), partner_id=pl.lit(arrival.partner_id)
    ).select(EDI_CONTROLS.names)


def _repeats(
    house: House,
    files: Sequence[tuple[Arrival, Parsed]],
    controls: Sequence[pl.DataFrame],
) -> list[tuple[object, ...]]:
    """Envelopes whose number an earlier file of the partner had."""
    if not controls:
        return []
    key = ["partner_id", "level", "sender_ref", "document_code", "control_ref"]
    mine = pl.concat(controls)
    known = house.lake.query(
        f"select {', '.join(key)}, min(landing_id) as first_id"  # noqa: S608
        f" from lake.{EDI_CONTROLS.path} group by all"
    ).cast({"first_id": pl.Int64})
    ours = mine.group_by(key).agg(first_id=pl.col("landing_id").min().cast(pl.Int64))
    first = pl.concat([known, ours.select(known.columns)]).group_by(key)
    again = mine.join(first.agg(pl.col("first_id").min()), on=key).filter(
        pl.col("landing_id") > pl.col("first_id")
    )
    by_id = {arrival.landing_id: arrival for arrival, _ in files}
    return [
        _row(house, by_id[row["landing_id"]], _repeat(row))
        for row in again.sort("landing_id", "payload_line").iter_rows(named=True)
        if not _is_same_file(house, by_id[row["landing_id"]], row["first_id"])
    ]


def _is_same_file(house: House, arrival: Arrival, first_id: int) -> bool:
    """Whether the earlier envelope came in these very bytes, for another feed."""
    (first,) = house.landing.arrivals(after=first_id - 1, until=first_id)
    return first.payload_sha256 == arrival.payload_sha256


def _repeat(row: dict[str, object]) -> Notice:
    code = REPEATED[str(row["level"])]
    detail = f"{row['control_ref']} of {row['sender_ref']}"
    return int(str(row["payload_line"])), "control_ref", code, message(code, detail)


def _about_files(
    house: House, arrivals: Sequence[Arrival]
) -> Iterator[tuple[Arrival, Notice]]:
    """What names and hours of arrival say."""
    ends = committed(house.lake)["as_of"].to_list()
    newest = max(ends, default=None)
    numbers: dict[tuple[str, str], list[int]] = {}
    for arrival in arrivals:
        feed = house.partners[arrival.partner_id].feed_named(arrival.feed)
        if feed and newest and _is_late(house, feed, arrival, newest):
            day = feed.date_in(arrival.file_name)
            text = message("LATE_FILE", f"date {day}")
            yield arrival, (0, "file", "LATE_FILE", text)
        if feed and feed.sequence:
            key = (arrival.partner_id, arrival.feed)
            if key not in numbers:
                numbers[key] = _numbers(house, feed, arrival.partner_id)
            for notice in _gap(feed, arrival, numbers[key]):
                yield arrival, notice


def _is_late(house: House, feed: Feed, arrival: Arrival, newest: datetime) -> bool:
    """Whether the file's business date was run before the file was there."""
    day = feed.date_in(arrival.file_name)
    return day is not None and end_of(day, house.policies.company_zone) <= newest


def _numbers(house: House, feed: Feed, partner_id: str) -> list[int]:
    """Numbers of a feed that this run may know: a rebuild knows no later ones."""
    run = house.run
    names = (
        arrival.file_name
        for arrival in house.landing.newest(partner_id, feed.name, run.until)
        if arrival.received_at <= run.as_of
    )
    return sorted({int(digits) for name in names if (digits := feed.number_in(name))})


def _gap(feed: Feed, arrival: Arrival, known: list[int]) -> list[Notice]:
    """Numbers between this file's and the one before it that no file has."""
    digits = feed.number_in(arrival.file_name)
    number = int(digits or 0)
    place = bisect_left(known, number) if digits else 0
    if place == 0 or known[place - 1] == number - 1:
        return []
    missing = range(known[place - 1] + 1, number)
    named = [str(n).zfill(len(digits)) for n in missing[:MOST_GAPS]]
    more = " …" if len(missing) > MOST_GAPS else ""
    verb = "is" if len(missing) == 1 else "are"
    text = message("SEQUENCE_GAP", f"{', '.join(named)}{more} {verb} missing")
    return [(0, "file", "SEQUENCE_GAP", text)]
