"""The certificate's view of node rules: each allocation looked at alone.

Shares no code with the solver, which rules nodes out by joins; here a line and the
node that sends it are asked rule by rule.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

OF_LINE = {
    "channel": "channel_id",
    "service": "service_code",
    "priority": "priority",
    "region": "region_code",
    "is_ship_complete": "is_ship_complete",
    "department": "department",
    "category": "category",
    "brand": "brand",
}
OF_NODE = {
    "node": "node_id",
    "node_kind": "node_kind",
    "operator": "operator_id",
    "node_region": "region_code",
}


def broken_rules(
    asked: pl.DataFrame,
    demand: pl.DataFrame,
    nodes: pl.DataFrame,
    lanes: pl.DataFrame,
    rules: Sequence[Mapping[str, Any]],
) -> pl.DataFrame:
    """Distinct ``line_id, node_id`` of ``asked``, each with ``is_wrong``.

    Args:
        asked: has these two columns.
        demand: OPEN_DEMAND.
        nodes: DIM_NODES.
        lanes: DIM_LANES.
        rules: ``node_rules`` of the policy.
    """
    pairs = asked.select("line_id", "node_id").unique().sort("line_id", "node_id")
    lines = (
        {row["line_id"]: row for row in demand.iter_rows(named=True)} if rules else {}
    )
    places = {row["node_id"]: row for row in nodes.iter_rows(named=True)}
    far = {
        (region, node): km
        for region, node, km in lanes.select(
            "region_code", "node_id", "distance_km"
        ).iter_rows()
    }
    told = [
        any(
            _breaks(lines[line], places[node], far, rule)
            for rule in rules
            if line in lines and node in places
        )
        for line, node in pairs.iter_rows()
    ]
    return pairs.with_columns(is_wrong=pl.Series(told, dtype=pl.Boolean))


def _breaks(
    line: Mapping[str, Any],
    node: Mapping[str, Any],
    far: Mapping[tuple[str, str], int | None],
    rule: Mapping[str, Any],
) -> bool:
    if any(
        line[column] not in _listed(rule[key])
        for key, column in OF_LINE.items()
        if key in rule
    ):
        return False
    skus = _listed(rule.get("sku", line["sku_id"]))
    if line["sku_id"] not in skus and line["kit_sku_id"] not in skus:
        return False
    km = far.get((line["region_code"], node["node_id"]))
    if line["service_code"] == "PICK_UP" or line["pickup_node_id"] == node["node_id"]:
        km = 0
    if "only" in rule:
        return not _is_meant(rule["only"], node, km)
    return _is_meant(rule["never"], node, km)


def _is_meant(said: Mapping[str, Any], node: Mapping[str, Any], km: int | None) -> bool:
    for key, told in said.items():
        values = _listed(told)
        if key == "can":
            is_so = set(values) <= set((node["capabilities"] or "ship").split("|"))
        elif key == "within_km":
            is_so = km is not None and km <= max(values)
        else:
            is_so = node[OF_NODE[key]] in values
        if not is_so:
            return False
    return True


def _listed(told: object) -> list[Any]:
    return list(told) if isinstance(told, list | tuple) else [told]
