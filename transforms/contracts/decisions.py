"""Decisions and instructions: beliefs, state, choices and what was sent.

Python owns these tables. ``run_id`` is provenance everywhere: two runs with
other ids that decide the same thing have equal hashes.
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
from transforms.contracts.telling import TOLD_ROWS

BUCKETS: tuple[str, ...] = (
    "pending",
    "held",
    "preordered",
    "backordered",
    "allocated",
    "released",
    "in_fulfilment",
    "shipped",
    "delivered",
    "lost",
    "cancelled",
    "substituted_out",
)
"""The buckets of a line; they sum to what was ordered after every event."""

OVERLAYS: tuple[str, ...] = (
    "overshipped",
    "return_expected",
    "returned",
    "return_lost",
)
"""Quantities outside the identity."""

RUN_ID = Column("run_id", TEXT, "run that wrote the row", is_provenance=True)
AS_OF = Column("as_of", INSTANT, "moment of the decision, UTC")

OWN_EVENTS = Table(
    "decisions",
    "own_events",
    "one row per thing we did to a line",
    key=("event_id",),
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
            " CANCEL_REQUESTED (the node was asked)",
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
        Column("ended_at", INSTANT, "until when; null: it holds", True),
        Column("ended_by", TEXT, "who let it go", True),
        RUN_ID,
    ),
)

UNIT_POSTINGS = Table(
    "decisions",
    "unit_postings",
    "one row per side of a physical movement",
    key=("posting_id",),
    columns=(
        Column("posting_id", TEXT, "movement_id and side"),
        Column("movement_id", TEXT, "the document event that moved the eaches"),
        Column(
            "movement_type",
            TEXT,
            "OPENING | RECEIPT | TILL_SALE | SHIPMENT | ADJUSTMENT | VARIANCE"
            " | REJECTION",
        ),
        Column(
            "account",
            TEXT,
            "ON_HAND | SUPPLIER | SHIPPED | DELIVERED | CUSTOMER_RETURN | SCRAP"
            " | ADJUSTED | SYSTEM_BEFORE | VARIANCE",
        ),
        Column("node_id", TEXT, "node"),
        Column("sku_id", TEXT, "SKU"),
        Column("stock_status", TEXT, "AVAILABLE | DAMAGED | HOLD"),
        Column("qty", INTEGER, "signed eaches; a movement sums to zero"),
        Column("event_at", INSTANT, "UTC"),
        Column("is_date_only", BOOLEAN, "the document gave a date, no time"),
        RUN_ID,
    ),
)

PROMISE_POSTINGS = Table(
    "decisions",
    "promise_postings",
    "one row per side of a move of a commitment at a node",
    key=("posting_id",),
    columns=(
        Column("posting_id", TEXT, "event_id and side"),
        Column("event_id", TEXT, "event that moved the promise"),
        Column("line_id", TEXT, "order line"),
        Column("account", TEXT, "DEMAND | ALLOCATED | RELEASED | SHIPPED"),
        Column("node_id", TEXT, "node"),
        Column("sku_id", TEXT, "SKU"),
        Column("qty", INTEGER, "signed eaches; an event sums to zero"),
        Column("event_at", INSTANT, "UTC"),
        RUN_ID,
    ),
)

STOCK_POSITIONS = Table(
    "decisions",
    "stock_positions",
    "one row per node and SKU: the sum of its postings",
    key=("node_id", "sku_id"),
    columns=(
        Column("node_id", TEXT, "node"),
        Column("sku_id", TEXT, "SKU"),
        Column("available_qty", INTEGER, "on hand, sound; may be negative"),
        Column("damaged_qty", INTEGER, "on hand, damaged"),
        Column("hold_qty", INTEGER, "on hand, blocked"),
        Column("allocated_qty", INTEGER, "committed, not sent"),
        Column("released_qty", INTEGER, "committed, with the node"),
        RUN_ID,
    ),
)

STOCK_VARIANCES = Table(
    "decisions",
    "stock_variances",
    "one row per snapshot figure that differs from ours",
    key=("node_id", "sku_id", "stock_status", "snapshot_at"),
    columns=(
        Column("node_id", TEXT, "node"),
        Column("sku_id", TEXT, "SKU"),
        Column("stock_status", TEXT, "AVAILABLE | DAMAGED | HOLD"),
        Column("snapshot_at", INSTANT, "the partner's cut"),
        Column("quantity_basis", TEXT, "on_hand | available"),
        Column("reported_qty", INTEGER, "as sent"),
        Column("ledger_qty", INTEGER, "ours at the cut, same basis"),
        Column("in_flight_qty", INTEGER, "sent to the node, open at the cut"),
        Column("variance_qty", INTEGER, "reported - ours"),
        Column(
            "posted_qty", INTEGER, "posted to VARIANCE now; 0 while a surplus waits"
        ),
        Column(
            "cause_code",
            TEXT,
            "SHORTFALL | SURPLUS_WAITS | SURPLUS_CONFIRMED | EXPLAINED (by late files)",
        ),
        RUN_ID,
    ),
)

NODE_CONFIDENCE = Table(
    "decisions",
    "node_confidence",
    "one row per node and run: whether its newest snapshot is believed",
    key=("node_id", "as_of"),
    columns=(
        Column("node_id", TEXT, "node"),
        AS_OF,
        Column("snapshot_at", INSTANT, "newest snapshot", True),
        Column("row_count", INTEGER, "rows in it"),
        Column("expected_row_count", INTEGER, "positions we hold there"),
        Column("usual_row_count", INTEGER, "median rows of its files before"),
        Column("zero_bp", INTEGER, "share of zeros, basis points"),
        Column("changed_bp", INTEGER, "share of rows that differ, basis points"),
        Column("largest_change_qty", INTEGER, "largest difference of one SKU"),
        Column("confidence_bp", INTEGER, "10000 = believed; lower widens the buffer"),
        Column(
            "verdict", TEXT, "TRUSTED | STALE | PARTIAL | IMPLAUSIBLE | REFUSED | NONE"
        ),
        RUN_ID,
    ),
)

AVAILABLE_TO_PROMISE = Table(
    "decisions",
    "available_to_promise",
    "one row per node and SKU; the steps add up to atp_qty",
    key=("node_id", "sku_id"),
    columns=(
        Column("node_id", TEXT, "node"),
        Column("sku_id", TEXT, "SKU"),
        Column("on_hand_qty", INTEGER, "eaches on hand, whatever their status"),
        Column("blocked_qty", INTEGER, "minus damaged and held eaches"),
        Column("expired_qty", INTEGER, "minus lots too old to be sent, <= 0"),
        Column("expired_rule", TEXT, "rule of the days a lot must have left, or NONE"),
        Column("allocated_qty", INTEGER, "minus committed, <= 0"),
        Column("released_qty", INTEGER, "minus with the node, <= 0"),
        Column("buffer_qty", INTEGER, "minus doubt about the count, <= 0"),
        Column("buffer_rule", TEXT, "rule that won: its id, NODE, CONFIDENCE or NONE"),
        Column("floor_qty", INTEGER, "plus what lifts a negative to 0, >= 0"),
        Column("atp_qty", INTEGER, "sum of the steps", minimum=0),
        RUN_ID,
    ),
)

NODE_GATES = Table(
    "decisions",
    "node_gates",
    "one row per run and node that it gave no instructions",
    key=("node_id", "as_of"),
    columns=(
        Column("node_id", TEXT, "node"),
        AS_OF,
        Column(
            "reason_codes",
            TEXT,
            "ANSWERS_OVERDUE | FILES_REJECTED | FILES_UNDELIVERED |"
            " COUNTS_UNBELIEVED | CAPACITY_GONE, joined by |",
        ),
        Column("since_at", INSTANT, "run that first gave it none, without a break"),
        Column("due_count", INTEGER, "instructions whose deadline is over"),
        Column("overdue_count", INTEGER, "of them without any word"),
        Column("rejected_count", INTEGER, "that it could not read"),
        Column("undelivered_count", INTEGER, "files that did not reach it"),
        Column("unbelieved_hours", INTEGER, "hours since its newest believed count"),
        Column("late_qty", INTEGER, "eaches that should have left"),
        RUN_ID,
    ),
)

LOT_POSITIONS = Table(
    "decisions",
    "lot_positions",
    "one row per node, SKU and lot that documents name: a belief, no balance",
    key=("node_id", "sku_id", "lot_ref"),
    columns=(
        Column("node_id", TEXT, "node"),
        Column("sku_id", TEXT, "SKU"),
        Column("lot_ref", TEXT, "lot; without a number, the day it expires"),
        Column("expires_date", DATE, "its last day; null: nobody told", True),
        Column("qty", INTEGER, "sound eaches by its count and what named it since"),
        Column("counted_at", INSTANT, "cut of the node's count; null: none", True),
        RUN_ID,
    ),
)

KIT_AVAILABILITY = Table(
    "decisions",
    "kit_availability",
    "one row per kit and node that holds a component: kits it could promise alone",
    key=("node_id", "sku_id"),
    columns=(
        Column("node_id", TEXT, "node"),
        Column("sku_id", TEXT, "SKU of the kit"),
        Column(
            "atp_qty",
            INTEGER,
            "least over components of ATP / eaches in one kit, floor",
            minimum=0,
        ),
        Column("short_sku_id", TEXT, "the component that lets no more"),
        RUN_ID,
    ),
)

PROMISE_CURVE = Table(
    "decisions",
    "promise_curve",
    "one row per node, SKU and day from which it holds, where receipts are coming",
    key=("node_id", "sku_id", "available_date"),
    columns=(
        Column("node_id", TEXT, "node"),
        Column("sku_id", TEXT, "SKU"),
        Column("available_date", DATE, "business date from which the row holds"),
        Column("receipt_qty", INTEGER, "eaches expected that day", minimum=0),
        Column("atp_qty", INTEGER, "may be promised for that day; may be negative"),
        RUN_ID,
    ),
)

CHANNEL_AVAILABILITY = Table(
    "decisions",
    "channel_availability",
    "one row per published channel and SKU: what it is told it may sell",
    key=("channel_id", "sku_id"),
    columns=(
        Column("channel_id", TEXT, "channel"),
        Column("sku_id", TEXT, "SKU"),
        Column("nodes_qty", INTEGER, "ATP of the nodes that serve the channel"),
        Column("excluded_qty", INTEGER, "minus that of nodes it is not shown, <= 0"),
        Column("excluded_rule", TEXT, "rules that won there, joined by |"),
        Column(
            "components_qty", INTEGER, "kit: minus what its components lack here, <= 0"
        ),
        Column("components_rule", TEXT, "kit: the component that lets no more"),
        Column("waiting_qty", INTEGER, "minus demand that waits for eaches, <= 0"),
        Column("pools_qty", INTEGER, "minus pools of other channels, <= 0"),
        Column("pools_rule", TEXT, "rules of these pools, joined by |"),
        Column("threshold_qty", INTEGER, "minus what is never shown, <= 0"),
        Column("threshold_rule", TEXT, "rule that won"),
        Column("oversell_qty", INTEGER, "plus what may be oversold, >= 0"),
        Column("oversell_rule", TEXT, "rule that won"),
        Column("ceiling_qty", INTEGER, "minus what is above the ceiling, <= 0"),
        Column("ceiling_rule", TEXT, "rule that won"),
        Column("floor_qty", INTEGER, "plus what lifts a negative to 0, >= 0"),
        Column("available_qty", INTEGER, "sum of the steps: the figure", minimum=0),
        Column("pool_qty", INTEGER, "of it for this channel alone", minimum=0),
        Column(
            "shared_qty",
            INTEGER,
            "shown here and elsewhere though it is there once: may be oversold",
            minimum=0,
        ),
        AS_OF,
        RUN_ID,
    ),
)

OPEN_DEMAND = Table(
    "decisions",
    "open_demand",
    "one row per line that waits for units in this run, in demand order",
    key=("line_id",),
    columns=(
        Column("line_id", TEXT, "order line"),
        Column("order_id", TEXT, "order"),
        Column("channel_id", TEXT, "channel"),
        Column("sku_id", TEXT, "SKU"),
        Column("line_no", INTEGER, "inside the order"),
        Column("open_qty", INTEGER, "pending + backordered", minimum=1),
        Column("pending_qty", INTEGER, "of it never decided", minimum=0),
        Column("backordered_qty", INTEGER, "of it waiting", minimum=0),
        Column("ordered_at", INSTANT, "UTC"),
        Column("priority", INTEGER, "0 most urgent … 4"),
        Column("promise_date", DATE, "latest door date by service"),
        Column("region_code", TEXT, "destination"),
        Column("service_code", TEXT, "STANDARD | EXPEDITED"),
        Column("is_ship_complete", BOOLEAN, "all lines in one go"),
        Column("grams", INTEGER, "weight of one each", minimum=1),
        Column("unit_value_minor", INTEGER, "net line value / ordered, floor"),
        Column("kit_line_id", TEXT, "of a component: the kit's line as ordered", True),
        Column(
            "kit_qty", INTEGER, "of a component: eaches in one kit", True, minimum=1
        ),
        Column("demand_rank", INTEGER, "total order, 1 first", minimum=1),
        AS_OF,
        RUN_ID,
    ),
    order=("demand_rank",),
)

ALLOCATIONS = Table(
    "decisions",
    "allocations",
    "one row per line, node and run that committed eaches",
    key=("line_id", "node_id", "as_of"),
    columns=(
        Column("line_id", TEXT, "order line"),
        Column("order_id", TEXT, "order"),
        Column("sku_id", TEXT, "SKU"),
        Column("node_id", TEXT, "node"),
        Column("qty", INTEGER, "eaches", minimum=1),
        Column("service_code", TEXT, "carrier service"),
        Column("ship_date", DATE, "node's local day"),
        Column("promise_date", DATE, "at the door"),
        Column("freight_minor", INTEGER, "share of the shipment by weight, exact"),
        Column("processing_minor", INTEGER, "share of shipment and unit cost"),
        Column("split_minor", INTEGER, "share of the order's split cost"),
        Column("lateness_minor", INTEGER, "price of being late"),
        Column("total_minor", INTEGER, "sum of the parts"),
        AS_OF,
        RUN_ID,
    ),
)

DECISION_TRACE = Table(
    "decisions",
    "decision_trace",
    "one row per line, considered node and run, ruled out ones included",
    key=("line_id", "node_id", "as_of"),
    columns=(
        Column("line_id", TEXT, "order line"),
        Column("node_id", TEXT, "node"),
        Column("failed_rules", TEXT, "rules that ruled it out, joined by |, or empty"),
        Column("atp_qty", INTEGER, "eaches it could promise when asked"),
        Column("distance_km", INTEGER, "lane", True),
        Column("freight_minor", INTEGER, "if the line shipped alone from here", True),
        Column("processing_minor", INTEGER, "the same", True),
        Column("lateness_minor", INTEGER, "the same", True),
        Column("total_minor", INTEGER, "sum of the parts", True),
        Column("chosen_qty", INTEGER, "eaches allocated here", minimum=0),
        Column("candidate_rank", INTEGER, "1 cheapest among the eligible", True),
        AS_OF,
        RUN_ID,
    ),
)

BACKORDERS = Table(
    "decisions",
    "backorders",
    "one row per line that waits after this run",
    key=("line_id", "as_of"),
    columns=(
        Column("line_id", TEXT, "order line"),
        Column("order_id", TEXT, "order"),
        Column("sku_id", TEXT, "SKU"),
        Column("qty", INTEGER, "eaches", minimum=1),
        Column("reason_code", TEXT, "NO_STOCK | NO_NODE | SHIP_COMPLETE | CAPACITY"),
        Column("expected_date", DATE, "receipt that would serve it", True),
        Column("owner", TEXT, "team that acts on it"),
        AS_OF,
        RUN_ID,
    ),
)

DEMAND_FORECASTS = Table(
    "decisions",
    "demand_forecasts",
    "one row per SKU and coming day",
    key=("sku_id", "forecast_date", "as_of"),
    columns=(
        Column("sku_id", TEXT, "SKU"),
        Column("forecast_date", DATE, "business date"),
        Column("mean_milli_qty", INTEGER, "thousandths of an each", minimum=0),
        Column("low_qty", INTEGER, "10 % quantile", minimum=0),
        Column("median_qty", INTEGER, "50 % quantile", minimum=0),
        Column("high_qty", INTEGER, "90 % quantile", minimum=0),
        Column("method", TEXT, "gamma_poisson"),
        AS_OF,
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
        Column("opened_at", INSTANT, "as_of of the run that first saw it"),
        Column("closed_at", INSTANT, "as_of of the run that no longer saw it", True),
        RUN_ID,
    ),
)

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
        Column("short_qty", INTEGER, "eaches said to be missing"),
        Column("refused_qty", INTEGER, "eaches refused"),
        Column("cancelled_qty", INTEGER, "eaches given back on our wish"),
        Column("wrong_qty", INTEGER, "of the sent, under another SKU"),
        Column("again_qty", INTEGER, "of the sent, the same said once more"),
        Column("open_qty", INTEGER, "eaches not answered yet", minimum=0),
        Column("delivered_qty", INTEGER, "eaches at the door, as the carrier says"),
        Column("lost_qty", INTEGER, "eaches lost and not found, as it says"),
        Column("sent_back_qty", INTEGER, "eaches on their way back, as it says"),
        Column(
            "shipment_class",
            TEXT,
            "unknown | wrong | confirmed_twice | over | refused | short | matched"
            " | open",
        ),
        Column(
            "carrier_class",
            TEXT,
            "lost | sent_back | delivered | partly_delivered | on_its_way | none",
        ),
        Column("answered_at", INSTANT, "the node's newest word, UTC", True),
        Column("carried_at", INSTANT, "the carrier's newest word, UTC", True),
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
        Column("order_id", TEXT, "order", True),
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
            "matched | listed | order_waits | order_missing | order_amount_differs"
            " | order_unsettled | waiting",
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
        RUN_ID,
    ),
)

PROOFS = Table(
    "decisions",
    "proofs",
    "one row per proof and run",
    key=("proof", "as_of"),
    columns=(
        Column("proof", TEXT, "what was proved"),
        Column("kind", TEXT, "arithmetic, limit (block) | commitment (exception)"),
        Column("checked_rows", INTEGER, "keys looked at"),
        Column("failed_rows", INTEGER, "keys that failed"),
        Column("example", TEXT, "first failing keys", True),
        AS_OF,
        RUN_ID,
    ),
)

RUNS = Table(
    "decisions",
    "runs",
    "one row per committed run",
    key=("run_id",),
    columns=(
        Column("run_id", TEXT, "hash of inputs, rules, code, as_of, seed"),
        AS_OF,
        Column("input_digest", TEXT, "hash of the landed rows it read"),
        Column("rules_hash", TEXT, "hash of orchestration/policies"),
        Column("code_hash", TEXT, "hash of transforms and the lock"),
        Column("seed", INTEGER, "seed"),
        Column("landing_id", INTEGER, "newest ledger row read"),
        Column("first_snapshot", INTEGER, "lake snapshot before", is_provenance=True),
        Column(
            "last_snapshot", INTEGER, "lake snapshot at publish", is_provenance=True
        ),
        Column("manifest", TEXT, "published manifest", is_provenance=True),
    ),
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
            "REPLACED: told again whole | ASKED_BACK: its eaches are asked back, and"
            " told anew once the node gives them up | REFUSED",
            allowed=("REPLACED", "ASKED_BACK", "REFUSED"),
        ),
        Column(
            "refusal_code",
            TEXT,
            "why it is refused",
            True,
            allowed=(
                "UNKNOWN_INSTRUCTION",
                "NOTHING_OPEN",
                "NOT_FEWER",
                "ASKED_BACK_BEFORE",
                "NOT_TAKEN",
            ),
        ),
        Column("service_code", TEXT, "new service; null: as it was", True),
        Column("file_name", TEXT, "REPLACED: file it had left in before", True),
        Column("control_ref", TEXT, "REPLACED: control number of that file", True),
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
    key=("partner_id", "file_name", "event_type", "event_at"),
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
        Column("service_code", TEXT, "STANDARD | EXPEDITED"),
        Column("ship_to_name", TEXT, "recipient", True, "name"),
        Column("ship_to_street", TEXT, "street", True, "address"),
        Column("ship_to_street2", TEXT, "street", True, "address"),
        Column("ship_to_city", TEXT, "city", True, "city"),
        Column("ship_to_postal_code", TEXT, "postal code", True, "postal_code"),
        Column("region_code", TEXT, "state"),
        Column("country_code", TEXT, "country"),
        Column("ship_to_phone", TEXT, "phone", True, "phone"),
    ),
)

DECISIONS: dict[str, Table] = {
    table.name: table
    for table in (
        OWN_EVENTS,
        LINE_BUCKETS,
        EVENT_VERDICTS,
        LINE_HOLDS,
        UNIT_POSTINGS,
        PROMISE_POSTINGS,
        STOCK_POSITIONS,
        STOCK_VARIANCES,
        NODE_CONFIDENCE,
        AVAILABLE_TO_PROMISE,
        NODE_GATES,
        LOT_POSITIONS,
        KIT_AVAILABILITY,
        PROMISE_CURVE,
        CHANNEL_AVAILABILITY,
        OPEN_DEMAND,
        ALLOCATIONS,
        DECISION_TRACE,
        BACKORDERS,
        DEMAND_FORECASTS,
        RECONCILED_PAYMENTS,
        RECONCILED_SHIPMENTS,
        RECONCILED_PARCELS,
        RECONCILED_ORDERS,
        EXCEPTIONS,
        PROOFS,
        RUNS,
        FULFILMENT_ORDERS,
        INSTRUCTION_LINES,
        CANCEL_REQUESTS,
        CORRECTED_INSTRUCTIONS,
        PAYMENT_REQUESTS,
        OUTBOX_FILES,
        FILE_DELIVERIES,
        TOLD_ROWS,
    )
}
