"""What a sender should know of files that were read all the same.

Control numbers that arrived before, numbers missing between files, files of a
business date that was already run, and what formats notice themselves. Nothing
here changes what is loaded: rows count once by their own keys.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime

import polars as pl

from orchestration.resources.clock import end_of
from orchestration.resources.house import House
from orchestration.resources.landing import Arrival
from orchestration.resources.partners import Feed, PartnerProfile
from orchestration.resources.run import committed
from orchestration.resources.sharing import of_one_file
from transforms.answers.report import named_together
from transforms.contracts.arrivals import EDI_CONTROLS, FEEDS, FILE_NOTICES
from transforms.contracts.codes import message
from transforms.contracts.profile import Parsed

REPEATED = {"interchange": "DUPLICATE_INTERCHANGE", "group": "DUPLICATE_GROUP"}
COPY = "DUPLICATE"
MOST_GAPS = 20
"""Missing numbers named one by one; a partner that starts anew misses millions."""

Notice = tuple[int, str, str, str]
"""Line (0: the file), column, code, message."""


def note(
    house: House,
    files: Sequence[tuple[Arrival, Parsed]],
    told: Collection[int] = (),
) -> None:
    """Write notices and control numbers of parsed files; part of their commit.

    Args:
        house: with a run begun.
        files: as they were read.
        told: ledger rows whose file another row tells of, as it is shared by feeds.
    """
    whole = [a for a, _ in files if a.landing_id not in told]
    controls = [_controls(a, p) for a, p in files if p.controls.height]
    rows = [
        *(_row(house, a, n) for a, p in files for n in p.notices.iter_rows()),
        *_repeats(house, files, controls),
        *(_row(house, a, n) for a, n in _about_files(house, whole)),
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
        before = (a for a in earlier if a.landing_id < arrival.landing_id)
        counted = of_one_file(before)[-1]
        if arrival.feed not in {row.feed for row in counted}:
            read = named_together(row.document for row in counted)
            seen = f"as {counted[0].file_name}, read as {read}"
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
        partner, name = house.partners[arrival.partner_id], arrival.file_name
        dated = next((f for f in _named(partner, arrival) if f.date_in(name)), None)
        if dated and newest and _is_late(house, dated, arrival, newest):
            text = message("LATE_FILE", f"date {dated.date_in(name)}")
            yield arrival, (0, "file", "LATE_FILE", text)
        counted = counting(partner, arrival)
        if counted:
            key = (arrival.partner_id, counted.name)
            if key not in numbers:
                numbers[key] = _numbers(house, counted, partner)
            for notice in _gap(counted, arrival, numbers[key]):
                yield arrival, notice


def _named(partner: PartnerProfile, arrival: Arrival) -> list[Feed]:
    """Feeds whose pattern says what is in a file's name.

    A mailbox's name may have been agreed for another feed than finds its sets in it.
    """
    feed = partner.feed_named(arrival.feed)
    if feed and feed.kinds:
        return [f for f in partner.feeds_of(arrival.file_name) if f.kinds]
    return [feed] if feed else []


def counting(partner: PartnerProfile, arrival: Arrival) -> Feed | None:
    """The feed that says where a file's running number stands in its name."""
    feeds = _named(partner, arrival)
    return next((f for f in feeds if f.number_in(arrival.file_name)), None)


def _is_late(house: House, feed: Feed, arrival: Arrival, newest: datetime) -> bool:
    """Whether the file's business date was run before the file was there."""
    day = feed.date_in(arrival.file_name)
    return day is not None and end_of(day, house.policies.company_zone) <= newest


def _numbers(house: House, feed: Feed, partner: PartnerProfile) -> list[int]:
    """Numbers of a feed that this run may know: a rebuild knows no later ones.

    Whichever feeds found sets in the files: the names are of this one.
    """
    run = house.run
    kin = [f.name for f in partner.feeds if f.kinds] if feed.kinds else [feed.name]
    names = (
        arrival.file_name
        for arrival in house.landing.newest(partner.partner_id, kin, run.until)
        if arrival.received_at <= run.as_of
    )
    mine = (name for name in names if not feed.kinds or feed.has_name(name))
    return sorted({int(digits) for name in mine if (digits := feed.number_in(name))})


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
