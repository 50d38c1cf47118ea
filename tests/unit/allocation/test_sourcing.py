"""WHERE for all orders at once, beside each order in its turn."""

from dataclasses import replace
from datetime import date

import polars as pl
import pytest

from tests.unit.allocation.shop import (
    AS_OF,
    REFUSALS,
    a_line,
    certificate,
    decide,
    demand,
    lanes,
    network,
    placed,
    rates,
    stock,
    waiting,
)
from tests.unit.allocation.test_packed import a_kit
from transforms.allocation.allocate import Allocation
from transforms.allocation.bound import Sourced, bound_milli
from transforms.allocation.bound import certificate as certificate_of
from transforms.allocation.contest import CONTEST
from transforms.allocation.dates import LOAD
from transforms.allocation.policy import AllocationPolicy, PolicyError

NEGOTIATED = AllocationPolicy(sourcing="negotiated")
IN_TURN = AllocationPolicy(sourcing="cheapest")
UNCONTESTED = "strict", pl.DataFrame([dict.fromkeys(CONTEST, 0)]), AS_OF


def cost(decided: Allocation) -> int:
    return int(decided.allocations["total_minor"].sum())


def test_an_early_order_ships_from_afar_where_that_spares_a_later_one_a_split() -> None:
    """B lies in EAST alone: whoever wants both wants EAST's only A."""
    both = [a_line("o2", line_no=n, sku_id=sku) for n, sku in enumerate("AB", 1)]
    wanted = demand(a_line("o1"), *both)
    supply = stock({"EAST": {"A": 1, "B": 1}, "MID": {"A": 1}})

    alone = decide(wanted, supply, policy=IN_TURN)
    together = decide(wanted, supply, policy=NEGOTIATED)

    assert "EAST" == next(node for line, node in placed(alone) if line == "o1/1")
    assert placed(together) == {
        ("o1/1", "MID"): 1,
        ("o2/1", "EAST"): 1,
        ("o2/2", "EAST"): 1,
    }
    assert cost(together) < cost(alone)
    assert certificate(together, wanted, supply)["failed_rows"].sum() == 0


def test_who_gets_a_scarce_each_is_the_same_either_way() -> None:
    """The near order would be cheaper; the far one stands before it."""
    wanted = demand(a_line("o1", region_code="NY", qty=2), a_line("o2", qty=3))
    supply = stock({"WEST": {"A": 3}})

    decided = [decide(wanted, supply, policy=p) for p in (IN_TURN, NEGOTIATED)]

    assert waiting(decided[0]) == waiting(decided[1]) == {"o2/1": (2, "NO_STOCK")}


def test_what_has_no_room_on_the_first_day_ships_on_a_later_one() -> None:
    nodes = network(
        EAST={"daily_capacity_units": 2},
        **{name: {"is_shipping": False} for name in ("MID", "WEST")},
    )
    wanted = demand(*(a_line(f"o{n}", qty=2) for n in range(2)))
    supply = stock({"EAST": {"A": 4}})

    decided = decide(wanted, supply, nodes, NEGOTIATED)

    assert 4 == sum(placed(decided).values())
    assert 2 == decided.allocations["ship_date"].n_unique()
    assert certificate(decided, wanted, supply, nodes)["failed_rows"].sum() == 0


def test_an_order_with_a_refused_line_is_sourced_with_all_others() -> None:
    """Its A may not come from EAST, its B may."""
    wanted = demand(a_line("o1"), a_line("o1", sku="B", line_no=2))
    supply = stock({"EAST": {"A": 1, "B": 1}, "MID": {"A": 1, "B": 1}})
    refusals = pl.DataFrame(
        {"line_id": ["o1/1"], "node_id": ["EAST"], "refused_at": wanted["as_of"][:1]}
    )

    decided = decide(wanted, supply, policy=NEGOTIATED, refusals=refusals)

    assert ("o1/1", "MID") in placed(decided)
    assert waiting(decided) == {}
    [row] = certificate_of(sourced_of(decided), *UNCONTESTED).to_dicts()
    assert (1, 0) == (row["order_count"], row["in_turn_count"])
    assert row["bound_minor"] <= cost(decided) == row["cost_minor"]


def test_lines_of_one_sku_that_may_use_other_nodes_share_what_there_is() -> None:
    """MID has two; who may not have EAST's goes first to the one that is left."""
    wanted = demand(a_line("o1"), a_line("o2"), a_line("o3"), a_line("o3", line_no=2))
    supply = stock({"EAST": {"A": 2}, "MID": {"A": 2}})
    refusals = pl.DataFrame(
        [("o3/1", "EAST", AS_OF), ("o3/2", "EAST", AS_OF)],
        schema=REFUSALS,
        orient="row",
    )

    decided = decide(wanted, supply, policy=NEGOTIATED, refusals=refusals)

    nodes = dict(placed(decided).keys())
    assert {"o3/1": "MID", "o3/2": "MID"}.items() <= nodes.items()
    assert ["EAST", "EAST"] == [nodes["o1/1"], nodes["o2/1"]]
    assert certificate(decided, wanted, supply)["failed_rows"].sum() == 0
    [row] = certificate_of(sourced_of(decided), *UNCONTESTED).to_dicts()
    assert (3, 0) == (row["order_count"], row["in_turn_count"])


@pytest.mark.parametrize(
    "facts",
    [
        {"promise_date": date(1970, 1, 1)},
        {"promise_date": date(9999, 12, 31)},
        {"grams": 1 << 40},
    ],
)
def test_no_promise_and_no_weight_stops_the_run(facts: dict[str, object]) -> None:
    wanted = demand(a_line("o1", **facts), a_line("o2"))
    supply = stock({"EAST": {"A": 2}})

    decided = decide(wanted, supply, policy=NEGOTIATED)

    assert placed(decided) == {("o1/1", "EAST"): 1, ("o2/1", "EAST"): 1}


def test_a_zone_of_any_number_stops_no_run() -> None:
    far = lanes().with_columns(zone_no=pl.lit(200, pl.Int64))
    wanted, supply = demand(a_line("o1")), stock({"EAST": {"A": 1}})
    priced = rates().filter(zone_no=1).with_columns(zone_no=pl.lit(200, pl.Int64))

    decided = decide(wanted, supply, policy=NEGOTIATED, lanes=far, rates=priced)

    assert 1 == sum(placed(decided).values())


def test_a_sourcing_that_nobody_knows_is_refused_by_name() -> None:
    with pytest.raises(PolicyError, match="sourcing: must be one of negotiated"):
        AllocationPolicy(sourcing="fastest")


def scarce() -> tuple[pl.DataFrame, pl.DataFrame, Allocation]:
    """Four orders want EAST's two eaches; what the others pay more is the price."""
    wanted = demand(*(a_line(f"o{n}") for n in range(4)))
    supply = stock({"EAST": {"A": 2}, "WEST": {"A": 9}})
    return wanted, supply, decide(wanted, supply, policy=NEGOTIATED)


def test_orders_in_their_turn_keep_what_they_got_and_weaken_no_bound() -> None:
    _, _, decided = scarce()
    told = sourced_of(decided)
    given = told.allocations.filter(node_id="EAST")["order_id"].min()
    others = pl.col("order_id") != given
    some = replace(told, floors=told.floors.filter(others))

    [row] = certificate_of(some, *UNCONTESTED).to_dicts()

    assert (3, 1) == (row["order_count"], row["in_turn_count"])
    # With both of EAST's eaches against it, it would be lower by the price of one.
    assert row["bound_minor"] == row["cost_minor"]
    assert 0 == row["stranded_milli"] == row["idle_milli"]


def test_cost_above_the_bound_is_compromises_and_what_stayed_at_its_price() -> None:
    _, _, decided = scarce()

    told = sourced_of(decided)
    [row] = certificate_of(told, *UNCONTESTED).to_dicts()

    assert 4 == row["order_count"]
    assert 0 == row["in_turn_count"]
    assert cost(decided) == row["cost_minor"]
    # The price of what is scarce makes the bound tight: nobody can do better.
    assert row["bound_minor"] == row["cost_minor"]
    parts = ("compromise_milli", "stranded_milli", "idle_milli")
    assert 1000 * row["cost_minor"] - bound_milli(told) == sum(row[n] for n in parts)
    assert ("stock", "EAST", "A", 2) == decided.prices.select(
        "resource", "node_id", "sku_id", "supply_qty"
    ).row(0)


@pytest.mark.parametrize(
    ("proof", "wrong"),
    [
        (
            "no_floor_is_above_a_known_plan",
            {"floors": {"least_milli": pl.col("least_milli") + 10_000_000}},
        ),
        (
            "no_order_costs_less_than_its_floor",
            {"floors": {"least_milli": pl.col("least_milli") + 10_000_000}},
        ),
        ("priced_supply_is_what_there_was", {"prices": {"supply_qty": pl.lit(1)}}),
        (
            "cost_above_the_bound_is_explained",
            {"floors": {"least_milli": pl.col("least_milli") + 10_000_000}},
        ),
    ],
)
def test_a_bound_that_is_none_has_no_certificate(
    proof: str, wrong: dict[str, dict[str, pl.Expr]]
) -> None:
    wanted, supply, good = scarce()
    other = {
        name: getattr(good, name).with_columns(**columns)
        for name, columns in wrong.items()
    }

    proofs = certificate(replace(good, **other), wanted, supply)

    assert certificate(good, wanted, supply)["failed_rows"].sum() == 0
    assert proof in proofs.filter(pl.col("failed_rows") > 0)["proof"].to_list()


def test_what_ships_on_a_later_day_is_part_of_the_proof() -> None:
    nodes = network(
        EAST={"daily_capacity_units": 2},
        **{name: {"is_shipping": False} for name in ("MID", "WEST")},
    )
    wanted = demand(*(a_line(f"o{n}", qty=2) for n in range(2)))

    decided = decide(wanted, stock({"EAST": {"A": 4}}), nodes, NEGOTIATED)

    [row] = certificate_of(sourced_of(decided), *UNCONTESTED).to_dicts()
    assert (2, 0) == (row["order_count"], row["in_turn_count"])
    assert cost(decided) == row["cost_minor"]
    # A price that makes one order wait is a whole number of thousandths.
    assert 0.99 * row["cost_minor"] < row["bound_minor"] <= row["cost_minor"]


def test_a_packed_kit_is_one_each_of_its_own_in_the_proof() -> None:
    """Two orders want the kit that lies nearest; the other one lies far away."""
    wanted = demand(*a_kit("o1"), *a_kit("o2"))
    supply = stock({"EAST": {"K": 1}, "WEST": {"K": 1}})

    decided = decide(wanted, supply, policy=NEGOTIATED)

    [row] = certificate_of(sourced_of(decided), *UNCONTESTED).to_dicts()
    assert row["order_count"] == 2
    assert row["bound_minor"] <= row["cost_minor"]
    assert min(row[n] for n in ("compromise_milli", "stranded_milli")) >= 0
    assert certificate(decided, wanted, supply)["failed_rows"].sum() == 0


def test_a_day_with_too_little_room_disproves_no_floor() -> None:
    load = pl.DataFrame([("EAST", AS_OF.date(), 1, 1, 1)], schema=LOAD, orient="row")
    nodes = network(
        EAST={"daily_capacity_units": 3},
        **{name: {"is_shipping": False} for name in ("MID", "WEST")},
    )
    wanted = demand(a_line("o1", qty=3, promise_date=date(2017, 12, 29), priority=0))
    supply = stock({"EAST": {"A": 9}})

    decided = decide(wanted, supply, nodes, NEGOTIATED, load=load)

    assert decided.floors.height == 1
    assert decided.trace["over_minor"].to_list() == [None] * 3
    failed = certificate(decided, wanted, supply, nodes, load=load)["failed_rows"]
    assert 0 == failed.sum()


def test_who_the_plan_does_not_know_takes_its_place_before_the_plan_is_made() -> None:
    """Lines that are kept together go in their turn; the others go around them."""
    light, heavy = {"grams": 300}, {"grams": 2550}
    wanted = demand(
        a_line("o1", qty=2, priority=4, promise_date=date(2017, 12, 29), **heavy),
        a_line("o2", qty=3, promise_date=date(2018, 1, 2), **light),
        a_line(
            "o3", qty=2, keep_together="g", promise_date=date(2017, 12, 30), **light
        ),
        a_line(
            "o4",
            qty=3,
            is_ship_complete=True,
            promise_date=date(2017, 12, 29),
            **light,
        ),
    )
    supply = stock({node: {"A": 20} for node in ("EAST", "MID", "WEST")})
    nodes = network(
        EAST={"daily_capacity_shipments": 1, "shipment_cost_minor": 300},
        MID={
            "daily_capacity_units": 5,
            "daily_capacity_shipments": 2,
            "shipment_cost_minor": 100,
        },
        WEST={
            "daily_capacity_units": 5,
            "daily_capacity_shipments": 3,
            "shipment_cost_minor": 300,
        },
    )

    together, alone = (decide(wanted, supply, nodes, p) for p in (NEGOTIATED, IN_TURN))

    assert sum(placed(together).values()) == sum(placed(alone).values()) == 10
    assert cost(together) <= cost(alone)
    assert certificate(together, wanted, supply, nodes)["failed_rows"].sum() == 0


def test_nothing_is_proved_of_orders_in_their_turn() -> None:
    decided = decide(demand(a_line("o1")), stock({"EAST": {"A": 1}}), policy=IN_TURN)

    [row] = certificate_of(sourced_of(decided), *UNCONTESTED).to_dicts()
    assert (row["order_count"], row["cost_minor"], row["bound_minor"]) == (0, 0, 0)
    assert row["in_turn_count"] == 1


def sourced_of(decided: Allocation) -> Sourced:
    return Sourced(decided.allocations, decided.prices, decided.floors)
