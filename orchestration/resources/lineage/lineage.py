"""From a figure to the rows, postings, files and lines that make it.

Figures of order lines are folded again: every event's share of a bucket is known,
and events name their file and line. Figures of stock are postings, whose movements
are documents. Not here: how it is printed.
"""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches

import polars as pl

from orchestration.resources.house import House
from orchestration.resources.line_facts import facts_of
from orchestration.resources.lineage.figures import METRICS
from orchestration.resources.lineage.metric import TRACED, Metric, Trace
from orchestration.resources.refusal import RefusalError
from transforms.lifecycle.fold import fold_lines
from transforms.lifecycle.shares import shares

NEAR, ALIKE = 5, 0.4
"""Names that are offered for a misspelt one, and how much alike they are."""
IN_ORDER = ("subject", "event_id", "payload_line")


class Lineage:
    """Figures of a house, led back to files and lines."""

    def __init__(self, house: House) -> None:
        """Of a house with runs behind it; lines that were folded are kept."""
        self._house = house
        self._folded = pl.DataFrame(schema={"line_id": pl.String})
        self._moves: pl.DataFrame | None = None

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
            near = [one for one in METRICS if name in one]
            near = near or get_close_matches(name, METRICS, NEAR, ALIKE)
            first = f"near it: {', '.join(near)}; all: " if near else "there are "
            raise RefusalError(f"no metric {name!r}; {first}{', '.join(METRICS)}")
        where = _where(metric, chosen)
        with self._house.lake.one_snapshot():
            figures = self._house.lake.query(_cut(metric.figure, where), chosen)
            rows = self._causes(metric, where, chosen)
        named = rows.select(TRACED.names()).cast(TRACED)
        # What came and went again is told, behind what the figure is made of.
        is_out = pl.col("value").sum().over("subject") == 0
        ordered = named.sort(
            is_out,
            pl.col("value").abs(),
            *IN_ORDER,
            descending=[False, True, False, False, False],
        )
        figure = figures.item() if figures.height else 0
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

    def _causes(
        self, metric: Metric, where: str, chosen: Mapping[str, str]
    ) -> pl.DataFrame:
        if metric.causes is not None:
            return metric.causes(self._house, where, chosen)
        zone = self._house.policies.company_zone
        if metric.buckets:
            sql = _cut(metric.lines, where).replace("{zone}", zone)
            lines = self._house.lake.query(sql, chosen)
            return self._of_events(metric, lines.select("line_id").unique())
        sql = _cut(metric.rows, where).replace("{zone}", zone)
        return self._house.lake.query(sql, chosen)

    def _of_events(self, metric: Metric, lines: pl.DataFrame) -> pl.DataFrame:
        """Each event's share of the lines' buckets, with its place."""
        moves = self._moves_of(lines)
        found = shares(moves, metric.buckets).join(
            moves.select("line_id", "event_id", "file_name", "payload_line").unique(
                ["line_id", "event_id"]
            ),
            on=["line_id", "event_id"],
        )
        return found.rename({"line_id": "subject", "event_type": "cause"}).with_columns(
            value="qty"
        )

    def _moves_of(self, lines: pl.DataFrame) -> pl.DataFrame:
        """Moves of lines with the place of each event; folded once for many cuts."""
        if (
            self._moves is None
            or lines.join(self._folded, on="line_id", how="anti").height
        ):
            house = self._house
            moves = fold_lines(facts_of(house, lines), house.policies.transitions).moves
            with house.lake.holding(found=moves):
                self._moves = house.lake.query(
                    "select found.*, places.file_name, places.payload_line from found"
                    " left join lake.visibility.rpt_order_timeline as places"
                    " using (event_id, line_id)"
                )
            self._folded = lines
        return self._moves.join(lines, on="line_id", how="semi")


def _where(metric: Metric, chosen: Mapping[str, str]) -> str:
    unknown = sorted(set(chosen) - set(metric.dimensions))
    if unknown:
        raise RefusalError(
            f"{metric.name} is not cut by {', '.join(unknown)},"
            f" only by {', '.join(metric.dimensions)}"
        )
    tests = [f"{metric.dimensions[name]}::varchar = ${name}" for name in chosen]
    return " and ".join(tests) or "true"


def _cut(sql: str, where: str) -> str:
    return sql.replace("{where}", where)
