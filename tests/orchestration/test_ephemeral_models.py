"""Ephemeral models stand in a statement where dbt puts them, to the byte."""

from __future__ import annotations

import pytest
from dbt.contracts.graph.nodes import InjectedCTE

from orchestration.resources.dbt import _ctes_by_dbt, with_ctes

CTES = [
    InjectedCTE(id="m.one", sql=" __dbt__cte__one as (\nselect 1 as a\n)"),
    InjectedCTE(id="m.two", sql=" __dbt__cte__two as (\nwith x as (from y) from x\n)"),
]


@pytest.mark.parametrize(
    "sql",
    [
        "with a as (select 1) select * from a",
        "\n\n  WITH a as (select 1)\nselect * from a\n\n",
        "with recursive a as (select 1) select * from a",
        "with\n\n    a as (\n    with b as (from c) from b\n) select 'with' from a",
        "-- with a comment\nwith a as (select 1) select * from a",
        "/* with\none */\n\nwith a as (select 1) select * from a",
        "with -- what for\n a as (select 1) select * from a",
        "select * from a",
        "\n\n\n-- of a\nselect withdrawn_at from a where true\n",
        "select * from (with b as (from c) select * from b) as d",
        "select cast(a as timestamp with time zone) as b from c",
        "select 'with' as word from a",
        "-- nothing with it\nselect * from a",
    ],
)
@pytest.mark.parametrize("ctes", [CTES, CTES[:1], []])
def test_a_statement_is_as_dbt_makes_it(sql: str, ctes: list[InjectedCTE]) -> None:
    assert _ctes_by_dbt()(sql, ctes) == with_ctes(sql, ctes)
