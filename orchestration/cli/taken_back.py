"""What a node answered line by line, and what was taken back of it, and by whom.

Not here: the states, which the newest run made (``visibility.rpt_instructions``).
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from typing import Any

import polars as pl

from orchestration.resources.house import House
from orchestration.resources.mending import SIGNATURE
from transforms.contracts.profile import OPERATORS

LINES = """
    with said as (
        select instruction_line_ref, qty,
            if(event_type = 'REJECTED' and reason_code = 'UNREAD', 'WITHDRAWN',
                event_type) as kind
        from lake.gold.fct_order_events where instruction_id = $1
    ),
    summed as (
        select instruction_line_ref,
            sum(qty) filter (kind in ('SHIPPED', 'COLLECTED')) as shipped,
            sum(qty) filter (kind = 'SUBSTITUTED_BY_NODE') as substituted,
            sum(qty) filter (kind = 'SHORT') as short,
            sum(qty) filter (kind = 'REJECTED') as refused,
            sum(qty) filter (kind in ('CANCEL_ACK', 'NOT_COLLECTED')) as cancelled,
            sum(qty) filter (kind = 'WITHDRAWN') as withdrawn
        from said group by all
    )
    select instruction_line_ref as line, line_id, sku_id, qty, shipped, substituted,
        short, refused, cancelled, withdrawn
    from lake.instructions.instruction_lines
    left join summed using (instruction_line_ref)
    where instruction_id = $1 order by length(line), line
"""
"""What became of each line of an instruction, eaches."""
ANSWERS = ("shipped", "substituted", "short", "refused", "cancelled", "withdrawn")
WITHDRAWALS = """
    select event_at as told_at, 'WITHDRAWN' as what, sum(qty)::bigint as qty,
        min(partner_id) as partner_id, payload_sha256,
        min(payload_line) as payload_line
    from lake.gold.fct_order_events
    where instruction_id = $1 and event_type = 'REJECTED' and reason_code = 'UNREAD'
    group by event_at, payload_sha256 order by event_at, payload_sha256
"""


def summed_up(facts: Mapping[str, Any], lines: pl.DataFrame) -> dict[str, Any]:
    """Facts of an instruction, its answers summed from its lines.

    Args:
        facts: row of ``visibility.rpt_instructions``; there what was withdrawn
            counts as cancelled.
        lines: LINES of it.

    Returns:
        ``facts``, with ``withdrawn_qty`` behind ``cancelled_qty``; as they are where
        there are no lines, of what only a partner's answer names.
    """
    if lines.is_empty():
        return dict(facts)
    sums = {f"{name}_qty": int(lines[name].sum()) for name in ANSWERS}
    told: dict[str, Any] = {}
    for name, value in facts.items():
        told[name] = sums.get(name, value)
        if name == "cancelled_qty":
            told["withdrawn_qty"] = sums["withdrawn_qty"]
    return told


def withdrawals(house: House, instruction: str) -> pl.DataFrame:
    """``told_at, what, detail`` of what was taken back, with author and reason."""
    rows = [
        (
            row["told_at"],
            row["what"],
            f"{row['qty']} eaches, by {_signed(house, row) or row['partner_id']}",
        )
        for row in house.lake.query(WITHDRAWALS, [instruction]).iter_rows(named=True)
    ]
    schema = {
        "told_at": pl.Datetime("us", "UTC"),
        "what": pl.String(),
        "detail": pl.String(),
    }
    return pl.DataFrame(rows, schema=schema, orient="row")


def _signed(house: House, row: Mapping[str, Any]) -> str:
    """Author and reason as the landed file has them; "": a partner's own word."""
    if not house.vault.has_file_key(row["payload_sha256"]):
        return ""
    if row["partner_id"] != OPERATORS:
        return ""
    text = house.landing.read(row["payload_sha256"]).decode("utf-8")
    return signed_at(text, int(row["payload_line"]))


def signed_at(text: str, line: int) -> str:
    """``author: reason`` of the row that ends at a line of a file we wrote; else ""."""
    reader = csv.DictReader(io.StringIO(text, newline=""))
    if not set(SIGNATURE) <= set(reader.fieldnames or ()):
        return ""
    for row in reader:
        if reader.line_num >= line:
            return ": ".join(str(row[name]) for name in SIGNATURE)
    return ""


def closing_in_words(rule: str | None) -> str | None:
    """What closes an instruction once nothing of it is open.

    Example:
        >>> closing_in_words("days:3")
        '3 days after its last answer'
    """
    if rule is None:
        return None
    kind, _, of = rule.partition(":")
    said = {
        "final_945": "its last answer (ship confirmation)",
        "status": f"the status {of} after it shipped",
        "days": f"{of} days after its last answer",
    }
    return said[kind]
