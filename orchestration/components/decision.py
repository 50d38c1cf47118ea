"""What every decision asset shares: specs from contracts, results with checks.

A decision writes one or a few tables of ``decisions`` or ``instructions``;
each is an asset whose arriving rows a generated suite looks at.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import dagster as dg
import polars as pl

from orchestration.checks.asset_checks import contract_check, contract_result
from orchestration.checks.suite import Audit
from orchestration.resources.house import House
from transforms.contracts.table import DUCKDB_TYPES, Table

OWNERS = ["team:fulfilment"]

Written = Mapping[Table, pl.DataFrame]
"""Rows that an asset wrote, by table."""


def decision_specs(
    name: str,
    tables: Sequence[Table],
    *,
    gold: Sequence[str] = (),
    after: Sequence[tuple[str, str]] = (),
    kinds: set[str] | None = None,
) -> dict[str, Any]:
    """Arguments of ``dg.multi_asset`` for an asset that writes ``tables``.

    Args:
        name: of the step.
        tables: contracts of what it writes.
        gold: gold tables it reads.
        after: (room, table) of other assets it reads.
        kinds: what does the work, for the picture.
    """
    deps = [dg.AssetKey(["gold", table]) for table in gold]
    deps += [dg.AssetKey(list(key)) for key in after]
    return {
        "name": name,
        "specs": [_spec(table, deps, kinds or {"polars"}) for table in tables],
        "check_specs": [contract_check(t, [t.room, t.name]) for t in tables],
    }


def decided(house: House, written: Written) -> Iterator[Any]:
    """Results of an asset: row counts and what the suites say."""
    counts = house.lake.counts()
    for table, rows in written.items():
        key = [table.room, table.name]
        yield dg.MaterializeResult(
            asset_key=key,
            metadata={
                "dagster/row_count": counts[table.path],
                "rows_written": rows.height,
                "run": house.run.run_id,
            },
        )
        audit = Audit(table)
        audit(rows)
        yield contract_result(audit, key)


def _spec(table: Table, deps: list[dg.AssetKey], kinds: set[str]) -> dg.AssetSpec:
    columns = [
        dg.TableColumn(c.name, DUCKDB_TYPES[c.dtype], description=c.description)
        for c in table.columns
    ]
    return dg.AssetSpec(
        key=[table.room, table.name],
        deps=deps,
        group_name=table.room,
        owners=OWNERS,
        kinds=kinds | {"ducklake"},
        description=f"{table.grain}.",
        metadata={"dagster/column_schema": dg.TableSchema(columns=columns)},
    )
