"""An error report as a page: opens anywhere, loads nothing from anywhere."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from transforms.answers.report import FileReport, Finding, headline, spoken

MOST_FINDINGS = 2_000
"""Rows on a page; the CSV has them all."""

_WORDS = {
    "en": {
        "title": "What became of your file",
        "verdict": "Verdict",
        "file_name": "File",
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
        "more": "more findings are in the CSV report.",
        "ACCEPTED": "accepted",
        "PARTIAL": "accepted in part",
        "REJECTED": "rejected",
        "DUPLICATE": "the same bytes arrived before",
        "REVISION": "a revision of a file of this name",
    },
    "zh": {
        "title": "您的文件处理结果",
        "verdict": "结论",
        "file_name": "文件",
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
        "more": "条问题见 CSV 报告。",
        "ACCEPTED": "已接受",
        "PARTIAL": "部分接受",
        "REJECTED": "已拒绝",
        "DUPLICATE": "相同内容已收到过",
        "REVISION": "同名文件的修订版",
    },
}

_STYLE = """
body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:70rem}
body{padding:0 1rem;color:#1d2733}h1{font-size:1.4rem}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.2rem 1rem}
dt{color:#5b6775}dd{margin:0;overflow-wrap:anywhere}
table{border-collapse:collapse;width:100%;margin-top:1.5rem}
th,td{text-align:left;vertical-align:top;padding:.4rem .6rem}
th,td{border-bottom:1px solid #dde3ea}th{background:#f4f6f9}
.error{color:#b3261e}.warning{color:#8a5a00}.info,.follower{color:#5b6775}
code{white-space:pre-wrap}
"""


def render(found: FileReport, language: str = "en") -> bytes:
    """The page's bytes; every cell is escaped, no script runs."""
    words = _WORDS[language]
    head = headline(found)
    facts = "".join(
        f"<dt>{escape(words[name])}</dt>"
        f"<dd>{escape(_said(words, name, head[name]))}</dd>"
        for name in head
        if head[name] != ""
    )
    return (
        f'<!doctype html>\n<html lang="{language}"><head><meta charset="utf-8">'
        f"<title>{escape(found.facts.file_name)}</title><style>{_STYLE}</style></head>"
        f"<body><h1>{words['title']}</h1><dl>{facts}</dl>"
        f"{_findings(found, words, language)}</body></html>\n"
    ).encode()


def _said(words: dict[str, str], name: str, value: str | int) -> str:
    if name == "verdict" and str(value) in words:
        return f"{value}: {words[str(value)]}"
    return str(value)


def _findings(found: FileReport, words: dict[str, str], language: str) -> str:
    if not found.findings:
        return f"<p>{words['nothing']}</p>"
    shown = found.findings[:MOST_FINDINGS]
    names = list(spoken(shown[0], language))
    head = "".join(f"<th>{escape(words[name])}</th>" for name in names)
    body = "".join(_row(finding, language) for finding in shown)
    rest = len(found.findings) - len(shown)
    more = f"<p>{rest} {words['more']}</p>" if rest else ""
    return f"<table><tr>{head}</tr>\n{body}</table>{more}"


def _row(finding: Finding, language: str) -> str:
    kind = "follower" if finding.is_follower else finding.severity
    cells = _cells(spoken(finding, language).items())
    return f'<tr class="{kind}">{cells}</tr>\n'


def _cells(items: Iterable[tuple[str, str | int]]) -> str:
    return "".join(
        f"<td><code>{escape(str(value))}</code></td>"
        if name in {"code", "example", "masked_value"}
        else f"<td>{escape(str(value))}</td>"
        for name, value in items
    )
