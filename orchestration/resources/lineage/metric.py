"""What a figure is, and how the SQL of its causes is put together."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import polars as pl

from orchestration.resources.house import House

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

Causes = Callable[[House, str, Mapping[str, str]], pl.DataFrame]

CHOSEN_LINES = "select line_id from lake.visibility.rpt_order_lines where {where}"


WHERE_ALLOCATED = """
    left join (
        select * from lake.visibility.rpt_order_timeline
        where event_type = 'ALLOCATED' and source_kind = 'decision'
    ) as places
        on places.line_id = allocations.line_id
        and places.node_id = allocations.node_id
        and places.run_id = allocations.run_id
"""
"""Our document of each row of ``allocations``."""

WHERE_RELEASED = """
    left join (
        select line_id, instruction_id, min(event_id) as event_id,
            arg_min(file_name, event_id) as file_name,
            arg_min(payload_line, event_id) as payload_line
        from lake.visibility.rpt_order_timeline
        where event_type = 'RELEASED' and source_kind = 'decision' group by all
    ) as places
        on places.line_id = lines.line_id
        and places.instruction_id = lines.instruction_id
"""
"""Our document of each row of instruction lines, called ``lines``."""


@dataclass(frozen=True)
class Metric:
    """A figure that people see.

    Args:
        name: as people type it.
        unit: eaches, cents, lines, orders …
        table: of the lake, where the figure stands.
        figure: SQL of the sum, over rows that ``{where}`` chooses.
        dimensions: what it may be cut by: name → column of ``table``.
        rows: SQL of the causes (TRACED); empty where ``buckets`` or ``causes`` say.
        buckets: whose eaches it counts.
        lines: SQL of the ``line_id`` whose buckets are counted.
        causes: gathers the causes (TRACED) where one question cannot: of a house,
            a condition and its values.
        shows: columns of ``table`` that it is the figure of.
        is_of_files: its causes are whole files, without a line.
    """

    name: str
    unit: str
    table: str
    figure: str
    dimensions: Mapping[str, str] = field(default_factory=dict)
    rows: str = ""
    buckets: tuple[str, ...] = ()
    lines: str = CHOSEN_LINES
    causes: Causes | None = None
    shows: tuple[str, ...] = ()
    is_of_files: bool = False


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
        return int(self.rows.filter(self._is_placed)["value"].sum())

    @property
    def is_covered(self) -> bool:
        """Whether all of the figure has its file and line."""
        gaps = self.rows.filter(~self._is_placed)
        return self.traced == self.figure and gaps.is_empty()

    @property
    def _is_placed(self) -> pl.Expr:
        names = (
            ["file_name"] if self.metric.is_of_files else ["file_name", "payload_line"]
        )
        return pl.all_horizontal(pl.col(names).is_not_null())


def summed(table: str, column: str) -> str:
    """SQL of a figure that is the sum of a column."""
    return f"select sum({column}) from lake.{table} where {{where}}"  # noqa: S608 our own names


def landed(rows: str) -> str:
    """Causes that have ``landing_id``, with the name of that file."""
    return f"""
        select told.subject, told.cause, told.value, files.file_name,
            told.payload_line, told.event_id
        from ({rows}) as told
        left join lake.bronze.landing_ledger as files using (landing_id)
        where told.value <> 0
    """  # noqa: S608 our own SQL


def filled(sql: str, **known: str) -> str:
    """SQL with what stands in braces replaced; ``{where}`` stays."""
    for name, value in known.items():
        sql = sql.replace(f"{{{name}}}", value)
    return sql
