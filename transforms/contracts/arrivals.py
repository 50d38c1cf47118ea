"""What is noted about arrived files besides their rows and rejects.

Both tables speak of files, so they differ when the same facts arrive in other
files; like the ledger of landing they are left out when lakes are compared.
"""

from __future__ import annotations

from transforms.contracts.table import DATE, INSTANT, INTEGER, TEXT, Column, Table

FILE_NOTICES = Table(
    room="bronze",
    name="file_notices",
    grain="one row per thing said about a file that was read all the same",
    key=("landing_id", "payload_line", "code", "column_name"),
    columns=(
        Column("landing_id", INTEGER, "ledger row of the file", is_provenance=True),
        Column("partner_id", TEXT, "who sent it"),
        Column("document", TEXT, "document it was read as"),
        Column("payload_line", INTEGER, "line in it, 0 for the file"),
        Column("column_name", TEXT, "column or element it is about"),
        Column("code", TEXT, "stable code, see docs/codes.md"),
        Column("message", TEXT, "what was seen"),
        Column("run_id", TEXT, "run that read it", is_provenance=True),
    ),
)

EDI_CONTROLS = Table(
    room="bronze",
    name="edi_controls",
    grain="one row per interchange and functional group that arrived",
    key=(),
    order=("landing_id", "payload_line"),
    columns=(
        Column("landing_id", INTEGER, "ledger row of the file", is_provenance=True),
        Column("partner_id", TEXT, "who sent it"),
        Column("payload_line", INTEGER, "segment in it, from 1"),
        Column("level", TEXT, "which envelope", allowed=("interchange", "group")),
        Column("sender_ref", TEXT, "ISA06, GS02, UNB0004"),
        Column("document_code", TEXT, "GS01 or message type, empty for interchanges"),
        Column("control_ref", TEXT, "ISA13, GS06, UNB0020, as sent"),
    ),
)

FEEDS = Table(
    room="bronze",
    name="feeds",
    grain="one row per feed of a partner, as its profile says now",
    key=("partner_id", "feed"),
    columns=(
        Column("partner_id", TEXT, "who sends it"),
        Column("feed", TEXT, "name of the feed"),
        Column("document", TEXT, "document"),
        Column("format", TEXT, "format"),
        Column(
            "cadence", TEXT, "hourly | daily | weekly | as needed | every run | once"
        ),
        Column("due_local", TEXT, "HH:MM of the partner's zone it is due by"),
        Column("zone", TEXT, "IANA zone"),
        Column("open_weekdays", TEXT, "ISO weekdays the partner works on"),
        Column("closed_dates", TEXT, "dates it does not work on, joined by |"),
        Column("live_from", DATE, "first business date files count", is_nullable=True),
        Column("changed_at", INSTANT, "instant of the run that wrote it"),
    ),
)

FILE_RECEIPTS = Table(
    room="instructions",
    name="file_receipts",
    grain="one row per landed file: what its sender was told of it, and where",
    key=("landing_id",),
    columns=(
        Column("landing_id", INTEGER, "ledger row of the file", is_provenance=True),
        Column("partner_id", TEXT, "who sent it and is told"),
        Column("file_name", TEXT, "as sent"),
        Column("verdict", TEXT, "ACCEPTED | PARTIAL | REJECTED | DUPLICATE | …"),
        Column("errors", INTEGER, "findings that somebody must mend", minimum=0),
        Column("warnings", INTEGER, "findings to look at", minimum=0),
        Column("receipt_name", TEXT, "file that answers it", is_nullable=True),
        Column("report_name", TEXT, "error report, first of its forms", True),
        Column("run_id", TEXT, "run that answered", is_provenance=True),
    ),
)

ANSWER_FILES = Table(
    room="instructions",
    name="answer_files",
    grain="one row per receipt or report sent",
    key=("partner_id", "file_name"),
    columns=(
        Column("partner_id", TEXT, "receiver"),
        Column("file_name", TEXT, "name"),
        Column("kind", TEXT, "what it is", allowed=("receipt", "report", "wire")),
        Column("control_ref", TEXT, "number of the sweep, or of the interchange"),
        Column("sha256", TEXT, "of the exact bytes"),
        Column("row_count", INTEGER, "files it answers, or findings in it", minimum=0),
        Column("as_of", INSTANT, "moment of the run"),
        Column("run_id", TEXT, "run that wrote it", is_provenance=True),
    ),
)
