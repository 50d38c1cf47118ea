"""``orderhouse validate``: a partner learns alone, offline, what production says.

The same formats, codes and reports as a run's first room; no house, no lake, no
scheduler. Not here: what only the rest of the house can tell, whether a SKU or an
order is known and totals agree; the output says so.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from orchestration.cli.failures import CommandError
from orchestration.cli.parse import (
    UnknownFormatError,
    code_of,
    facts_of,
    file_bytes,
    known_partner,
    read_file,
)
from orchestration.resources.admission import (
    EMPTY,
    FILE_CODES,
    UNEXPECTED,
    is_empty,
    refusal_of,
    wanted,
)
from orchestration.resources.drop import name_of
from orchestration.resources.partners import PartnerProfile
from transforms.answers import report_csv, report_html, report_json
from transforms.answers.report import FileReport, headline, refused, spoken

RENDERERS: dict[str, Callable[[FileReport, str], bytes]] = {
    "csv": report_csv.render,
    "json": report_json.render,
    "html": report_html.render,
}
LANGUAGES = ("en", "zh")
MOST_LINES = 50
"""Findings printed; a report has more."""


def validate_file(
    path: Path, partner_name: str, format_name: str, language: str, out: str
) -> int:
    """Print a file's verdict and findings; write reports where asked.

    Args:
        path: the file.
        partner_name: id of a partner or path of its YAML.
        format_name: format, where the profile does not say.
        language: en or zh.
        out: folder for the report as CSV, JSON and HTML; "" for none.

    Returns:
        0 good, 1 findings, 2 unusable.

    Raises:
        CommandError: the file cannot be read.
    """
    refuse_language(language)
    known = known_partner(partner_name) if partner_name else None
    found = refused_unread(known, path, format_name=format_name) if known else None
    found = found or _read(path, partner_name, format_name)
    sys.stdout.write(_text(found, language))
    if out:
        write_reports(found, Path(out), language)
    return code_of(found)


def _read(path: Path, partner_name: str, format_name: str) -> FileReport:
    """What its format says of a file, or that none recognises it."""
    try:
        return read_file(path, format_name, partner_name).report
    except UnknownFormatError as unknown:
        return unknown.report


def refuse_language(language: str) -> None:
    """Refuse a language that we do not speak.

    Raises:
        CommandError: the message names those that we do.
    """
    if language not in LANGUAGES:
        raise CommandError(f"no language {language!r}: {' or '.join(LANGUAGES)}")


def refused_unread(
    known: PartnerProfile, path: Path, *, format_name: str = ""
) -> FileReport | None:
    """The report of a file that production would not look into, else None.

    Args:
        known: who sends it.
        path: the file.
        format_name: format, where the name of the file does not matter.
    """
    payload, name = file_bytes(path), name_of(path)
    feed, verdict = known.feed_of(name), refusal_of(known, name, len(payload))
    if not (verdict or feed or format_name):
        verdict = UNEXPECTED
    verdict = verdict or (EMPTY if is_empty(payload) else "")
    if not verdict:
        return None
    formats = [feed.format] if feed else []
    facts = facts_of(path, payload, known.partner_id, *formats)
    return refused(facts, verdict, FILE_CODES[verdict], wanted(known, verdict))


def write_reports(found: FileReport, folder: Path, language: str) -> list[Path]:
    """Write a report in every form; returns the paths."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = [
        folder / f"{found.facts.file_name}.report.{ending}" for ending in RENDERERS
    ]
    for path, render in zip(paths, RENDERERS.values(), strict=True):
        path.write_bytes(render(found, language))
    return paths


_WORDS = {
    "en": {
        "first": "{file_name}: {verdict} ({format}, {loaded_rows} rows,"
        " {quarantined_lines} of {physical_lines} lines refused)",
        "no": "no feed",
        "more": "  … and {:,} more; --out DIR writes reports",
        "followers": "  {} more lines fall with these",
        "rest": "What needs the rest of the house is judged by the run: whether SKUs,"
        " nodes and orders are known, and whether totals agree.",
    },
    "zh": {
        "first": "{file_name}：{verdict}（{format}，载入 {loaded_rows} 行，"
        "{physical_lines} 行中 {quarantined_lines} 行被拒绝）",
        "no": "无对应文件类型",
        "more": "  … 另有 {:,} 条；--out DIR 写出报告",
        "followers": "  另有 {} 行随之被拒绝",
        "rest": "需要其余数据才能判断的由正式运行判定："
        "SKU、节点和订单是否已知，合计是否一致。",
    },
}


def _text(found: FileReport, language: str) -> str:
    words, head = _WORDS[language], headline(found)
    first = words["first"].format(**head | {"format": head["format"] or words["no"]})
    lines = [first]
    own = [f for f in found.findings if not f.is_follower]
    lines += [_line(spoken(f, language)) for f in own[:MOST_LINES]]
    followers = len(found.findings) - len(own)
    rest = len(own) - MOST_LINES + found.left_out
    if rest > 0:
        lines.append(words["more"].format(rest))
    if followers:
        lines.append(words["followers"].format(followers))
    if head["loaded_rows"]:
        lines.append(words["rest"])
    return "\n".join(lines) + "\n"


def _line(said: dict[str, str | int]) -> str:
    value = f" [{said['masked_value']}]" if said["masked_value"] else ""
    return (
        f"  {said['line']:>6} {said['column']} {said['code']}{value}:"
        f" {said['what_is_wrong']} {said['how_to_mend_it']}"
    )
