"""An error report as a page: opens anywhere, loads nothing from anywhere.

On a phone each finding is a card. Lines that are refused only because of another
line stand together below, so that what has to be mended is what one sees.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from html import escape

from transforms.answers.page import page, table
from transforms.answers.report import FileReport, Finding, headline, spoken
from transforms.contracts.codes import CODES

MOST_FINDINGS = 2_000
"""Rows on a page; the CSV has more."""

_WORDS = {
    "en": {
        "title": "What became of your file",
        "partner_id": "Partner",
        "document": "Document",
        "format": "Format",
        "received_at": "Received",
        "sha256": "sha256",
        "size_bytes": "Bytes",
        "physical_lines": "Lines in the file",
        "accepted_lines": "Lines accepted",
        "quarantined_lines": "Lines refused",
        "blank_lines": "Blank lines",
        "loaded_rows": "Rows loaded",
        "waiting_lines": "Lines that wait",
        "errors": "Errors",
        "warnings": "Warnings",
        "line": "Line",
        "column": "Column",
        "code": "Code",
        "severity": "Severity",
        "masked_value": "Value (masked)",
        "what_is_wrong": "What is wrong",
        "how_to_mend_it": "How to mend it",
        "example": "For example",
        "nothing": "Nothing to mend.",
        "waits": "{}, {:,} lines wait for what the errors below name",
        "erred": "{}, with errors to mend",
        "more": "{} more findings; the CSV report has the first 50,000 of all.",
        "followers": "{} lines are refused only because of lines above",
        "ACCEPTED": "accepted",
        "PARTIAL": "accepted in part",
        "REJECTED": "rejected",
        "DUPLICATE": "the same bytes arrived before; nothing was read again",
        "REVISION": "a revision of a file of this name",
        "TEST": "a test: read and judged, counted nowhere",
        "error": "error",
        "warning": "warning",
        "info": "info",
    },
    "zh": {
        "title": "您的文件处理结果",
        "partner_id": "伙伴",
        "document": "单据",
        "format": "格式",
        "received_at": "收到时间",
        "sha256": "sha256",
        "size_bytes": "字节数",
        "physical_lines": "文件行数",
        "accepted_lines": "接受行数",
        "quarantined_lines": "拒绝行数",
        "blank_lines": "空行数",
        "loaded_rows": "载入行数",
        "waiting_lines": "等待行数",
        "errors": "错误",
        "warnings": "警告",
        "line": "行",
        "column": "列",
        "code": "代码",
        "severity": "级别",
        "masked_value": "值（已遮蔽）",
        "what_is_wrong": "问题",
        "how_to_mend_it": "如何修正",
        "example": "示例",
        "nothing": "无需修正。",
        "waits": "{}，其中 {:,} 行在下列错误修正前等待处理",
        "erred": "{}，但有错误需要修正",
        "more": "另有 {} 条问题；CSV 报告包含全部问题中的前 50,000 条。",
        "followers": "{} 行仅因上述行有误而一并被拒绝",
        "ACCEPTED": "已接受",
        "PARTIAL": "部分接受",
        "REJECTED": "已拒绝",
        "DUPLICATE": "相同内容已收到过，未重复读取",
        "REVISION": "同名文件的修订版",
        "TEST": "测试文件：已检查，不计入任何数据",
        "error": "错误",
        "warning": "警告",
        "info": "提示",
    },
}

_GOOD, _PASSED_BY = {"ACCEPTED"}, {"PARTIAL", "REVISION", "DUPLICATE", "TEST"}
_REFUSED_AS = {"UNEXPECTED": "UNEXPECTED_FILE"}
"""Verdicts whose code has another name."""

_TOLD = ("physical_lines", "accepted_lines", "quarantined_lines", "loaded_rows")
_COUNTED = ("waiting_lines", "errors", "warnings")


def render(found: FileReport, language: str = "en") -> bytes:
    """The page's bytes; every cell is escaped, no script runs."""
    words = _WORDS[language]
    name = found.facts.file_name
    body = (
        f"<p class=over>{words['title']}</p><h1>{escape(name)}</h1>"
        f"{_verdict(found, words, language)}{_figures(found, words)}"
        f"{_facts(found, words)}{_findings(found, words, language)}"
    )
    return page(name, body, language)


def _verdict(found: FileReport, words: dict[str, str], language: str) -> str:
    verdict = found.verdict
    code = CODES.get(_REFUSED_AS.get(verdict, verdict))
    said = words.get(verdict) or (code.sentence(language) if code else "")
    if found.waiting_lines:
        said = words["waits"].format(said, found.waiting_lines)
    elif verdict in _GOOD and not found.is_clean:
        said = words["erred"].format(said)
    kind = _kind(found)
    shown = f"<strong>{escape(verdict)}</strong> {escape(said)}"
    return f"<p class='verdict {kind}'>{shown}</p>"


def _kind(found: FileReport) -> str:
    """How a verdict looks: good only where nothing is to be mended."""
    if found.verdict in _GOOD and found.is_clean:
        return "good"
    return "part" if found.verdict in _GOOD | _PASSED_BY else "bad"


def _figures(found: FileReport, words: dict[str, str]) -> str:
    head = headline(found)
    cells = "".join(
        f"<div><strong>{head[name]:,}</strong>{words[name]}</div>"
        for name in _TOLD + _COUNTED
    )
    return f"<div class=figures>{cells}</div>"


def _facts(found: FileReport, words: dict[str, str]) -> str:
    shown = (*_TOLD, *_COUNTED, "file_name", "verdict")
    cells = "".join(
        f"<dt>{escape(words[name])}</dt><dd>{escape(str(value))}</dd>"
        for name, value in headline(found).items()
        if name not in shown and value != ""
    )
    return f"<dl>{cells}</dl>"


def _findings(found: FileReport, words: dict[str, str], language: str) -> str:
    if not found.findings:
        return f"<p>{words['nothing']}</p>"
    own = [f for f in found.findings if not f.is_follower]
    names = list(spoken(found.findings[0], language))
    rows = [_row(finding, words, language) for finding in own[:MOST_FINDINGS]]
    rest = len(own) - len(rows) + found.left_out
    more = f"<p>{words['more'].format(rest)}</p>" if rest else ""
    shown = table([words[name] for name in names], rows)
    return shown + more + _followers(found.findings, words)


def _row(
    finding: Finding, words: dict[str, str], language: str
) -> tuple[str, list[str]]:
    return finding.severity, [
        _cell(name, value, words) for name, value in spoken(finding, language).items()
    ]


def _cell(name: str, value: str | int, words: dict[str, str]) -> str:
    text = escape(str(value))
    if name == "severity":
        return f"<span class=chip>{words.get(text, text)}</span>"
    if name in {"code", "masked_value"} and text:
        return f"<code>{text}</code>"
    # Examples name what they quote between back quotes.
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", text) if name == "example" else text


def _followers(findings: Sequence[Finding], words: dict[str, str]) -> str:
    lines = [f.line for f in findings if f.is_follower]
    if not lines:
        return ""
    said = words["followers"].format(len(lines))
    return (
        f"<details><summary>{said}</summary><p>{', '.join(spans(lines))}</p></details>"
    )


def spans(lines: Iterable[int]) -> list[str]:
    """Line numbers, rising, with neighbours told as one.

    Example:
        >>> spans([3, 4, 5, 9])
        ['3–5', '9']
    """
    ends: list[list[int]] = []
    for line in lines:
        if ends and line <= ends[-1][1] + 1:
            ends[-1][1] = line
        else:
            ends.append([line, line])
    return [f"{a}–{b}" if b > a else str(a) for a, b in ends]
