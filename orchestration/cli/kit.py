"""``orderhouse partner kit``: what a partner needs to send us files that work.

Everything is made from the profile, the formats and the codes that production
uses, and the sample files' reports by the parser that production runs, so a kit
cannot say anything that a run does not.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from html import escape
from pathlib import Path
from types import ModuleType
from typing import Any

from orchestration.cli.execution import CONSOLE
from orchestration.cli.validate import write_reports
from orchestration.resources.formats import feed_format
from orchestration.resources.home import PROJECT
from orchestration.resources.partners import Feed, PartnerProfile, partner
from transforms.answers.report import FileFacts, report
from transforms.answers.scenarios import scenarios_for
from transforms.contracts.codes import CODES
from transforms.contracts.profile import Profile
from transforms.contracts.table import Table

SAMPLES = PROJECT / "data" / "samples" / "formats"
"""Right and wrong files of every format, invented by hand."""


def write_kit(name: str, out: str) -> int:
    """Write the kit of a partner into a folder.

    Returns:
        0.
    """
    known = partner(name)
    folder = Path(out)
    folder.mkdir(parents=True, exist_ok=True)
    for feed in known.feeds:
        _write_map(feed, folder / "maps")
        for path in _samples(feed):
            _write_sample(known, feed, path, folder / "samples" / feed.name)
    guide = folder / "guide.html"
    guide.write_text(_guide(known), encoding="utf-8")
    CONSOLE.print(f"the kit of {known.display_name}: {guide}", soft_wrap=True)
    return 0


def _samples(feed: Feed) -> list[Path]:
    return sorted((SAMPLES / feed.format).glob("*.in"))


def _write_sample(known: PartnerProfile, feed: Feed, path: Path, folder: Path) -> None:
    """A sample under a name that the feed expects, and the report it earns."""
    folder.mkdir(parents=True, exist_ok=True)
    profile = known.profile(feed)
    payload = addressed(path.read_bytes(), feed.format, profile)
    name = _named(feed.pattern, path.stem)
    (folder / name).write_bytes(payload)
    parsed = feed_format(feed.format).parse(payload, profile)
    facts = FileFacts(
        file_name=name,
        sha256=hashlib.sha256(payload).hexdigest(),
        size_bytes=len(payload),
        partner_id=known.partner_id,
        document=feed.document,
        format=feed.format,
    )
    write_reports(report(facts, parsed), folder / "reports", known.language)


def _named(pattern: str, stem: str) -> str:
    """A file name that fits a pattern: its star becomes the sample's name."""
    fitting = pattern.replace("*", f"SAMPLE_{stem}")
    return "".join("0" if c in "?[]" else c for c in fitting)


def addressed(payload: bytes, format_name: str, profile: Profile) -> bytes:
    """A sample with the partner's own id as its sender, where it has one."""
    if not profile.interchange_id or not format_name.startswith(("x12_", "edifact_")):
        return payload
    text = payload.decode("utf-8", "surrogateescape")
    readdress = _x12_sender if format_name.startswith("x12_") else _edifact_sender
    return readdress(text, profile.interchange_id).encode("utf-8", "surrogateescape")


def _x12_sender(text: str, sender: str) -> str:
    for line in set(_starts(text, "ISA")):
        cells = line.split(line[3])
        cells[6] = sender.ljust(15)
        text = text.replace(line, line[3].join(cells))
    return text


def _edifact_sender(text: str, sender: str) -> str:
    for line in set(_starts(text, "UNB")):
        cells = line.split(line[3])
        cells[2] = cells[2].replace(cells[2].split(":")[0], sender, 1)
        text = text.replace(line, line[3].join(cells))
    return text


def _starts(text: str, name: str) -> Iterator[str]:
    """Beginnings of envelope segments: enough cells to hold the sender."""
    position = text.find(name)
    while position >= 0:
        yield text[position : position + 106]
        position = text.find(name, position + 1)


def _write_map(feed: Feed, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    module = feed_format(feed.format)
    found = getattr(module, "SET_MAP", None) or getattr(module, "MESSAGE_MAP", None)
    if found is not None:
        content, ending = _plain(found), "map"
    else:
        content, ending = json_schema(module.DOCUMENT), "schema"
    path = folder / f"{feed.name}.{feed.format}.{ending}.json"
    text = json.dumps(content, ensure_ascii=False, indent=1)
    path.write_text(text + "\n", encoding="utf-8")


def json_schema(table: Table) -> dict[str, Any]:
    """JSON Schema of one row of a document, as our formats spell its cells."""
    said = [c for c in table.columns if not c.is_provenance and c.name != "partner_id"]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": table.name,
        "description": table.grain,
        "type": "object",
        "properties": {
            c.name: {"type": "string", "description": c.description} for c in said
        },
        "required": [c.name for c in said if not c.is_nullable],
        "additionalProperties": True,
    }


def _plain(value: object) -> Any:  # noqa: ANN401 JSON
    """A map of an EDI set as lists and dictionaries."""
    fields = getattr(value, "__dataclass_fields__", None)
    if fields is not None:
        return {name: _plain(getattr(value, name)) for name in fields}
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    if isinstance(value, dict):
        return {str(key): _plain(part) for key, part in value.items()}
    return value if isinstance(value, str | int | bool | None) else str(value)


_WORDS = {
    "en": ("Guide for", "You send", "file names", "format", "due", "You get", "Answers",
           "Before you go live", "Codes", "what is wrong", "how to mend it"),
    "zh": ("接口指南：", "您发送", "文件名", "格式", "截止时间", "您接收", "回执",
           "上线前的认证", "代码", "问题", "如何修正"),
}  # fmt: skip


def _guide(known: PartnerProfile) -> str:
    words = _WORDS[known.language]
    sections = [
        f"<h1>{words[0]} {escape(known.display_name)}</h1>",
        _facts(known),
        f"<h2>{words[1]}</h2>",
        *(_feed(known, feed) for feed in known.feeds),
        f"<h2>{words[5]}</h2><ul>",
        *(f"<li>{escape(i.name)}: {escape(i.format)}</li>" for i in known.instructions),
        f"</ul><h2>{words[6]}</h2><p>{escape(known.answers)}: answers/</p>",
        f"<h2>{words[7]}</h2><ol>",
        *(
            f"<li><b>{escape(s.name)}</b>: {escape(s.does(known.language))}</li>"
            for s in scenarios_for(known.role)
        ),
        f"</ol><h2>{words[8]}</h2><table border=1 cellpadding=4>",
        *(_code(code, known.language) for code in CODES if _is_told(code)),
        "</table>",
    ]
    return (
        f'<!doctype html><html lang="{known.language}"><head><meta charset="utf-8">'
        f"<title>{escape(known.display_name)}</title><style>body{{font:15px/1.5"
        " system-ui;max-width:60rem;margin:2rem auto;padding:0 1rem}}pre{{background:"
        "#f4f6f9;padding:1rem;white-space:pre-wrap}}table{{border-collapse:collapse}}"
        "</style></head><body>" + "\n".join(sections) + "</body></html>\n"
    )


def _facts(known: PartnerProfile) -> str:
    said = {
        "partner_id": known.partner_id,
        "zone": known.zone,
        "currency": known.currency_code,
        "interchange id": known.interchange_id,
        "our interchange id": known.our_interchange_id * bool(known.interchange_id),
        "weekdays": known.open_weekdays,
        "live from": str(known.live_from or ""),
        "largest file": f"{known.max_file_bytes} bytes",
        "contacts": ", ".join(f"{c.role}: {c.name}" for c in known.contacts),
    }
    rows = (f"<tr><th>{k}</th><td>{escape(v)}</td></tr>" for k, v in said.items() if v)
    return f"<table>{''.join(rows)}</table>"


def _feed(known: PartnerProfile, feed: Feed) -> str:
    words = _WORDS[known.language]
    module: ModuleType = feed_format(feed.format)
    columns = "".join(
        f"<tr><td><code>{escape(c.name)}</code></td>"
        f"<td>{escape(c.description)}</td></tr>"
        for c in module.DOCUMENT.columns
        if not c.is_provenance and c.name != "partner_id"
    )
    return (
        f"<h3>{escape(feed.name)}</h3>"
        f"<p>{words[2]}: <code>{escape(feed.pattern)}</code>;"
        f" {words[3]}: {escape(feed.format)}; {escape(feed.cadence)},"
        f" {words[4]} {feed.due_local} {escape(known.zone)}</p>"
        f"<pre>{escape(module.__doc__ or '')}</pre>"
        f"<details><summary>{escape(module.DOCUMENT.grain)}</summary>"
        f"<table border=1 cellpadding=4>{columns}</table></details>"
    )


def _is_told(code: str) -> bool:
    return CODES[code].room in {"ingest", "bronze", "silver"}


def _code(name: str, language: str) -> str:
    code = CODES[name]
    return (
        f"<tr><td><code>{name}</code></td><td>{code.severity}</td>"
        f"<td>{escape(code.sentence(language))}</td>"
        f"<td>{escape(code.advice(language))}</td>"
        f"<td>{escape(code.example)}</td></tr>"
    )
