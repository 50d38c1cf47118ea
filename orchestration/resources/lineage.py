"""From a figure to the rows, postings, files and lines that make it.

Figures of order lines are folded again: every event's share of a bucket is known,
and events name their file and line. Figures of stock are postings, whose movements
are documents. Not here: how it is printed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

from orchestration.resources.house import House
from orchestration.resources.line_facts import facts_of
from orchestration.resources.refusal import RefusalError
from transforms.contracts.decisions import BUCKETS, STOCK_POSITIONS
from transforms.lifecycle.fold import fold_lines
from transforms.lifecycle.shares import ORDERED, shares

TRACED = pl.Schema(
    {
        "subject": pl.String(),
        "cause": pl.String(),
        "value": pl.Int64(),
        "file_name": pl.String(),
        "payload_line": pl.Int64(),
        "event_id": pl.String(),
    }
)
"""One row per cause of a figure: what it is about, its share, file and line."""


IN_ORDER = ("subject", "event_id", "payload_line")
LINES, POSITIONS = "visibility.rpt_order_lines", STOCK_POSITIONS.path
COSTS, WAITING = "visibility.rpt_cost_per_order", "visibility.rpt_quarantine"
"""Tables of the figures."""


@dataclass(frozen=True)
class Metric:
    """A figure that people see.

    Args:
        name: as people type it.
        unit: eaches, cents or lines.
        table: of the lake, where the figure stands.
        figure: SQL of the sum, over rows that ``{where}`` chooses.
        dimensions: what it may be cut by: name → column of ``table``.
        rows: SQL of the causes (TRACED), or empty for buckets of lines.
        buckets: whose eaches it counts.
    """

    name: str
    unit: str
    table: str
    figure: str
    dimensions: Mapping[str, str]
    rows: str = ""
    buckets: tuple[str, ...] = ()


@dataclass(frozen=True)
class Trace:
    """A figure and its causes.

    Args:
        metric: which.
        figure: as published.
        rows: TRACED, largest share first.
    """

    metric: Metric
    figure: int
    rows: pl.DataFrame = field(default_factory=TRACED.to_frame)

    @property
    def traced(self) -> int:
        """What the causes that name a file and a line add up to."""
        told = self.rows.filter(pl.col("file_name").is_not_null())
        return int(told["value"].sum())

    @property
    def is_covered(self) -> bool:
        """Whether all of the figure has its file and line."""
        return self.traced == self.figure and not self.rows["file_name"].has_nulls()


_OF_LINES = {
    "order": "order_id",
    "line": "line_id",
    "channel": "channel_id",
    "sku": "sku_id",
    "month": "order_month",
    "status": "line_status",
}
_OF_POSITIONS = {"node": "node_id", "sku": "sku_id"}
_OF_RUNS = {"run": "run_id", "date": "business_date"}
_OF_REJECTS = {
    "partner": "partner_id",
    "document": "document",
    "code": "code",
    "room": "room",
    "file": "file_name",
}

_DOCUMENT_OF_MOVEMENT = """
    select event_id as movement_id, landing_id, payload_line
    from lake.gold.fct_order_events
    union all
    select 'RECEIPT/' || receipt_id, landing_id, payload_line
    from lake.gold.fct_receipts
    union all
    select 'ADJUSTMENT/' || adjustment_id, landing_id, payload_line
    from lake.gold.fct_stock_adjustments
    union all
    select 'OPENING/' || concat_ws('/', node_id, sku_id, stock_status), landing_id,
        payload_line
    from lake.gold.fct_opening_stock
    union all
    select 'VARIANCE/' || concat_ws('/', node_id, sku_id, stock_status,
        strftime(snapshot_at at time zone 'UTC', '%Y%m%dT%H%M%S%fZ')), landing_id,
        payload_line
    from lake.gold.fct_stock_snapshots
"""
"""The document that each movement of goods stands in."""

_ON_HAND = """
    select concat_ws('/', node_id, sku_id) as subject, movement_type as cause,
        sum(qty)::bigint as value, files.file_name, told.payload_line,
        postings.movement_id as event_id
    from (
        select *, regexp_replace(movement_id, '#\\d+$', '') as base
        from lake.decisions.unit_postings
        where account = 'ON_HAND' and stock_status = '{status}' and {where}
    ) as postings
    left join ({documents}) as told on told.movement_id = postings.base
    left join lake.bronze.landing_ledger as files using (landing_id)
    group by all having value <> 0
"""

_PROMISED = """
    select concat_ws('/', postings.node_id, postings.line_id) as subject,
        account as cause, sum(postings.qty)::bigint as value,
        places.file_name, places.payload_line, postings.event_id
    from (
        select *, regexp_replace(event_id, '#\\d+$', '') as base
        from lake.decisions.promise_postings
        where account = '{account}' and {where}
    ) as postings
    left join lake.visibility.rpt_order_timeline as places
        on places.event_id = postings.base and places.line_id = postings.line_id
    group by all having value <> 0
"""

_COST = """
    select allocations.line_id as subject, 'ALLOCATED' as cause,
        sum(allocations.{part}_minor)::bigint as value,
        places.file_name, places.payload_line, places.event_id
    from lake.decisions.allocations
    inner join lake.visibility.rpt_cost_per_order as costs using (run_id)
    left join (
        select * from lake.visibility.rpt_order_timeline
        where event_type = 'ALLOCATED' and source_kind = 'decision'
    ) as places
        on places.line_id = allocations.line_id
        and places.node_id = allocations.node_id
        and places.run_id = allocations.run_id
    where {where}
    group by all having value <> 0
"""

_REFUSED = """
    select coalesce(line_id, row_id, '') as subject, code as cause, 1::bigint as value,
        file_name, payload_line, '' as event_id
    from lake.visibility.rpt_quarantine where {where}
"""


def _of_buckets() -> list[Metric]:
    counted = {bucket: (bucket,) for bucket in BUCKETS} | {"ordered": ORDERED}
    return [
        Metric(
            f"{name}_units",
            "eaches",
            LINES,
            f"select sum({name}_qty) from lake.{LINES}"  # noqa: S608
            " where {where}",
            _OF_LINES,
            buckets=buckets,
        )
        for name, buckets in counted.items()
    ]


def _of_stock() -> list[Metric]:
    sums = {
        "on_hand": ("available_qty", _ON_HAND, {"status": "AVAILABLE"}),
        "damaged": ("damaged_qty", _ON_HAND, {"status": "DAMAGED"}),
        "blocked": ("hold_qty", _ON_HAND, {"status": "HOLD"}),
        "allocated_at_node": ("allocated_qty", _PROMISED, {"account": "ALLOCATED"}),
        "released_at_node": ("released_qty", _PROMISED, {"account": "RELEASED"}),
    }
    return [
        Metric(
            f"{name}_units",
            "eaches",
            POSITIONS,
            f"select sum({column}) from lake.{POSITIONS}"  # noqa: S608
            " where {where}",
            _OF_POSITIONS,
            rows=_filled(sql, known | {"documents": _DOCUMENT_OF_MOVEMENT}),
        )
        for name, (column, sql, known) in sums.items()
    ]


def _of_cost() -> list[Metric]:
    parts = ("freight", "processing", "split", "lateness", "total")
    return [
        Metric(
            f"{part}_cost",
            "cents",
            COSTS,
            f"select sum({part}_minor) from lake.{COSTS}"  # noqa: S608
            " where {where}",
            _OF_RUNS,
            rows=_filled(_COST, {"part": part}),
        )
        for part in parts
    ]


def _filled(sql: str, known: Mapping[str, str]) -> str:
    for name, value in known.items():
        sql = sql.replace(f"{{{name}}}", value)
    return sql


METRICS: dict[str, Metric] = {
    metric.name: metric
    for metric in (
        *_of_buckets(),
        *_of_stock(),
        *_of_cost(),
        Metric(
            "waiting_rows",
            "lines",
            WAITING,
            f"select count(*) from lake.{WAITING}"  # noqa: S608
            " where {where}",
            _OF_REJECTS,
            rows=_REFUSED,
        ),
    )
}


class Lineage:
    """Figures of a house, led back to files and lines."""

    def __init__(self, house: House) -> None:
        """Of a house with runs behind it; one cut of order lines is folded once."""
        self._house = house
        self._folded: dict[tuple[str, ...], pl.DataFrame] = {}

    def trace(self, name: str, chosen: Mapping[str, str]) -> Trace:
        """A figure, and every row that it is made of with its file and line.

        Args:
            name: one of METRICS.
            chosen: dimension → value, all of them must hold.

        Raises:
            RefusalError: no such metric, or it cannot be cut so.
        """
        metric = METRICS.get(name)
        if metric is None:
            raise RefusalError(f"no metric {name!r}; there are {', '.join(METRICS)}")
        where, values = _where(metric, chosen)
        lake = self._house.lake
        with lake.one_snapshot():
            figure = lake.query(metric.figure.format(where=where), values).item()
            rows = (
                self._of_events(metric, where, values)
                if metric.buckets
                else lake.query(metric.rows.replace("{where}", where), values)
            )
        named = rows.select(TRACED.names()).cast(TRACED)
        ordered = named.sort(
            pl.col("value").abs(), *IN_ORDER, descending=[True, False, False, False]
        )
        return Trace(metric, int(figure or 0), ordered)

    def values(self, name: str) -> dict[str, pl.Series]:
        """Every value that each dimension of a metric has, sorted."""
        metric = METRICS[name]
        return {
            dimension: self._house.lake.query(
                f"select distinct {column}::varchar as value from lake.{metric.table}"  # noqa: S608
                " where value is not null order by 1"
            )["value"]
            for dimension, column in metric.dimensions.items()
        }

    def _of_events(self, metric: Metric, where: str, values: list[str]) -> pl.DataFrame:
        """Each event's share of the lines' buckets, with its place."""
        cut = (where, *values)
        if cut not in self._folded:
            self._folded = {cut: self._moves(where, values)}
        found = shares(self._folded[cut], metric.buckets)
        lake = self._house.lake
        with lake.holding(found=found):
            return lake.query(
                "select found.line_id as subject, found.event_type as cause,"
                " found.qty as value, places.file_name, places.payload_line, event_id"
                " from found left join lake.visibility.rpt_order_timeline as places"
                " using (event_id, line_id)"
            )

    def _moves(self, where: str, values: list[str]) -> pl.DataFrame:
        house = self._house
        lines = house.lake.query(
            f"select line_id from lake.{LINES} where {where}",  # noqa: S608
            values,
        )
        return fold_lines(facts_of(house, lines), house.policies.transitions).moves


def _where(metric: Metric, chosen: Mapping[str, str]) -> tuple[str, list[str]]:
    unknown = sorted(set(chosen) - set(metric.dimensions))
    if unknown:
        raise RefusalError(
            f"{metric.name} is not cut by {', '.join(unknown)},"
            f" only by {', '.join(metric.dimensions)}"
        )
    tests = [f"{metric.dimensions[name]}::varchar = ?" for name in chosen]
    return " and ".join(tests) or "true", list(chosen.values())
