"""What could be sent instead: only what is left, is allowed and costs no more."""

from datetime import date

import polars as pl
import pytest

from tests.unit.allocation.shop import (
    AS_OF,
    a_line,
    decide,
    demand,
    limits,
    network,
    rows_of,
    stock,
)
from transforms.allocation.packed import eaches_taken
from transforms.allocation.policy import AllocationPolicy
from transforms.allocation.substitutes import (
    PRICES,
    Left,
    allowed_on,
    substitutes,
    withheld,
)
from transforms.contracts.decisions import ALLOCATIONS, SHELF_LIFE_LIMITS
from transforms.contracts.gold import DIM_SUBSTITUTIONS

TODAY = AS_OF.date()
WAITS = a_line("o1", "A", 3)
TAKES = a_line("o2", "B", 4)
"""What somebody else is given of the alternative in the same run."""
TWO = {"EAST": {"B": 9, "C": 9}}


def may(sku: str = "B", **terms: object) -> dict[str, object]:
    """A may be replaced by another SKU."""
    return {
        "sku_id": "A",
        "alternative_sku_id": sku,
        "ratio": 1,
        "preference": 1,
        "policy": "ask",
        "max_delta_minor": None,
        "currency_code": None,
        "valid_from_date": TODAY,
        "valid_to_date": TODAY,
        **terms,
    }


def offered(  # noqa: PLR0913 each may differ alone
    *terms: dict[str, object],
    lines: tuple[dict[str, object], ...] = (WAITS,),
    cells: dict[str, dict[str, int]] | None = None,
    prices: dict[str, int] | None = None,
    aged: pl.DataFrame | None = None,
    nodes: pl.DataFrame | None = None,
    policy: AllocationPolicy | None = None,
    is_withheld: bool = False,
    **also: pl.DataFrame,
) -> pl.DataFrame:
    """What the lines are offered after a run of this network, or are not."""
    wanted = demand(*lines)
    there = stock({"EAST": {"B": 9}} if cells is None else cells)
    aged = SHELF_LIFE_LIMITS.empty() if aged is None else aged
    decided = decide(wanted, there, nodes, policy, limits=aged)
    left = Left(
        wanted,
        decided.backorders,
        decided.trace,
        decided.allocations,
        there,
        aged,
        is_automatic=policy is not None and policy.substitute_automatically,
        **also,
    )
    sold = [
        {"channel_id": "web", "sku_id": sku, "currency_code": "USD", "price_minor": p}
        for sku, p in (prices or {}).items()
    ]
    known = rows_of(DIM_SUBSTITUTIONS, list(terms))
    spent = wanted.select("line_id", currency_code=pl.lit("USD"))
    costs = pl.DataFrame(sold, schema=PRICES)
    if is_withheld:
        return withheld(left, known, costs, spent)
    return substitutes(left, allowed_on(known, TODAY), costs, spent)


def ranked(offers: pl.DataFrame) -> list[str]:
    assert list(range(1, offers.height + 1)) == offers["substitute_rank"].to_list()
    return offers["alternative_sku_id"].to_list()


def test_only_what_the_run_left_is_offered() -> None:
    offers = offered(may(), lines=(TAKES, WAITS), cells={"EAST": {"B": 5}})

    assert [("o1/1", "B", 3, 1, 1, "EAST")] == offers.select(
        *("line_id", "alternative_sku_id", "qty", "available_qty", "covered_qty"),
        "node_id",
    ).rows()


def test_what_the_run_gave_away_is_not_offered() -> None:
    assert offered(may(), lines=(TAKES, WAITS), cells={"EAST": {"B": 4}}).is_empty()


def test_eaches_of_several_nodes_are_added_and_the_fullest_is_named() -> None:
    offers = offered(may(), cells={"EAST": {"B": 1}, "MID": {"B": 1}, "WEST": {"B": 2}})

    assert [(4, 3, "WEST")] == offers.select(
        "available_qty", "covered_qty", "node_id"
    ).rows()


def test_an_each_is_not_made_of_halves_at_two_nodes() -> None:
    halves = {"EAST": {"B": 1}, "MID": {"B": 1}}
    whole = {"EAST": {"B": 1}, "MID": {"B": 5}}

    assert offered(may(ratio=2), cells=halves).is_empty()
    assert [2] == offered(may(ratio=2), cells=whole)["covered_qty"].to_list()


def test_a_node_that_may_not_serve_the_line_offers_nothing() -> None:
    elsewhere = network(EAST={"channels": "business"})

    assert offered(may(), nodes=elsewhere).is_empty()


@pytest.mark.parametrize(
    "terms",
    [
        {"policy": "never"},
        {"valid_to_date": date(2017, 12, 26), "valid_from_date": date(2017, 1, 1)},
        {"valid_from_date": date(2017, 12, 28), "valid_to_date": date(9999, 12, 31)},
        {"sku_id": "C"},
    ],
    ids=["never", "no_more", "not_yet", "of_another"],
)
def test_what_is_not_allowed_today_is_not_offered(terms: dict[str, object]) -> None:
    assert offered(may(**terms)).is_empty()


def test_a_line_that_waits_for_others_of_its_order_is_offered_nothing() -> None:
    whole = (
        a_line("o1", "A", 3, is_ship_complete=True),
        a_line("o1", "C", 1, line_no=2, is_ship_complete=True),
    )
    offers = offered(
        may(), may(sku_id="C"), lines=whole, cells={"EAST": {"A": 3, "B": 9}}
    )

    assert ["o1/2"] == offers["line_id"].to_list()


def test_a_line_that_got_all_is_offered_nothing() -> None:
    assert offered(may(), cells={"EAST": {"A": 3, "B": 9}}).is_empty()


def test_what_costs_more_is_counted_for_one_each_wanted() -> None:
    offers = offered(may(ratio=2), prices={"B": 300})

    assert [100] == offers["delta_minor"].to_list()


@pytest.mark.parametrize(
    ("terms", "price", "is_offered"),
    [
        ({"max_delta_minor": 50, "currency_code": "USD"}, 550, True),
        ({"max_delta_minor": 50, "currency_code": "USD"}, 551, False),
        ({"max_delta_minor": 0, "currency_code": "USD"}, 450, True),
        # Nobody can say whether so many yen are more than so many cents.
        ({"max_delta_minor": 50, "currency_code": "JPY"}, 500, False),
        ({"max_delta_minor": 50, "currency_code": "USD"}, None, False),
        ({}, None, True),
        ({}, 9999, True),
    ],
)
def test_it_costs_no_more_than_it_may(
    terms: dict[str, object], price: int | None, is_offered: bool
) -> None:
    prices = {} if price is None else {"B": price}

    assert is_offered == bool(offered(may(**terms), prices=prices).height)


@pytest.mark.parametrize(
    ("terms", "price", "cells", "why"),
    [
        ({"max_delta_minor": 50, "currency_code": "USD"}, 551, 9, ["TOO_DEAR"]),
        ({"max_delta_minor": 50, "currency_code": "USD"}, None, 9, ["NO_PRICE"]),
        ({"max_delta_minor": 50, "currency_code": "JPY"}, 500, 9, ["NO_PRICE"]),
        ({"policy": "never"}, 500, 9, ["NEVER"]),
        ({}, 500, 0, ["NONE_LEFT"]),
        ({}, 500, 9, []),
    ],
)
def test_what_is_not_offered_says_why(
    terms: dict[str, object], price: int | None, cells: int, why: list[str]
) -> None:
    rows = offered(
        may(**terms),
        prices={} if price is None else {"B": price},
        cells={"EAST": {"B": cells}},
        is_withheld=True,
    )

    assert why == rows["why_not"].to_list()


def test_the_preferred_goes_first_then_the_cheaper_then_what_has_a_price() -> None:
    cells = {"EAST": dict.fromkeys("BCDEF", 9)}
    terms = [may(sku, preference=2) for sku in "EDCB"] + [may("F")]
    prices = {"B": 500, "C": 500, "D": 400}

    assert ["F", "D", "B", "C", "E"] == ranked(
        offered(*terms, cells=cells, prices=prices)
    )


def test_what_is_too_old_for_the_channel_is_not_offered_to_it() -> None:
    aged = limits(("EAST", "web", 9, 2), sku="B")
    none = limits(("EAST", "web", 9, 0), sku="B")

    assert [2] == offered(may(), aged=aged)["available_qty"].to_list()
    assert offered(may(), aged=none).is_empty()


def test_rows_in_another_order_give_the_same_offers() -> None:
    cells = {"WEST": {"C": 2, "B": 2}, "EAST": {"B": 2, "C": 1}}
    terms, turned = [may("B"), may("C")], {k: cells[k] for k in reversed(cells)}

    one = offered(*terms, cells=cells)
    assert one.equals(offered(*reversed(terms), cells=turned))


def test_a_kit_packed_beforehand_takes_kits_off_the_shelf() -> None:
    packed = {"node_id": "EAST", "packed_in": "K", "kit_line_id": "o/K", "as_of": AS_OF}
    rows = [
        packed | {"line_id": "o/K~A", "sku_id": "A", "qty": 4, "kit_qty": 2},
        packed | {"line_id": "o/K~B", "sku_id": "B", "qty": 2, "kit_qty": 1},
    ]
    schema = {name: ALLOCATIONS.schema[name] for name in rows[0]}

    taken = eaches_taken(pl.DataFrame(rows, schema=schema))

    assert [("EAST", "K", 2)] == taken.rows()


def decided(*terms: dict[str, object], **facts: object) -> list[tuple[str, int]]:
    """What the policy decides of each offer, where it may."""
    by_itself = AllocationPolicy(substitute_automatically=True)
    offers = offered(*terms, policy=by_itself, **facts)  # type: ignore[arg-type]
    return offers.select("line_id", "decided_qty").rows()


def test_the_policy_decides_on_the_best_offer_if_it_is_auto() -> None:
    auto = may(policy="auto")

    assert [("o1/1", 3)] == decided(auto)
    assert [("o1/1", 0)] == decided(may())
    assert [0] == offered(auto)["decided_qty"].to_list()
    both = decided(may(preference=1), may("C", policy="auto", preference=2), cells=TWO)
    assert [("o1/1", 0), ("o1/1", 0)] == both


def test_the_same_eaches_are_decided_on_for_one_line_each_in_its_turn() -> None:
    later = a_line("o0", "A", 3)
    facts = {"lines": (WAITS, later), "cells": {"EAST": {"B": 5}}}

    assert [("o0/1", 2), ("o1/1", 3)] == decided(may(policy="auto"), **facts)
    assert [("o0/1", 0), ("o1/1", 2)] == decided(may(policy="auto", ratio=2), **facts)


def test_no_policy_decides_on_parts_of_kits_or_on_kits() -> None:
    part = WAITS | {"kit_line_id": "o1/K", "kit_sku_id": "K", "kit_qty": 1}
    kits = pl.DataFrame({"kit_sku_id": ["B"]})

    assert [("o1/1", 0)] == decided(may(policy="auto"), lines=(part,))
    assert [("o1/1", 0)] == decided(may(policy="auto"), kits=kits)
