"""An error report as CSV: one line per finding, for whoever mends the file.

UTF-8 with a byte order mark, because people open it with a spreadsheet; a cell
that a spreadsheet would take for a formula gets a leading ``'``.
"""

from __future__ import annotations

from transforms.answers.cells import harmless, written
from transforms.answers.report import FileReport, headline, spoken

MARK = b"\xef\xbb\xbf"


def render(found: FileReport, language: str = "en") -> bytes:
    """The report's bytes: a header line, then a line per finding."""
    head = headline(found)
    shared = {name: head[name] for name in ("file_name", "verdict", "received_at")}
    rows = [shared | spoken(finding, language) for finding in found.findings]
    names = list(rows[0]) if rows else [*shared, "line", "column", "code"]
    cells = [[harmless(row[name]) for name in names] for row in rows]
    return MARK + written([names, *cells], "\r\n").encode()
