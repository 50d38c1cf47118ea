"""Kits that were packed beforehand go first, whole, and to nobody else."""

from __future__ import annotations

import polars as pl

from tests.unit.allocation.shop import (
    a_line,
    certificate,
    decide,
    demand,
    network,
    placed,
    stock,
    waiting,
)
from transforms.allocation.allocate import Allocation
from transforms.allocation.pins import PINS
from transforms.allocation.policy import AllocationPolicy
from transforms.instructions.packed import as_told
from transforms.instructions.release import ReleasePolicy, release

KIT = {"A": 2, "B": 1}


def a_kit(order: str = "o1", qty: int = 1, **facts: object) -> list[dict[str, object]]:
    """Lines of the components of an ordered kit K."""
    return [
        a_line(
            order,
            sku,
            qty * per_kit,
            line_id=f"{order}/1~{sku}",
            kit_line_id=f"{order}/1",
            kit_sku_id="K",
            kit_qty=per_kit,
            whole_kit_qty=qty,
            **facts,
        )
        for sku, per_kit in KIT.items()
    ]


def packed(decided_rows: pl.DataFrame) -> dict[tuple[str, str, str], int]:
    rows = decided_rows.select("line_id", "node_id", "packed_in", "qty").iter_rows()
    return {(line, node, kit): qty for line, node, kit, qty in rows}


def holds(
    decided: Allocation,
    wanted: pl.DataFrame,
    supply: pl.DataFrame,
    nodes: pl.DataFrame | None = None,
) -> list:
    proofs = certificate(decided, wanted, supply, nodes)
    return proofs.filter(pl.col("failed_rows") > 0).rows()


def test_packed_kits_are_given_before_components_which_stay_for_others() -> None:
    wanted = demand(*a_kit(qty=2), a_line("o2", "A", 4))
    supply = stock({"EAST": {"K": 2, "A": 4, "B": 1}})

    decided = decide(wanted, supply)

    assert packed(decided.allocations) == {
        ("o1/1~A", "EAST", "K"): 4,
        ("o1/1~B", "EAST", "K"): 2,
        ("o2/1", "EAST", "NONE"): 4,
    }
    assert holds(decided, wanted, supply) == []
    reasons = decided.events.sort("line_id")["reason_code"].to_list()
    assert reasons == ["KIT", "IN_KIT", None]


def test_kits_that_are_not_packed_are_made_of_components() -> None:
    wanted = demand(*a_kit(qty=3))
    supply = stock({"EAST": {"K": 1, "A": 2, "B": 9}})

    decided = decide(wanted, supply)

    assert packed(decided.allocations) == {
        ("o1/1~A", "EAST", "K"): 2,
        ("o1/1~A", "EAST", "NONE"): 2,
        ("o1/1~B", "EAST", "K"): 1,
        ("o1/1~B", "EAST", "NONE"): 1,
    }
    assert waiting(decided) == {
        "o1/1~A": (2, "NO_STOCK"),
        "o1/1~B": (1, "SHIP_COMPLETE"),
    }
    assert holds(decided, wanted, supply) == []


def test_a_packed_kit_is_no_component_of_an_order_for_one() -> None:
    wanted = demand(a_line("o1", "A", 2))

    decided = decide(wanted, stock({"EAST": {"K": 5}}))

    assert waiting(decided) == {"o1/1": (2, "NO_STOCK")}


def test_a_kit_of_which_a_part_has_left_is_not_packed_again() -> None:
    lines = [line | {"whole_kit_qty": 0} for line in a_kit()]

    decided = decide(demand(*lines), stock({"EAST": {"K": 5}}))

    assert placed(decided) == {}


def test_what_a_node_has_no_room_for_is_sought_among_components() -> None:
    wanted = demand(*a_kit(qty=2))
    supply = stock({"EAST": {"K": 2}, "WEST": {"A": 9, "B": 9}})
    nodes = network(EAST={"daily_capacity_units": 1})

    decided = decide(wanted, supply, nodes)

    assert placed(decided)["o1/1~A", "EAST"] == 2
    assert placed(decided)["o1/1~A", "WEST"] == 2
    assert holds(decided, wanted, supply, nodes) == []


def test_an_order_is_not_torn_apart_for_a_packed_kit() -> None:
    policy = AllocationPolicy(max_shipments=1)
    wanted = demand(*a_kit(), a_line("o1", "C", 1, line_no=2))
    supply = stock({"EAST": {"K": 1}, "WEST": {"A": 2, "B": 1, "C": 1}})

    decided = decide(wanted, supply, policy=policy)

    assert {node for _, node in placed(decided)} == {"WEST"}
    assert waiting(decided) == {}


def test_a_ship_complete_order_takes_packed_kits_and_components_together() -> None:
    wanted = demand(*a_kit(qty=2, is_ship_complete=True))
    supply = stock({"EAST": {"K": 1, "A": 2, "B": 1}})

    decided = decide(wanted, supply)

    assert waiting(decided) == {}
    assert holds(decided, wanted, supply) == []


def test_the_certificate_sees_kits_that_do_not_lie_there_and_halves() -> None:
    wanted, supply = demand(*a_kit(qty=2)), stock({"EAST": {"K": 2}})
    decided = decide(wanted, supply)

    proofs = certificate(decided, wanted, stock({"EAST": {"K": 1}}))
    failed = proofs.filter(pl.col("failed_rows") > 0)["proof"].to_list()
    assert "allocation_within_supply" in failed

    rows = decided.allocations.filter(pl.col("sku_id") == "A")
    halved = type(decided)(**vars(decided) | {"allocations": rows})
    proofs = certificate(halved, wanted, supply)
    failed = proofs.filter(pl.col("failed_rows") > 0)["proof"].to_list()
    assert "packed_kits_are_whole" in failed


def test_a_kit_whose_components_are_wanted_from_two_nodes_goes_as_none() -> None:
    wanted = demand(*a_kit())
    supply = stock({node: {"K": 1, "A": 9, "B": 9} for node in ("EAST", "WEST")})
    pins = pl.DataFrame(
        [("o1/1~A", "EAST"), ("o1/1~B", "WEST")], schema=PINS, orient="row"
    )

    decided = decide(wanted, supply, pins=pins)

    assert packed(decided.allocations) == {
        ("o1/1~A", "EAST", "NONE"): 2,
        ("o1/1~B", "WEST", "NONE"): 1,
    }
    assert holds(decided, wanted, supply) == []


def test_the_node_is_told_of_the_kit_and_nothing_in_it() -> None:
    wanted = demand(*a_kit(qty=2), a_line("o1", "C", 1, line_no=2))
    decided = decide(wanted, stock({"EAST": {"K": 1, "A": 9, "B": 9, "C": 9}}))
    allocated = decided.allocations.with_columns(run_id=pl.lit(""))
    earlier = pl.DataFrame(
        schema={"order_id": pl.String, "node_id": pl.String, "sequence_no": pl.Int64}
    )

    sent = release(allocated, earlier, network(), ReleasePolicy(), wanted["as_of"][0])

    lines = sent.instruction_lines
    told = as_told(lines).select("instruction_line_ref", "sku_id", "qty").rows()
    assert sorted(told) == [("1", "C", 1), ("2", "K", 1), ("3", "A", 2), ("5", "B", 1)]
    assert lines["qty"].sum() == wanted["open_qty"].sum()
