"""Names that a command is given: nothing found of one nobody knows is no good news.

Not here: the order that a name means (``cli.why``).
"""

from __future__ import annotations

from typing import Protocol

import polars as pl

from orchestration.cli.failures import CommandError
from orchestration.cli.quarantine import refuse_unknown
from transforms.reconciliation.owners import OWNERS


class Questions(Protocol):
    """What answers SQL: the lake."""

    def query(self, sql: str, values: list[object] = ..., /) -> pl.DataFrame:
        """The result as a frame."""


NODES = "select node_id from lake.gold.dim_nodes order by node_id"
SKUS = """
    select count(*) as n from (
        select sku_id from lake.gold.dim_products where sku_id = $1
        union all
        select sku_id from lake.decisions.stock_positions where sku_id = $1
    )
"""
BEGINNINGS = """
    select
        exists(
            select 1 from lake.gold.fct_order_lines where starts_with(line_id, $1)
        ) or exists(
            select 1 from lake.gold.dim_products where starts_with(sku_id, $1)
        ) or exists(
            select 1 from lake.gold.dim_nodes where starts_with(node_id, $1)
        )
"""
HOLDERS = "select distinct owner from lake.visibility.rpt_exceptions"


def refuse_unknown_place(lake: Questions, node: str, sku: str) -> None:
    """Refuse a node or SKU that nobody told us of; "" is none.

    Raises:
        CommandError: it is unknown; of a node with the known ones.
    """
    if node:
        refuse_unknown("node", node, lake.query(NODES)["node_id"].to_list())
    if sku and not lake.query(SKUS, [sku]).item():
        raise CommandError(f"no SKU {sku!r} is known: no product and no stock has it")


def refuse_unknown_beginning(lake: Questions, key: str) -> None:
    """Refuse what no order, line, SKU or node begins with.

    Raises:
        CommandError: it begins nothing; with the known nodes.
    """
    if key and not lake.query(BEGINNINGS, [key]).item():
        nodes = ", ".join(lake.query(NODES)["node_id"])
        raise CommandError(
            f"no order, line, SKU or node begins with {key!r}; nodes: {nodes};"
            " orders begin with their channel, CHANNEL/NUMBER"
        )


def refuse_unknown_holder(lake: Questions, owner: str, code: str) -> None:
    """Refuse a team, account or code that no exception can have; "" is none.

    Raises:
        CommandError: it is unknown; with the known ones.
    """
    if owner:
        held = {str(name) for name in lake.query(HOLDERS)["owner"]}
        refuse_unknown("owner", owner, held | {*OWNERS.values()})
    refuse_unknown("code", code, OWNERS)


def run_called(runs: pl.DataFrame, beginning: str) -> dict[str, object]:
    """The run whose id begins so; of all of them the newest when empty.

    Args:
        runs: RUNS, oldest first, that may be meant.
        beginning: first digits of a run's id.

    Raises:
        CommandError: no run begins so, or several.
    """
    found = runs.filter(pl.col("run_id").str.starts_with(beginning))
    if found.is_empty():
        raise CommandError(f"no committed run {beginning}".rstrip())
    if beginning and found.height > 1:
        raise CommandError(f"several runs begin with {beginning}: name more of its id")
    return found.row(-1, named=True)
