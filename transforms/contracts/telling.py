"""What partners are told: how much they may sell, what has left, what will arrive.

Tables as rendered, made anew for each file and never stored; what was told once is
remembered in ``TOLD_ROWS``. Not here: shipping orders (``contracts.decisions``).
"""

from __future__ import annotations

from transforms.contracts.table import (
    BOOLEAN,
    DATE,
    INSTANT,
    INTEGER,
    TEXT,
    Column,
    Table,
)

STOCK_OFFERS = Table(
    "instructions",
    "stock_offers",
    "one row per SKU: what a channel is told it may sell; as rendered, never stored",
    key=("sku_id",),
    columns=(
        Column("sku_id", TEXT, "SKU"),
        Column("sku_ref", TEXT, "the channel's own name of it, an alias", True),
        Column("available_qty", INTEGER, "eaches, absolute", minimum=0),
        Column("as_of", INSTANT, "moment of the figure, UTC"),
    ),
)

SHIPPED_LINES = Table(
    "instructions",
    "shipped_lines",
    "one row per shipped line that its channel is told of; as rendered, never stored",
    key=("event_id",),
    columns=(
        Column("event_id", TEXT, "what the node said, told once"),
        Column("order_ref", TEXT, "the channel's order"),
        Column("line_ref", TEXT, "the channel's line"),
        Column("line_no", INTEGER, "place inside the order"),
        Column("sku_id", TEXT, "SKU that left"),
        Column("ordered_sku_id", TEXT, "SKU that it left instead of", True),
        Column("qty", INTEGER, "eaches", minimum=1),
        Column("carrier_code", TEXT, "SCAC or name", True),
        Column("tracking_ref", TEXT, "parcels, joined by a space", True),
        Column("shipped_at", INSTANT, "UTC"),
        Column("due_at", INSTANT, "the channel is to know by then"),
    ),
)

ARRIVAL_LINES = Table(
    "instructions",
    "arrival_lines",
    "one row per expected line that its node is told of; as rendered, never stored",
    key=("advice_id", "line_ref"),
    columns=(
        Column("advice_id", TEXT, "order and node"),
        Column("line_ref", TEXT, "line of the order"),
        Column("subject_id", TEXT, "order, line, eaches and day: told once"),
        Column("po_ref", TEXT, "purchase or transfer order"),
        Column("node_id", TEXT, "node the goods go to"),
        Column("sku_id", TEXT, "SKU"),
        Column("qty", INTEGER, "eaches", minimum=1),
        Column("expected_date", DATE, "in the node's zone"),
        Column("is_replacement", BOOLEAN, "the node was told of the order before"),
    ),
)

ORDER_ANSWERS = Table(
    "instructions",
    "order_answers",
    "one row per line of an order that its customer is answered; never stored",
    key=("order_ref", "line_no"),
    columns=(
        Column("subject_id", TEXT, "order, version and answer: told once"),
        Column("order_id", TEXT, "order"),
        Column("order_ref", TEXT, "the customer's order"),
        Column("version_no", INTEGER, "1 + changed copies before", minimum=1),
        Column("ordered_at", INSTANT, "UTC"),
        Column("line_no", INTEGER, "place inside the order", minimum=1),
        Column("line_ref", TEXT, "the customer's line"),
        Column("sku_id", TEXT, "SKU"),
        Column("qty", INTEGER, "eaches ordered", minimum=1),
        Column("accepted_qty", INTEGER, "of them accepted", minimum=0),
        Column("backordered_qty", INTEGER, "of them waiting", minimum=0),
        Column("refused_qty", INTEGER, "of them cancelled", minimum=0),
        Column(
            "replaced_by",
            TEXT,
            'JSON [{"sku", "qty"}]: SKUs sent instead, of how many of its eaches',
            True,
        ),
        Column("expected_date", DATE, "when what waits is expected", True),
    ),
)

CHANGE_ANSWERS = Table(
    "instructions",
    "change_answers",
    "one row per line of an order whose customer is answered a change of it, or told"
    " of one of ours; never stored",
    key=("order_ref", "line_ref"),
    columns=(
        Column("subject_id", TEXT, "order, version and answer: told once"),
        Column("order_id", TEXT, "order"),
        Column("order_ref", TEXT, "the customer's order"),
        Column("is_ours", BOOLEAN, "the customer asked for nothing: we change it"),
        Column("ordered_at", INSTANT, "UTC"),
        Column("line_no", INTEGER, "place inside the order", minimum=1),
        Column("line_ref", TEXT, "the customer's line"),
        Column(
            "change_code",
            TEXT,
            "what the customer changed in it: added, deleted, more, fewer, another, none",
            allowed=("AI", "DI", "QI", "QD", "CA", "NC"),
        ),
        Column("sku_id", TEXT, "SKU"),
        Column("qty", INTEGER, "eaches that the customer wants", minimum=0),
        Column("accepted_qty", INTEGER, "eaches accepted", minimum=0),
        Column("backordered_qty", INTEGER, "eaches waiting", minimum=0),
        Column("refused_qty", INTEGER, "eaches cancelled", minimum=0),
        Column(
            "replaced_by",
            TEXT,
            'JSON [{"sku", "qty"}]: SKUs sent instead, of how many of its eaches',
            True,
        ),
        Column("asked_back_qty", INTEGER, "wanted no more, with a node", minimum=0),
        Column("expected_date", DATE, "when what waits is expected", True),
    ),
)

TOLD_ROWS = Table(
    "instructions",
    "told_rows",
    "one row per thing that a partner was told once",
    key=("partner_id", "document", "subject_id"),
    columns=(
        Column("partner_id", TEXT, "who was told"),
        Column(
            "document",
            TEXT,
            "shipped_lines | arrival_lines | order_answers | change_answers",
        ),
        Column(
            "subject_id",
            TEXT,
            "the event; order, line, eaches and day; order, version and answer",
        ),
        Column("file_name", TEXT, "file it left in"),
        Column("due_at", INSTANT, "it was to be told by then", True),
        Column("run_id", TEXT, "run that told it", is_provenance=True),
    ),
)
