"""Answers to partners: what became of each file, in the sweep that read it.

A file has one receipt. On the wire it is a line of the sweep's CSV, or the 997,
TA1 or CONTRL that the standard asks for; a file made of acknowledgements gets
none there, or two partners would acknowledge each other for ever. A file with
findings has an error report besides. Bytes are stored now and delivered once
the run is committed, like orders (``dispatch``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import PurePath
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl

from orchestration.resources.admission import FILE_CODES, wanted
from orchestration.resources.formats import feed_format, kinds_of
from orchestration.resources.house import House
from orchestration.resources.lakehouse import LANDING_LEDGER
from orchestration.resources.mending import is_mend
from orchestration.resources.partners import PartnerProfile
from orchestration.resources.sharing import profiles
from transforms.answers import receipt_csv, report_csv, report_html, report_json
from transforms.answers.report import (
    FileFacts,
    FileReport,
    headline,
    named_together,
    refused,
    report,
    together,
)
from transforms.contracts.arrivals import ANSWER_FILES, FILE_NOTICES, FILE_RECEIPTS
from transforms.contracts.documents import STOCK_SNAPSHOTS
from transforms.contracts.profile import (
    NOTICE,
    REJECTS,
    Envelope,
    LineCount,
    Parsed,
    Profile,
)
from transforms.contracts.table import Table
from transforms.edi.edifact.acknowledgements import acknowledge_payload

REPORTS = {"html": report_html, "csv": report_csv, "json": report_json}
"""Forms of an error report; the first is named in the receipt."""

WIRED = ("x12_", "edifact_")
"""Beginnings of formats that have acknowledgements of their own."""

NEVER_ANSWERED = {"x12_997", "x12_ta1", "edifact_contrl"}
"""Acknowledgements: answered, two partners would do so for ever."""

JUDGED = {"ACCEPTED", "PARTIAL", "REJECTED"}
"""Verdicts by what was read of a file; of a shared one each feed has its own."""
READ = {*JUDGED, "REVISION"}
DUPLICATE, TEST = "DUPLICATE", "TEST"
"""Verdicts of files that are answered on the wire. A copy is refused there whole, as
the standard has it: the partner learns that the first one came. What comes before
the partner is live is answered as in earnest, that both sides see it work."""

SET_ASIDE = """
    with waiting as (
        select landing_id, payload_line, column_name, code, detail, is_cause
        from lake.silver.int_order_lines__quarantined
        where is_open
        union all
        select landing_id, payload_line, column_name, code, detail, true
        from lake.silver.int_document_rows__quarantined
        where is_open
        union all
        select landing_id, payload_line,
            if(code = 'UNKNOWN_LINE', 'line_ref', 'order_ref'), code, detail, is_cause
        from lake.silver.int_order_changes__judged
        where code is not null
        union all
        select landing_id, payload_line,
            case code when 'UNKNOWN_LINE' then 'line_ref' when 'UNKNOWN_NODE'
                then 'node_ref' when 'UNKNOWN_SKU' then 'alternative_ref'
                else 'order_ref' end, code, detail, true
        from lake.silver.int_order_actions__judged
        where code is not null
    )
    select landing_id, payload_line, column_name, code, detail as message, is_cause
    from waiting
    where landing_id in (select landing_id from mine)
"""
"""Lines that could be read and wait: for master data, for the order they change,
for a version that adds up. Those that are no cause wait with their order."""

_COLUMN = "column."
"""Beginning of the options that name the columns of a partner's own."""

MOST_NAME_BYTES = 120
"""Of a file's name in the names of its reports, which have more in them."""

Rows = list[dict[str, Any]]
"""A file in the ledger: a row for each feed that read it, the first one first."""

ByFile = dict[int, pl.DataFrame]
"""Rows about files, by landing id."""

NOT_BELIEVED = """
    select distinct counted.landing_id, 0 as payload_line, 'file' as column_name,
        'STOCK_NOT_BELIEVED' as code,
        'node ' || node_id || ': ' || judged.verdict || ', ' || judged.row_count
        || ' rows; we hold ' || judged.expected_row_count || ', earlier files had '
        || judged.usual_row_count
        || case
            when judged.verdict = 'IMPLAUSIBLE' and judged.expected_row_count = 0
                then '; a first count needs opening stock (csv_opening_stock) of'
                || ' before it, or our word: `orderhouse quarantine mend count '
                || node_id || '`'
            else ''
        end as message
    from lake.gold.fct_stock_snapshots as counted
    inner join lake.decisions.node_confidence as judged
        using (node_id, snapshot_at)
    where judged.run_id = ? and judged.verdict in ('PARTIAL', 'IMPLAUSIBLE')
        and counted.landing_id in (select landing_id from mine)
    union all
    select distinct landing_id, 0, 'snapshot_at', 'STOCK_NOT_BELIEVED',
        'node ' || node_id || ': counted at '
        || strftime(snapshot_at at time zone 'UTC', '%Y-%m-%dT%H:%MZ')
        || ', after it arrived'
    from lake.gold.fct_stock_snapshots
    where snapshot_at > known_at + interval 1 hour
        and landing_id in (select landing_id from mine)
    order by all
"""
"""Stock files that this run did not believe, by node: the last good numbers stay.

A count of the future is not looked at before its hour: a wrong zone, or a wrong year.
"""


@dataclass(frozen=True)
class Found:
    """What a run found of the files that it read.

    Args:
        ledger: a row for each file and feed that read it.
        rejects: its refused lines.
        notices: what was said of it, why lines of it wait, what was not believed.
        waiting: lines of it that were read and wait.
    """

    ledger: pl.DataFrame
    rejects: ByFile
    notices: tuple[ByFile, ...]
    waiting: Mapping[int, int]

    def waiting_in(self, rows: Rows) -> int:
        """Lines of a file that wait."""
        return sum(self.waiting.get(row["landing_id"], 0) for row in rows)


@dataclass
class Answers:
    """What one partner is told in one sweep."""

    house: House
    partner: PartnerProfile
    number: int
    receipts: list[dict[str, object]] = field(default_factory=list)
    files: list[dict[str, object]] = field(default_factory=list)
    listed: list[tuple[FileReport, str]] = field(default_factory=list)

    def stem(self, file_name: str) -> str:
        """Beginning of the names of a file's reports, safe to write and not taken.

        A sweep may hold two files of one name: one of them came to a run that died.
        """
        safe = re.sub(r"[^\w.-]", "_", PurePath(file_name).name)
        short = safe.encode()[:MOST_NAME_BYTES].decode(errors="ignore")
        stem = f"report_{self.number:09}_{short}"
        taken = {str(row["file_name"]) for row in self.files}
        copies = (f"{stem}-{n}" for n in range(2, len(taken) + 3))
        first = next(iter(REPORTS))
        return next(s for s in (stem, *copies) if f"{s}.{first}" not in taken)

    def send(self, kind: str, name: str, content: bytes, count: int) -> None:
        """Store the bytes of one answer under the number at hand."""
        self.files.append(
            {
                "partner_id": self.partner.partner_id,
                "file_name": name,
                "kind": kind,
                "control_ref": str(self.number),
                "sha256": self.house.outbox.store(content),
                "row_count": count,
                "as_of": self.house.run.as_of,
                "run_id": self.house.run.run_id,
            }
        )


def answer_files(house: House, partner: PartnerProfile) -> int:
    """Answer every file of the partner that this run read.

    Returns:
        Files answered.
    """
    if house.run.is_replay:
        return _recall(house, partner)
    run = house.run
    arrived = house.landing.arrivals(run.since, run.until, run.as_of)
    if all(a.partner_id != partner.partner_id for a in arrived):
        return 0
    found = house.once("answering", lambda: _gather(house))
    mine = found.ledger.filter(partner_id=partner.partner_id)
    if not mine.height:
        return 0
    told = Answers(house, partner, house.outbox.next_answer_no(partner))
    files = _files(mine)
    # Interchanges are numbered first, one each; then the sweep, if it says anything.
    wired = [_wire(told, rows) for rows in files]
    reports = _reports(house, partner, found, files)
    for rows, report_of, wire in zip(files, reports, wired, strict=True):
        _tell(told, rows[0], report_of, *wire)
    if told.listed:
        content = receipt_csv.render(told.listed)
        name = f"receipts_{told.number:09}.csv"
        told.send("receipt", name, content, len(told.listed))
    with house.lake.transaction("answers", f"{house.run.message}: answers"):
        for table, rows in ((FILE_RECEIPTS, told.receipts), (ANSWER_FILES, told.files)):
            house.lake.append(table, pl.DataFrame(rows, schema=table.schema))
    return len(files)


def _files(mine: pl.DataFrame) -> list[Rows]:
    """Ledger rows by file, in order of arrival; a shared one has a row a feed."""
    key = ["partner_id", "file_name", "payload_sha256", "received_at"]
    parts = mine.sort("landing_id").partition_by(key, maintain_order=True)
    return [part.to_dicts() for part in parts]


def _gather(house: House) -> Found:
    """What this run found of the files it read, of all partners at once."""
    lake, run_id = house.lake, house.run.run_id
    with lake.one_snapshot():
        ledger = lake.read(LANDING_LEDGER, "run_id = ?", [run_id])
        if ledger.is_empty():
            return Found(ledger, {}, (), {})
        inside = f"landing_id in ({', '.join(map(str, ledger['landing_id']))})"
        rejects = _by_file(lake.read(REJECTS, inside))
        notices = _by_file(lake.read(FILE_NOTICES, inside))
        doubted: ByFile = {}
        with lake.holding(mine=ledger.select("landing_id")):
            waiting = lake.query(SET_ASIDE)
            if STOCK_SNAPSHOTS.name in ledger["document"]:
                doubted = _by_file(lake.query(NOT_BELIEVED, [run_id]))
    causes = _by_file(waiting.filter("is_cause"))
    lines = waiting.group_by("landing_id").agg(pl.col("payload_line").n_unique())
    return Found(ledger, rejects, (notices, causes, doubted), dict(lines.iter_rows()))


def _reports(
    house: House, partner: PartnerProfile, found: Found, files: Sequence[Rows]
) -> Iterator[FileReport]:
    """The report of each file of the sweep."""
    for rows in files:
        first, facts = rows[0], _facts(rows)
        if code := FILE_CODES.get(first["verdict"]):
            # Each copy is answered, though only the first one waits in quarantine.
            right = wanted(partner, first["verdict"])
            yield refused(facts, first["verdict"], code, right)
        elif first["verdict"] == TEST and first["format"]:
            # A test is judged as it would be in earnest; its rows go nowhere.
            yield report(facts, together(_read_again(house, partner, rows)), TEST)
        else:
            parts = [
                Parsed(
                    rows=pl.DataFrame({"payload_line": range(row["loaded_rows"])}),
                    rejects=found.rejects.get(row["landing_id"], REJECTS.empty()),
                    lines=_lines(row),
                    notices=_said(
                        row["landing_id"], _headers(partner, row), *found.notices
                    ),
                )
                for row in rows
            ]
            verdict = "" if first["verdict"] in JUDGED else first["verdict"]
            waiting = found.waiting_in(rows)
            yield report(facts, together(parts), verdict, waiting_lines=waiting)


def _lines(row: dict[str, Any]) -> LineCount:
    names = ("physical", "accepted", "quarantined", "blank")
    return LineCount(*(row[f"{name}_lines"] for name in names))


def _read_again(house: House, partner: PartnerProfile, rows: Rows) -> list[Parsed]:
    payload = house.landing.read(rows[0]["payload_sha256"])
    return [
        feed_format(row["format"]).parse(payload, profile)
        for row, profile in zip(rows, _profiles(partner, rows), strict=True)
    ]


def _profiles(partner: PartnerProfile, rows: Rows) -> list[Profile]:
    """What formats know of the partner; before it is live it may call tests tests."""
    found = profiles(partner, [(row["feed"], row["format"]) for row in rows])
    if rows[0]["verdict"] != TEST:
        return found
    accepting = {"accepts_test": "true"}
    return [replace(one, options={**one.options, **accepting}) for one in found]


def _by_file(frame: pl.DataFrame) -> ByFile:
    parts = frame.partition_by("landing_id", as_dict=True)
    return {int(str(key[0])): part for key, part in parts.items()}


def _said(number: int, headers: Mapping[str, str], *found: ByFile) -> pl.DataFrame:
    known = [f[number].select(NOTICE.names()) for f in found if number in f]
    said = pl.concat(known, how="vertical_relaxed") if known else NOTICE.to_frame()
    return said.with_columns(pl.col("column_name").replace(headers))


def _headers(partner: PartnerProfile, row: dict[str, Any]) -> dict[str, str]:
    """Column → what the partner's own file calls it, where its columns are its own."""
    feed = partner.feed_named(row["feed"])
    is_mapped = feed is not None and feed.format.startswith("mapped_")
    options = partner.profile(feed).options if is_mapped else {}
    return {
        name.removeprefix(_COLUMN): header
        for name, header in options.items()
        if name.startswith(_COLUMN)
    }


def _facts(rows: Rows) -> FileFacts:
    row = rows[0]
    return FileFacts(
        file_name=row["file_name"],
        sha256=row["payload_sha256"],
        size_bytes=row["size_bytes"],
        partner_id=row["partner_id"],
        document=named_together(one["document"] for one in rows),
        format=named_together(one["format"] for one in rows),
        received_at=row["received_at"].isoformat(),
    )


def _tell(
    told: Answers,
    row: dict[str, Any],
    found: FileReport,
    is_wired: bool,  # noqa: FBT001 the first half of what ``_wire`` says
    wire_name: str | None,
) -> None:
    """Write what is said of one file besides its wire answer: report and receipt."""
    # A mend is ours, though it lands in the partner's name: it is not answered.
    is_theirs = not is_mend(found.facts.file_name)
    has_report = found.findings and is_theirs
    report_name = _write_reports(told, found) if has_report else None
    receipt_name = wire_name
    if is_theirs and not is_wired and told.partner.answers != "none":
        told.listed.append((found, report_name or ""))
        receipt_name = f"receipts_{told.number:09}.csv"
    head = headline(found)
    told.receipts.append(
        {
            "landing_id": row["landing_id"],
            "partner_id": row["partner_id"],
            "file_name": row["file_name"],
            "verdict": found.verdict,
            "errors": head["errors"],
            "warnings": head["warnings"],
            "receipt_name": receipt_name,
            "report_name": report_name,
            "run_id": told.house.run.run_id,
        }
    )


def _write_reports(told: Answers, found: FileReport) -> str | None:
    if told.partner.answers == "none":
        return None
    stem = told.stem(found.facts.file_name)
    for ending, form in REPORTS.items():
        content = form.render(found, told.partner.language)
        told.send("report", f"{stem}.{ending}", content, len(found.findings))
    return f"{stem}.{next(iter(REPORTS))}"


def _wire(told: Answers, rows: Rows) -> tuple[bool, str | None]:
    """Whether the standard answers such a file, and the files that do."""
    if is_mend(rows[0]["file_name"]) or not _is_wired(told.partner, rows[0]):
        return False, None
    house, told_by = told.house, _profiles(told.partner, rows)
    payload = house.landing.read(rows[0]["payload_sha256"])
    names = []
    for content in _answered(told, rows, told_by, payload):
        names.append(f"{told.partner.answers}_answer_{told.number:09}.edi")
        told.send("wire", names[-1], content, 1)
        told.number += 1
    if not names:
        # No interchange in it, or none that asks: the sweep's CSV tells of it.
        return {row["format"] for row in rows} <= NEVER_ANSWERED, None
    return True, " ".join(names)


def _is_wired(partner: PartnerProfile, row: dict[str, Any]) -> bool:
    """Whether the partner's standard answers such a file."""
    is_edi = row["verdict"] in {*READ, DUPLICATE, TEST}
    standard = f"{partner.answers}_"
    return is_edi and standard in WIRED and row["format"].startswith(standard)


def _answered(
    told: Answers, rows: Rows, by: Sequence[Profile], payload: bytes
) -> list[bytes]:
    """The answers to a file, one for each sender in it."""
    is_repeat = rows[0]["verdict"] == DUPLICATE
    as_of, formats = told.house.run.as_of, [row["format"] for row in rows]
    if formats[0].startswith("edifact_"):
        return acknowledge_payload(
            payload,
            by[0],
            control_no=told.number,
            at=as_of.astimezone(ZoneInfo(by[0].zone)),
            readers=_by_kind(formats, by),
            is_repeat=is_repeat,
        )
    others = zip(formats[1:], by[1:], strict=True)
    answers: list[bytes] = feed_format(formats[0]).answer(
        payload,
        Envelope(by[0], told.number, as_of),
        beside=[(feed_format(name).FORMAT, profile) for name, profile in others],
        is_repeat=is_repeat,
    )
    return answers


def _by_kind(formats: Sequence[str], by: Sequence[Profile]) -> dict[str, Profile]:
    told = zip(formats, by, strict=True)
    return {kind: profile for name, profile in told for kind in kinds_of(name)}


def _recall(house: House, partner: PartnerProfile) -> int:
    """On a replay nothing is written: what was said is recalled."""
    frames = house.journal.recall(house.run.run_id)
    mine = pl.col("partner_id") == partner.partner_id
    tables: Sequence[Table] = (FILE_RECEIPTS, ANSWER_FILES)
    with house.lake.transaction("answers", f"{house.run.message}: recalled"):
        for table in tables:
            house.lake.append(table, frames[table.name].filter(mine))
    return frames[FILE_RECEIPTS.name].filter(mine).height
