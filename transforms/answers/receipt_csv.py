"""The receipts of a sweep as CSV: one line for every file that arrived.

UTF-8, comma separated, a header line; the file's name carries its number. A
partner without X12 or EDIFACT learns here what became of each file, and which
report to open.
"""

from __future__ import annotations

from collections.abc import Sequence

from transforms.answers.cells import harmless, written
from transforms.answers.report import FileReport, headline

COLUMNS = (
    "file_name",
    "sha256",
    "received_at",
    "document",
    "verdict",
    "physical_lines",
    "accepted_lines",
    "quarantined_lines",
    "blank_lines",
    "loaded_rows",
    "waiting_lines",
    "errors",
    "warnings",
    "report",
)


def render(found: Sequence[tuple[FileReport, str]]) -> bytes:
    """The receipts' bytes.

    Args:
        found: reports in the order the files arrived, each with the name of the
            report file, "" when there was nothing to report.
    """
    told = [headline(report) | {"report": name} for report, name in found]
    rows = [[harmless(cells[column]) for column in COLUMNS] for cells in told]
    return written([COLUMNS, *rows]).encode()
