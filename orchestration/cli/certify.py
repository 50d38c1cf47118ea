"""``orderhouse partner certify``: scenarios against a sandbox folder.

``to_partner/<scenario>`` holds what we send, ``from_partner/<scenario>`` is where
the partner puts its files. Each call reads what is there and writes the result
sheet and the ``reports`` of the files anew; nothing touches a house.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import UTC, date, datetime
from html import escape
from pathlib import Path

import polars as pl
from rich.table import Table as Grid

from orchestration.cli.execution import CONSOLE
from orchestration.cli.guide import documents, unplayable
from orchestration.cli.parse import facts_of, known_partner
from orchestration.cli.validate import refused_unread, write_reports
from orchestration.resources.drop import name_of
from orchestration.resources.formats import instruction_format
from orchestration.resources.partners import PartnerProfile
from orchestration.resources.sharing import read, readers
from transforms.answers.certification import (
    SANDBOX_DATE,
    Evidence,
    Result,
    Scenario,
    judge,
)
from transforms.answers.page import page, table
from transforms.answers.report import FileReport, refused, report, together
from transforms.answers.scenarios import scenarios_for
from transforms.answers.seen import problem_of
from transforms.contracts.decisions import SHIPPING_ORDERS
from transforms.contracts.profile import Envelope, Payload
from transforms.contracts.table import conform

PASSED, NOT_YET = 0, 1
SANDBOX_AT = datetime.fromisoformat(f"{SANDBOX_DATE}T18:00:00").replace(tzinfo=UTC)
ANY_FEED = "*"
"""Who may read bytes again that gave a row: nobody."""

REPORTS = "reports"
"""Beside the result sheet: a folder for each scenario, as production reports."""

FIRST_CONTROL_NO = 900_000_001
"""Control numbers of the sandbox, far from those of production."""


def certify(name: str, sandbox: str) -> int:
    """Prepare the sandbox where it is missing, judge what is in it.

    Returns:
        0 when every scenario passed that the partner's files can play, else 1.
    """
    known = known_partner(name)
    folder = Path(sandbox) / known.partner_id
    results = []
    for scenario in scenarios_for(known.role, documents(known)):
        if why := unplayable(known, scenario):
            results.append(Result(scenario, "LEFT_OUT", (why,)))
            continue
        instruction = _prepare(known, scenario, folder)
        evidence = _evidence(known, scenario, folder, instruction)
        results.append(judge(scenario, evidence))
    _write_sheet(known, results, folder)
    CONSOLE.print(_grid(known, results))
    CONSOLE.print(f"result sheet: {folder / 'results.html'}", soft_wrap=True)
    is_done = all(r.status in {"PASSED", "LEFT_OUT"} for r in results)
    return PASSED if is_done else NOT_YET


def instruction_ref(scenario: Scenario) -> str:
    """Id of the instruction of a scenario."""
    return f"FO-CERT-{scenario.number:02}"


def _prepare(known: PartnerProfile, scenario: Scenario, folder: Path) -> str:
    inbox = folder / "from_partner" / scenario.folder
    inbox.mkdir(parents=True, exist_ok=True)
    outbox = folder / "to_partner" / scenario.folder
    outbox.mkdir(parents=True, exist_ok=True)
    task = scenario.does(known.language)
    (outbox / "TASK.txt").write_text(f"{scenario.number}. {task}\n", encoding="utf-8")
    sent = instruct(known, scenario)
    for payload in sent:
        (outbox / payload.name).write_bytes(payload.content)
    return instruction_ref(scenario) if sent else ""


def instruct(known: PartnerProfile, scenario: Scenario) -> list[Payload]:
    """What a partner is told in a scenario; nothing where it is told nothing."""
    number = FIRST_CONTROL_NO + scenario.number - 1
    envelope = Envelope(known.profile(), number, SANDBOX_AT)
    modules = (instruction_format(one.format) for one in known.instructions)
    return [
        module.render(_lines(scenario), envelope)
        for module in modules
        if scenario.asked and module.DOCUMENT == SHIPPING_ORDERS
    ]


def _lines(scenario: Scenario) -> pl.DataFrame:
    """An instruction to invented people."""
    rows = [
        {
            "instruction_id": instruction_ref(scenario),
            "instruction_line_ref": line,
            "node_id": "SANDBOX",
            "order_id": f"sandbox/{scenario.number}",
            "order_name": f"#CERT{scenario.number:02}",
            "sku_id": sku,
            "product_name": f"SAMPLE {sku}",
            "qty": qty,
            "grams": 500 * qty,
            "ordered_at": SANDBOX_AT,
            "ship_by_date": date.fromisoformat(SANDBOX_DATE),
            "service_code": "STANDARD",
            "ship_to_name": "Ada Example",
            "ship_to_street": "1 Sample Street",
            "ship_to_street2": None,
            "ship_to_city": "Springfield",
            "ship_to_postal_code": "62701",
            "region_code": "IL",
            "country_code": "US",
            "ship_to_phone": "+1 555 0100",
        }
        for line, sku, qty in scenario.asked
    ]
    return conform(pl.DataFrame(rows, schema=SHIPPING_ORDERS.schema), SHIPPING_ORDERS)


def _evidence(
    known: PartnerProfile, scenario: Scenario, folder: Path, instruction: str
) -> Evidence:
    rows: dict[str, list[pl.DataFrame]] = {}
    reports: list[FileReport] = []
    known_by: dict[str, set[str]] = {}
    for path in _files(folder / "from_partner" / scenario.folder):
        payload = path.read_bytes()
        feeds = readers(known, name_of(path), payload)
        unread = refused_unread(known, path)
        names, formats = {f.name for f in feeds}, [f.format for f in feeds]
        facts = facts_of(path, payload, known.partner_id, *formats)
        if unread is not None:
            reports.append(unread)
        elif known_by.get(facts.sha256, set()) & {*names, ANY_FEED}:
            reports.append(refused(facts, "DUPLICATE", "DUPLICATE"))
        else:
            parts = read(known, feeds, payload)
            whole = together(parts)
            reports.append(report(facts, whole))
            for feed, part in zip(feeds, parts, strict=True):
                rows.setdefault(feed.document, []).append(part.rows)
            # What gave no row counts nowhere: another feed may still read it.
            by = {ANY_FEED} if whole.rows.height else names
            known_by.setdefault(facts.sha256, set()).update(by)
    by_document = {document: pl.concat(frames) for document, frames in rows.items()}
    report_folder = f"{REPORTS}/{scenario.folder}"
    _write_reports(reports, folder / report_folder, known.language)
    return Evidence(
        instruction, scenario.asked, by_document, tuple(reports), report_folder
    )


def _write_reports(reports: list[FileReport], folder: Path, language: str) -> None:
    """Reports of the files that are there now; those of earlier calls go."""
    for path in folder.glob("*.report.*"):
        path.unlink()
    for found in reports:
        if found.findings:
            write_reports(found, folder, language)


def _files(folder: Path) -> Iterator[Path]:
    return (p for p in sorted(folder.iterdir()) if p.is_file() and p.name[0] != ".")


def _write_sheet(known: PartnerProfile, results: list[Result], folder: Path) -> None:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["number", "scenario", "status", "problems"])
    for found in results:
        scenario, problems = found.scenario, "; ".join(found.problems)
        writer.writerow([scenario.number, scenario.name, found.status, problems])
    (folder / "results.csv").write_text(text.getvalue(), encoding="utf-8")
    (folder / "results.html").write_bytes(_page(known, results))


_WORDS = {
    "en": ("Certification", "#", "scenario", "task", "result", "what is missing"),
    "zh": ("认证", "#", "场景", "任务", "结果", "缺少的内容"),
}
_STATUSES = {"PASSED": "通过", "FAILED": "未通过", "WAITING": "等待文件",
             "LEFT_OUT": "不适用"}  # fmt: skip
"""Results in 中文."""


def _page(known: PartnerProfile, results: list[Result]) -> bytes:
    title, *names = _WORDS[known.language]
    rows = (
        (
            r.status,
            [
                str(r.scenario.number),
                escape(r.scenario.name),
                escape(r.scenario.does(known.language)),
                f"<span class=chip>{_status(r, known.language)}</span>",
                escape(_missing(r, known.language)),
            ],
        )
        for r in results
    )
    shown = escape(known.display_name)
    body = f"<p class=over>{title}</p><h1>{shown}</h1>{table(names, rows)}"
    return page(f"{known.display_name}: {title}", body, known.language)


def _status(found: Result, language: str) -> str:
    return _STATUSES[found.status] if language == "zh" else found.status


def _missing(found: Result, language: str) -> str:
    between = "；" if language == "zh" else "; "
    return between.join(problem_of(one, language) for one in found.problems)


def _grid(known: PartnerProfile, results: list[Result]) -> Grid:
    grid = Grid(title=f"Certification of {known.display_name}")
    for name in ("#", "scenario", "result", "what is missing"):
        grid.add_column(name)
    for found in results:
        scenario = found.scenario
        problems = "; ".join(found.problems) or (
            f"put files into from_partner/{scenario.folder}"
            if found.status == "WAITING"
            else ""
        )
        grid.add_row(str(scenario.number), scenario.name, found.status, problems)
    return grid
