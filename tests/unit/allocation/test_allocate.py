"""The daily decision, example by example."""

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
    limits,
    network,
    placed,
    rates,
    rows_of,
    stock,
    waiting,
)
from transforms.allocation.certify import certify
from transforms.allocation.dates import LOAD
from transforms.allocation.decided import Decided
from transforms.allocation.policy import AllocationPolicy
from transforms.contracts.decisions import LINE_HOLDS
from transforms.contracts.gold import FCT_EXPECTED_RECEIPTS


def test_two_lines_of_one_sku_share_five_eaches_and_sell_none_twice() -> None:
    wanted = demand(a_line(qty=3), a_line(qty=4, line_no=2))

    decided = decide(wanted, stock({"EAST": {"A": 5}}))

    assert placed(decided) == {("o1/1", "EAST"): 3, ("o1/2", "EAST"): 2}
    assert waiting(decided) == {"o1/2": (2, "NO_STOCK")}


def test_two_lines_of_one_sku_are_both_served_in_full() -> None:
    wanted = demand(a_line(qty=3), a_line(qty=4, line_no=2))

    decided = decide(wanted, stock({"EAST": {"A": 4}, "WEST": {"A": 100}}))

    assert sum(placed(decided).values()) == 7
    assert waiting(decided) == {}


def test_a_cheaper_later_order_never_takes_an_earlier_ones_scarce_each() -> None:
    far = a_line("far", promise_date=date(2017, 12, 1))

    decided = decide(demand(far, a_line("near")), stock({"WEST": {"A": 1}}))

    assert placed(decided) == {("far/1", "WEST"): 1}
    assert waiting(decided) == {"near/1": (1, "NO_STOCK")}


def test_an_earlier_order_leaves_the_only_each_that_a_later_one_may_use() -> None:
    """EAST alone serves business; the web order before it goes to WEST."""
    nodes = network(WEST={"channels": "web"})
    wanted = demand(a_line("web"), a_line("biz", channel_id="business"))

    decided = decide(wanted, stock({"EAST": {"A": 1}, "WEST": {"A": 1}}), nodes)

    assert placed(decided) == {("web/1", "WEST"): 1, ("biz/1", "EAST"): 1}


def test_an_order_ships_from_the_cheapest_node() -> None:
    supply = stock({"EAST": {"A": 1}, "MID": {"A": 1}, "WEST": {"A": 1}})

    assert placed(decide(demand(a_line()), supply)) == {("o1/1", "EAST"): 1}


def test_one_farther_shipment_beats_two_near_ones_when_a_split_costs_more() -> None:
    supply = stock({"EAST": {"A": 1}, "MID": {"B": 1}, "WEST": {"A": 1, "B": 1}})
    wanted = demand(a_line(), a_line(sku="B", line_no=2))

    decided = decide(wanted, supply)

    assert placed(decided) == {("o1/1", "WEST"): 1, ("o1/2", "WEST"): 1}


def test_an_order_splits_where_that_is_cheaper_than_the_far_node() -> None:
    supply = stock({"EAST": {"A": 1}, "MID": {"B": 1}, "WEST": {"A": 1, "B": 1}})
    wanted = demand(a_line(), a_line(sku="B", line_no=2))

    decided = decide(wanted, supply, policy=AllocationPolicy(split_cost_minor=0))

    assert placed(decided) == {("o1/1", "EAST"): 1, ("o1/2", "MID"): 1}


def test_a_line_is_shared_by_nodes_when_none_holds_it() -> None:
    decided = decide(demand(a_line(qty=5)), stock({"EAST": {"A": 3}, "MID": {"A": 9}}))
    shared = decide(demand(a_line(qty=5)), stock({"EAST": {"A": 3}, "MID": {"A": 2}}))

    assert placed(decided) == {("o1/1", "MID"): 5}
    assert placed(shared) == {("o1/1", "EAST"): 3, ("o1/1", "MID"): 2}


def test_a_line_that_may_not_be_shared_waits_for_the_rest() -> None:
    policy = AllocationPolicy(is_line_split_allowed=False)
    supply = stock({"EAST": {"A": 3}, "MID": {"A": 2}})

    decided = decide(demand(a_line(qty=5)), supply, policy=policy)

    assert placed(decided) == {("o1/1", "EAST"): 3}
    assert waiting(decided) == {"o1/1": (2, "LINE_SPLIT")}


def test_a_ship_complete_order_takes_nothing_when_one_line_is_short() -> None:
    whole = {"is_ship_complete": True}
    wanted = demand(
        a_line("all", "A", 1, **whole),
        a_line("all", "B", 1, line_no=2, **whole),
        a_line("next", "A"),
    )
    receipts = rows_of(FCT_EXPECTED_RECEIPTS, [a_receipt("EAST", "B", 1, 30)])

    decided = decide(wanted, stock({"EAST": {"A": 1}}), receipts=receipts)

    assert placed(decided) == {("next/1", "EAST"): 1}
    assert waiting(decided) == {
        "all/1": (1, "SHIP_COMPLETE"),
        "all/2": (1, "NO_STOCK"),
    }
    # The each that it left for the next one is not counted on once more.
    assert decided.backorders["expected_date"].to_list() == [None] * 2
    decided = decide(wanted, stock({"EAST": {"A": 2}}), receipts=receipts)
    assert decided.backorders["expected_date"].to_list() == [date(2017, 12, 30)] * 2


@pytest.mark.parametrize(
    ("policy", "is_whole", "on_hand", "goes", "waits"),
    [
        (AllocationPolicy(), False, 10, 10, (10, 30)),
        (AllocationPolicy(), True, 10, 0, (20, 30)),
        (AllocationPolicy(min_shipment_value_minor=11 * 500), False, 15, 0, (20, 30)),
        (AllocationPolicy(min_shipment_value_minor=11 * 500), False, 9, 0, (20, None)),
        (AllocationPolicy(), True, 9, 0, (20, None)),
        (AllocationPolicy(), True, 20, 20, None),
    ],
)
def test_what_waits_comes_when_the_last_of_it_does(
    policy: AllocationPolicy,
    is_whole: bool,
    on_hand: int,
    goes: int,
    waits: tuple[int, int | None] | None,
) -> None:
    """FrePPLe's cases (test/demand_policy, MIT): 20 wanted, 10 come later.

    No limits, the full quantity only, eleven as the least shipment; and the same
    with too few in all, for which there is no day.
    """
    wanted = demand(a_line(qty=20, is_ship_complete=is_whole))
    receipts = rows_of(FCT_EXPECTED_RECEIPTS, [a_receipt("EAST", "A", 10, 30)])

    decided = decide(
        wanted, stock({"EAST": {"A": on_hand}}), receipts=receipts, policy=policy
    )

    assert goes == sum(placed(decided).values())
    told = decided.backorders.select("qty", "expected_date").rows()
    expected = waits and (waits[0], waits[1] and date(2017, 12, waits[1]))
    assert ([expected] if expected else []) == told


def test_two_orders_that_go_in_one_go_never_count_on_the_same_eaches() -> None:
    wanted = demand(
        a_line("one", qty=20, is_ship_complete=True),
        a_line("two", qty=20, is_ship_complete=True),
        a_line("small", qty=5, is_ship_complete=True),
    )
    coming = [a_receipt("EAST", "A", 10, 30), a_receipt("EAST", "A", 20, 31)]
    receipts = rows_of(FCT_EXPECTED_RECEIPTS, coming)

    decided = decide(wanted, stock({"EAST": {"A": 10}}), receipts=receipts)

    # Five lie there, ten and twenty come: fifteen are left for the second.
    days = dict(decided.backorders.select("order_id", "expected_date").iter_rows())
    assert days == {"one": date(2017, 12, 31), "two": None}


def test_more_nodes_than_allowed_are_never_used() -> None:
    supply = stock({"EAST": {"A": 1}, "MID": {"A": 1}, "WEST": {"A": 1}})
    policy = AllocationPolicy(max_shipments=2)

    decided = decide(demand(a_line(qty=3)), supply, policy=policy)

    assert sum(placed(decided).values()) == 2
    assert waiting(decided) == {"o1/1": (1, "MAX_SHIPMENTS")}


def test_eaches_that_an_order_could_not_place_go_to_the_next() -> None:
    supply = stock({"EAST": {"A": 1}, "MID": {"A": 1}})
    policy = AllocationPolicy(max_shipments=1)
    whole = a_line("all", qty=2, is_ship_complete=True)

    decided = decide(demand(whole, a_line("next")), supply, policy=policy)

    assert placed(decided) == {("next/1", "EAST"): 1}
    assert waiting(decided) == {"all/1": (2, "MAX_SHIPMENTS")}


def test_freed_eaches_pass_on_in_demand_order_whatever_else_is_short() -> None:
    """The B that the first cannot place is the second's, not the third's."""
    wanted = demand(
        a_line("first", "A"),
        a_line("first", "B", 2, line_no=2),
        a_line("second", "B"),
        a_line("third", "A"),
        a_line("third", "B", line_no=2),
    )
    supply = stock({"EAST": {"B": 1}, "MID": {"B": 1}})

    decided = decide(wanted, supply, policy=AllocationPolicy(max_shipments=1))

    assert placed(decided) == {("first/2", "EAST"): 1, ("second/1", "MID"): 1}


def test_a_second_line_of_a_sku_fails_with_the_first() -> None:
    """The only A is in the west, one shipment is allowed, and B goes first."""
    wanted = demand(
        a_line(), a_line(line_no=2), a_line(sku="B", line_no=3), a_line("next")
    )
    supply = stock({"EAST": {"B": 1}, "WEST": {"A": 1}})

    decided = decide(wanted, supply, policy=AllocationPolicy(max_shipments=1))

    assert placed(decided) == {("o1/3", "EAST"): 1, ("next/1", "WEST"): 1}
    assert waiting(decided) == {
        "o1/1": (1, "MAX_SHIPMENTS"),
        "o1/2": (1, "MAX_SHIPMENTS"),
    }


def test_an_order_that_ships_complete_is_not_sent_in_part_for_its_value() -> None:
    """MID has three of four eaches; two, so that what waits is worth a shipment."""
    wanted = demand(
        *(
            a_line(sku=sku, qty=qty, line_no=n, is_ship_complete=True)
            for n, (sku, qty) in enumerate([("A", 1), ("A", 2), ("B", 1)], 1)
        )
    )
    supply = stock({"EAST": {"B": 1}, "MID": {"A": 3}})
    policy = AllocationPolicy(max_shipments=1, min_shipment_value_minor=900)

    decided = decide(wanted, supply, policy=policy)

    assert placed(decided) == {}
    assert certificate(decided, wanted, supply)["failed_rows"].sum() == 0


def test_a_thousand_orders_never_pass_a_hundred_shipments_a_day() -> None:
    nodes = network(EAST={"daily_capacity_shipments": 100})
    wanted = demand(*(a_line(f"o{n:04}") for n in range(1000)))
    supply = stock({"EAST": {"A": 1000}})

    decided = decide(wanted, supply, nodes)
    by_day = decided.allocations["ship_date"].value_counts()

    assert by_day["count"].to_list() == [100, 100, 100]
    assert decided.backorders["reason_code"].unique().to_list() == ["CAPACITY"]
    assert certificate(decided, wanted, supply, nodes)["failed_rows"].sum() == 0


def test_what_is_committed_already_takes_room() -> None:
    nodes = network(EAST={"daily_capacity_units": 5})
    load = pl.DataFrame(
        [("EAST", date(2017, 12, 27), 4, 1, 1)], schema=LOAD, orient="row"
    )

    decided = decide(demand(a_line(qty=2)), stock({"EAST": {"A": 2}}), nodes, load=load)

    assert decided.allocations["ship_date"].to_list() == [date(2017, 12, 28)]


def test_a_small_part_is_not_worth_a_shipment_of_its_own() -> None:
    supply = stock({"EAST": {"A": 9}, "MID": {"B": 1}})
    wanted = demand(a_line(qty=9), a_line(sku="B", line_no=2))
    policy = AllocationPolicy(min_shipment_value_minor=1000)

    decided = decide(wanted, supply, policy=policy)

    # One of the nine waits with it, or the rest would not be worth one either.
    assert placed(decided) == {("o1/1", "EAST"): 8}
    assert waiting(decided) == dict.fromkeys(["o1/1", "o1/2"], (1, "SHIPMENT_VALUE"))


@pytest.mark.parametrize(
    ("on_hand", "expected"),
    [
        (20, 20),
        # Five left over are no shipment, and nine are none either.
        (15, 0),
        (9, 0),
        (10, 0),
    ],
)
def test_what_waits_must_be_worth_a_shipment_like_what_goes(
    on_hand: int, expected: int
) -> None:
    """A case of frePPLe's (test/demand_policy, MIT): 20 wanted, 11 the least."""
    policy = AllocationPolicy(min_shipment_value_minor=11 * 500)

    decided = decide(
        demand(a_line(qty=20)), stock({"EAST": {"A": on_hand}}), policy=policy
    )

    assert expected == sum(placed(decided).values())
    reasons = {why for _, why in waiting(decided).values()}
    assert (set() if expected else {"SHIPMENT_VALUE"}) == reasons


@pytest.mark.parametrize("sourcing", ["negotiated", "cheapest", "nearest"])
def test_more_stock_never_sends_less_for_the_sake_of_the_rest(sourcing: str) -> None:
    policy = AllocationPolicy(min_shipment_value_minor=11 * 500, sourcing=sourcing)
    sent = [
        sum(
            placed(
                decide(
                    demand(a_line(qty=40)),
                    stock({"EAST": {"A": on_hand}}),
                    policy=policy,
                )
            ).values()
        )
        for on_hand in (10, 11, 29, 30, 39, 40)
    ]

    assert [0, 11, 29, 29, 29, 40] == sent


def test_a_node_that_refused_a_line_is_left_out_for_a_time() -> None:
    supply = stock({"EAST": {"A": 1}, "WEST": {"A": 1}})
    refused = pl.DataFrame([("o1/1", "EAST", AS_OF)], schema=REFUSALS, orient="row")
    policy = AllocationPolicy(penalty_box_days=0)
    old = refused.with_columns(pl.col("refused_at") - pl.duration(days=1))

    first = decide(demand(a_line()), supply, refusals=refused)
    later = decide(demand(a_line()), supply, policy=policy, refusals=old)

    assert placed(first) == {("o1/1", "WEST"): 1}
    assert placed(later) == {("o1/1", "EAST"): 1}


def test_the_slowest_service_that_keeps_the_promise_is_taken() -> None:
    supply = stock({"WEST": {"A": 2}})
    slow = a_line("slow", promise_date=date(2018, 1, 1))
    fast = a_line("fast", promise_date=date(2017, 12, 28))

    decided = decide(demand(fast, slow), supply).allocations
    service = dict(decided.select("order_id", "service_code").iter_rows())

    assert service == {"fast": "EXPEDITED", "slow": "STANDARD"}


def test_a_late_each_costs_its_price_for_every_day() -> None:
    late = a_line(qty=2, promise_date=date(2017, 12, 25), priority=1)

    row = decide(demand(late), stock({"EAST": {"A": 2}})).allocations.row(0, named=True)

    assert row["promise_date"] == date(2017, 12, 28)
    assert row["lateness_minor"] == 100 * 2 * 3


def test_costs_are_shared_to_the_cent() -> None:
    lines = [a_line(sku=s, line_no=n, qty=n) for n, s in enumerate("ABC", 1)]
    supply = stock({"EAST": {"A": 9, "B": 9}, "WEST": {"C": 9}})

    paid = decide(demand(*lines), supply).allocations

    assert paid["freight_minor"].to_list() == [67 + 20, 133 + 40, 800 + 240]
    assert paid["split_minor"].to_list() == [42, 83, 125]
    assert paid["processing_minor"].to_list() == [17 + 5, 33 + 10, 50 + 15]


def test_stock_at_a_node_that_may_not_ship_it_is_no_node_not_no_stock() -> None:
    wanted = demand(a_line(channel_id="marketplace"))

    decided = decide(wanted, stock({"EAST": {"A": 5}}))

    assert waiting(decided) == {"o1/1": (1, "NO_NODE")}


def test_coming_eaches_are_expected_once_in_demand_order() -> None:
    receipts = rows_of(
        FCT_EXPECTED_RECEIPTS,
        [
            a_receipt("EAST", "A", 9, 26),
            a_receipt("EAST", "A", 2, 29),
            a_receipt("MID", "A", 1, 31),
        ],
    )
    wanted = demand(*(a_line(f"o{n}") for n in range(4)))

    dates = decide(wanted, stock({}), receipts=receipts).backorders

    expected = [date(2017, 12, 29), date(2017, 12, 29), date(2017, 12, 31), None]
    assert dates["expected_date"].to_list() == expected


def test_a_line_that_waits_already_gets_no_second_event() -> None:
    old = a_line("old", qty=2, pending_qty=0, backordered_qty=2)
    new = a_line("new", qty=3, pending_qty=2, backordered_qty=1)

    decided = decide(demand(old, new), stock({"EAST": {"A": 3}}))
    events = decided.events.select("event_id", "qty").rows()

    moment = "2017-12-27T15:00:00+00:00"
    assert events == [
        (f"new/1/ALLOCATED/EAST/{moment}", 1),
        (f"new/1/BACKORDERED/{moment}", 2),
        (f"old/1/ALLOCATED/EAST/{moment}", 2),
    ]
    assert waiting(decided) == {"new/1": (2, "NO_STOCK")}


def test_every_node_is_in_the_trace_with_what_ruled_it_out() -> None:
    nodes = network(MID={"is_shipping": False}, WEST={"channels": "business"})
    wanted = demand(a_line("first"), a_line("second"))

    trace = decide(wanted, stock({"EAST": {"A": 1}, "MID": {"A": 1}}), nodes).trace
    rules = dict(
        trace.select(pl.concat_str("line_id", "node_id"), "failed_rules").iter_rows()
    )

    assert rules == {
        "first/1EAST": "",
        "first/1MID": "NODE_CLOSED",
        "first/1WEST": "CHANNEL_NOT_SERVED|NO_STOCK",
        "second/1EAST": "SPOKEN_FOR",
        "second/1MID": "NODE_CLOSED",
        "second/1WEST": "CHANNEL_NOT_SERVED|NO_STOCK",
    }


def test_candidates_are_ranked_by_what_the_line_alone_would_cost() -> None:
    supply = stock({"EAST": {"A": 1}, "MID": {"A": 1}, "WEST": {"A": 1}})

    trace = decide(demand(a_line()), supply).trace.sort("candidate_rank")

    assert trace["node_id"].to_list() == ["EAST", "MID", "WEST"]
    assert trace["total_minor"].to_list() == [275, 605, 935]
    assert trace["chosen_qty"].to_list() == [1, 0, 0]


def test_a_region_without_a_lane_waits_for_a_node() -> None:
    decided = decide(demand(a_line(region_code="ZZ")), stock({"EAST": {"A": 1}}))

    assert waiting(decided) == {"o1/1": (1, "NO_NODE")}
    assert decided.trace["total_minor"].to_list() == [None, None, None]


def test_no_demand_is_no_decision() -> None:
    decided = decide(demand(), stock({"EAST": {"A": 1}}))

    assert [f.height for f in vars(decided).values()] == [0] * 7


def test_the_certificate_finds_each_kind_of_wrong() -> None:
    wanted = demand(a_line("one", qty=2, is_ship_complete=True), a_line("two"))
    supply = stock({"EAST": {"A": 2}})
    good = decide(wanted, supply)
    taken = good.allocations.with_columns(
        qty=pl.lit(1, pl.Int64), node_id=pl.lit("MID"), total_minor=pl.lit(0, pl.Int64)
    )
    wrong = certify(
        Decided(
            wanted,
            supply,
            network(MID={"channels": "none", "daily_capacity_units": 0}),
            lanes(),
            rates(),
            LOAD.to_frame(),
            taken,
            good.backorders,
            good.trace,
            0,
            pl.DataFrame([{"line_id": "one/1"}], schema=LINE_HOLDS.schema),
            good.prices,
            good.floors,
        ),
        AS_OF,
    )

    assert certificate(good, wanted, supply)["failed_rows"].sum() == 0
    failed = wrong.filter(pl.col("failed_rows") > 0)["proof"].to_list()
    assert failed == [
        "allocated_and_backordered_make_open",
        "allocation_at_served_nodes",
        "allocation_of_no_held_line",
        "allocation_within_capacity",
        "allocation_within_max_shipments",
        "allocation_within_supply",
        "cost_parts_make_total",
        "order_cost_is_what_is_paid",
        "ship_complete_all_or_none",
    ]


def test_the_certificate_finds_an_each_given_out_of_turn() -> None:
    wanted = demand(a_line("first"), a_line("second"))
    supply = stock({"EAST": {"A": 1}})
    good = decide(wanted, supply)
    other = {"line_id": pl.lit("second/1"), "order_id": pl.lit("second")}
    stolen = good.allocations.with_columns(**other)
    short = good.backorders.with_columns(
        line_id=pl.lit("first/1"), order_id=pl.lit("first")
    )
    proofs = certify(
        Decided(
            wanted,
            supply,
            network(),
            lanes(),
            rates(),
            LOAD.to_frame(),
            stolen,
            short,
            good.trace,
            3,
            LINE_HOLDS.empty(),
            good.prices,
            good.floors.clear(),
        ),
        AS_OF,
    )

    failed = proofs.filter(pl.col("failed_rows") > 0).select("proof", "example")
    assert failed.rows() == [("scarce_units_in_demand_order", "first/1")]


def a_receipt(node: str, sku: str, qty: int, day: int) -> dict[str, object]:
    return {
        "po_ref": f"PO{day}",
        "po_line_ref": "1",
        "node_id": node,
        "sku_id": sku,
        "qty": qty,
        "expected_date": date(2017, 12, day),
    }


def test_a_channel_gets_what_is_fresh_enough_and_older_eaches_go_to_another() -> None:
    wanted = demand(
        a_line("biz", qty=4, channel_id="business"),
        a_line("web", qty=3),
        a_line("late"),
    )
    supply, aged = stock({"EAST": {"A": 5}}), limits(("EAST", "business", 5, 2))

    decided = decide(wanted, supply, limits=aged)

    assert placed(decided) == {("biz/1", "EAST"): 2, ("web/1", "EAST"): 3}
    assert waiting(decided) == {"biz/1": (2, "TOO_OLD"), "late/1": (1, "NO_STOCK")}
    proofs = certificate(decided, wanted, supply, limits=aged)
    assert proofs.filter(pl.col("failed_rows") > 0).rows() == []


def test_a_node_whose_lots_are_all_too_old_is_ruled_out_by_age() -> None:
    wanted = demand(a_line(), a_line("biz", channel_id="business"))
    supply = stock({"EAST": {"A": 5}, "WEST": {"A": 1}})

    decided = decide(wanted, supply, limits=limits(("EAST", "business", 5, 0)))

    assert placed(decided) == {("o1/1", "EAST"): 1, ("biz/1", "WEST"): 1}
    ruled_out = decided.trace.filter(line_id="biz/1", node_id="EAST")
    assert ruled_out.select("failed_rules", "atp_qty").row(0) == ("TOO_OLD", 0)


def test_more_than_is_fresh_enough_for_a_channel_is_found_by_the_certificate() -> None:
    wanted, supply = demand(a_line(qty=3)), stock({"EAST": {"A": 5}})

    proofs = certificate(
        decide(wanted, supply), wanted, supply, limits=limits(("EAST", "web", 5, 2))
    )

    failed = proofs.filter(pl.col("failed_rows") > 0).select("proof", "example")
    assert failed.rows() == [("allocation_within_shelf_life", "EAST A web")]
