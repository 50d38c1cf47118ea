"""Two sides compared, each row one class, and what needs a person."""

from __future__ import annotations

from transforms.contracts.decisions.columns import RUN_ID
from transforms.contracts.table import DATE, INSTANT, INTEGER, TEXT, Column, Table

RECONCILED_PAYMENTS = Table(
    "decisions",
    "reconciled_payments",
    "one row per order and currency of which payments are known or expected",
    key=("order_id", "currency_code"),
    columns=(
        Column("order_id", TEXT, "order; the payment's own id where it names none"),
        Column("currency_code", TEXT, "ISO 4217"),
        Column("channel_id", TEXT, "channel; null: nobody has the order", True),
        Column("payment_class", TEXT, "exactly one; docs/codes.md has those that ask"),
        Column("due_minor", INTEGER, "value of what is not cancelled"),
        Column("shipped_minor", INTEGER, "value of what left"),
        Column("authorised_minor", INTEGER, "held by authorisations that live"),
        Column("captured_minor", INTEGER, "taken"),
        Column("refunded_minor", INTEGER, "given back"),
        Column("difference_minor", INTEGER, "captured - refunded - due"),
        Column("value_minor", INTEGER, "money that the class is about"),
        Column("authorised_until", INSTANT, "first authorisation to end, UTC", True),
        Column("since_at", INSTANT, "since when it is so, UTC", True),
        Column("cause_code", TEXT, "what made them differ; null: they agree", True),
        Column("owner", TEXT, "team that acts on it; null: both sides agree", True),
        RUN_ID,
    ),
)


RECONCILED_SHIPMENTS = Table(
    "decisions",
    "reconciled_shipments",
    "one row per instruction line that was asked, confirmed or carried",
    key=("instruction_id", "instruction_line_ref"),
    columns=(
        Column("instruction_id", TEXT, "instruction"),
        Column("instruction_line_ref", TEXT, "line inside it"),
        Column("line_id", TEXT, "order line; null: we never asked", True),
        Column("sku_id", TEXT, "SKU", True),
        Column("asked_qty", INTEGER, "eaches asked for"),
        Column("shipped_qty", INTEGER, "eaches confirmed as sent"),
        Column(
            "short_qty",
            INTEGER,
            "eaches said to be missing, or another SKU went instead",
        ),
        Column("refused_qty", INTEGER, "eaches refused, or given back unasked"),
        Column(
            "cancelled_qty",
            INTEGER,
            "eaches given back on our wish, or that nobody came for",
        ),
        Column("wrong_qty", INTEGER, "of the sent, under another SKU"),
        Column("again_qty", INTEGER, "of the sent, the same said once more"),
        Column("open_qty", INTEGER, "eaches not answered yet", minimum=0),
        Column("delivered_qty", INTEGER, "eaches at the door, as the carrier says"),
        Column("lost_qty", INTEGER, "eaches lost and not found, as it says"),
        Column("sent_back_qty", INTEGER, "eaches on their way back, as it says"),
        Column(
            "shipment_class",
            TEXT,
            "unknown | wrong | confirmed_twice | over | substituted | refused | short"
            " | uncollected | given_up | matched | open",
        ),
        Column(
            "carrier_class",
            TEXT,
            "lost | sent_back | delivered | partly_delivered | on_its_way | none",
        ),
        Column(
            "ack_class",
            TEXT,
            "accepted | rejected | implied (it answered without) | awaited | none (we"
            " never asked)",
        ),
        Column("acknowledged_at", INSTANT, "the acknowledgement, UTC", True),
        Column("answered_at", INSTANT, "the node's newest word, UTC", True),
        Column("carried_at", INSTANT, "the carrier's newest word, UTC", True),
        Column("since_at", INSTANT, "since when it is so, UTC", True),
        Column("cause_code", TEXT, "the node's reason, or what does not fit", True),
        Column("owner", TEXT, "team that acts on it; null: both sides agree", True),
        RUN_ID,
    ),
)


RECONCILED_PARCELS = Table(
    "decisions",
    "reconciled_parcels",
    "one row per parcel that a node confirmed or a carrier scanned",
    key=("tracking_ref",),
    columns=(
        Column("tracking_ref", TEXT, "the carrier's number"),
        Column("carrier_code", TEXT, "SCAC or name", True),
        Column("instruction_id", TEXT, "instruction; null: nobody confirmed it", True),
        Column("order_id", TEXT, "order; of several the first", True),
        Column(
            "other_order_ids",
            TEXT,
            "further orders with eaches in it, joined by |; null: none",
            True,
        ),
        Column("node_id", TEXT, "node that sent it", True),
        Column("parcel_class", TEXT, "exactly one; docs/codes.md has those that ask"),
        Column("shipped_at", INSTANT, "left the node, UTC", True),
        Column("promise_date", DATE, "last day at the door that we promised", True),
        Column("scan_count", INTEGER, "scans on the way out", minimum=0),
        Column("last_status_code", TEXT, "of the newest scan", True),
        Column("last_partner_code", TEXT, "the same as the carrier codes it", True),
        Column("last_occurred_at", INSTANT, "of the newest scan, UTC", True),
        Column("expected_at", INSTANT, "the carrier's newest forecast, UTC", True),
        Column("delivered_at", INSTANT, "at the door, UTC", True),
        Column("delivered_source", TEXT, "carrier | inferred", True),
        Column("value_minor", INTEGER, "what its eaches were sold for"),
        Column("currency_code", TEXT, "ISO 4217", True),
        Column("since_at", INSTANT, "since when it is so, UTC", True),
        Column("cause_code", TEXT, "of trouble: the carrier's code of it", True),
        Column("owner", TEXT, "team that acts on it; null: both sides agree", True),
        Column("next_at", INSTANT, "when time alone may change the class", True),
        RUN_ID,
    ),
)


RECONCILED_ORDERS = Table(
    "decisions",
    "reconciled_orders",
    "one row per order that a channel lists or settles, or that it should have",
    key=("order_id",),
    columns=(
        Column("order_id", TEXT, "order, as the channel names it"),
        Column("channel_id", TEXT, "channel"),
        Column(
            "order_class",
            TEXT,
            "matched | listed | no_second_source | order_waits | order_missing"
            " | order_amount_differs | order_unsettled | waiting",
        ),
        Column(
            "cause_code",
            TEXT,
            "of amounts: OTHER_CURRENCY | SETTLED_MORE | SETTLED_LESS | LISTED_OTHERWISE",
            True,
        ),
        Column("ordered_at", INSTANT, "UTC; null: nobody has it here", True),
        Column("left_at", INSTANT, "the last of it left, UTC", True),
        Column("settled_at", INSTANT, "the channel first named it, UTC", True),
        Column("amount_minor", INTEGER, "what the order comes to here", True),
        Column("listed_minor", INTEGER, "its total as the channel says", True),
        Column("left_minor", INTEGER, "worth of what left", True),
        Column("settled_minor", INTEGER, "what buyers paid, as it settles", True),
        Column("value_minor", INTEGER, "money that the class is about"),
        Column("currency_code", TEXT, "ISO 4217", True),
        Column("since_at", INSTANT, "since when it is so, UTC", True),
        Column("owner", TEXT, "team that acts on it; null: both sides agree", True),
        RUN_ID,
    ),
)


EXCEPTIONS = Table(
    "decisions",
    "exceptions",
    "one row per thing that needs a person; open until the data heal",
    key=("exception_id",),
    columns=(
        Column("exception_id", TEXT, "code and subject"),
        Column("code", TEXT, "stable code, docs/codes.md"),
        Column("subject", TEXT, "line, instruction, node and SKU, file …"),
        Column("owner", TEXT, "team"),
        Column("detail", TEXT, "one sentence"),
        Column("cause_code", TEXT, "why, where somebody says so", True),
        Column("value_minor", INTEGER, "money that it is about", True),
        Column("currency_code", TEXT, "of the value, ISO 4217", True),
        Column("order_id", TEXT, "order that it is about; null: none of ours", True),
        Column("opened_at", INSTANT, "as_of of the run that first saw it"),
        Column("closed_at", INSTANT, "as_of of the run that no longer saw it", True),
        RUN_ID,
    ),
)
