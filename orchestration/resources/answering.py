"""Answers to partners: what became of each file, in the sweep that read it.

A file has one receipt. On the wire it is a line of the sweep's CSV, or the 997,
TA1 or CONTRL that the standard asks for; a file made of acknowledgements gets
none there, or two partners would acknowledge each other for ever. A file with
findings has an error report besides. Bytes are stored now and delivered once
the run is committed, like orders (``dispatch``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import PurePath
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl

from orchestration.resources.admission import FILE_CODES, wanted
from orchestration.resources.formats import feed_format
from orchestration.resources.house import House
from orchestration.resources.lakehouse import LANDING_LEDGER
from orchestration.resources.mending import is_mend
from orchestration.resources.partners import PartnerProfile
from transforms.answers import receipt_csv, report_csv, report_html, report_json
from transforms.answers.report import (
    FileFacts,
    FileReport,
    headline,
    refused,
    report,
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

READ = {"ACCEPTED", "PARTIAL", "REJECTED", "REVISION"}
DUPLICATE, TEST = "DUPLICATE", "TEST"
"""Verdicts of files that are answered on the wire. A copy is refused there whole, as
the standard has it: the partner learns that the first one came. What comes before
the partner is live is answered as in earnest, that both sides see it work."""

SET_ASIDE = """
    with waiting as (
        select landing_id, payload_line, column_name, code, detail
        from lake.silver.int_order_lines__quarantined
        where is_open and is_cause
        union all
        select landing_id, payload_line, column_name, code, detail
        from lake.silver.int_document_rows__quarantined
        where is_open
        union all
        select landing_id, payload_line,
            if(code = 'UNKNOWN_LINE', 'line_ref', 'order_ref'), code, detail
        from lake.silver.int_order_changes__judged
        where code is not null and is_cause
    )
    select landing_id, payload_line, column_name, code, detail as message
    from waiting
    where landing_id in (select landing_id from mine)
"""
"""Lines that could be read and wait: for master data, for the order they change,
for a version that adds up."""

MOST_NAME_BYTES = 120
"""Of a file's name in the names of its reports, which have more in them."""


NOT_BELIEVED = """
    select distinct counted.landing_id, 0 as payload_line, 'file' as column_name,
        'STOCK_NOT_BELIEVED' as code,
        'node ' || node_id || ': ' || judged.verdict || ', ' || judged.row_count
        || ' rows; we hold ' || judged.expected_row_count || ', earlier files had '
        || judged.usual_row_count as message
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
    mine = house.lake.read(
        LANDING_LEDGER,
        "run_id = ? and partner_id = ?",
        [house.run.run_id, partner.partner_id],
    )
    if not mine.height:
        return 0
    told = Answers(house, partner, house.outbox.next_answer_no(partner.partner_id))
    # Interchanges are numbered first, one each; then the sweep, if it says anything.
    wired = {row["landing_id"]: _wire(told, row) for row in mine.to_dicts()}
    for row, found in _reports(house, partner, mine):
        _tell(told, row, found, *wired[row["landing_id"]])
    if told.listed:
        content = receipt_csv.render(told.listed)
        name = f"receipts_{told.number:09}.csv"
        told.send("receipt", name, content, len(told.listed))
    with house.lake.transaction("answers", f"{house.run.message}: answers"):
        for table, rows in ((FILE_RECEIPTS, told.receipts), (ANSWER_FILES, told.files)):
            house.lake.append(table, pl.DataFrame(rows, schema=table.schema))
    return mine.height


def _reports(
    house: House, partner: PartnerProfile, mine: pl.DataFrame
) -> Iterator[tuple[dict[str, Any], FileReport]]:
    """Each file of the sweep with its report, in order of arrival."""
    ids = mine["landing_id"].to_list()
    inside = f"landing_id in ({', '.join(map(str, ids))})"
    rejects = _by_file(house.lake.read(REJECTS, inside))
    notices = _by_file(house.lake.read(FILE_NOTICES, inside))
    with house.lake.holding(mine=mine.select("landing_id")):
        waiting = _by_file(house.lake.query(SET_ASIDE))
        doubted = {}
        if STOCK_SNAPSHOTS.name in mine["document"]:
            said = house.lake.query(NOT_BELIEVED, [house.run.run_id])
            doubted = _by_file(said)
    for row in mine.iter_rows(named=True):
        number = row["landing_id"]
        if code := FILE_CODES.get(row["verdict"]):
            # Each copy is answered, though only the first one waits in quarantine.
            right = wanted(partner, row["verdict"])
            yield row, refused(_facts(row), row["verdict"], code, right)
            continue
        if row["verdict"] == TEST and row["format"]:
            # A test is judged as it would be in earnest; its rows go nowhere.
            yield row, report(_facts(row), _read_again(house, partner, row), TEST)
            continue
        parsed = Parsed(
            rows=pl.DataFrame({"payload_line": range(row["loaded_rows"])}),
            rejects=rejects.get(number, REJECTS.empty()),
            lines=LineCount(
                row["physical_lines"],
                row["accepted_lines"],
                row["quarantined_lines"],
                row["blank_lines"],
            ),
            notices=_said(*(f.get(number) for f in (notices, waiting, doubted))),
        )
        yield row, report(_facts(row), parsed, row["verdict"])


def _read_again(house: House, partner: PartnerProfile, row: dict[str, Any]) -> Parsed:
    payload = house.landing.read(row["payload_sha256"])
    parsed: Parsed = feed_format(row["format"]).parse(payload, _profile(partner, row))
    return parsed


def _profile(partner: PartnerProfile, row: dict[str, Any]) -> Profile:
    """What formats know of the partner; before it is live it may call tests tests."""
    profile = partner.profile(partner.feed_named(row["feed"]))
    if row["verdict"] != TEST:
        return profile
    return replace(profile, options={**profile.options, "accepts_test": "true"})


def _by_file(frame: pl.DataFrame) -> dict[int, pl.DataFrame]:
    parts = frame.partition_by("landing_id", as_dict=True)
    return {int(str(key[0])): part for key, part in parts.items()}


def _said(*frames: pl.DataFrame | None) -> pl.DataFrame:
    known = [frame.select(NOTICE.names()) for frame in frames if frame is not None]
    return pl.concat(known, how="vertical_relaxed") if known else NOTICE.to_frame()


def _facts(row: dict[str, Any]) -> FileFacts:
    return FileFacts(
        file_name=row["file_name"],
        sha256=row["payload_sha256"],
        size_bytes=row["size_bytes"],
        partner_id=row["partner_id"],
        document=row["document"],
        format=row["format"],
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


def _wire(told: Answers, row: dict[str, Any]) -> tuple[bool, str | None]:
    """Whether the standard answers such a file, and the files that do."""
    if is_mend(row["file_name"]) or not _is_wired(told.partner, row):
        return False, None
    house, profile = told.house, _profile(told.partner, row)
    envelope = Envelope(profile, told.number, house.run.as_of)
    names = []
    for content in _answered(row, house.landing.read(row["payload_sha256"]), envelope):
        names.append(f"{told.partner.answers}_answer_{told.number:09}.edi")
        told.send("wire", names[-1], content, 1)
        told.number += 1
    if not names:
        # No interchange in it, or none that asks: the sweep's CSV tells of it.
        return row["format"] in NEVER_ANSWERED, None
    return True, " ".join(names)


def _is_wired(partner: PartnerProfile, row: dict[str, Any]) -> bool:
    """Whether the partner's standard answers such a file."""
    is_edi = row["verdict"] in {*READ, DUPLICATE, TEST}
    standard = f"{partner.answers}_"
    return is_edi and standard in WIRED and row["format"].startswith(standard)


def _answered(row: dict[str, Any], payload: bytes, envelope: Envelope) -> list[bytes]:
    """The answers to a file, one for each sender in it."""
    is_repeat = row["verdict"] == DUPLICATE
    if row["format"].startswith("edifact_"):
        return acknowledge_payload(
            payload,
            envelope.profile,
            control_no=envelope.control_no,
            at=envelope.as_of.astimezone(ZoneInfo(envelope.profile.zone)),
            is_repeat=is_repeat,
        )
    answers: list[bytes] = feed_format(row["format"]).answer(
        payload, envelope, is_repeat=is_repeat
    )
    return answers


def _recall(house: House, partner: PartnerProfile) -> int:
    """On a replay nothing is written: what was said is recalled."""
    frames = house.journal.recall(house.run.run_id)
    mine = pl.col("partner_id") == partner.partner_id
    tables: Sequence[Table] = (FILE_RECEIPTS, ANSWER_FILES)
    with house.lake.transaction("answers", f"{house.run.message}: recalled"):
        for table in tables:
            house.lake.append(table, frames[table.name].filter(mine))
    return frames[FILE_RECEIPTS.name].filter(mine).height
