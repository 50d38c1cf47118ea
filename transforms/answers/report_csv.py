"""An error report as CSV: one line per finding, for whoever mends the file.

UTF-8 with a byte order mark, because people open it with a spreadsheet; a cell
that a spreadsheet would take for a formula gets a leading ``'``.
"""

from __future__ import annotations

import csv
import io

from transforms.answers.report import FileReport, headline, spoken

MARK = b"\xef\xbb\xbf"
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def render(found: FileReport, language: str = "en") -> bytes:
    """The report's bytes: a header line, then a line per finding."""
    head = headline(found)
    shared = {name: head[name] for name in ("file_name", "verdict", "received_at")}
    rows = [shared | spoken(finding, language) for finding in found.findings]
    names = list(rows[0]) if rows else [*shared, "line", "column", "code"]
    text = io.StringIO()
    writer = csv.DictWriter(text, names, lineterminator="\r\n")
    writer.writeheader()
    writer.writerows({k: harmless(v) for k, v in row.items()} for row in rows)
    return MARK + text.getvalue().encode()


def harmless(value: str | int) -> str | int:
    """A cell that no spreadsheet calculates.

    Example:
        >>> harmless("=1+1"), harmless("DC-1"), harmless(-3)
        ("'=1+1", 'DC-1', -3)
    """
    is_text = isinstance(value, str)
    return f"'{value}" if is_text and str(value).startswith(FORMULA_STARTS) else value
