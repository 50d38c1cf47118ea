"""A partner's guide as one page: what it sends, what it gets, what codes mean.

Made of the profile, the formats' own words and the table of codes.
"""

from __future__ import annotations

import re
from html import escape
from textwrap import dedent

from orchestration.resources.formats import feed_format, instruction_format
from orchestration.resources.partners import Feed, Instruction, PartnerProfile
from transforms.answers.certification import Scenario
from transforms.answers.chinese import described
from transforms.answers.meanings import meaning
from transforms.answers.page import page, table
from transforms.answers.scenarios import scenarios_for
from transforms.answers.seen import example_of
from transforms.contracts.codes import CODES, detail_in
from transforms.contracts.decisions import SHIPPING_ORDERS
from transforms.edi.kinds import EDIFACT, X12

TOLD_ROOMS = {"ingest", "bronze", "silver"}
"""Rooms whose codes a partner may meet in a report."""

_WORDS = {
    "en": {
        "title": "Guide for {}",
        "partner_id": "Partner",
        "zone": "Zone of local times",
        "currency_code": "Currency where a file names none",
        "interchange_id": "Interchange id",
        "open_weekdays": "Open (1 is Monday)",
        "closed_dates": "Closed on",
        "live_from": "Live from; files of before are tests",
        "max_file_bytes": "Largest file, bytes",
        "contacts": "Contacts",
        "sends": "You send",
        "names": "File names",
        "format": "Format",
        "due": "Due",
        "by": "{cadence}, by {due} {zone}",
        "sequence": "Running number in the name",
        "business_date": "Date in the name",
        "options": "Agreed besides",
        "samples": "Samples with the reports they earn",
        "map": "For programs",
        "columns": "Columns of a line: {}",
        "becomes": "What becomes of it here: {}",
        "column": "column",
        "meaning": "meaning",
        "needed": "required",
        "yes": "yes",
        "mixed": "One file or interchange may hold sets of all these kinds, in any"
        " order: {}. Each is read by its kind, under whichever of the names it comes.",
        "gets": "You get",
        "nothing": "Nothing but answers.",
        "answers": "What became of your files",
        "by_csv": "Every file has a line in receipts_<number>.csv of the same sweep.",
        "by_x12": "Every file has a 997 or TA1, else a line in receipts_<number>.csv.",
        "by_edifact": "A file that asks has a CONTRL, any other a line in"
        " receipts_<number>.csv.",
        "by_none": "You are told nothing.",
        "reported": "A file with something to mend has a report besides, as HTML, CSV"
        " and JSON. Both lie in the folder answers.",
        "try": "Try a file before you send it",
        "tried": "It says what a run says, but for what only a run knows: copies,"
        " SKUs, nodes and orders.",
        "live": "Before you go live",
        "live_how": "Play these; we judge them with orderhouse partner certify.",
        "left_out": "Left out: no column of its files says it ({} of the profile).",
        "codes": "Codes",
        "code": "code",
        "severity": "severity",
        "wrong": "what is wrong",
        "mend": "how to mend it",
        "example": "for example",
    },
    "zh": {
        "title": "{} 接口指南",
        "partner_id": "伙伴",
        "zone": "本地时间的时区",
        "currency_code": "文件未注明币种时",
        "interchange_id": "报文交换标识",
        "open_weekdays": "营业日（1 为周一）",
        "closed_dates": "休业日期",
        "live_from": "上线日期；此前的文件为测试",
        "max_file_bytes": "文件最大字节数",
        "contacts": "联系人",
        "sends": "您发送",
        "names": "文件名",
        "format": "格式",
        "due": "截止时间",
        "by": "{cadence}，{zone} {due} 之前",
        "sequence": "文件名中的序号",
        "business_date": "文件名中的日期",
        "options": "另行约定",
        "samples": "示例文件及其报告",
        "map": "供程序使用",
        "columns": "每行的列：{}",
        "becomes": "读取后的内容：{}",
        "column": "列",
        "meaning": "含义",
        "needed": "必需",
        "yes": "是",
        "mixed": "以下各类报文可任意混合于同一文件或同一交换报文中：{}。"
        "每份报文按其类型读取，使用上述任一文件名均可。",
        "gets": "您接收",
        "nothing": "除回执外无其他文件。",
        "answers": "文件的处理结果",
        "by_csv": "每个文件在同一轮处理的 receipts_<编号>.csv 中各有一行。",
        "by_x12": "每个文件以 997 或 TA1 回复，否则在 receipts_<编号>.csv 中有一行。",
        "by_edifact": "要求回执的以 CONTRL 回复，其余在 receipts_<编号>.csv 中有一行。",
        "by_none": "不发送回执。",
        "reported": "如需修正，另有 HTML、CSV 和 JSON 报告；均在 answers 文件夹中。",
        "try": "发送前先自行检查",
        "tried": "结论与正式运行一致，但重复文件、SKU、节点和订单只有运行时才能核对。",
        "live": "上线前的认证",
        "live_how": "请演练以下场景；我们用 orderhouse partner certify 评判。",
        "left_out": "免演练：文件中没有对应的列（配置档案的 {}）。",
        "codes": "代码",
        "code": "代码",
        "severity": "级别",
        "wrong": "问题",
        "mend": "如何修正",
        "example": "示例",
    },
}  # fmt: skip
_FACTS = ("partner_id", "zone", "currency_code", "interchange_id", "open_weekdays",
          "live_from", "max_file_bytes")  # fmt: skip
_CADENCES = {"daily": "每天", "hourly": "每小时", "weekly": "每周",
             "every run": "每次运行", "as needed": "按需", "once": "一次"}  # fmt: skip
"""Words of profiles in 中文."""


def guide(known: PartnerProfile) -> bytes:
    """The guide's bytes."""
    words = _WORDS[known.language]
    title = words["title"].format(known.display_name)
    parts = [
        f"<h1>{escape(title)}</h1>{_facts(known)}",
        f"<h2>{words['sends']}</h2>",
        *(_feed(known, feed) for feed in known.feeds),
        _mixed(known),
        f"<h2>{words['gets']}</h2>{_gets(known)}",
        f"<h2>{words['answers']}</h2>{_answers(known)}",
        _scenarios(known),
        f"<h2>{words['codes']}</h2>{_codes(known)}",
    ]
    return page(title, "\n".join(part for part in parts if part), known.language)


def _facts(known: PartnerProfile) -> str:
    words = _WORDS[known.language]
    said = {words[name]: getattr(known, name) for name in _FACTS}
    people = (f"{c.role}: {c.name} {c.email} {c.phone}" for c in known.contacts)
    said[words["closed_dates"]] = ", ".join(map(str, sorted(known.closed_dates)))
    said[words["contacts"]] = "; ".join(people)
    rows = (
        f"<dt>{name}</dt><dd>{escape(str(value))}</dd>"
        for name, value in said.items()
        if value
    )
    return f"<dl>{''.join(rows)}</dl>"


def _mixed(known: PartnerProfile) -> str:
    """That a mailbox may bring all kinds of sets, where several are sent."""
    words, standards = _WORDS[known.language], (X12, EDIFACT)
    told = (_kinds_of(known, standard) for standard in standards)
    said = (words["mixed"].format(", ".join(k)) for k in told if len(k) > 1)
    return "".join(f"<p>{escape(text)}</p>" for text in said)


def _kinds_of(known: PartnerProfile, standard: str) -> list[str]:
    feeds = (f for f in known.feeds if f.format.startswith(f"{standard}_"))
    return [" / ".join(sorted(feed.kinds)) for feed in feeds]


def _feed(known: PartnerProfile, feed: Feed) -> str:
    words = _WORDS[known.language]
    due = words["by"].format(
        cadence=_cadence(known, feed), due=feed.due_local, zone=known.zone
    )
    head = {
        words["names"]: f"<code>{escape(feed.pattern)}</code>",
        words["format"]: escape(feed.format),
        words["due"]: escape(due),
        words["sequence"]: _expression(feed.sequence),
        words["business_date"]: _expression(feed.business_date),
        words["options"]: _agreed(known, feed),
        words["samples"]: f"<code>samples/{feed.name}</code>",
        words["map"]: f"<code>maps/{feed.name}.*.json</code>",
    }
    facts = "".join(
        f"<dt>{n}</dt><dd>{value}</dd>" for n, value in head.items() if value
    )
    told = prose(described(feed_format(feed.format), known.language))
    return f"<h3>{feed.name}</h3><dl>{facts}</dl>{told}{_columns(known, feed)}"


def _cadence(known: PartnerProfile, feed: Feed) -> str:
    is_english = known.language == "en"
    return feed.cadence if is_english else _CADENCES[feed.cadence]


def _expression(shape: str) -> str:
    return f"<code>{escape(shape)}</code>" if shape else ""


def _agreed(known: PartnerProfile, feed: Feed) -> str:
    options = known.profile(feed).options.items()
    return "<br>".join(f"<code>{escape(f'{k}: {v}')}</code>" for k, v in options)


def _needed(known: PartnerProfile, feed: Feed) -> set[str]:
    """Headers without which a table is refused, as its format says of an empty one."""
    parsed = feed_format(feed.format).parse(b"-\n-\n", known.profile(feed))
    code, message = parsed.rejects.select("code", "message").row(0)
    if code != "MISSING_COLUMN":
        return set()
    return {name.strip() for name in detail_in(code, message).split(",")}


def _columns(known: PartnerProfile, feed: Feed) -> str:
    words, document = _WORDS[known.language], feed_format(feed.format).DOCUMENT
    needed, options = _needed(known, feed), known.profile(feed).options
    rows = [
        (
            "",
            [
                f"<code>{column.name}</code>",
                escape(meaning(column.description, known.language)),
                words["yes"]
                if options.get(f"column.{column.name}", column.name).strip().lower()
                in needed
                else "",
            ],
        )
        for column in document.columns
        if not column.is_provenance and column.name != "partner_id"
    ]
    names = [words["column"], words["meaning"], words["needed"]]
    if not needed:
        names, rows = names[:2], [(mark, cells[:2]) for mark, cells in rows]
    shown = table(names, rows)
    what = words["columns" if feed.format.startswith("csv_") else "becomes"]
    told = escape(what.format(meaning(document.grain, known.language)))
    return f"<details><summary>{told}</summary>{shown}</details>"


def _has_sample(known: PartnerProfile, one: Instruction) -> bool:
    """Whether the kit holds a file of what a partner gets: an order of a scenario."""
    first = scenarios_for(known.role, documents(known))[0]
    document = instruction_format(one.format).DOCUMENT
    return bool(first.asked) and document == SHIPPING_ORDERS


def _gets(known: PartnerProfile) -> str:
    parts = [
        f"<h3>{one.name}: {one.format}</h3>"
        + prose(described(instruction_format(one.format), known.language))
        + ("<p><code>samples/you_get</code></p>" if _has_sample(known, one) else "")
        for one in known.instructions
    ]
    return "".join(parts) or f"<p>{_WORDS[known.language]['nothing']}</p>"


def _answers(known: PartnerProfile) -> str:
    words = _WORDS[known.language]
    told = escape(words[f"by_{known.answers}"])
    more = "" if known.answers == "none" else f" {words['reported']}"
    return (
        f"<p>{told}{more}</p><h3>{words['try']}</h3>"
        f"<pre>orderhouse validate FILE --profile profile.yaml"
        f" --lang {known.language} --out REPORTS</pre><p>{words['tried']}</p>"
    )


def _scenarios(known: PartnerProfile) -> str:
    words, found = _WORDS[known.language], scenarios_for(known.role, documents(known))
    rows = "".join(
        f"<li><b>{s.name}</b>: {escape(s.does(known.language))}"
        f" {escape(unplayable(known, s))}</li>"
        for s in found
    )
    return f"<h2>{words['live']}</h2><p>{words['live_how']}</p><ol>{rows}</ol>"


def unplayable(known: PartnerProfile, scenario: Scenario) -> str:
    """Why a partner's files cannot play a scenario, "" where they can.

    A file of columns of its own says of an order what its profile maps, no more.
    """
    feeds = [f for f in known.feeds if f.document in {"orders", "order_changes"}]
    said = [known.profile(f).options for f in feeds if f.format == "mapped_orders"]
    wanted = {f"column.{name}" for name in scenario.needs}
    is_said = len(said) < len(feeds) or any(wanted & set(one) for one in said)
    if is_said or not wanted:
        return ""
    return _WORDS[known.language]["left_out"].format(" / ".join(sorted(wanted)))


def documents(known: PartnerProfile) -> set[str]:
    """Documents that a partner sends."""
    return {feed.document for feed in known.feeds}


def _codes(known: PartnerProfile) -> str:
    words, language = _WORDS[known.language], known.language
    names = [words[n] for n in ("code", "severity", "wrong", "mend", "example")]
    rows = (
        (
            code.severity,
            [
                f"<code>{code.code}</code>",
                f"<span class=chip>{code.severity}</span>",
                escape(code.sentence(language)),
                escape(code.advice(language)),
                marked(example_of(code.code, code.example, language)),
            ],
        )
        for code in CODES.values()
        if code.room in TOLD_ROOMS
    )
    return table(names, rows)


def prose(text: str) -> str:
    r"""A docstring as HTML: paragraphs, lists, and what is indented as it stands.

    Example:
        >>> prose("A ``b``.\n\n- one\n  more\n- two")
        '<p>A <code>b</code>.</p><ul><li>one more</li><li>two</li></ul>'
        >>> prose("- one:\n\n  - a list\n    in it")
        '<ul><li>one:</li></ul><ul><li>a list in it</li></ul>'
    """
    blocks = re.split(r"\n\s*\n", text.strip("\n"))
    return "".join(map(_block, blocks))


def _block(text: str) -> str:
    if text.startswith("    "):
        return f"<pre>{escape(text)}</pre>"
    text = dedent(text)
    if not text.startswith("- "):
        return f"<p>{marked(' '.join(text.split()))}</p>"
    items = re.split(r"\n(?=- )", text)
    rows = (f"<li>{marked(' '.join(item[2:].split()))}</li>" for item in items)
    return f"<ul>{''.join(rows)}</ul>"


def marked(text: str) -> str:
    """Plain text as HTML, what stands between back quotes as code."""
    return re.sub(r"(`+)([^`]+)\1", r"<code>\2</code>", escape(text, quote=False))
