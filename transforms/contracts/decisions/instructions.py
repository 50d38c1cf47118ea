"""The room of instructions: what was told to whom, in which file, and its fate."""

from __future__ import annotations

from transforms.contracts.decisions.columns import AS_OF, RUN_ID
from transforms.contracts.table import (
    BOOLEAN,
    DATE,
    INSTANT,
    INTEGER,
    TEXT,
    Column,
    Table,
)

FULFILMENT_ORDERS = Table(
    "instructions",
    "fulfilment_orders",
    "one row per instruction: one order at one node",
    key=("instruction_id",),
    columns=(
        Column("instruction_id", TEXT, "FO- and 12 hex of its content's hash"),
        Column("document", TEXT, "shipping_orders"),
        Column("partner_id", TEXT, "who runs the node"),
        Column("node_id", TEXT, "node"),
        Column("order_id", TEXT, "order"),
        Column("sequence_no", INTEGER, "nth instruction of this order and node"),
        Column("released_at", INSTANT, "as_of"),
        Column("ship_by_date", DATE, "node's local day"),
        Column("service_code", TEXT, "carrier service"),
        Column("wave_ref", TEXT, "wave it is worked off in; null: none", True),
        Column("file_name", TEXT, "file it left in", True),
        Column("control_ref", TEXT, "control number of the file", True),
        Column("set_ref", TEXT, "transaction set inside it", True),
        Column("ack_due_at", INSTANT, "silence after this is an exception"),
        Column("corrected_at", INSTANT, "as_of of what replaced it last", True),
        Column(
            "closing_rule",
            TEXT,
            "what closes it, as the profile said then: final_945 | status:… | days:…",
            True,
        ),
        RUN_ID,
    ),
)


INSTRUCTION_LINES = Table(
    "instructions",
    "instruction_lines",
    "one row per line of an instruction",
    key=("instruction_id", "instruction_line_ref"),
    columns=(
        Column("instruction_id", TEXT, "instruction"),
        Column("instruction_line_ref", TEXT, "1 … n"),
        Column("line_id", TEXT, "order line"),
        Column("sku_id", TEXT, "SKU"),
        Column("qty", INTEGER, "eaches", minimum=1),
        Column("lot_ref", TEXT, "lot to be taken first; null: none known", True),
        Column("packed_in", TEXT, "kit packed beforehand to be taken instead", True),
        Column("packed_ref", TEXT, "line under which the node is told of it", True),
        Column("kit_qty", INTEGER, "of it: eaches in one kit", True, minimum=1),
        RUN_ID,
    ),
)


CANCEL_REQUESTS = Table(
    "instructions",
    "cancel_requests",
    "one row per cancellation and instruction line that a node is asked to give up",
    key=("request_id",),
    columns=(
        Column("request_id", TEXT, "CR- and 12 hex of its content's hash"),
        Column("instruction_id", TEXT, "instruction"),
        Column("instruction_line_ref", TEXT, "line inside it"),
        Column("partner_id", TEXT, "who runs the node"),
        Column("node_id", TEXT, "node"),
        Column("order_id", TEXT, "order"),
        Column("line_id", TEXT, "order line"),
        Column("sku_id", TEXT, "SKU"),
        Column("qty", INTEGER, "eaches", minimum=1),
        Column("reason_code", TEXT, "why; CORRECTED: to be told anew", True),
        Column(
            "event_id",
            TEXT,
            "CANCELLED or AMENDED event, or correction, that asks for it",
        ),
        Column("requested_at", INSTANT, "as_of"),
        Column("file_name", TEXT, "file it left in; null: it has not left", True),
        Column("control_ref", TEXT, "control number of the file", True),
        RUN_ID,
    ),
)


PAYMENT_REQUESTS = Table(
    "instructions",
    "payment_requests",
    "one row per thing that a payment provider is asked to do, once",
    key=("request_id",),
    columns=(
        Column("request_id", TEXT, "PR- and 12 hex: the provider's idempotency key"),
        Column(
            "request_kind",
            TEXT,
            "CAPTURE what left | VOID what is never needed | REAUTH what ends too soon",
            allowed=("CAPTURE", "VOID", "REAUTH"),
        ),
        Column("partner_id", TEXT, "provider"),
        Column("payment_id", TEXT, "authorisation it is about"),
        Column("payment_ref", TEXT, "the provider's number of it"),
        Column("order_id", TEXT, "order"),
        Column("currency_code", TEXT, "ISO 4217"),
        Column("amount_minor", INTEGER, "money, minor units", minimum=1),
        Column("is_final", BOOLEAN, "nothing more is taken of the authorisation"),
        Column("sequence_no", INTEGER, "nth of its kind for the authorisation"),
        Column("requested_at", INSTANT, "as_of"),
        Column("file_name", TEXT, "file it left in; null: it has not left", True),
        Column("control_ref", TEXT, "control number of the file", True),
        RUN_ID,
    ),
)


CORRECTED_INSTRUCTIONS = Table(
    "instructions",
    "corrected_instructions",
    "one row per correction that was asked for, and what became of it",
    key=("correction_id",),
    columns=(
        Column("correction_id", TEXT, "partner_id/correction_ref"),
        Column("instruction_id", TEXT, "instruction"),
        Column(
            "instruction_line_ref",
            TEXT,
            "line whose eaches change; null: the whole",
            True,
        ),
        Column("qty", INTEGER, "eaches that the line is to ask for", True, minimum=0),
        Column("partner_id", TEXT, "who runs the node", True),
        Column("order_id", TEXT, "order", True),
        Column(
            "outcome",
            TEXT,
            "REPLACED: told again whole | TOLD_ANEW: likewise, its partner could not"
            " read the first | ASKED_BACK: its eaches are asked back, and told anew"
            " once the node gives them up | REFUSED",
            allowed=("REPLACED", "TOLD_ANEW", "ASKED_BACK", "REFUSED"),
        ),
        Column(
            "refusal_code",
            TEXT,
            "why it is refused",
            True,
            allowed=(
                "UNKNOWN_INSTRUCTION",
                "NOTHING_OPEN",
                "PACKED_KIT",
                "NOT_FEWER",
                "FETCHED_AT_STORE",
                "ASKED_BACK_BEFORE",
                "NOT_TAKEN",
            ),
        ),
        Column("service_code", TEXT, "new service; null: as it was", True),
        Column("file_name", TEXT, "told again: file it had left in before", True),
        Column("control_ref", TEXT, "told again: control number of that file", True),
        Column("author", TEXT, "who corrects it"),
        Column("corrected_at", INSTANT, "when that was asked for"),
        Column("decided_at", INSTANT, "as_of"),
        RUN_ID,
    ),
)


OUTBOX_FILES = Table(
    "instructions",
    "outbox_files",
    "one row per file sent",
    key=("partner_id", "file_name"),
    columns=(
        Column("file_name", TEXT, "name"),
        Column("partner_id", TEXT, "receiver"),
        Column("format", TEXT, "x12_940 | csv_shipping_orders | …, docs/formats.md"),
        Column("control_ref", TEXT, "control number"),
        Column("sha256", TEXT, "of the exact bytes"),
        Column("row_count", INTEGER, "lines", minimum=1),
        Column("unit_count", INTEGER, "eaches", minimum=0),
        AS_OF,
        RUN_ID,
    ),
)


FILE_DELIVERIES = Table(
    "instructions",
    "file_deliveries",
    "one row per time a file was put where its partner takes it, or could not be",
    # Two people may ask for a file in the same hour, each for a reason.
    key=("partner_id", "file_name", "event_type", "event_at", "author", "detail"),
    columns=(
        Column("partner_id", TEXT, "receiver"),
        Column("file_name", TEXT, "name; answers begin with answers/"),
        Column(
            "event_type",
            TEXT,
            "what was done",
            allowed=("DELIVERED", "FAILED", "RESENT"),
        ),
        Column("event_at", INSTANT, "as_of of the run, or the hour of the command"),
        Column("sha256", TEXT, "of the exact bytes"),
        Column("author", TEXT, "RESENT: who asked for it", True),
        Column("detail", TEXT, "why it failed or was sent again", True),
        Column("landing_id", INTEGER, "our landed document", is_provenance=True),
        RUN_ID,
    ),
)


SHIPPING_ORDERS = Table(
    "instructions",
    "shipping_orders",
    "one row per instruction line as rendered; never stored (personal data)",
    key=("instruction_id", "instruction_line_ref"),
    columns=(
        Column("instruction_id", TEXT, "instruction"),
        Column("instruction_line_ref", TEXT, "1 … n"),
        Column("replaces_ref", TEXT, "control number that it replaces", True),
        Column("node_id", TEXT, "node"),
        Column("order_id", TEXT, "order"),
        Column("order_name", TEXT, "number people use"),
        Column("sku_id", TEXT, "SKU"),
        Column("product_name", TEXT, "text"),
        Column("qty", INTEGER, "eaches", minimum=1),
        Column("wave_ref", TEXT, "wave it is worked off in; null: none", True),
        Column("lot_ref", TEXT, "lot to be taken first; null: none known", True),
        Column("grams", INTEGER, "weight of one each", minimum=1),
        Column("ordered_at", INSTANT, "UTC"),
        Column("ship_by_date", DATE, "node's local day"),
        Column("service_code", TEXT, "STANDARD | EXPEDITED | PICK_UP"),
        Column("to_store_id", TEXT, "store that hands it over; null: none", True),
        Column("ship_to_name", TEXT, "recipient", True, "name"),
        Column("ship_to_street", TEXT, "street", True, "address"),
        Column("ship_to_street2", TEXT, "street", True, "address"),
        Column("ship_to_city", TEXT, "city", True, "city"),
        Column("ship_to_postal_code", TEXT, "postal code", True, "postal_code"),
        Column("region_code", TEXT, "state; null: the customer fetches it", True),
        Column("country_code", TEXT, "country"),
        Column("ship_to_phone", TEXT, "phone", True, "phone"),
    ),
)
