"""What may not go without something of its order that is held."""

from datetime import timedelta

import polars as pl
import pytest

from tests.unit.allocation.shop import (
    AS_OF,
    a_line,
    certificate,
    decide,
    demand,
    placed,
    stock,
    waiting,
)
from transforms.allocation.demand import HELD, with_held
from transforms.allocation.policy import AllocationPolicy

SUPPLY = {"EAST": {"A": 9, "B": 9}}


def held_with(*held: tuple[str, str, str | None, str | None, int]) -> dict[str, int]:
    """Line → eaches held of what it goes with."""
    lines = pl.DataFrame(
        [
            ("whole/2", "whole", True, None, None),
            ("group/2", "group", False, "set", None),
            ("group/3", "group", False, None, None),
            ("kit/1~A", "kit", False, None, "kit/1"),
            ("plain/2", "plain", False, None, None),
        ],
        schema=[
            "line_id",
            "order_id",
            "is_ship_complete",
            "keep_together",
            "kit_line_id",
        ],
        orient="row",
    )
    told = with_held(lines, pl.DataFrame(held, schema=HELD, orient="row"))
    assert lines.columns == [c for c in told.columns if c != "held_with_qty"]
    return dict(
        told.filter(pl.col("held_with_qty") > 0)
        .select("line_id", "held_with_qty")
        .iter_rows()
    )


def test_an_order_that_ships_complete_its_groups_and_kits_wait_for_what_is_held() -> (
    None
):
    found = held_with(
        ("whole/1", "whole", None, None, 2),
        ("whole/3", "whole", None, None, 1),
        ("group/1", "group", "set", None, 1),
        ("kit/1~B", "kit", None, "kit/1", 4),
        ("plain/1", "plain", None, None, 5),
    )

    assert found == {"whole/2": 3, "group/2": 1, "kit/1~A": 4}


@pytest.mark.parametrize("told", [("group/1", "group", "other", None, 1), None])
def test_a_group_does_not_wait_for_others_of_its_order(
    told: tuple[str, str, str, None, int] | None,
) -> None:
    assert held_with(*([told] if told else [])) == {}


def test_what_waits_for_what_is_held_gets_nothing_and_says_so() -> None:
    waits = a_line("o1", is_ship_complete=True, held_with_qty=1)
    wanted, supply = demand(waits, a_line("o2", held_with_qty=0)), stock(SUPPLY)

    decided = decide(wanted, supply)

    assert placed(decided) == {("o2/1", "EAST"): 1}
    assert waiting(decided) == {"o1/1": (1, "HELD_WITH")}
    assert decided.backorders["expected_date"].to_list() == [None]
    proofs = certificate(decided, wanted, supply).rows_by_key("proof", unique=True)
    assert "nothing_goes_without_what_is_held" in proofs
    assert sum(row[2] for row in proofs.values()) == 0


def test_a_decision_that_sends_it_has_no_certificate() -> None:
    free = demand(a_line("o1", held_with_qty=0))
    decided = decide(free, stock(SUPPLY))

    proofs = certificate(
        decided, free.with_columns(held_with_qty=pl.lit(1)), stock(SUPPLY)
    )

    failed = proofs.filter(pl.col("failed_rows") > 0)["proof"].to_list()
    assert "nothing_goes_without_what_is_held" in failed


def test_it_is_not_cancelled_for_having_waited() -> None:
    policy = AllocationPolicy(backorder_cancel_days={"web": 1})
    long_ago = AS_OF - timedelta(days=90)
    lines = [
        a_line("o1", ordered_at=long_ago, held_with_qty=1, is_ship_complete=True),
        a_line("o2", "Z", ordered_at=long_ago),
    ]

    decided = decide(demand(*lines), stock(SUPPLY), policy=policy)

    assert decided.expired["line_id"].to_list() == ["o2/1"]
    assert waiting(decided) == {"o1/1": (1, "HELD_WITH")}
