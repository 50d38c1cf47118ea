"""``orderhouse outbox list | show | resend``: what was sent and where it stands.

States are those of the newest run (``visibility.rpt_instructions`` and
``rpt_outbox_files``); what was sent again since is told beside them.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import polars as pl

from orchestration.cli.execution import CONSOLE
from orchestration.cli.failures import CommandError
from orchestration.cli.mend import authorship
from orchestration.cli.quarantine import MOST_ROWS, grid, opened, refuse_unknown
from orchestration.cli.taken_back import (
    LINES,
    closing_in_words,
    summed_up,
    withdrawals,
)
from orchestration.resources.clock import now
from orchestration.resources.deliveries import resend
from orchestration.resources.house import House
from transforms.contracts.decisions import FILE_DELIVERIES
from transforms.contracts.profile import OPERATORS

FILES, INSTRUCTIONS = "visibility.rpt_outbox_files", "visibility.rpt_instructions"

FILE_STATES = (
    "GENERATED",
    "DELIVERED",
    "RECEIPT_OK",
    "RECEIPT_ERRORS",
    "RECONCILED",
    "SUPERSEDED",
)
INSTRUCTION_STATES = (
    "RELEASED",
    "SENT",
    "ACK_OVERDUE",
    "RESENT",
    "ACKED",
    "IN_PROGRESS",
    "PARTLY_SHIPPED",
    "SHIPPED",
    "SHORT_CLOSED",
    "REJECTED",
    "CANCEL_REQUESTED",
    "CANCELLED",
    "CLOSED",
    "UNKNOWN_TO_US",
)

COUNTS = """
    select '{kind}' as kind, partner_id, state, count(*) as n,
        count(*) filter (is_overdue) as late, min(due_at) as due_at
    from lake.{table} group by all
"""
DUE = "strftime(due_at, '%Y-%m-%d %H:%M') || if(is_overdue, ' late', '')"
LISTED = {
    FILES: """
        select partner_id, file_name, state, {due} as due,
            instruction_count - open_count || ' of ' || instruction_count as closed,
            coalesce(failure, '') as remark
        from lake.visibility.rpt_outbox_files where {where}
        order by due_at nulls last, partner_id, file_name
    """,
    INSTRUCTIONS: """
        select partner_id, instruction_id, state, {due} as due,
            asked_qty - open_qty || ' of ' || asked_qty as answered,
            concat_ws(', ', order_id, ack_reason, withdrawn_qty || ' withdrawn')
                as remark
        from lake.visibility.rpt_instructions
        left join (
            select instruction_id, sum(qty) as withdrawn_qty
            from lake.gold.fct_order_events
            where event_type = 'REJECTED' and reason_code = 'UNREAD' group by all
        ) using (instruction_id)
        where {where}
        order by due_at nulls last, partner_id, instruction_id
    """,
}

HISTORY = """
    with mine as (
        select * from lake.visibility.rpt_instructions where instruction_id = $1
    ),
    steps as (
    select 1 as step, released_at as told_at, 'RELEASED' as what,
        node_id || ', ship by ' || ship_by_date as detail
    from mine where released_at is not null
    union all
    select 2, event_at, event_type, file_name || ', control number ' || control_ref
        || coalesce(': ' || detail, '')
    from lake.instructions.file_deliveries inner join (
        select partner_id, file_name, control_ref from mine
        union
        select partner_id, file_name, control_ref
        from lake.instructions.corrected_instructions where instruction_id = $1
    ) using (partner_id, file_name)
    union all
    select 1, decided_at, outcome, concat_ws(', ', 'correction by ' || author,
        'line ' || instruction_line_ref || ' to ' || qty, 'of ' || file_name,
        refusal_code)
    from lake.instructions.corrected_instructions where instruction_id = $1
    union all
    select 3, acknowledged_at, 'ACKNOWLEDGED', concat_ws(', ', ack_code, ack_reason)
    from mine where acknowledged_at is not null
    union all
    select 4, requested_at, 'CANCEL_REQUESTED', sum(qty) || ' eaches'
        || coalesce(', ' || any_value(file_name), ', not sent')
    from lake.instructions.cancel_requests where instruction_id = $1
    group by requested_at
    union all
    select 4, status_at, status_code, coalesce('line ' || instruction_line_ref, '')
    from lake.silver.int_fulfilment_statuses__deduplicated where instruction_id = $1
    union all
    select 5, event_at, event_type, sum(qty) || ' eaches' || coalesce(
        ', ' || min(reason_code) filter (event_type <> 'SHIPPED'), '')
    from lake.gold.fct_order_events
    where instruction_id = $1 and not (
            event_type = 'REJECTED' and reason_code is not distinct from 'UNREAD')
        and event_type not in ('OPENING', 'ACCEPTED_BY_NODE',
        'PICKED', 'PACKED', 'COLLECTED', 'NOT_COLLECTED') group by event_at, event_type
    union all
    select 6, closed_at, 'CLOSED', closing_rule from mine where closed_at is not null
    )
    select told_at, what, detail from steps order by told_at, step, what
"""

BEFORE_US = """
    select 1 from lake.gold.fct_order_events
    semi join lake.decisions.event_verdicts as judged
        on judged.event_id = fct_order_events.event_id
        and judged.verdict = 'BEFORE_OPENING'
    where instruction_id = ? limit 1
"""


def list_sent(partner: str = "", state: str = "", *, is_overdue: bool = False) -> int:
    """Print what was sent by state; its rows when a partner or state is named.

    Raises:
        CommandError: there is no such partner or state.
    """
    house = opened(INSTRUCTIONS)
    try:
        refuse_unknown("partner", partner, house.partners)
        refuse_unknown("state", state, {*FILE_STATES, *INSTRUCTION_STATES})
        if partner or state or is_overdue:
            for table, states in (
                (FILES, FILE_STATES),
                (INSTRUCTIONS, INSTRUCTION_STATES),
            ):
                if not state or state in states:
                    _print_listed(house, table, partner, state, is_overdue=is_overdue)
        else:
            _print_counts(house)
    finally:
        house.close()
    return 0


def show_sent(name: str) -> int:
    """Print all about a file that was sent, or about an instruction.

    Raises:
        CommandError: nothing of that name was sent.
    """
    house = opened(INSTRUCTIONS)
    try:
        found = house.lake.query(
            f"select * from lake.{INSTRUCTIONS} where instruction_id = ?",  # noqa: S608
            [name],
        )
        if found.height:
            _print_instruction(house, found.row(0, named=True))
        else:
            _print_file(house, file_called(house, name))
    finally:
        house.close()
    return 0


def resend_file(name: str, author: str, reason: str, at: str = "") -> int:
    """Send a file again: the same bytes, the same control number, noted as such.

    Returns:
        0 when it is where its partner takes it, 1 when the way is cut.

    Raises:
        CommandError: there is no such file, nobody says why, or something of it was
            taken back and is sourced anew.
        OutboxError: its bytes are not what was sent.
    """
    if not author.strip() or not reason.strip():
        raise CommandError("who asks for it, and why? --author NAME --reason TEXT")
    house = opened(INSTRUCTIONS)
    try:
        row = file_called(house, name)
        _refuse_withdrawn(house, row)
        by = authorship(house, author, reason, at)
        with house.lake.lease():
            failure = resend(house, row, by)
    finally:
        house.close()
    CONSOLE.print(
        f"{row['partner_id']}/{row['file_name']}: the same bytes"
        f" ({row['sha256'][:12]}) under control number {row['control_ref']} again;"
        " the next run shows it",
        soft_wrap=True,
    )
    answered = row["instruction_count"] - row["open_count"]
    if answered:
        CONSOLE.print(
            f"  {answered} of its {row['instruction_count']} instructions are closed:"
            " the partner must know the number and pass them by"
        )
    if failure:
        CONSOLE.print(f"  not delivered: {failure}; the next run tries again")
    return 1 if failure else 0


WITHDRAWN = f"""
    select distinct instruction_id, reason_code = 'UNREAD' as is_withdrawn
    from lake.{INSTRUCTIONS} as told
    left join lake.gold.fct_order_events as said using (instruction_id)
    where told.partner_id = $1 and told.file_name = $2
"""  # noqa: S608 our own names
"""Instructions of a file, and whether they were taken back."""


def _refuse_withdrawn(house: House, row: Mapping[str, Any]) -> None:
    """What was taken back is sourced anew: read after all, it would be sent twice.

    Raises:
        CommandError: an instruction of the file was, by a run or since the newest.
    """
    of_file = house.lake.query(WITHDRAWN, [row["partner_id"], row["file_name"]])
    landed = of_file.filter("is_withdrawn")["instruction_id"].to_list()
    named = set(of_file["instruction_id"]) & _to_be_withdrawn(house)
    withdrawn = sorted({*landed, *named})
    if withdrawn:
        raise CommandError(
            f"{len(withdrawn)} of its {row['instruction_count']} instructions were"
            f" taken back (outbox withdraw), {withdrawn[0]} for one, and are sourced"
            " anew: read now, their eaches would be sent twice. What is still wanted"
            " of it is told under a new number: outbox correct INSTRUCTION --again"
        )


def _to_be_withdrawn(house: House) -> set[str]:
    """Instructions that the drop takes back; the next run reads it."""
    found: set[str] = set()
    for path in house.waiting(now()):
        if path.parent.name == OPERATORS and path.suffix == ".csv":
            rows = csv.DictReader(path.read_text(encoding="utf-8").splitlines())
            found |= {
                str(row["instruction_ref"])
                for row in rows
                if row.get("reason_code") == "UNREAD" and row.get("instruction_ref")
            }
    return found


def file_called(house: House, name: str) -> dict[str, Any]:
    """The row of a file called ``FILE`` or ``PARTNER/FILE``.

    Raises:
        CommandError: there is none, or several partners got one of that name.
    """
    found = house.lake.query(
        f"select * from lake.{FILES} where file_name = $1"  # noqa: S608
        " or partner_id || '/' || file_name = $1 order by partner_id",
        [name],
    )
    if found.is_empty():
        named = house.lake.query(
            "select partner_id, file_name, state"  # noqa: S608
            f" from lake.{INSTRUCTIONS} where instruction_id = ?",
            [name],
        )
        is_before_us = house.lake.query(BEFORE_US, [name]).height > 0
        raise CommandError(
            sent_before_us(name)
            if is_before_us
            else no_file(name, next(named.iter_rows(named=True), None))
        )
    if found.height > 1:
        names = ", ".join(f"{row}/{name}" for row in found["partner_id"])
        raise CommandError(f"several partners got a {name!r}: name one of {names}")
    return found.row(0, named=True)


def no_file(name: str, instruction: Mapping[str, object] | None) -> str:
    """Why a name is no file's.

    Args:
        name: as it was asked for.
        instruction: ``partner_id, file_name, state`` of the one called so, if any.
    """
    if instruction is None:
        return (
            f"no file and no instruction {name!r} was sent: orderhouse outbox list"
            " --partner …; a run that is not committed has sent nothing"
        )
    if instruction["state"] == "UNKNOWN_TO_US":
        return never_sent(name)
    if instruction["file_name"] is None:
        return f"{name} is an instruction, and no file of ours holds it yet"
    file = f"{instruction['partner_id']}/{instruction['file_name']}"
    return f"{name} is an instruction; files are named here, and {file} holds it"


def never_sent(name: str) -> str:
    """What to say of an instruction that only a partner's answer names."""
    return (
        f"{name} is UNKNOWN_TO_US: a partner answered it, and we never sent it"
        " (orderhouse outbox show)"
    )


def sent_before_us(name: str) -> str:
    """What to say of an instruction that the system before sent."""
    return (
        f"{name} is an instruction of the system before: its answer is of before the"
        " opening (BEFORE_OPENING), and nothing is owed for it"
    )


def _print_counts(house: House) -> None:
    tables = (("file", FILES), ("instruction", INSTRUCTIONS))
    each = (COUNTS.format(kind=kind, table=table) for kind, table in tables)
    order = {name: n for n, name in enumerate((*FILE_STATES, *INSTRUCTION_STATES))}
    rows = house.lake.query(" union all ".join(each)).sort(
        "kind", "partner_id", pl.col("state").replace_strict(order)
    )
    shown = grid("Sent, as of the newest run", "what", "partner", "state", "rows")
    for title in ("overdue", "next due"):
        shown.add_column(title)
    for kind, partner, state, n, late, due in rows.iter_rows():
        shown.add_row(
            kind, partner, state, f"{n:,}", f"{late:,}" if late else "", _at(due)
        )
    CONSOLE.print(shown if rows.height else "nothing was sent yet")


def _print_listed(
    house: House, table: str, partner: str, state: str, *, is_overdue: bool
) -> None:
    asked = {"partner_id = ?": partner, "state = ?": state}
    named = {text: value for text, value in asked.items() if value}
    where = [*named, *(["is_overdue"] if is_overdue else [])]
    rows = house.lake.query(
        LISTED[table].format(due=DUE, where=" and ".join(where)), [*named.values()]
    )
    noun = "Files" if table == FILES else "Instructions"
    _print_rows(noun, rows)


def _print_rows(title: str, rows: pl.DataFrame) -> None:
    if rows.is_empty():
        CONSOLE.print(f"{title}: none")
        return
    shown = grid(title, *rows.columns)
    for row in rows.head(MOST_ROWS).iter_rows():
        shown.add_row(*_cells(row))
    if rows.height > MOST_ROWS:
        shown.caption = f"the first {MOST_ROWS} of {rows.height:,}"
    CONSOLE.print(shown)


def _print_file(house: House, row: dict[str, Any]) -> None:
    _print_facts(f"{row['partner_id']}/{row['file_name']}", row)
    _print_rows("Deliveries", _deliveries(house, row))
    _print_rows(
        "Instructions",
        house.lake.query(
            "select instruction_id, set_ref, order_id, state, due_at, asked_qty,"  # noqa: S608
            f" open_qty from lake.{INSTRUCTIONS} where partner_id = ? and file_name = ?"
            " order by set_ref, instruction_id",
            [row["partner_id"], row["file_name"]],
        ),
    )


def _deliveries(house: House, row: dict[str, Any]) -> pl.DataFrame:
    """Of a file, those that no run has read yet included."""
    known = house.lake.read(FILE_DELIVERIES)
    read = set(known["landing_id"].to_list())
    since = house.journal.deliveries(datetime.max.replace(tzinfo=UTC), read)
    mine = pl.concat([known, since]).filter(
        partner_id=row["partner_id"], file_name=row["file_name"]
    )
    return mine.sort("event_at").select("event_at", "event_type", "author", "detail")


def _print_instruction(house: House, row: dict[str, Any]) -> None:
    name = str(row["instruction_id"])
    lines = house.lake.query(LINES, [name])
    closing = closing_in_words(row["closing_rule"])
    _print_facts(name, summed_up(row, lines) | {"closing_rule": closing})
    _print_rows("History", _history(house, name))
    _print_rows("Lines", lines)


def _history(house: House, instruction: str) -> pl.DataFrame:
    """How an instruction came to its state, oldest first."""
    rows = house.lake.query(HISTORY, [instruction]).with_columns(
        detail=pl.when(what="CLOSED")
        .then(pl.col("detail").map_elements(closing_in_words, pl.String))
        .otherwise("detail")
    )
    taken_back = withdrawals(house, instruction).cast(rows.schema)
    told = pl.concat([rows, taken_back])
    return told.sort("told_at", maintain_order=True, nulls_last=True)


def _print_facts(title: str, row: dict[str, Any]) -> None:
    CONSOLE.print(f"{title}  {row['state']}", style="bold")
    for name, value in row.items():
        if value is not None and value != "" and name != "state":
            CONSOLE.print(f"  {name:<17} {_cell(value)}", soft_wrap=True)


def _cells(values: Sequence[object]) -> Iterable[str]:
    return (_cell(value) for value in values)


def _cell(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else ""
    if isinstance(value, datetime):
        return _at(value)
    return "" if value is None else str(value)


def _at(moment: datetime | None) -> str:
    return f"{moment:%F %R}" if moment else ""
