"""Who gets what from where, what waits and why, and what will sell."""

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

BUSINESS_CLASSES = ("WIN", "GAIN", "IMPROVE", "REDISTRIBUTE", "FILL", "LOSE", "SKIP")
"""In demand order; SKIP is left as it is."""

REASONS = (
    "NO_STOCK",
    "TOO_OLD",
    "NO_NODE",
    "NODE_STOPPED",
    "PINNED",
    "SHIP_COMPLETE",
    "KEEP_TOGETHER",
    "CAPACITY",
    "MAX_SHIPMENTS",
    "LINE_SPLIT",
    "SHIPMENT_VALUE",
    "BY_CLASS",
    "RESERVE_LATER",
    "HELD_WITH",
    "PREORDER",
)
"""Why a line waits."""

BY_CLASS = "WIN | GAIN | IMPROVE | REDISTRIBUTE | FILL | LOSE | SKIP"

TOLD = "earliest date that an earlier run told of it"

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
        Column("open_qty", INTEGER, "pending + backordered + preordered", minimum=1),
        Column("pending_qty", INTEGER, "of it never decided", minimum=0),
        Column("backordered_qty", INTEGER, "of it waiting", minimum=0),
        Column("ordered_at", INSTANT, "UTC"),
        Column("business_class", TEXT, BY_CLASS),
        Column("told_date", DATE, TOLD, True),
        Column(
            "wanted_ship_date",
            DATE,
            "when the customer wants it shipped, or must it leave to be delivered then",
            True,
        ),
        Column("released_date", DATE, "of the SKU: before, it is a preorder", True),
        Column("department", TEXT, "of the SKU", True),
        Column("category", TEXT, "of the SKU", True),
        Column("brand", TEXT, "of the SKU", True),
        Column("priority", INTEGER, "0 most urgent … 4"),
        Column("promise_date", DATE, "latest door date by service"),
        Column("region_code", TEXT, "destination"),
        Column("service_code", TEXT, "STANDARD | EXPEDITED | PICK_UP | SHIP_TO_STORE"),
        Column("pickup_node_id", TEXT, "store at which it is fetched", True),
        Column("is_ship_complete", BOOLEAN, "all lines in one go"),
        Column("keep_together", TEXT, "lines of the order it goes with, by name", True),
        Column(
            "held_with_qty",
            INTEGER,
            "eaches held of what it goes with: its order if that ships complete, its"
            " group, its kit",
            minimum=0,
        ),
        Column("grams", INTEGER, "weight of one each", minimum=1),
        Column("unit_value_minor", INTEGER, "net line value / ordered, floor"),
        Column("kit_line_id", TEXT, "of a component: the kit's line as ordered", True),
        Column(
            "kit_qty", INTEGER, "of a component: eaches in one kit", True, minimum=1
        ),
        Column("kit_sku_id", TEXT, "of a component: SKU of the kit", True),
        Column(
            "whole_kit_qty",
            INTEGER,
            "of a component: kits that lack all of their components",
            True,
            minimum=0,
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
    "one row per line, node and run that committed eaches; those in packed kits apart",
    key=("line_id", "node_id", "packed_in", "as_of"),
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
        Column(
            "worth_minor",
            INTEGER,
            "what they would have earned where they lay (dim_stock_worths)",
            minimum=0,
        ),
        Column("total_minor", INTEGER, "sum of the parts"),
        Column("packed_in", TEXT, "kit packed beforehand that they are in, or NONE"),
        Column("kit_line_id", TEXT, "of these: the kit's line as ordered", True),
        Column("kit_qty", INTEGER, "of these: eaches in one kit", True, minimum=1),
        AS_OF,
        RUN_ID,
    ),
)


ALLOCATION_LOTS = Table(
    "decisions",
    "allocation_lots",
    "one row per line, node, lot and run: eaches of an allocation, by lot",
    key=("line_id", "node_id", "lot_ref", "as_of"),
    columns=(
        Column("line_id", TEXT, "order line"),
        Column("node_id", TEXT, "node"),
        Column("sku_id", TEXT, "SKU"),
        Column("lot_ref", TEXT, "lot that they are promised from"),
        Column("lot_no", INTEGER, "1: to be taken first", minimum=1),
        Column("qty", INTEGER, "eaches; what no lot is known of has no row", minimum=1),
        Column(
            "strategy",
            TEXT,
            "by which it went first; CLOSEST is FEFO where no location is told",
        ),
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
        Column("node_rule", TEXT, "of NODE_RULE: their names, joined by |", True),
        Column("atp_qty", INTEGER, "eaches it could promise when asked"),
        Column("distance_km", INTEGER, "lane", True),
        Column(
            "ship_date", DATE, "first day there with room, which the costs are of", True
        ),
        Column("freight_minor", INTEGER, "if the line shipped alone from here", True),
        Column("processing_minor", INTEGER, "the same", True),
        Column("lateness_minor", INTEGER, "the same", True),
        Column("worth_minor", INTEGER, "the same", True),
        Column("total_minor", INTEGER, "sum of the parts", True),
        Column("chosen_qty", INTEGER, "eaches allocated here", minimum=0),
        Column("candidate_rank", INTEGER, "1 cheapest among the eligible", True),
        Column("lacking_qty", INTEGER, "eaches it did not have then", minimum=0),
        Column(
            "price_milli",
            INTEGER,
            "thousandths of a minor unit that an each there is worth to the run",
            minimum=0,
        ),
        Column(
            "over_minor",
            INTEGER,
            "minor units that the whole order costs more from here; null: nothing is"
            " placed, no way leads there, or the strategy does not go by money",
            True,
        ),
        AS_OF,
        RUN_ID,
    ),
)


ALLOCATION_PRICES = Table(
    "decisions",
    "allocation_prices",
    "one row per run and scarce supply: what one more of it would have saved",
    key=("resource", "node_id", "sku_id", "ship_date", "as_of"),
    columns=(
        Column(
            "resource",
            TEXT,
            "stock: eaches of a SKU | unit: eaches that a node sends a day | shipment",
            allowed=("stock", "unit", "shipment"),
        ),
        Column("node_id", TEXT, "node"),
        Column("sku_id", TEXT, "SKU of stock; empty: all of the node"),
        Column("ship_date", DATE, "day of the room, node's local", True),
        Column("supply_qty", INTEGER, "what there was before the run", minimum=0),
        Column("price_milli", INTEGER, "thousandths of a minor unit", minimum=1),
        AS_OF,
        RUN_ID,
    ),
)


ORDER_FLOORS = Table(
    "decisions",
    "order_floors",
    "one row per run and order that was sourced together with all others",
    key=("order_id", "as_of"),
    columns=(
        Column("order_id", TEXT, "order"),
        Column(
            "least_milli",
            INTEGER,
            "what no plan of it costs less than where scarce supply has its price,"
            " thousandths of a minor unit",
        ),
        AS_OF,
        RUN_ID,
    ),
)


ALLOCATION_CERTIFICATES = Table(
    "decisions",
    "allocation_certificates",
    "one row per run that allocated: its cost, the proven bound, and what fairness costs",
    key=("as_of",),
    columns=(
        Column("order_count", INTEGER, "orders that were sourced together"),
        Column("in_turn_count", INTEGER, "orders that got eaches in their turn"),
        Column("in_turn_minor", INTEGER, "what these cost"),
        Column("cost_minor", INTEGER, "what those sourced together cost"),
        Column(
            "bound_minor",
            INTEGER,
            "what no way of sourcing them costs less than, beside those in turn",
        ),
        Column("compromise_milli", INTEGER, "paid above the floors, summed"),
        Column("stranded_milli", INTEGER, "priced stock that stayed, at its price"),
        Column("idle_milli", INTEGER, "priced room that nobody used, at its price"),
        Column("fairness", TEXT, "strict | within_class | off"),
        Column(
            "contested_sku_count",
            INTEGER,
            "SKUs of which somebody lacked eaches that others got",
        ),
        Column("contested_order_count", INTEGER, "orders without kits that want one"),
        Column(
            "contested_cost_minor",
            INTEGER,
            "freight, processing and splits of these orders; longer ways for the sake of"
            " what eaches are worth where they lie are in it",
        ),
        Column(
            "contested_least_minor",
            INTEGER,
            "what as many eaches of each SKU cost at least, whichever of these orders"
            " got them: what is paid above it is the most that fairness costs",
        ),
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
        Column("reason_code", TEXT, "why it waits", allowed=REASONS),
        Column(
            "expected_date",
            DATE,
            "receipt that would serve it; where only room is lacking, the first later"
            " day with some at a node that has the eaches",
            True,
        ),
        Column(
            "expected_parts",
            TEXT,
            "where not all come on one day: DATE: eaches, of each; those that no"
            " receipt is known for are in none",
            True,
        ),
        Column(
            "unpinned_date",
            DATE,
            "of a pinned line that lacks eaches: when they would be there without its"
            " pin; of lines kept together: when one node would have all of them, were"
            " none pinned; null: nobody knows, or no pin",
            True,
        ),
        Column("unpinned_node_id", TEXT, "where the last of these would be", True),
        Column("told_date", DATE, TOLD, True),
        Column("business_class", TEXT, BY_CLASS),
        Column("owner", TEXT, "team that acts on it"),
        AS_OF,
        RUN_ID,
    ),
)


EXPIRED_BACKORDERS = Table(
    "decisions",
    "expired_backorders",
    "one row per line and run whose waiting eaches a rule cancelled",
    key=("line_id", "as_of"),
    columns=(
        Column("line_id", TEXT, "order line"),
        Column("order_id", TEXT, "order"),
        Column("sku_id", TEXT, "SKU"),
        Column(
            "qty", INTEGER, "eaches cancelled: CANCELLED, BACKORDER_EXPIRED", minimum=1
        ),
        Column("reason_code", TEXT, "why they waited, as in decisions.backorders"),
        Column("expected_date", DATE, "receipt that would have served them", True),
        Column(
            "waits_since",
            INSTANT,
            "ordered, last amended upwards, last freed of a hold, wanted or released,"
            " the newest",
        ),
        Column(
            "cancel_days",
            INTEGER,
            "backorder_cancel_days of its channel: it waited longer",
            minimum=0,
        ),
        AS_OF,
        RUN_ID,
    ),
)


SUBSTITUTES = Table(
    "decisions",
    "substitutes",
    "one row per run, line that waits for eaches and other SKU it could be sent instead",
    key=("line_id", "alternative_sku_id", "as_of"),
    columns=(
        Column("line_id", TEXT, "order line"),
        Column("order_id", TEXT, "order"),
        Column("sku_id", TEXT, "SKU that it waits for"),
        Column("qty", INTEGER, "eaches that wait", minimum=1),
        Column("alternative_sku_id", TEXT, "SKU that could be sent instead"),
        Column("substitute_rank", INTEGER, "1: the best that is there", minimum=1),
        Column(
            "policy",
            TEXT,
            "auto: may be sent without asking | ask: the customer is asked first",
            allowed=("auto", "ask"),
        ),
        Column("ratio", INTEGER, "eaches of it for one each wanted", minimum=1),
        Column(
            "covered_qty",
            INTEGER,
            "of the eaches that wait, how many it is there for",
            minimum=1,
        ),
        Column(
            "available_qty",
            INTEGER,
            "eaches of it that the run left at nodes that may serve the line; other"
            " lines may be offered the same",
            minimum=1,
        ),
        Column(
            "decided_qty",
            INTEGER,
            "eaches of the line that the next run sends it for: by"
            " substitute_automatically; 0: a person decides",
            minimum=0,
        ),
        Column("node_id", TEXT, "of these nodes the one that has most of them"),
        Column(
            "delta_minor",
            INTEGER,
            "what it costs more for one each wanted, by what it last sold for in the"
            " channel; null: it did not",
            True,
        ),
        Column("currency_code", TEXT, "ISO 4217, of the line"),
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
