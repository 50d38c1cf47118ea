"""Relations hold of the allocation, and are told where they would not."""

from __future__ import annotations

from dataclasses import replace

import polars as pl
import pytest

from tests.unit.allocation.shop import (
    AS_OF,
    a_line,
    demand,
    lanes,
    network,
    rates,
    stock,
)
from transforms.allocation.allocate import Allocation, Inputs
from transforms.allocation.dates import LOAD
from transforms.allocation.metamorphic import relations
from transforms.allocation.policy import AllocationPolicy
from transforms.contracts.gold import FCT_EXPECTED_RECEIPTS

NO_REFUSALS = pl.DataFrame(
    schema={
        "line_id": pl.String,
        "node_id": pl.String,
        "refused_at": pl.Datetime("us", "UTC"),
    }
)


def inputs(sourcing: str = "negotiated") -> Inputs:
    """Two nodes that lie alike, an order of two lines, one that ships complete."""
    lines = [
        a_line("o1", qty=3),
        a_line("o2", line_no=1, qty=2, is_ship_complete=True),
        a_line("o2", line_no=2, qty=1, sku_id="B", is_ship_complete=True),
        a_line("o3", qty=4),
        a_line("o4~box", qty=1, sku_id="B"),
    ]
    return Inputs(
        demand(*lines),
        stock({"EAST": {"A": 4, "B": 1}, "MID": {"A": 2}, "WEST": {"A": 1, "B": 1}}),
        network(),
        lanes(),
        rates(),
        LOAD.to_frame(),
        NO_REFUSALS,
        FCT_EXPECTED_RECEIPTS.empty(),
        AllocationPolicy(sourcing=sourcing),
        AS_OF,
    )


@pytest.mark.parametrize("sourcing", ["negotiated", "cheapest", "nearest"])
def test_names_the_order_of_rows_and_their_parts_decide_nothing(sourcing: str) -> None:
    found = relations(inputs(sourcing))

    assert [[]] * 4 == [one.broken for one in found]
    assert all(one.rows > 0 for one in found)


class PassesByTheFirstRow(Inputs):
    """A rule that never sees the first row of the supply."""

    def decide(self) -> Allocation:
        return replace(Inputs(**vars(self)), supply=self.supply.tail(-1)).decide()


class TakesBackWhatIsPlenty(Inputs):
    """A rule that gives the first order nothing where stock is no longer scarce."""

    def decide(self) -> Allocation:
        decided = Inputs(**vars(self)).decide()
        if self.supply["atp_qty"].sum() <= inputs().supply["atp_qty"].sum():
            return decided
        kept = decided.allocations.filter(pl.col("order_id") != "o1")
        return replace(decided, allocations=kept)


class ReadsTheFirstPart(Inputs):
    """A rule that sees of the supply what came first."""

    def decide(self) -> Allocation:
        parts = self.supply.n_chunks()
        seen = self.supply.head(self.supply.height // parts)
        return replace(Inputs(**vars(self)), supply=seen).decide()


@pytest.mark.parametrize(
    ("rule", "place"),
    [(PassesByTheFirstRow, 0), (TakesBackWhatIsPlenty, 2), (ReadsTheFirstPart, 3)],
)
def test_a_rule_that_breaks_a_relation_is_found(rule: type[Inputs], place: int) -> None:
    found = relations(rule(**vars(inputs())))

    assert found[place].broken


def test_more_stock_may_lower_the_sum_but_takes_from_nobody_before_it_gives() -> None:
    """With a third A order 1 can be had, and order 2 lacks what it took."""
    lines = [
        a_line("o1", qty=3, is_ship_complete=True),
        a_line("o2", line_no=1, qty=2, is_ship_complete=True),
        a_line("o2", line_no=2, qty=9, sku_id="B", is_ship_complete=True),
    ]
    scarce = replace(
        inputs(), demand=demand(*lines), supply=stock({"EAST": {"A": 2, "B": 9}})
    )
    fuller = relations(scarce)[2]

    assert not fuller.broken
    assert "11 eaches were given, 3 would be" in fuller.note


def test_where_cost_decides_who_is_served_more_stock_is_not_looked_at() -> None:
    policy = AllocationPolicy(sourcing="negotiated", fairness="off")

    assert len(relations(replace(inputs(), policy=policy))) == 3
