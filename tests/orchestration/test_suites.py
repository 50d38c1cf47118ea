"""Suites from contracts: what failed is the data, or the check itself."""

from __future__ import annotations

import gc
from collections.abc import Callable
from dataclasses import replace

import polars as pl
import pytest

from orchestration.checks import suite
from orchestration.checks.asset_checks import contract_check, contract_result
from orchestration.checks.suite import Audit
from orchestration.resources import dbt
from transforms.contracts.documents import SHIP_NOTICES
from transforms.contracts.table import INTEGER, TEXT, Column, Table

COUNTS = Table(
    "decisions",
    "counts_of_a_test",
    "one row per SKU",
    key=("sku_id",),
    columns=(
        Column("sku_id", TEXT, "SKU"),
        Column("qty", INTEGER, "eaches", minimum=1),
        Column("status_code", TEXT, "status", allowed=("A", "R")),
    ),
)
NOTICE_AT = next(c for c in SHIP_NOTICES.columns if c.name == "notice_at")
KEY = ["decisions", "counts_of_a_test"]


def _rows(skus: list[str], qty: list[int], status: list[str]) -> pl.DataFrame:
    return pl.DataFrame({"sku_id": skus, "qty": qty, "status_code": status})


def test_rows_that_keep_the_contract_pass() -> None:
    audit = Audit(COUNTS)

    audit(_rows(["1", "2"], [1, 5], ["A", "R"]))

    assert audit.passed
    assert 3 == audit.evaluated
    assert contract_result(audit, KEY).passed


def test_data_that_breaks_the_contract_fails_as_data() -> None:
    audit = Audit(COUNTS)

    audit(_rows(["1", "1"], [0, 5], ["A", "X"]))
    result = contract_result(audit, KEY)

    assert not result.passed
    assert [] == audit.crashed
    assert [
        "expect_column_values_to_be_between(qty): 1 distinct values",
        "expect_column_values_to_be_in_set(status_code): 1 distinct values",
        "expect_column_values_to_be_unique(key: sku_id): 2 distinct values",
    ] == sorted(audit.failed)


def test_a_notice_may_say_when_by_a_date_alone() -> None:
    table = replace(SHIP_NOTICES, key=("notice_at",), columns=(NOTICE_AT,))
    told = Audit(table)
    told(pl.DataFrame({"notice_at": ["2017-12-28", "2017-12-28T14:00:00-05:00"]}))
    wrong = Audit(table)
    wrong(pl.DataFrame({"notice_at": ["28.12.2017"]}))

    assert told.passed
    assert not wrong.passed


def test_a_check_that_crashes_says_so_and_does_not_pass() -> None:
    """Words where numbers belong: the comparison itself breaks."""
    audit = Audit(COUNTS)

    audit(_rows(["1"], [1], ["A"]).with_columns(qty=pl.lit("many")))

    assert not audit.passed
    assert [] == [name for name in audit.failed if "(qty)" in name]
    assert 1 == len(audit.crashed)
    assert audit.crashed[0].startswith("expect_column_values_to_be_between(qty)")


def test_batches_add_up() -> None:
    audit = Audit(COUNTS)

    audit(_rows(["1"], [1], ["A"]))
    audit(_rows(["2"], [0], ["A"]))

    assert 2 == audit.rows
    assert [
        "expect_column_values_to_be_between(qty): 1 distinct values"
    ] == audit.failed


def test_a_contract_check_blocks_what_stands_downstream() -> None:
    assert contract_check(COUNTS, KEY).blocking


@pytest.mark.parametrize("load", [suite._great_expectations, dbt._parsed])  # noqa: SLF001 what is loaded once
def test_what_is_loaded_for_good_is_no_longer_searched_for_garbage(
    load: Callable[[], object],
) -> None:
    """A search through Great Expectations takes 0.14 seconds, and a run had five."""
    gc.unfreeze()
    load.cache_clear()  # type: ignore[attr-defined]

    load()

    assert gc.get_freeze_count() > 0
