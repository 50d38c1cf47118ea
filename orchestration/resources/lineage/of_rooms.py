"""Figures of what went through each room: files, their lines, order lines, eaches.

A figure of files has the files; what waits has the lines that wait.
"""

from __future__ import annotations

from orchestration.resources.lineage.metric import (
    WHERE_ALLOCATED,
    WHERE_RELEASED,
    Metric,
    filled,
    landed,
)
from transforms.contracts.decisions import BUCKETS

FLOW, WAITING = "visibility.rpt_flow", "visibility.rpt_quarantine"
FILES = "visibility.rpt_files"
UNDECIDED = ("pending", "held", "preordered", "backordered")
OF_REJECTS = {
    "partner": "partner_id",
    "document": "document",
    "code": "code",
    "room": "room",
    "file": "file_name",
}
READ = "('ACCEPTED', 'PARTIAL', 'REJECTED', 'REVISION')"
"""Verdicts of files that were looked into."""

_REFUSED = """
    select coalesce(line_id, row_id, '') as subject, code as cause, 1::bigint as value,
        file_name, payload_line, '' as event_id
    from lake.visibility.rpt_quarantine where {where}
"""
_LANDED = f"""
    select partner_id as subject, verdict as cause, 1::bigint as value, file_name,
        null::bigint as payload_line, '' as event_id
    from (
        select partner_id, file_name, min(verdict) as verdict,
            bool_or(verdict in {READ}) as is_read
        from lake.bronze.landing_ledger where partner_id <> 'self'
        group by partner_id, file_name, payload_sha256, received_at
    ) where {{only}} and {{where}}
"""  # noqa: S608 our own SQL
_LINES_OF_FILES = """
    select partner_id as subject, document as cause, {value}::bigint as value,
        file_name, null::bigint as payload_line, '' as event_id
    from lake.bronze.landing_ledger
    where partner_id <> 'self' and {value} <> 0 and {where}
"""
_BROKEN = landed("""
    select partner_id as subject, code as cause, 1::bigint as value, landing_id,
        payload_line, '' as event_id
    from lake.bronze.rejects
    where partner_id <> 'self' and payload_line > 0 and {where}
""")
_PER_LINE = """
    select {line} as subject, '{cause}' as cause, {value}::bigint as value,
        min(landing_id) as landing_id,
        arg_min(payload_line, (landing_id, payload_line)) as payload_line,
        '' as event_id
    from {table} where {only} and {where} group by {line}
"""
_ORDER_LINES = filled(
    _PER_LINE,
    line="line_id",
    cause="ORDERED",
    value="1",
    table="lake.silver.int_order_lines__deduplicated",
    only="true",
)
_KIT_OR_LINE = "coalesce(kit_line_id, line_id)"
_FACTS = filled(
    _PER_LINE,
    line=_KIT_OR_LINE,
    cause="ACCEPTED",
    value="1",
    table="lake.gold.fct_order_lines",
    only="substitutes_line_id is null",
)
_SET_ASIDE = filled(
    _PER_LINE,
    line="line_id",
    cause="SET_ASIDE",
    table="lake.silver.int_order_lines__quarantined",
    only="line_id not in (select coalesce(kit_line_id, line_id)"
    " from lake.gold.fct_order_lines) {open}",
)
_OPEN = """
    and line_id in (
        select line_id from lake.silver.int_order_lines__quarantined where is_open
    )
"""
_ALLOCATED = """
    select allocations.line_id as subject, 'ALLOCATED' as cause, 1::bigint as value,
        places.file_name, places.payload_line, places.event_id
    from lake.decisions.allocations as allocations
    {placed}
    where {where}
"""
_INSTRUCTED = """
    select lines.line_id as subject, 'RELEASED' as cause, 1::bigint as value,
        places.file_name, places.payload_line, places.event_id
    from lake.instructions.instruction_lines as lines
    {placed}
    where {where}
"""
_UNTOLD = landed(
    filled(
        _PER_LINE,
        line="line_id",
        cause="ALLOCATED",
        value="1",
        table="lake.gold.fct_order_lines",
        only="line_id in (select line_id from lake.decisions.line_buckets"
        " where allocated_qty > 0)",
    )
)
_SENT = """
    select partner_id as subject, format as cause, 1::bigint as value, file_name,
        null::bigint as payload_line, '' as event_id
    from lake.instructions.outbox_files where {where}
"""
_EVERY_LINE = "select line_id from lake.decisions.line_buckets where {where}"


def of_rejects() -> list[Metric]:
    """Lines that wait with their reason."""
    return [
        Metric(
            "waiting_rows",
            "lines",
            WAITING,
            f"select count(*) from lake.{WAITING} where {{where}}",  # noqa: S608 our own names
            OF_REJECTS,
            rows=_REFUSED,
        )
    ]


def of_files() -> list[Metric]:
    """Lines of files by what became of them."""
    names = ("physical", "accepted", "quarantined", "blank")
    return [
        Metric(
            f"{name}_lines",
            "lines",
            FILES,
            f"select sum({name}_lines) from lake.{FILES} where {{where}}"  # noqa: S608 our own names
            " and partner_id <> 'self'",
            {"partner": "partner_id"},
            rows=filled(_LINES_OF_FILES, value=f"coalesce({name}_lines, 0)"),
            shows=(f"{name}_lines",),
            is_of_files=True,
        )
        for name in names
    ]


def of_flow() -> list[Metric]:
    """In, out and set aside of each room since the first run."""
    told = "coalesce(physical_lines - blank_lines, 0)"
    lines = landed(_ORDER_LINES)
    still = landed(filled(_SET_ASIDE, value="1", open=_OPEN))
    back = filled(_SET_ASIDE, value="-1", open="")
    back_open = filled(_SET_ASIDE, value="-1", open=_OPEN)
    found = {
        ("ingest", "rows_in"): filled(_LANDED, only="true"),
        ("ingest", "rows_out"): filled(_LANDED, only="is_read"),
        ("ingest", "set_aside"): filled(_LANDED, only="not is_read"),
        ("ingest", "file_count"): filled(_LANDED, only="true"),
        ("bronze", "rows_in"): filled(_LINES_OF_FILES, value=told),
        ("bronze", "rows_out"): filled(
            _LINES_OF_FILES, value="coalesce(accepted_lines, 0)"
        ),
        ("bronze", "set_aside"): _BROKEN,
        ("silver", "rows_in"): lines,
        ("silver", "rows_out"): landed(f"{_ORDER_LINES} union all {back_open}"),
        ("silver", "set_aside"): still,
        ("gold", "rows_in"): landed(f"{_ORDER_LINES} union all {back}"),
        ("gold", "rows_out"): landed(_FACTS),
        ("instructions", "rows_in"): filled(_ALLOCATED, placed=WHERE_ALLOCATED),
        ("instructions", "rows_out"): filled(_INSTRUCTED, placed=WHERE_RELEASED),
        ("instructions", "set_aside"): _UNTOLD,
        ("instructions", "file_count"): _SENT,
    }
    eaches = {
        "rows_in": BUCKETS,
        "rows_out": tuple(b for b in BUCKETS if b not in UNDECIDED),
        "set_aside": UNDECIDED,
    }
    return [
        *(_of_room(room, column, rows=rows) for (room, column), rows in found.items()),
        *(
            _of_room("decisions", column, buckets=buckets)
            for column, buckets in eaches.items()
        ),
    ]


def _of_room(
    room: str, column: str, rows: str = "", buckets: tuple[str, ...] = ()
) -> Metric:
    short = {"rows_in": "in", "rows_out": "out", "set_aside": "aside"}
    return Metric(
        f"{room}_{short.get(column, 'files')}",
        "files" if room == "ingest" or column == "file_count" else "rows",
        FLOW,
        f"select {column} from lake.{FLOW} where room = '{room}' and {{where}}"  # noqa: S608 our own names
        " order by as_of desc limit 1",
        shows=(column,),
        is_of_files="null::bigint as payload_line" in rows,
        rows=rows,
        buckets=buckets,
        lines=_EVERY_LINE,
    )
