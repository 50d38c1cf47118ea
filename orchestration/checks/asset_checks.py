"""The bridge: what a suite found → a Dagster asset check."""

from __future__ import annotations

import dagster as dg

from orchestration.checks.suite import Audit
from transforms.contracts.table import Table

NAME = "keeps_its_contract"


def contract_check(table: Table, key: list[str]) -> dg.AssetCheckSpec:
    """The blocking check that a table's arriving rows keep its contract."""
    return dg.AssetCheckSpec(
        name=f"{NAME}_{table.name}",
        asset=dg.AssetKey(key),
        blocking=True,
        description=f"Great Expectations suite of {table.path}: {table.grain}",
    )


def contract_result(audit: Audit, key: list[str]) -> dg.AssetCheckResult:
    """What the audit found; a crashed check says so and does not pass."""
    return dg.AssetCheckResult(
        passed=audit.passed,
        asset_key=dg.AssetKey(key),
        check_name=f"{NAME}_{audit.table.name}",
        severity=dg.AssetCheckSeverity.ERROR,
        metadata={
            "rows": audit.rows,
            "expectations": audit.evaluated,
            "data_failed": audit.failed,
            "check_crashed": audit.crashed,
        },
    )
