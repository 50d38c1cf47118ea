"""``orderhouse partner scorecard``: how a partner's files were in a month.

For the talk with the partner: what came, on time or not, what was refused and
why. Read from the lake; nothing is written into it.
"""

from __future__ import annotations

import csv
import io
from datetime import date
from html import escape
from pathlib import Path

import polars as pl
from rich import box
from rich.table import Table as Grid

from orchestration.cli.execution import CONSOLE
from orchestration.cli.failures import CommandError
from orchestration.cli.parse import known_partner
from orchestration.resources.house import House
from orchestration.resources.partners import PartnerProfile
from transforms.answers.page import page, table
from transforms.contracts.codes import CODES

FEEDS = """
    with files as (
        select
            coalesce(nullif(feed, ''), '–') as feed,
            count(*) as files,
            count(*) filter (
                verdict = 'ACCEPTED' or verdict = 'REVISION' and quarantined_lines = 0
            ) as accepted,
            count(*) filter (
                verdict = 'PARTIAL' or verdict = 'REVISION' and quarantined_lines > 0
            ) as in_part,
            count(*) filter (verdict = 'DUPLICATE') as copies,
            sum(physical_lines)::bigint as lines,
            sum(quarantined_lines)::bigint as refused_lines
        from lake.bronze.landing_ledger
        where partner_id = $1
            and timezone($2, received_at)::date between $3 and last_day($3)
            and not regexp_matches(file_name, 'mend-[0-9a-f]{12}-[0-9]')
        group by all
    ),
    days as (
        select
            feed,
            count(*) filter (feed_status = 'ON_TIME') as on_time,
            count(*) filter (feed_status = 'LATE') as late,
            count(*) filter (feed_status = 'MISSING') as missing
        from lake.visibility.rpt_feed_days
        where partner_id = $1 and business_date between $3 and last_day($3)
        group by all
    )
    select
        feed, coalesce(on_time, 0) as on_time, coalesce(late, 0) as late,
        coalesce(missing, 0) as missing, coalesce(files, 0) as files,
        coalesce(accepted, 0) as accepted, coalesce(in_part, 0) as in_part,
        coalesce(copies, 0) as copies,
        coalesce(files - accepted - in_part - copies, 0) as refused,
        coalesce(lines, 0) as lines, coalesce(refused_lines, 0) as refused_lines
    from files full join days using (feed)
    order by feed
"""
"""A row a feed: days, files by verdict, lines. A revision may have broken lines; mends
are ours; a file that brings something for several feeds is a file of each."""

REASONS = """
    with refused as (
        select partner_id, code, payload_sha256, payload_line, received_at
        from lake.bronze.rejects
        union all
        select partner_id, code, payload_sha256, payload_line, known_at
        from lake.silver.int_order_lines__quarantined
        where is_cause
        union all
        select partner_id, code, payload_sha256, payload_line, known_at
        from lake.silver.int_document_rows__quarantined
        union all
        select partner_id, code, payload_sha256, payload_line, known_at
        from lake.silver.int_order_changes__judged
        where code is not null and is_cause
        union all
        select distinct
            ledger.partner_id,
            'STOCK_NOT_BELIEVED',
            ledger.payload_sha256,
            0,
            ledger.received_at
        from lake.bronze.landing_ledger as ledger
        inner join lake.gold.fct_stock_snapshots as counted using (landing_id)
        left join lake.decisions.node_confidence as judged
            on
                counted.node_id = judged.node_id
                and counted.snapshot_at = judged.snapshot_at
                and ledger.run_id = judged.run_id
        where
            judged.verdict in ('PARTIAL', 'IMPLAUSIBLE')
            or counted.snapshot_at > counted.known_at + interval 1 hour
    )
    select
        code,
        count(*) as lines,
        count(distinct (payload_sha256, received_at)) as files
    from refused
    where partner_id = $1
        and timezone($2, received_at)::date between $3 and last_day($3)
    group by code order by lines desc, code limit 10
"""
"""What could not be read, what was read and waits or waited for a name, an order or
a right total, and counts not believed in the run that read them."""

_WORDS = {
    "en": {
        "title": "Scorecard",
        "reasons": "What was refused most",
        "none": "Nothing was refused.",
        "feed": "feed",
        "on_time": "on time, days",
        "late": "late",
        "missing": "missing",
        "files": "files",
        "accepted": "taken",
        "in_part": "in part",
        "copies": "copies",
        "refused": "refused",
        "lines": "lines",
        "refused_lines": "lines refused",
        "code": "code",
        "mend": "how to mend it",
    },
    "zh": {
        "title": "月度评分",
        "reasons": "主要拒绝原因",
        "none": "没有被拒绝的内容。",
        "feed": "数据通道",
        "on_time": "准时天数",
        "late": "迟到",
        "missing": "缺失",
        "files": "文件数",
        "accepted": "接受",
        "in_part": "部分接受",
        "copies": "重复",
        "refused": "拒绝",
        "lines": "行数",
        "refused_lines": "拒绝行数",
        "code": "代码",
        "mend": "如何修正",
    },
}


def scorecard(name: str, month: str, out: str = "") -> int:
    """Print a partner's month; write it as HTML and CSV where a folder is named.

    Args:
        name: partner's id.
        month: 2017-12, in the partner's zone.
        out: folder; "" for none.

    Returns:
        0.

    Raises:
        CommandError: no such partner or month, or nothing ran yet.
    """
    known, first = known_partner(name), _first_day(month)
    house = House.open()
    try:
        if not house.lake.has("visibility.rpt_feed_days"):
            raise CommandError("nothing ran yet: make run")
        values = [known.partner_id, known.zone, first]
        feeds = house.lake.query(FEEDS, values)
        reasons = house.lake.query(REASONS, values)
    finally:
        house.close()
    CONSOLE.print(_grid(f"{known.display_name}, {month}", feeds))
    CONSOLE.print(_grid(_WORDS["en"]["reasons"], reasons))
    if out:
        _write(Path(out), known, month, (feeds, reasons))
    return 0


def _first_day(month: str) -> date:
    try:
        return date.fromisoformat(f"{month}-01")
    except ValueError as error:
        raise CommandError(f"{month!r} is no month, 2017-12 is") from error


def _grid(title: str, frame: pl.DataFrame) -> Grid:
    grid = Grid(title=title, box=box.SIMPLE_HEAD, title_justify="left")
    for name in frame.columns:
        is_text = frame.schema[name] == pl.String
        heading = _WORDS["en"][name]
        grid.add_column(heading, justify="left" if is_text else "right")
    for row in frame.iter_rows():
        grid.add_row(*map(_shown, row))
    return grid


def _shown(value: object) -> str:
    return f"{value:,}" if isinstance(value, int) else str(value)


def _write(
    folder: Path,
    known: PartnerProfile,
    month: str,
    found: tuple[pl.DataFrame, pl.DataFrame],
) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    stem = f"scorecard_{known.partner_id}_{month}"
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerows([found[0].columns, *found[0].iter_rows()])
    (folder / f"{stem}.csv").write_text(stream.getvalue(), encoding="utf-8")
    path = folder / f"{stem}.html"
    path.write_bytes(_page(known, month, *found))
    CONSOLE.print(f"scorecard: {path}", soft_wrap=True)


def _page(
    known: PartnerProfile, month: str, feeds: pl.DataFrame, reasons: pl.DataFrame
) -> bytes:
    words = _WORDS[known.language]
    rows = [("", [escape(_shown(v)) for v in row]) for row in feeds.iter_rows()]
    names = [words[name] for name in ("code", "lines", "files", "mend")]
    told = [
        (
            "",
            [
                f"<code>{code}</code>",
                _shown(lines),
                _shown(files),
                _advice(code, known),
            ],
        )
        for code, lines, files in reasons.iter_rows()
    ]
    title = f"{words['title']} {month}"
    body = (
        f"<p class=over>{title}</p><h1>{escape(known.display_name)}</h1>"
        f"{table([words[name] for name in feeds.columns], rows)}"
        f"<h2>{words['reasons']}</h2>"
        + (table(names, told) if told else f"<p>{words['none']}</p>")
    )
    return page(f"{known.display_name}: {title}", body, known.language)


def _advice(code: str, known: PartnerProfile) -> str:
    found = CODES[code]
    gap = "" if known.language == "zh" else " "
    said = f"{found.sentence(known.language)}{gap}{found.advice(known.language)}"
    return escape(said)
