"""What became of order lines: our events, their buckets, verdicts and holds."""

from __future__ import annotations

from transforms.contracts.decisions.columns import AS_OF, BUCKETS, OVERLAYS, RUN_ID
from transforms.contracts.table import DATE, INSTANT, INTEGER, TEXT, Column, Table

OWN_EVENTS = Table(
    "decisions",
    "own_events",
    "one row per thing we did to a line",
    key=("event_id",),
    moment="event_at",
    columns=(
        Column("event_id", TEXT, "readable, from content only"),
        Column(
            "event_type", TEXT, "ALLOCATED | DEALLOCATED | BACKORDERED | RELEASED | …"
        ),
        Column("line_id", TEXT, "order line"),
        Column("sku_id", TEXT, "SKU"),
        Column("node_id", TEXT, "where", True),
        Column("instruction_id", TEXT, "RELEASED: the fulfilment order", True),
        Column("instruction_line_ref", TEXT, "RELEASED: line inside it", True),
        Column("qty", INTEGER, "eaches", minimum=1),
        Column("event_at", INSTANT, "as_of of the run"),
        Column("source_rank", INTEGER, "order among equal times, low first"),
        Column("reason_code", TEXT, "why", True),
        Column("effective_date", DATE, "ship date or expected date", True),
        RUN_ID,
    ),
)


LINE_BUCKETS = Table(
    "decisions",
    "line_buckets",
    "one row per order line: where each of its eaches is",
    key=("line_id",),
    columns=(
        Column("line_id", TEXT, "order line"),
        Column("order_id", TEXT, "order"),
        Column("sku_id", TEXT, "SKU"),
        Column("channel_id", TEXT, "channel"),
        Column("ordered_at", INSTANT, "UTC"),
        Column("ordered_qty", INTEGER, "original + amendments"),
        *(Column(f"{bucket}_qty", INTEGER, "eaches") for bucket in BUCKETS),
        *(Column(f"{name}_qty", INTEGER, "overlay, eaches") for name in OVERLAYS),
        Column("line_status", TEXT, "derived, first match of algorithms 2.1"),
        Column("last_event_at", INSTANT, "newest applied event"),
        RUN_ID,
    ),
)


EVENT_VERDICTS = Table(
    "decisions",
    "event_verdicts",
    "one row per event that was not applied as sent; its request to cancel apart",
    key=("event_id", "verdict"),
    columns=(
        Column("event_id", TEXT, "event"),
        Column("line_id", TEXT, "line, null when unknown", True),
        Column(
            "verdict",
            TEXT,
            "ILLEGAL | UNKNOWN_TO_US | BEFORE_OPENING | OVERSHIPPED |"
            " CANCEL_REQUESTED (the node was asked) |"
            " CANCEL_WITHDRAWN (wanted again after all)",
        ),
        Column("event_type", TEXT, "event"),
        Column("qty", INTEGER, "eaches that were not applied"),
        Column("detail", TEXT, "from bucket, guard"),
        RUN_ID,
    ),
)


LINE_HOLDS = Table(
    "decisions",
    "line_holds",
    "one row per line, reason to hold it and time it was held for",
    key=("line_id", "reason_code", "held_at"),
    columns=(
        Column("line_id", TEXT, "order line"),
        Column("reason_code", TEXT, "FRAUD | ADDRESS | AWAITING_PAYMENT | … | UNNAMED"),
        Column("held_at", INSTANT, "since when, UTC"),
        Column("placed_by", TEXT, "who holds it: an account, a channel, or rule"),
        Column("until_date", DATE, "last business date, where it names one", True),
        Column("ended_at", INSTANT, "until when; null: it holds", True),
        Column("ended_by", TEXT, "who let it go", True),
        RUN_ID,
    ),
)


SUBSTITUTED_LINES = Table(
    "decisions",
    "substituted_lines",
    "one row per action that has another SKU sent, and what came of it",
    key=("order_id", "action_id"),
    columns=(
        Column("action_id", TEXT, "of order_actions: partner_id/action_ref"),
        Column("order_id", TEXT, "order"),
        Column("line_id", TEXT, "order line that it is of; null: a kit's", True),
        Column("linked_line_id", TEXT, "the line that is sent instead"),
        Column("alternative_sku_id", TEXT, "SKU of the linked line"),
        Column("ratio", INTEGER, "eaches of it for one each", minimum=1),
        Column("asked_qty", INTEGER, "eaches of the line; null: all that wait", True),
        Column(
            "moved_qty",
            INTEGER,
            "eaches of the line that it took: SUBSTITUTED",
            minimum=0,
        ),
        Column("author", TEXT, "who decided on it"),
        Column(
            "refusal_code",
            TEXT,
            "why it took fewer than were asked for, or none: NOTHING_WAITS (no such"
            " eaches that no node was told of), KIT_LINE, KIT_SKU, SAME_SKU",
            True,
            allowed=("NOTHING_WAITS", "KIT_LINE", "KIT_SKU", "SAME_SKU"),
        ),
        AS_OF,
        RUN_ID,
    ),
)
