"""One file's error report as a value: what arrived, what was taken, what to mend.

Made of what a format returned, so that the report of production, the one of
``orderhouse validate`` and those in a partner's kit are the same. Not here:
writing it (``report_csv``, ``report_json``, ``report_html``).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice, repeat

import polars as pl

from transforms.answers.seen import detail_of, example_of
from transforms.contracts.codes import CODES, detail_in, faults_in
from transforms.contracts.profile import LineCount, Parsed

FOLLOWERS = ("(another line of the order is broken", "(see segment ")
"""In messages of lines that are refused only because of another line."""

_OF_A_HEADER = "(see line "
"""In those of lines that are refused because of the header."""

MOST_TOLD = 50_000
"""Findings in a report: a file may have millions of lines and all of them broken."""

_FOUND = ("payload_line", "column_name", "code", "message", "masked_value")


@dataclass(frozen=True)
class FileFacts:
    """What is known of a file before it is read.

    Args:
        file_name: as sent.
        sha256: of its bytes, hex.
        size_bytes: of its bytes.
        partner_id: who sent it.
        document: what it was read as, "" when no feed expects it; joined by " + "
            where sets of several kinds stand in it.
        format: format, "" when no feed expects it; joined likewise.
        received_at: ISO instant, "" when nobody landed it.
    """

    file_name: str
    sha256: str
    size_bytes: int
    partner_id: str
    document: str = ""
    format: str = ""
    received_at: str = ""


@dataclass(frozen=True)
class Finding:
    """One thing a partner should look at.

    Args:
        line: physical line from 1 (X12, EDIFACT: segment); 0 for the file.
        column: column or element at fault.
        code: stable code.
        detail: what was seen, in English.
        masked_value: first and last character of the value only.
        is_follower: refused only because another line of its order, or the header,
            is broken.
    """

    line: int
    column: str
    code: str
    detail: str = ""
    masked_value: str = ""
    is_follower: bool = False

    @property
    def severity(self) -> str:
        """error, warning or info."""
        return CODES[self.code].severity


@dataclass(frozen=True)
class FileReport:
    """A file, its verdict, its lines and its findings in line order.

    Args:
        facts: the file.
        verdict: what became of it.
        lines: of the file, each in one class.
        loaded_rows: rows that went on.
        findings: ``MOST_TOLD`` at most.
        errors: all that must be mended; lines that only follow are not counted.
        warnings: all to be looked at.
        left_out: findings there were besides.
        waiting_lines: lines that were read and wait for what the errors name.
    """

    facts: FileFacts
    verdict: str
    lines: LineCount
    loaded_rows: int
    findings: tuple[Finding, ...]
    errors: int
    warnings: int
    left_out: int = 0
    waiting_lines: int = 0

    @property
    def is_clean(self) -> bool:
        """Whether nothing was said that a person must act on."""
        return not self.errors


def report(
    facts: FileFacts, parsed: Parsed, verdict: str = "", *, waiting_lines: int = 0
) -> FileReport:
    """The report of a file that a format read.

    Args:
        facts: the file.
        parsed: what the format returned.
        verdict: of landing where it outranks that of the lines (REVISION).
        waiting_lines: lines of it that wait although they were read.
    """
    found = _found(parsed)
    counted = _counted(found.filter(~pl.col("is_follower")))
    told = chain.from_iterable(_findings(*row) for row in found.iter_rows())
    findings = tuple(islice(told, MOST_TOLD))
    followers = found.filter("is_follower").height
    return FileReport(
        facts,
        verdict or parsed.verdict,
        parsed.lines,
        parsed.rows.height,
        findings,
        sum(n for code, n in counted.items() if CODES[code].severity == "error"),
        sum(n for code, n in counted.items() if CODES[code].severity == "warning"),
        counted.total() + followers - len(findings),
        waiting_lines,
    )


def together(parts: Sequence[Parsed]) -> Parsed:
    """What several formats read of one file, as if it were one, to tell of it.

    Its rows are those of different documents, so only their lines are kept.
    """
    if len(parts) == 1:
        return parts[0]
    counts = [
        [p.lines.physical, p.lines.accepted, p.lines.quarantined, p.lines.blank]
        for p in parts
    ]
    return Parsed(
        rows=pl.concat([part.rows.select("payload_line") for part in parts]),
        rejects=pl.concat([part.rejects.select(_FOUND) for part in parts]).sort(
            "payload_line", maintain_order=True
        ),
        lines=LineCount(*map(sum, zip(*counts, strict=True))),
        notices=pl.concat(
            [part.notices for part in parts], how="vertical_relaxed"
        ).unique(maintain_order=True),
    )


def named_together(names: Iterable[str]) -> str:
    """Documents or formats of a file, each once.

    Example:
        >>> named_together(["orders", "order_changes", "orders"])
        'orders + order_changes'
    """
    return " + ".join(dict.fromkeys(names))


def refused(facts: FileFacts, verdict: str, code: str, detail: str = "") -> FileReport:
    """The report of a file that was not looked into."""
    nothing, finding = LineCount(0, 0, 0, 0), Finding(0, "file", code, detail)
    is_error = finding.severity == "error"
    return FileReport(facts, verdict, nothing, 0, (finding,), int(is_error), 0)


def _found(parsed: Parsed) -> pl.DataFrame:
    """Rejects and notices in line order, ``is_follower`` beside them."""
    follows = pl.col("column_name").is_in(["order", "set", "message"])
    follows &= pl.col("message").str.contains_any([*FOLLOWERS])
    follows |= pl.col("message").str.contains(_OF_A_HEADER, literal=True)
    notices = parsed.notices.with_columns(masked_value=pl.lit(""))
    both = pl.concat(
        [parsed.rejects.select(_FOUND), notices.select(_FOUND)], how="vertical_relaxed"
    )
    return both.with_columns(is_follower=follows).sort(
        "payload_line", "is_follower", "code", "column_name", maintain_order=True
    )


def _counted(own: pl.DataFrame) -> Counter[str]:
    """Faults by code; a line may have several."""
    counts: Counter[str] = Counter()
    ways = own.group_by("column_name", "code", "message").len()
    for column, code, message, n in ways.iter_rows():
        for fault, _, _ in faults_in(code, column, detail_in(code, message)):
            counts[fault] += n
    return counts


def _findings(
    line: int,
    column: str,
    code: str,
    message: str,
    masked: str,
    is_follower: bool,  # noqa: FBT001 a column
) -> Iterator[Finding]:
    """Every fault of a line; the value is kept of the first one only."""
    values = chain([masked], repeat(""))
    faults = faults_in(code, column, detail_in(code, message))
    for (fault, place, detail), value in zip(faults, values, strict=False):
        yield Finding(line, place, fault, detail, value, is_follower)


def spoken(finding: Finding, language: str) -> dict[str, str | int]:
    """A finding in words, for people: the columns of every report."""
    code = CODES[finding.code]
    seen = detail_of(finding.detail, language)
    sentence = code.sentence(language)
    return {
        "line": finding.line,
        "column": finding.column,
        "code": finding.code,
        "severity": finding.severity,
        "masked_value": finding.masked_value,
        "what_is_wrong": _with_detail(sentence, seen, language),
        "how_to_mend_it": code.advice(language),
        "example": example_of(finding.code, code.example, language, finding.detail),
    }


def _with_detail(sentence: str, seen: str, language: str) -> str:
    if not seen:
        return sentence
    return f"{sentence}（{seen}）" if language == "zh" else f"{sentence} ({seen})"


def headline(found: FileReport) -> dict[str, str | int]:
    """The head of every report: the file, its verdict, what was loaded.

    Errors and warnings are what somebody has to look at: lines that only follow
    another one are counted among the lines, not here.
    """
    facts, lines = found.facts, found.lines
    return {
        "file_name": facts.file_name,
        "partner_id": facts.partner_id,
        "document": facts.document,
        "format": facts.format,
        "sha256": facts.sha256,
        "size_bytes": facts.size_bytes,
        "received_at": facts.received_at,
        "verdict": found.verdict,
        "physical_lines": lines.physical,
        "accepted_lines": lines.accepted,
        "quarantined_lines": lines.quarantined,
        "blank_lines": lines.blank,
        "loaded_rows": found.loaded_rows,
        "waiting_lines": found.waiting_lines,
        "errors": found.errors,
        "warnings": found.warnings,
    }
