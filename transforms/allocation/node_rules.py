"""Which nodes may send what: rules of ``policies/allocation.yaml`` by name.

A rule asks something of an order line, and says something of nodes. Where it fits a
line, only these nodes may send it, or never these. Several rules that fit all count.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from transforms.allocation.business_classes import MATCHES, values_of, wrong_value
from transforms.contracts.gold import DIM_NODES
from transforms.contracts.services import PICK_UP
from transforms.contracts.table import TEXT

LINE_MATCHES: Mapping[str, tuple[str, type]] = {
    **MATCHES,
    "sku": ("sku_id", str),
    "department": ("department", str),
    "category": ("category", str),
    "brand": ("brand", str),
}
"""What a rule may ask of an order line → its column, and what the values are. Of a
component the SKU is its own, and the kit's that it was ordered as."""

NODE_MATCHES: Mapping[str, tuple[str, type]] = {
    "node": ("node_id", str),
    "node_kind": ("node_kind", str),
    "operator": ("operator_id", str),
    "node_region": ("node_region", str),
    "can": ("capabilities", str),
    "within_km": ("distance_km", int),
}
"""The same of a node. It can what it names among its capabilities, ``ship`` if it names
none; a lane without a distance is not within any."""

KINDS = next(c.allowed for c in DIM_NODES.columns if c.name == "node_kind")

SIDES = ("only", "never")
NAME, JOINED_BY = "name", "|"

NodeRule = Mapping[str, object]

WAY = ["region_code", "service_code", "pickup_node_id"]

RULED_OUT = pl.Schema({"line_id": TEXT, "node_id": TEXT, "node_rule": TEXT})


def complaint(rules: object) -> str:
    """What is wrong with the first bad rule; empty where all can be meant."""
    if not isinstance(rules, tuple):
        return "must be a list of rules"
    names: set[object] = set()
    for number, rule in enumerate(rules, 1):
        told = _wrong(rule)
        if not told and rule[NAME] in names:
            told = f"has the name of another, {rule[NAME]!r}"
        if told:
            return f"rule {number} {told}"
        names.add(rule[NAME])
    return ""


def _wrong(rule: object) -> str:
    name = rule.get(NAME) if isinstance(rule, Mapping) else None
    if not isinstance(rule, Mapping) or not _is_name(name):
        return f"must have a name, a text without {JOINED_BY}"
    sides = [side for side in SIDES if side in rule]
    nodes = rule[sides[0]] if len(sides) == 1 else None
    if not isinstance(nodes, Mapping) or not nodes:
        known = ", ".join(NODE_MATCHES)
        return f"must say only or never, one of them, of which nodes: {known}"
    asked = {key: told for key, told in rule.items() if key not in {NAME, *SIDES}}
    wrong = wrong_value(asked, LINE_MATCHES) or wrong_value(nodes, NODE_MATCHES)
    unknown = [k for k in values_of(nodes.get("node_kind", ())) if k not in KINDS]
    if not wrong and unknown:
        wrong = f"has node_kind {unknown[0]!r}; there are {', '.join(KINDS)}"
    return wrong


def _is_name(name: object) -> bool:
    return isinstance(name, str) and bool(name.strip()) and JOINED_BY not in name


def ruled_out(
    demand: pl.DataFrame,
    nodes: pl.DataFrame,
    lanes: pl.DataFrame,
    rules: Sequence[NodeRule],
) -> pl.DataFrame:
    """Nodes that may not send a line, by the names of the rules that say so.

    Args:
        demand: OPEN_DEMAND.
        nodes: DIM_NODES.
        lanes: DIM_LANES, for how far it is.
        rules: as ``complaint`` lets them pass.

    Returns:
        RULED_OUT, one row per line and node that some rule takes from it.
    """
    places = nodes.select(
        *("node_id", "node_kind", "operator_id", "capabilities"),
        node_region="region_code",
    )
    far = lanes.select("region_code", "node_id", "distance_km")
    found = [RULED_OUT.to_frame()]
    for rule in rules:
        lines = demand.filter(_fits(rule, LINE_MATCHES))
        # What is fetched at a store, or lies at the one it is sent to, is there.
        is_its_store = pl.col("node_id").eq_missing(pl.col("pickup_node_id"))
        is_fetched = (pl.col("service_code") == PICK_UP) | is_its_store
        ways = lines.select(WAY).unique()
        here = (
            ways.join(places, how="cross")
            .join(far, on=["region_code", "node_id"], how="left")
            .with_columns(
                distance_km=pl.when(is_fetched).then(0).otherwise("distance_km")
            )
        )
        only, never = (rule.get(side) for side in SIDES)
        is_barred = ~_fits(only, NODE_MATCHES) if only else _fits(never, NODE_MATCHES)
        barred = here.filter(is_barred)
        found.append(
            lines.select("line_id", *WAY)
            .join(barred.select(*WAY, "node_id"), on=WAY, nulls_equal=True)
            .select("line_id", "node_id", node_rule=pl.lit(str(rule[NAME])))
        )
    # In the order of the rules.
    return (
        pl.concat(found)
        .group_by("line_id", "node_id", maintain_order=True)
        .agg(pl.col("node_rule").str.join(JOINED_BY))
    )


def _fits(told: object, matches: Mapping[str, tuple[str, type]]) -> pl.Expr:
    """Whether all that is asked is so; what is not known is not."""
    asked = told if isinstance(told, Mapping) else {}
    parts = [pl.lit(value=True)]
    for key, (column, _) in matches.items():
        if key not in asked:
            continue
        values = list(values_of(asked[key]))
        if key == "can":
            can = pl.col(column).fill_null("ship").str.split(JOINED_BY)
            part = can.list.set_intersection(values).list.len() == len(set(values))
        elif key == "sku":
            part = pl.any_horizontal(pl.col("sku_id", "kit_sku_id").is_in(values))
        elif key == "within_km":
            part = pl.any_horizontal(pl.col(column) <= pl.lit(km) for km in values)
        else:
            part = pl.col(column).is_in(values)
        parts.append(part.fill_null(value=False))
    return pl.all_horizontal(parts)


def nodes_named(rules: Sequence[NodeRule]) -> list[str]:
    """Nodes that rules call by name."""
    sides = [rule.get("only", rule.get("never")) for rule in rules]
    told = [
        side["node"] for side in sides if isinstance(side, Mapping) and "node" in side
    ]
    return [str(node) for values in told for node in values_of(values)]
