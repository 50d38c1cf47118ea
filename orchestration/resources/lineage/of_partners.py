"""Figures of partners: what was asked of nodes, and what they said and counted.

What we asked stands in our own landed decisions, what nodes answered in theirs.
"""

from __future__ import annotations

from orchestration.resources.lineage.metric import (
    WHERE_RELEASED,
    Metric,
    filled,
    landed,
    summed,
)

INSTRUCTIONS = "visibility.rpt_instructions"
COUNTS = "visibility.rpt_node_counts"
OF_INSTRUCTIONS = {
    "partner": "partner_id",
    "node": "node_id",
    "instruction": "instruction_id",
}
OF_COUNTS = {"partner": "partner_id", "node": "node_id"}

_CHOSEN = "(select * from lake.visibility.rpt_instructions where {where}) as chosen"
_ASKED = f"""
    select concat_ws('/', lines.instruction_id, lines.instruction_line_ref)
            as subject,
        'RELEASED' as cause, {{value}}::bigint as value, places.file_name,
        places.payload_line, places.event_id
    from lake.instructions.instruction_lines as lines
    inner join {_CHOSEN.replace("*", "instruction_id")} using (instruction_id)
    left join (
        select instruction_id, instruction_line_ref, sum(qty) as said_qty
        from lake.gold.fct_order_events
        where event_type in (
            'SHIPPED', 'COLLECTED', 'SHORT', 'SUBSTITUTED_BY_NODE', 'REJECTED',
            'CANCEL_ACK', 'NOT_COLLECTED'
        ) group by all
    ) as said using (instruction_id, instruction_line_ref)
    {WHERE_RELEASED} where {{value}} <> 0
"""  # noqa: S608 our own SQL
_ANSWERED = landed(f"""
    select concat_ws('/', events.instruction_id, events.instruction_line_ref)
            as subject,
        event_type as cause, events.qty as value, events.landing_id,
        events.payload_line, events.event_id
    from lake.gold.fct_order_events as events
    inner join {_CHOSEN} using (instruction_id)
    left join lake.instructions.instruction_lines as lines
        on lines.instruction_id = events.instruction_id
        and lines.instruction_line_ref = events.instruction_line_ref
    where list_contains({{kinds}}, if(
        event_type = 'REJECTED' and events.reason_code = 'UNREAD', 'WITHDRAWN',
        event_type
    )) and if(
        chosen.state = 'UNKNOWN_TO_US', events.line_id is null, lines.qty is not null
    )
""")  # noqa: S608 our own SQL
_ONE_EACH = landed(f"""
    select chosen.instruction_id as subject, '{{cause}}' as cause, 1::bigint as value,
        arg_min(places.landing_id, places.payload_line) as landing_id,
        min(places.payload_line) as payload_line, '' as event_id
    from {_CHOSEN} left join {{places}} where {{only}} group by chosen.instruction_id
""")  # noqa: S608 our own SQL
_HEARD = """lake.gold.fct_acknowledgements as places
    on places.partner_id = chosen.partner_id
    and places.interchange_ref = chosen.control_ref
    and places.acknowledged_at = chosen.acknowledged_at
    and places.set_ref in (chosen.set_ref, chosen.control_ref, 'ISA')
"""
_SAID = """lake.gold.fct_order_events as places
    on places.instruction_id = chosen.instruction_id
    and places.event_at = chosen.answered_at
"""
_COUNTED = landed("""
    select counts.node_id as subject, 'COUNT' as cause, {value}::bigint as value,
        min(told.landing_id) as landing_id, null::bigint as payload_line,
        '' as event_id
    from (select * from lake.visibility.rpt_node_counts where {where}) as counts
    left join lake.gold.fct_stock_snapshots as told
        on told.node_id = counts.node_id and told.snapshot_at = counts.snapshot_at
    group by counts.node_id, counts.as_of, {value}
""")


def of_instructions() -> list[Metric]:
    """Eaches asked of nodes, and what they answered."""
    rest = "greatest(lines.qty - coalesce(said_qty, 0), 0)"
    sums = {
        "asked": filled(_ASKED, value="lines.qty"),
        "shipped": _answers("SHIPPED", "COLLECTED"),
        "substituted": _answers("SUBSTITUTED_BY_NODE"),
        "short": _answers("SHORT"),
        "refused": _answers("REJECTED"),
        "cancelled": _answers("CANCEL_ACK", "NOT_COLLECTED", "WITHDRAWN"),
        "open": filled(_ASKED, value=rest),
    }
    return [
        Metric(
            f"node_{name}_units",
            "eaches",
            INSTRUCTIONS,
            summed(INSTRUCTIONS, f"{name}_qty"),
            OF_INSTRUCTIONS,
            rows=rows,
            shows=(f"{name}_qty",),
        )
        for name, rows in sums.items()
    ]


def of_scores() -> list[Metric]:
    """How many instructions were heard of, and how many rows nodes counted."""
    heard = filled(_ONE_EACH, cause="ACKNOWLEDGED", places=_HEARD)
    said = filled(_ONE_EACH, cause="ANSWERED", places=_SAID)
    in_time = "acknowledged_at <= coalesce(resent_at, released_at) + interval 8 hour"
    counts = {
        "acknowledged_instructions": (heard, "chosen.acknowledged_at is not null"),
        "acknowledged_in_time": (heard, f"chosen.{in_time}"),
        "answered_instructions": (said, "chosen.answered_at is not null"),
    }
    rows = {
        "counted_rows": ("row_count", filled(_COUNTED, value="row_count")),
        "differing_rows": (
            "differing_count",
            filled(_COUNTED, value="differing_count"),
        ),
    }
    return [
        *(
            Metric(
                name,
                "instructions",
                INSTRUCTIONS,
                f"select count(*) from lake.{INSTRUCTIONS} as chosen"  # noqa: S608 our own names
                f" where {only} and {{where}}",
                OF_INSTRUCTIONS,
                rows=filled(sql, only=only),
            )
            for name, (sql, only) in counts.items()
        ),
        *(
            Metric(
                name,
                "rows",
                COUNTS,
                summed(COUNTS, column),
                OF_COUNTS,
                rows=sql,
                shows=(column,),
                is_of_files=True,
            )
            for name, (column, sql) in rows.items()
        ),
    ]


def _answers(*kinds: str) -> str:
    told = ", ".join(f"'{kind}'" for kind in kinds)
    return filled(_ANSWERED, kinds=f"[{told}]")
