"""Certification: numbered scenarios that a partner plays before it goes live.

A scenario says what we ask for, what the partner does, and what must come out;
its check looks at what the partner's files said once our formats had read them.
Not here: the scenarios themselves (``scenarios``), folders and files (the command
``partner certify``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import polars as pl

from transforms.answers.report import FileReport

Ask = tuple[tuple[str, str, int], ...]
"""Lines of an instruction: line number, SKU, eaches."""

TWO_LINES: Ask = (("1", "825123", 3), ("2", "825124", 5))
ONE_LINE: Ask = (("1", "825123", 4),)
SANDBOX_DATE = "2030-01-15"
"""Business date of the sandbox."""

KNOWN_SKUS = ("825123", "825124", "825125")
"""SKUs of the sandbox; any other is unknown there."""


@dataclass(frozen=True)
class Evidence:
    """What a partner's files of one scenario said.

    Args:
        instruction_ref: the instruction we sent, "" for a channel.
        asked: its lines.
        rows: document → rows of all its files that count, in order of names.
        reports: one per file, in order of names, copies included.
        report_folder: where they are written, as told beside the result sheet.
    """

    instruction_ref: str
    asked: Ask
    rows: Mapping[str, pl.DataFrame]
    reports: tuple[FileReport, ...]
    report_folder: str = "reports"

    def of(self, document: str) -> pl.DataFrame:
        """Rows of a document; an empty frame when there are none."""
        return self.rows.get(document, pl.DataFrame())

    def shipped(self) -> dict[str, int]:
        """Line number → eaches that left for the scenario's instruction."""
        rows = self.of("shipment_confirmations")
        if not rows.height:
            return {}
        mine = rows.filter(
            pl.col("instruction_ref") == self.instruction_ref,
            pl.col("uom_code").is_null(),
        )
        sums = mine.group_by("line_ref").agg(pl.col("shipped_qty").cast(pl.Int64).sum())
        return dict(sums.iter_rows())

    def codes(self) -> set[str]:
        """Codes of everything we had to say of the files."""
        return {f.code for found in self.reports for f in found.findings}

    def verdicts(self) -> list[str]:
        """Verdicts of the files, in order of names."""
        return [found.verdict for found in self.reports]


Check = Callable[[Evidence], list[str]]
"""What is missing or wrong, as sentences; nothing when the scenario passed."""


@dataclass(frozen=True)
class Scenario:
    """One scenario.

    Args:
        number: its place, from 1.
        name: snake case, also the folder.
        english: what the partner does.
        chinese: the same.
        asked: lines we instruct, empty for a channel.
        check: see ``Check``.
        needs: columns of an order of which one must be sent to play it; none where
            every file can.
    """

    number: int
    name: str
    english: str
    chinese: str
    asked: Ask
    check: Check
    needs: tuple[str, ...] = ()

    @property
    def folder(self) -> str:
        """``01_happy_path``."""
        return f"{self.number:02}_{self.name}"

    def does(self, language: str) -> str:
        """What the partner does, in English or 中文."""
        return self.chinese if language == "zh" else self.english


@dataclass(frozen=True)
class Result:
    """What became of a scenario.

    PASSED, FAILED, WAITING for files, or LEFT_OUT where the partner's files have no
    column to play it with.
    """

    scenario: Scenario
    status: str
    problems: tuple[str, ...]


def judge(scenario: Scenario, evidence: Evidence) -> Result:
    """Hold what a partner sent against a scenario."""
    if not evidence.reports:
        return Result(scenario, "WAITING", ())
    problems = tuple(scenario.check(evidence))
    return Result(scenario, "FAILED" if problems else "PASSED", problems)


def _ships(evidence: Evidence, wanted: Mapping[str, int]) -> list[str]:
    shipped = evidence.shipped()
    return [
        f"line {line}: {qty} eaches wanted, {shipped.get(line, 0)} confirmed"
        for line, qty in wanted.items()
        if shipped.get(line, 0) != qty
    ]


def _all_lines(evidence: Evidence) -> dict[str, int]:
    return {line: qty for line, _, qty in evidence.asked}


def _is_clean(evidence: Evidence) -> list[str]:
    bad = sorted(
        (code, found.facts.file_name)
        for found in evidence.reports
        for code in _errors(found)
    )
    return [
        f"{code}: see {evidence.report_folder}/{name}.report.html"
        for code, name in dict.fromkeys(bad)
    ]


def _errors(found: FileReport) -> list[str]:
    return [f.code for f in found.findings if f.severity == "error"]


def happy(evidence: Evidence) -> list[str]:
    """Everything confirmed, nothing wrong."""
    return [*_is_clean(evidence), *_ships(evidence, _all_lines(evidence))]


def _in_parts(evidence: Evidence, column: str, least: int, what: str) -> list[str]:
    rows = evidence.of("shipment_confirmations")
    parts = rows[column].n_unique() if rows.height else 0
    few = [f"{least} {what} wanted, {parts} found"] if parts < least else []
    return [*happy(evidence), *few]


def partial(evidence: Evidence) -> list[str]:
    """Line 2 left in two parts."""
    rows = evidence.of("shipment_confirmations")
    second = rows.filter(pl.col("line_ref") == "2").height if rows.height else 0
    few = ["line 2 must leave in two parts"] if second < 2 else []  # noqa: PLR2004 two parts
    return [*happy(evidence), *few]


def split(evidence: Evidence) -> list[str]:
    """Two shipments."""
    return _in_parts(evidence, "shipment_ref", 2, "shipments")


def short(evidence: Evidence) -> list[str]:
    """Line 2 short, with a reason."""
    rows = evidence.of("shipment_confirmations")
    reasons = (
        rows.filter(pl.col("reason_code").is_not_null()).height if rows.height else 0
    )
    missing = [] if reasons else ["the short line names no reason"]
    return [*_is_clean(evidence), *_ships(evidence, {"1": 3, "2": 2}), *missing]


def cancelled(evidence: Evidence) -> list[str]:
    """Nothing left, and it was said."""
    refused = evidence.of("rejections").height
    zero = evidence.of("shipment_confirmations").height
    silent = [] if refused or zero else ["neither a refusal nor a zero confirmation"]
    return [*_is_clean(evidence), *_ships(evidence, {"1": 0}), *silent]


def duplicate(evidence: Evidence) -> list[str]:
    """Confirmed once, although a file came twice."""
    copies = evidence.verdicts().count("DUPLICATE")
    none = [] if copies else ["no file came twice with the same bytes"]
    return [*_ships(evidence, _all_lines(evidence)), *none]


def out_of_sequence(evidence: Evidence) -> list[str]:
    """Confirmed by two files, whatever their order."""
    files = len(evidence.reports)
    few = [] if files > 1 else ["two files wanted, the later one first"]
    return [*happy(evidence), *few]


def wrong_unit(evidence: Evidence) -> list[str]:
    """A line in a unit that nobody agreed: it waits, or was refused."""
    rows = evidence.of("shipment_confirmations")
    waits = rows.height > 0 and rows["uom_code"].count() > 0
    is_refused = evidence.codes() & {"UNKNOWN_UNIT", "BAD_CODE", "BAD_QTY"}
    return [] if waits or is_refused else ["a line in an unknown unit was wanted"]


def unknown_sku(evidence: Evidence) -> list[str]:
    """A line whose SKU nobody knows."""
    documents = ("shipment_confirmations", "orders", "stock_snapshots")
    skus = {
        sku
        for document in documents
        if evidence.of(document).height
        for sku in evidence.of(document)["sku_ref"].to_list()
    }
    return [] if skus - set(KNOWN_SKUS) else ["a line with an unknown SKU was wanted"]


def late(evidence: Evidence) -> list[str]:
    """Confirmed, for a day that is over."""
    rows = evidence.of("shipment_confirmations")
    days = {str(day)[:10] for day in rows["shipped_on"]} if rows.height else set()
    early = (
        []
        if any(day < SANDBOX_DATE for day in days)
        else [f"a confirmation of a day before {SANDBOX_DATE} was wanted"]
    )
    return [*_ships(evidence, _all_lines(evidence)), *early]


def orders(least: int) -> Check:
    """So many orders at least, all of them sound."""

    def check(evidence: Evidence) -> list[str]:
        rows = evidence.of("orders")
        found = rows["order_ref"].n_unique() if rows.height else 0
        few = [] if found >= least else [f"{least} orders wanted, {found} found"]
        return [*_is_clean(evidence), *few]

    return check


def repeated_sku(evidence: Evidence) -> list[str]:
    """Two lines of one SKU in one order."""
    rows = evidence.of("orders")
    twice = (
        rows.group_by("order_ref", "sku_ref").len().filter(pl.col("len") > 1).height
        if rows.height
        else 0
    )
    return [] if twice else ["an order with two lines of one SKU was wanted"]


def revised(evidence: Evidence) -> list[str]:
    """Two versions of one order."""
    rows = evidence.of("orders")
    versions = rows.select("order_ref", "updated_at").unique() if rows.height else rows
    is_revised = versions.height and versions["order_ref"].is_duplicated().any()
    if is_revised or evidence.of("order_changes").height:
        return []
    return ["a second version of an order was wanted"]


def cancels(evidence: Evidence) -> list[str]:
    """An order is cancelled."""
    actions = {
        action
        for document in ("orders", "order_changes")
        if evidence.of(document).height
        for action in evidence.of(document)["action"].to_list()
    }
    rows = evidence.of("orders")
    is_dated = rows.height > 0 and rows["cancelled_at"].count() > 0
    is_cancelled = is_dated or "cancel" in actions
    return [] if is_cancelled else ["a cancelled order was wanted"]


def copied(evidence: Evidence) -> list[str]:
    """A file came twice."""
    copies = evidence.verdicts().count("DUPLICATE")
    return [] if copies else ["no file came twice with the same bytes"]


def clean(evidence: Evidence) -> list[str]:
    """Nothing to mend."""
    return _is_clean(evidence)


def in_part(evidence: Evidence) -> list[str]:
    """Something broken among what is good."""
    is_partial = "PARTIAL" in evidence.verdicts()
    return [] if is_partial else ["a file accepted in part was wanted"]
