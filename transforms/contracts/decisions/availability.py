"""What may be promised: by node, by kit, by day, and to channels."""

from __future__ import annotations

from transforms.contracts.decisions.columns import AS_OF, RUN_ID
from transforms.contracts.table import DATE, INTEGER, TEXT, Column, Table

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


SHELF_LIFE_LIMITS = Table(
    "decisions",
    "shelf_life_limits",
    "one row per node, SKU and channel that may have, or had, less than the node has",
    key=("node_id", "sku_id", "channel_id"),
    columns=(
        Column("node_id", TEXT, "node"),
        Column("sku_id", TEXT, "SKU"),
        Column("channel_id", TEXT, "channel"),
        Column("shelf_life_rule", TEXT, "rule of the days a lot must have left"),
        Column("days", INTEGER, "days that a lot must have left when it ships"),
        Column("atp_qty", INTEGER, "what the node may promise anybody", minimum=0),
        Column("aged_qty", INTEGER, "minus lots too old for the channel, <= 0"),
        Column("usable_qty", INTEGER, "what it may promise the channel", minimum=0),
        RUN_ID,
    ),
)


KIT_AVAILABILITY = Table(
    "decisions",
    "kit_availability",
    "one row per kit and node that holds it or a component: kits it could promise alone",
    key=("node_id", "sku_id"),
    columns=(
        Column("node_id", TEXT, "node"),
        Column("sku_id", TEXT, "SKU of the kit"),
        Column("packed_qty", INTEGER, "ATP of kits packed beforehand", minimum=0),
        Column(
            "made_qty",
            INTEGER,
            "plus least over components of ATP / eaches in one kit, floor",
            minimum=0,
        ),
        Column("atp_qty", INTEGER, "sum of both", minimum=0),
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
        Column("aged_qty", INTEGER, "minus lots too old for the channel, <= 0"),
        Column("aged_rule", TEXT, "rules of their shelf life, joined by |"),
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
        Column(
            "preorder_qty",
            INTEGER,
            "SKU not released: what makes it its cap less what is preordered",
        ),
        Column("preorder_rule", TEXT, "rule of the cap that leaves least"),
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
