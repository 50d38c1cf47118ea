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
def test_names_and_the_order_of_rows_decide_nothing(sourcing: str) -> None:
    found = relations(inputs(sourcing))

    assert [[]] * 3 == [one.broken for one in found]
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


@pytest.mark.parametrize(
    ("rule", "place"), [(PassesByTheFirstRow, 0), (TakesBackWhatIsPlenty, 2)]
)
def test_a_rule_that_breaks_a_relation_is_found(rule: type[Inputs], place: int) -> None:
    found = relations(rule(**vars(inputs())))

    assert found[place].broken
