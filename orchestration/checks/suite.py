"""A contract Table → a Great Expectations suite → results.

Looks only at what SQL and ``conform`` do not already refuse: closed lists,
ranges, spellings and repeated keys of the rows that arrived. It is shown each
different value once and the keys that repeat: far fewer cells, the same
verdict. Great Expectations is imported on first use: it costs seconds.
"""

from __future__ import annotations

import gc
import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from threading import Thread
from typing import Any

import polars as pl

from transforms.contracts.table import TEXT, Column, Table

DAY = r"\d{4}-\d{2}-\d{2}"
HOUR = r"T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:\d{2})"
SPELLINGS = {
    "_qty": r"^-?\d+$",
    "qty": r"^-?\d+$",
    "_amount": r"^-?\d+(?:\.\d+)?$",
    "_at": f"^{DAY}{HOUR}$",
}
"""How text cells of bronze are spelled, by the end of the column's name."""


@dataclass
class Audit:
    """What the suite of one table found over one or more batches."""

    table: Table
    evaluated: int = 0
    rows: int = 0
    failed: list[str] = field(default_factory=list)
    crashed: list[str] = field(default_factory=list)

    def __call__(self, frame: pl.DataFrame) -> None:
        """Validate a batch; results add up."""
        self.rows += frame.height
        if frame.height:
            for name, problem, is_crash in validate(frame, self.table):
                self.evaluated += 1
                if problem:
                    (self.crashed if is_crash else self.failed).append(
                        f"{name}: {problem}"
                    )

    @property
    def passed(self) -> bool:
        """Whether every expectation was met; a crash is no pass."""
        return not self.failed and not self.crashed


def validate(frame: pl.DataFrame, table: Table) -> list[tuple[str, str, bool]]:
    """Run the table's suite on a batch.

    Returns:
        (expectation, problem or "", whether the check itself crashed) for each.
    """
    suite, columns = suite_of(table)
    if not suite.expectations:
        return []
    shown = condensed(frame, table.key, columns)
    batch = _asset().add_or_get(table.path).get_batch({"dataframe": shown.to_pandas()})
    result = batch.validate(suite, result_format="BASIC")
    return [_outcome(item) for item in result.results]


def condensed(
    frame: pl.DataFrame, key: Sequence[str], columns: Sequence[str]
) -> pl.DataFrame:
    """What a suite need see of a batch: columns side by side, not rows.

    Returns:
        Each of ``columns`` with its distinct values; ``key: <name>`` columns
        with the keys of all rows whose key repeats, null where none does.
    """
    repeated = frame.select(key).filter(frame.select(key).is_duplicated())
    values = [frame[name].unique(maintain_order=True) for name in columns]
    height = max([repeated.height, 1, *(v.len() for v in values)])
    return pl.DataFrame(
        [
            v.extend(pl.repeat(v[0], height - v.len(), dtype=v.dtype, eager=True))
            for v in values
        ]
        + [
            repeated[name]
            .extend_constant(None, height - repeated.height)
            .alias(_key(name))
            for name in key
        ]
    )


@cache
def suite_of(table: Table) -> tuple[Any, list[str]]:
    """The suite of a table and the columns whose values it looks at."""
    gx = _great_expectations()
    expectations: list[Any] = []
    for column in table.columns:
        expectations += _expectations(gx, column)
    keys = [_key(name) for name in table.key]
    if len(keys) > 1:
        expectations.append(
            gx.expectations.ExpectCompoundColumnsToBeUnique(column_list=keys)
        )
    elif keys:
        expectations.append(
            gx.expectations.ExpectColumnValuesToBeUnique(column=keys[0])
        )
    suite = gx.ExpectationSuite(name=table.path, expectations=expectations)
    return suite, [c.name for c in table.columns if _expectations(gx, c)]


def _key(name: str) -> str:
    return f"key: {name}"


def _expectations(gx: Any, column: Column) -> list[Any]:  # noqa: ANN401 untyped library
    found: list[Any] = []
    if column.allowed:
        found.append(
            gx.expectations.ExpectColumnValuesToBeInSet(
                column=column.name, value_set=list(column.allowed)
            )
        )
    if column.minimum is not None:
        found.append(
            gx.expectations.ExpectColumnValuesToBeBetween(
                column=column.name, min_value=column.minimum
            )
        )
    spelling = _spelling(column)
    if spelling:
        found.append(
            gx.expectations.ExpectColumnValuesToMatchRegex(
                column=column.name, regex=spelling
            )
        )
    return found


def _spelling(column: Column) -> str | None:
    if column.dtype != TEXT or column.personal:
        return None
    if "instant or date" in column.description:
        return f"^{DAY}(?:{HOUR})?$"
    ends = (s for e, s in SPELLINGS.items() if column.name.endswith(e))
    return next(ends, None)


def _outcome(item: Any) -> tuple[str, str, bool]:  # noqa: ANN401 untyped library
    config = item.expectation_config
    name = f"{config.type}({config.kwargs.get('column') or 'key'})"
    raised = [
        info
        for info in (item.exception_info or {}).values()
        if isinstance(info, dict) and info.get("raised_exception")
    ]
    if raised:
        return name, str(raised[0].get("exception_message")), True
    if item.success:
        return name, "", False
    return name, f"{item.result.get('unexpected_count')} distinct values", False


class _Assets:
    """Data frame assets of one ephemeral context, by table."""

    def __init__(self) -> None:
        gx = _great_expectations()
        context = gx.get_context(mode="ephemeral")
        context.variables.progress_bars = {"globally": False}
        self._source = context.data_sources.add_pandas("arrived")
        self._definitions: dict[str, Any] = {}

    def add_or_get(self, name: str) -> Any:  # noqa: ANN401 untyped library
        if name not in self._definitions:
            asset = self._source.add_dataframe_asset(name)
            self._definitions[name] = asset.add_batch_definition_whole_dataframe("all")
        return self._definitions[name]


@cache
def _asset() -> _Assets:
    return _Assets()


def prefetch() -> None:
    """Import Great Expectations beside other work, which mostly waits for disks."""
    Thread(target=_great_expectations, daemon=True).start()


@cache
def _great_expectations() -> Any:  # noqa: ANN401 untyped library
    os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")
    import great_expectations as gx  # noqa: PLC0415 six seconds

    # It lives as long as the process: no search for garbage walks through it again.
    gc.freeze()
    return gx
