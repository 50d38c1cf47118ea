"""Waves: which instructions a node works off together, and by which cut-off.

An instruction is told at once; the wave says until when it belongs together with
which others: those of a node before one of its cut-offs and, where the policy says
so, of one carrier service, one carrier zone, one priority. Each wave is a file of its
own. Where the rules stand: ``orchestration/policies/waves.yaml``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import polars as pl

PARTS = {
    "service": pl.col("service_code"),
    "zone": pl.format("Z{}", pl.col("zone_no").fill_null(0)),
    "priority": pl.format("P{}", pl.col("priority").fill_null(0)),
}
"""What a wave may be of one of, and how it is spelled in the wave's name."""


class WavePolicyError(ValueError):
    """A rule of waves says something that cannot be meant."""


@dataclass(frozen=True)
class WaveRule:
    """How the instructions of some nodes are parted.

    Args:
        name: a node, or a kind of node.
        cut_offs: local times, ascending.
        by: keys of PARTS, in the order of the name.
    """

    name: str
    cut_offs: tuple[time, ...]
    by: tuple[str, ...]

    def cut_off(self, moment: datetime) -> datetime:
        """The first cut-off behind a moment, in the moment's own zone."""
        today = [moment.replace(hour=c.hour, minute=c.minute) for c in self.cut_offs]
        later = [at for at in today if at.time() > moment.time()]
        first = later[0] if later else today[0] + timedelta(days=1)
        return first.replace(second=0, microsecond=0)


@dataclass(frozen=True)
class WavePolicy:
    """Rules by node and by kind of node; others have no waves.

    Args:
        by_node: node → rule.
        by_kind: kind of node → rule, where its node has none.
    """

    by_node: Mapping[str, WaveRule]
    by_kind: Mapping[str, WaveRule]

    @classmethod
    def from_mapping(cls, mapping: Mapping[str, object]) -> WavePolicy:
        """The policy that a YAML mapping describes.

        Raises:
            WavePolicyError: a key, a time or a part that nobody knows; it is named.
        """
        unknown = sorted(set(mapping) - {"nodes", "node_kinds"})
        if unknown:
            raise WavePolicyError(f"{unknown[0]}: unknown key")
        return cls(*(_rules(mapping.get(k)) for k in ("nodes", "node_kinds")))

    @property
    def has_any(self) -> bool:
        """Whether some node has waves."""
        return bool(self.by_node or self.by_kind)

    def of(self, node_id: str, node_kind: str) -> WaveRule | None:
        """The rule of a node."""
        return self.by_node.get(node_id) or self.by_kind.get(node_kind)


def with_waves(
    fulfilment_orders: pl.DataFrame,
    nodes: pl.DataFrame,
    demand: pl.DataFrame,
    lanes: pl.DataFrame,
    policy: WavePolicy,
    as_of: datetime,
) -> pl.DataFrame:
    """Instructions with ``wave_ref``; null at nodes without waves.

    Args:
        fulfilment_orders: FULFILMENT_ORDERS that are released now.
        nodes: DIM_NODES.
        demand: OPEN_DEMAND of the run: whither, and how urgent.
        lanes: DIM_LANES.
        policy: rules.
        as_of: moment of the release, UTC.
    """
    orders = demand.select("order_id", "region_code", "priority").unique("order_id")
    zones = lanes.select("region_code", "node_id", "zone_no")
    told = fulfilment_orders.join(orders, on="order_id", how="left").join(
        zones, on=["region_code", "node_id"], how="left", maintain_order="left"
    )
    name = pl.lit(None, pl.String)
    ruled = nodes.select("node_id", "node_kind", "zone").sort("node_id").iter_rows()
    for node_id, node_kind, zone in ruled:
        rule = policy.of(node_id, node_kind)
        if rule:
            cut = rule.cut_off(as_of.astimezone(ZoneInfo(zone)))
            parts = [pl.lit(f"{node_id}-{cut:%Y%m%d-%H%M}"), *map(PARTS.get, rule.by)]
            wave = pl.concat_str(parts, separator="-")
            name = pl.when(pl.col("node_id") == node_id).then(wave).otherwise(name)
    named = told.with_columns(wave_ref=name)
    return named.select(*fulfilment_orders.drop("wave_ref").columns, "wave_ref")


def _rules(told: object) -> dict[str, WaveRule]:
    if not isinstance(told, Mapping):
        raise WavePolicyError("nodes, node_kinds: a mapping each, {} for none")
    return {str(name): _rule(str(name), rule) for name, rule in told.items()}


def _rule(name: str, told: object) -> WaveRule:
    if not isinstance(told, Mapping) or set(told) - {"cut_offs", "by"}:
        raise WavePolicyError(f"{name}: cut_offs, and by")
    by = told.get("by", [])
    if not isinstance(by, list) or not set(by) <= set(PARTS):
        raise WavePolicyError(f"{name}: by is a list of {', '.join(PARTS)}")
    return WaveRule(name, _times(name, told.get("cut_offs")), tuple(by))


def _times(name: str, told: object) -> tuple[time, ...]:
    try:
        times = [datetime.strptime(t, "%H:%M").time() for t in told]  # type: ignore[attr-defined] # noqa: DTZ007 local
    except (TypeError, ValueError):
        times = []
    if not times or times != sorted(set(times)):
        raise WavePolicyError(f'{name}: cut_offs is a list like ["10:00", "14:30"]')
    return tuple(times)
