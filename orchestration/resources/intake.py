"""Intake: from landing to bronze.

Bytes in, rows out; every physical line of a file ends in accepted,
quarantined or blank, and the sum is asserted inside the commit.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import polars as pl

from orchestration.resources.admission import FILE_CODES
from orchestration.resources.formats import feed_format
from orchestration.resources.house import House
from orchestration.resources.lakehouse import LANDING_LEDGER, LakeError
from orchestration.resources.landing import Arrival
from orchestration.resources.mending import unsigned
from orchestration.resources.notices import (
    counting,
    note,
    note_copies,
    write_feeds,
)
from orchestration.resources.sharing import profiles_of
from transforms.contracts.codes import message
from transforms.contracts.profile import REJECTS, Parsed, Profile
from transforms.contracts.table import INSTANT, INTEGER, TEXT, Table

CHUNK_BYTES = 16 << 20
"""Files are written to bronze in chunks of about this size to bound memory."""

PLACE = pl.Schema(
    {
        "partner_id": TEXT,
        "document": TEXT,
        "payload_sha256": TEXT,
        "received_at": INSTANT,
        "landing_id": INTEGER,
    }
)
"""What every row of a file has in common."""


@dataclass
class Intake:
    """What one document's load did."""

    files: int = 0
    rows: int = 0
    rejected: int = 0
    physical: int = 0


def load_document(
    house: House, table: Table, audit: Callable[[pl.DataFrame], None]
) -> Intake:
    """Parse every landed file of a document that bronze has not yet, and write.

    Args:
        house: with a run begun.
        table: the document's bronze table.
        audit: looks at each chunk before it is committed.

    Raises:
        LakeError: lines are not accounted for; nothing is written.
    """
    done = Intake()
    # Most documents bring nothing in a run: landing knows, the lake is not asked.
    arrived = _arrived(house)
    if not any(_is_for(a, table) for a in arrived):
        return done
    arrivals = [a for a in unread(house) if _is_for(a, table)]
    if not arrivals:
        return done
    names = ", ".join(a.file_name for a in arrivals[:20])
    with house.lake.transaction(
        "bronze", f"{house.run.message}: {table.name}: {names}"
    ):
        profiles = profiles_of(house.partners, _with_their_kin(arrived, arrivals))
        told = {n for n, profile in profiles.items() if not profile.share.is_first}
        for read in _read_ahead(house, arrivals, profiles):
            _load_chunk(house, table, read, done, audit)
            note(house, read, told)
        _assert_balance(house, arrivals)
    return done


def documents_read(house: House) -> set[str]:
    """Names of the documents that bronze got rows or rejects of in this run."""
    read = house.lake.query(
        "select distinct document from lake.bronze.landing_ledger where run_id = ?",
        [house.run.run_id],
    )
    return set(read["document"])


def ledger_unread(house: House) -> int:
    """Enter files that no format reads (duplicate, unexpected, empty) in the ledger."""
    write_feeds(house)
    arrivals = [a for a in unread(house) if not a.is_readable]
    rejects = [_file_reject(a) for a in _first_refused(house, arrivals)]
    with house.lake.transaction("bronze", f"{house.run.message}: files not read"):
        house.lake.append(LANDING_LEDGER, _ledger(house, [(a, None) for a in arrivals]))
        house.lake.append(REJECTS, pl.DataFrame(rejects, schema=REJECTS.schema))
        note_copies(house, arrivals)
    return len(arrivals)


def _first_refused(house: House, arrivals: list[Arrival]) -> list[Arrival]:
    """Files that are refused whole, each content of a partner once.

    Empty files are all of the same bytes, and some partners send a file that
    nobody expects every night: it waits once, every copy has its ledger row.
    """
    found = [a for a in arrivals if a.verdict in FILE_CODES]
    if not found:
        return []
    known = house.lake.query(
        "select distinct partner_id, payload_sha256 from lake.bronze.rejects"
        " where payload_line = 0"
    )
    seen = set(known.iter_rows())
    first = {(a.partner_id, a.payload_sha256): a for a in reversed(found)}
    return [a for key, a in reversed(first.items()) if key not in seen]


def _is_for(arrival: Arrival, table: Table) -> bool:
    return arrival.document == table.name and arrival.is_readable


def _arrived(house: House) -> list[Arrival]:
    """Landed files that this run may read."""
    run = house.run
    return house.landing.arrivals(run.since, run.until, run.as_of)


def unread(house: House) -> list[Arrival]:
    """Landed files that this run may read and the lake's ledger does not have yet."""
    run = house.run
    found = _arrived(house)
    known = set(
        house.lake.query(
            "select landing_id from lake.bronze.landing_ledger where landing_id > ?",
            [run.since],
        )["landing_id"]
    )
    return [a for a in found if a.landing_id not in known]


def _with_their_kin(
    arrived: list[Arrival], arrivals: list[Arrival]
) -> Iterator[Arrival]:
    """Ledger rows, and those of their files that other feeds read."""
    files = {arrival.file for arrival in arrivals}
    return (arrival for arrival in arrived if arrival.file in files)


def _chunks(arrivals: list[Arrival]) -> Iterator[list[Arrival]]:
    chunk: list[Arrival] = []
    for arrival in arrivals:
        chunk.append(arrival)
        if sum(a.size_bytes for a in chunk) >= CHUNK_BYTES:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def _read_ahead(
    house: House, arrivals: list[Arrival], profiles: Mapping[int, Profile]
) -> Iterator[list[tuple[Arrival, Parsed]]]:
    """Chunks of parsed files, in order; the next is parsed while one is written.

    Polars and DuckDB leave the interpreter free, so both cores have work.
    """
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        waiting: list[tuple[Arrival, Future[Parsed]]] = []
        for chunk in _chunks(arrivals):
            payloads = (house.landing.read(a.payload_sha256) for a in chunk)
            ahead = [
                (a, pool.submit(_parsed, a, payload, profiles[a.landing_id]))
                for a, payload in zip(chunk, payloads, strict=True)
            ]
            if waiting:
                yield [(arrival, future.result()) for arrival, future in waiting]
            waiting = ahead
        if waiting:
            yield [(arrival, future.result()) for arrival, future in waiting]


def _load_chunk(
    house: House,
    table: Table,
    files: list[tuple[Arrival, Parsed]],
    done: Intake,
    audit: Callable[[pl.DataFrame], None],
) -> None:
    rows = _placed([(arrival, parsed.rows) for arrival, parsed in files], table)
    rejects = _placed([(arrival, parsed.rejects) for arrival, parsed in files], REJECTS)
    accepted = house.vault.tokenise(rows, table)
    audit(accepted)
    done.files += len(files)
    done.rows += house.lake.append(table, accepted)
    done.rejected += house.lake.append(REJECTS, rejects)
    done.physical += sum(parsed.lines.physical for _, parsed in files)
    house.lake.append(LANDING_LEDGER, _ledger(house, files))


def _parsed(arrival: Arrival, payload: bytes, profile: Profile) -> Parsed:
    return unsigned(feed_format(arrival.format).parse(payload, profile))


def _placed(
    files: Sequence[tuple[Arrival, pl.DataFrame]], table: Table
) -> pl.DataFrame:
    """Rows of files below each other, with the columns that arrival gives them.

    A file is one row of a small frame that is repeated: naming the file in a
    column of its own, file by file, takes as long as reading it.
    """
    # Nearly every file is without rejects: an empty frame costs as much as a full one.
    told = [(a, frame) for a, frame in files if frame.height] or list(files[:1])
    arrivals = [arrival for arrival, _ in told]
    frames = [frame for _, frame in told]
    given = pl.DataFrame(
        {name: [getattr(a, name) for a in arrivals] for name in PLACE}, schema=PLACE
    )
    said = [name for name in table.names if name in frames[0].columns]
    rows = pl.concat([f if f.columns == said else f.select(said) for f in frames])
    heights = [frame.height for frame in frames]
    place = given[np.repeat(np.arange(len(told)), heights)]
    missing = [name for name in PLACE if name not in said]
    return rows.hstack(place.select(missing)).select(table.names)


def _ledger(
    house: House, files: Sequence[tuple[Arrival, Parsed | None]]
) -> pl.DataFrame:
    rows = [
        {
            "landing_id": a.landing_id,
            "partner_id": a.partner_id,
            "feed": a.feed,
            "document": a.document,
            "format": a.format,
            "file_name": a.file_name,
            "payload_sha256": a.payload_sha256,
            "size_bytes": a.size_bytes,
            **_number(house, a),
            "received_at": a.received_at,
            "verdict": _verdict(a, parsed),
            "physical_lines": parsed.lines.physical if parsed else 0,
            "accepted_lines": parsed.lines.accepted if parsed else 0,
            "quarantined_lines": parsed.lines.quarantined if parsed else 0,
            "blank_lines": parsed.lines.blank if parsed else 0,
            "loaded_rows": parsed.rows.height if parsed else 0,
            "run_id": house.run.run_id,
        }
        for a, parsed in files
    ]
    return pl.DataFrame(rows, schema=LANDING_LEDGER.schema)


def _number(house: House, arrival: Arrival) -> dict[str, object]:
    """The running number in a file's name, and the feed that says where it stands."""
    feed = counting(house.partners[arrival.partner_id], arrival)
    if feed is None:
        return {"file_number": None, "number_feed": None}
    number = int(feed.number_in(arrival.file_name))
    return {"file_number": number, "number_feed": feed.name}


def _verdict(arrival: Arrival, parsed: Parsed | None) -> str:
    if parsed is None or arrival.verdict == "REVISION":
        return arrival.verdict
    return parsed.verdict


def _file_reject(arrival: Arrival) -> dict[str, object]:
    code = FILE_CODES[arrival.verdict]
    return {
        "partner_id": arrival.partner_id,
        "document": arrival.document,
        "payload_sha256": arrival.payload_sha256,
        "payload_line": 0,
        "column_name": "file",
        "code": code,
        "message": message(code),
        "masked_value": "",
        "received_at": arrival.received_at,
        "landing_id": arrival.landing_id,
    }


def _assert_balance(house: House, arrivals: list[Arrival]) -> None:
    """Inside the commit: every physical line is accounted for, and once."""
    first, last = arrivals[0].landing_id, arrivals[-1].landing_id
    broken = house.lake.query(
        """
        select l.landing_id, l.file_name, l.physical_lines, l.accepted_lines,
            l.quarantined_lines, l.blank_lines, count(r.code) as reject_rows
        from lake.bronze.landing_ledger as l
        left join lake.bronze.rejects as r on r.landing_id = l.landing_id
        where l.landing_id between ? and ? and l.document = ?
        group by all
        having l.physical_lines
            <> l.accepted_lines + l.quarantined_lines + l.blank_lines
            or count(r.code) <> l.quarantined_lines
        """,
        [first, last, arrivals[0].document],
    )
    if broken.height:
        raise LakeError(f"lines not accounted for: {broken.to_dicts()}")
