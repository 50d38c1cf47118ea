"""``orderhouse conformance``: how lines really went, beside the transition table.

Steps that the table does not know, loops, and places where lines stay; and what
partners said only after a run had decided without it.
"""

from __future__ import annotations

from orchestration.cli.execution import CONSOLE
from orchestration.cli.why import print_section
from orchestration.resources.house import House
from transforms.allocation.explain import Section

CLEAN, WITH_FINDINGS = 0, 1

OFF_TABLE = """
    select from_event_type, to_event_type, channel_id, node_id,
        sum(off_table_count)::bigint as steps, min(example_line_id) as line
    from lake.visibility.rpt_process_steps where off_table_count > 0
    group by all order by steps desc, from_event_type, to_event_type, channel_id,
        node_id
"""
LOOPS = """
    select from_event_type, to_event_type, channel_id, node_id,
        sum(repeated_count)::bigint as steps, min(example_line_id) as line
    from lake.visibility.rpt_process_steps where repeated_count > 0
    group by all order by steps desc, from_event_type, to_event_type, channel_id,
        node_id
"""
STALLS = """
    select channel_id, node_id, event_type, stalled_line_count as lines,
        waiting_line_count as of_lines, round(usual_minutes / 60.0, 1) as usual_hours,
        round(longest_minutes / 60.0, 1) as longest_hours, example_line_id as line
    from lake.visibility.rpt_process_stalls order by lines desc, channel_id,
        node_id, event_type
"""
LATE = """
    select partner_id, event_type, sum(late_event_count)::bigint as late,
        sum(event_count)::bigint as of_events, sum(late_qty)::bigint as late_eaches,
        round(max(longest_lag_minutes) / 60.0, 1) as longest_hours
    from lake.visibility.rpt_late_knowledge group by all having late > 0
    order by late desc, partner_id, event_type
"""

SECTIONS = (
    ("Steps that the transition table does not know", OFF_TABLE, "none"),
    ("Steps that a line went again", LOOPS, "none"),
    ("Where lines stay longer than nine of ten did", STALLS, "none"),
    ("What was told after a run had decided without it", LATE, "nothing"),
)


def show_conformance() -> int:
    """Print the four tables.

    Returns:
        0 when all are empty, else 1.

    Raises:
        RunRefusedError: nothing ran yet.
    """
    house = House.open()
    try:
        house.past_runs()
        found = [house.lake.query(sql) for _, sql, _ in SECTIONS]
    finally:
        house.close()
    for (title, _, nothing), rows in zip(SECTIONS, found, strict=True):
        print_section(Section(title, rows, if_empty=nothing))
    is_clean = all(rows.is_empty() for rows in found)
    if not is_clean:
        CONSOLE.print(
            "a line's whole story: orderhouse why LINE, orderhouse lines LINE"
        )
    return CLEAN if is_clean else WITH_FINDINGS
