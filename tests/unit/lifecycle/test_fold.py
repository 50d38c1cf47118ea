"""Each sentence of the transition table that has a surprise in it."""

from __future__ import annotations

import itertools
from typing import Any

import polars as pl
import pytest

from tests.unit.lifecycle.events import (
    TRANSITIONS,
    Event,
    an_event,
    fold_events,
    quantities,
)
from transforms.contracts.decisions import BUCKETS
from transforms.contracts.table import ContractError
from transforms.lifecycle.fold import Folded
from transforms.lifecycle.transitions import programs

RELEASED_5 = (
    ("ACCEPTED", 5, 1, {}),
    ("ALLOCATED", 5, 2, {"node_id": "EAST"}),
    ("RELEASED", 5, 3, {"node_id": "EAST", "instruction_id": "FO-1"}),
)


def released() -> list[Event]:
    return [an_event(kind, qty, hour, **more) for kind, qty, hour, more in RELEASED_5]


def verdicts(folded: Folded) -> list[tuple[Any, ...]]:
    return folded.verdicts.select("event_type", "verdict", "qty").rows()


def test_a_line_that_is_allocated_released_and_shipped_is_shipped() -> None:
    folded = fold_events(*released(), an_event("SHIPPED", 5, 9, node_id="EAST"))

    assert {"ordered": 5, "shipped": 5} == quantities(folded)
    assert folded.buckets["line_status"].to_list() == ["SHIPPED", "CANCELLED"]
    assert folded.verdicts.is_empty()


def test_a_surplus_is_kept_beside_the_line_and_named() -> None:
    folded = fold_events(*released(), an_event("SHIPPED", 7, 9, node_id="EAST"))

    assert {"ordered": 5, "shipped": 5, "overshipped": 2} == quantities(folded)
    assert [("SHIPPED", "OVERSHIPPED", 2)] == verdicts(folded)


@pytest.mark.parametrize(
    ("given_back", "reason"),
    [("REJECTED", None), ("SHORT", None), ("CANCEL_ACK", "UNASKED")],
)
@pytest.mark.parametrize("decided", [None, "BACKORDERED", "HOLD"])
def test_a_line_that_was_given_back_and_sent_all_the_same_is_shipped(
    given_back: str, reason: str | None, decided: str | None
) -> None:
    """Whatever we made of it before we knew; the surplus stays on record."""
    folded = fold_events(
        *released(),
        an_event(given_back, 5, 6, node_id="EAST", reason_code=reason),
        an_event("SHIPPED", 5, 9, node_id="EAST"),
        *([an_event(decided, 5, 24)] if decided else []),
    )

    assert {"ordered": 5, "shipped": 5} == quantities(folded)
    assert [("SHIPPED", "OVERSHIPPED", 5)] == verdicts(folded)
    assert "SHIPPED" == folded.buckets["line_status"][0]


def test_what_was_sent_anew_before_we_knew_stays_with_its_node() -> None:
    folded = fold_events(
        *released(),
        an_event("REJECTED", 5, 6, node_id="EAST"),
        an_event("SHIPPED", 5, 9, node_id="EAST"),
        an_event("ALLOCATED", 3, 24, node_id="WEST"),
        an_event("RELEASED", 3, 24.5, node_id="WEST"),
    )

    expected = {"ordered": 5, "released": 3, "shipped": 2, "overshipped": 3}
    assert expected == quantities(folded)
    assert [("SHIPPED", "OVERSHIPPED", 5)] == verdicts(folded)


def test_no_more_is_taken_of_what_waits_than_the_node_gave_back() -> None:
    """What is told twice, or left another node, leaves the rest to be sent."""
    folded = fold_events(
        an_event("ACCEPTED", 9, 1),
        an_event("ALLOCATED", 4, 2, node_id="EAST"),
        an_event("RELEASED", 4, 3, node_id="EAST"),
        an_event("REJECTED", 2, 6, node_id="EAST"),
        an_event("SHIPPED", 3, 8, node_id="WEST"),
        an_event("SHIPPED", 4, 9, node_id="EAST"),
        an_event("SHIPPED", 4, 10, node_id="EAST"),
    )

    expected = {"ordered": 9, "shipped": 4, "pending": 5, "overshipped": 7}
    assert expected == quantities(folded)


def test_what_was_given_back_and_asked_for_again_is_not_beyond_the_request() -> None:
    folded = fold_events(
        *released(),
        an_event("REJECTED", 2, 6, node_id="EAST"),
        an_event("ALLOCATED", 2, 7, node_id="EAST"),
        an_event("RELEASED", 2, 7.5, node_id="EAST"),
        an_event("AMENDED", 3, 8),
        an_event("SHIPPED", 5, 9, node_id="EAST"),
        an_event("SHIPPED", 5, 10, node_id="EAST"),
    )

    expected = {"ordered": 8, "shipped": 5, "pending": 3, "overshipped": 5}
    assert expected == quantities(folded)


def confirmed(
    shipment: str, kind: str, qty: int, hour: float, parcel: str = "P1"
) -> Event:
    """What a node says of its instruction, as a 945 with a parcel of one name."""
    rank = {"REJECTED": 55, "SHIPPED": 60, "SHORT": 61}[kind]
    told = {"line_id": None, "instruction_id": "FO-1", "instruction_line_ref": "1"}
    told |= {"node_id": "EAST", "sku_id": "S1", "source_rank": rank}
    said = {"event_id": f"{shipment}/{kind}", "detail": {"tracking_ref": parcel}}
    return an_event(kind, qty, hour, **told, **said)


ASKED = {"instruction_id": "FO-1", "instruction_line_ref": "1", "line_id": "L1"}


@pytest.mark.parametrize("hour", [9, 10])
@pytest.mark.parametrize("says_short", [False, True])
def test_a_short_shipment_told_again_leaves_the_rest_to_be_sent(
    hour: float, says_short: bool
) -> None:
    """Under another shipment number, at the same hour or later."""
    again = [confirmed("S-2", "SHIPPED", 3, hour)]
    if says_short:
        again.append(confirmed("S-2", "SHORT", 2, hour))
    folded = fold_events(
        *released(),
        confirmed("S-1", "SHIPPED", 3, 9),
        confirmed("S-1", "SHORT", 2, 9),
        *again,
        instructions=[ASKED | {"sku_id": "S1", "qty": 5}],
    )

    assert {"ordered": 5, "shipped": 3, "pending": 2} == quantities(folded)
    assert ("SHIPPED", "OVERSHIPPED", 3) in verdicts(folded)


@pytest.mark.parametrize(
    ("later", "ends"),
    [
        ("DELIVERED", {"delivered": 5}),
        ("LOST", {"lost": 5}),
        ("CANCELLED", {"shipped": 5}),
        ("RETURN_EXPECTED", {"shipped": 5, "return_expected": 5}),
    ],
)
def test_what_was_sent_all_the_same_goes_on_like_what_was_asked_for(
    later: str, ends: dict[str, int]
) -> None:
    folded = fold_events(
        *released(),
        an_event("REJECTED", 5, 6, node_id="EAST"),
        an_event("SHIPPED", 5, 9, node_id="EAST"),
        an_event(later, 5, 30),
    )

    assert {"ordered": 5} | ends == quantities(folded)


def test_an_opening_that_does_not_add_up_is_freed_by_no_other_hold() -> None:
    """Only a person lifts it, who names no reason."""
    opening = {f"{name}_qty": 0 for name in BUCKETS} | {"shipped_qty": 9}
    begun = [
        an_event("ACCEPTED", 5, 1),
        an_event("OPENING", 0, 2, detail=opening),
        an_event("HOLD", 5, 3, reason_code="AWAITING_PAYMENT"),
        an_event("UNHOLD", 5, 4, reason_code="AWAITING_PAYMENT"),
    ]

    assert {"ordered": 5, "held": 5} == quantities(fold_events(*begun))
    freed = fold_events(*begun, an_event("UNHOLD", 5, 5))
    assert {"ordered": 5, "pending": 5} == quantities(freed)


def test_what_left_one_node_frees_no_commitment_at_another() -> None:
    folded = fold_events(
        an_event("ACCEPTED", 4, 1),
        an_event("ALLOCATED", 2, 2, node_id="EAST"),
        an_event("ALLOCATED", 2, 2, node_id="WEST"),
        an_event("RELEASED", 2, 3, node_id="EAST"),
        an_event("RELEASED", 2, 3, node_id="WEST"),
        an_event("SHIPPED", 3, 9, node_id="EAST"),
    )

    expected = {"ordered": 4, "shipped": 2, "released": 2, "overshipped": 1}
    assert expected == quantities(folded)


def test_another_sku_than_the_lines_does_not_ship_the_line() -> None:
    wrong = an_event("SHIPPED", 5, 9, node_id="EAST", sku_id="S9")
    folded = fold_events(*released(), wrong)

    assert {"ordered": 5, "released": 5} == quantities(folded)
    assert [("SHIPPED", "ILLEGAL", 5)] == verdicts(folded)


def test_a_line_that_got_another_sku_is_through_and_its_parcel_tells_of_that_one() -> (
    None
):
    other: dict[str, Any] = {"node_id": "EAST", "sku_id": "S9"}
    folded = fold_events(
        *released(),
        an_event("SHIPPED", 2, 9, node_id="EAST"),
        an_event("SUBSTITUTED_BY_NODE", 3, 9, **other),
        an_event("DELIVERED", 3, 30, **other),
        an_event("RTS", 3, 31, reason_code="PARTNERS_OWN", **other),
        an_event("RETURN_EXPECTED", 3, 40, **other),
        an_event("RETURN_RECEIVED", 2, 41, **other),
        an_event("RETURN_INSPECTED", 2, 42, **other),
        an_event("RETURN_LOST", 1, 43, **other),
    )

    expected = {"ordered": 5, "shipped": 2, "substituted_out": 3}
    assert expected | {"delivered_instead": 3} == quantities(folded)
    assert folded.verdicts.is_empty()
    moved = folded.moves.filter(event_type="SUBSTITUTED_BY_NODE")
    found = moved.select("sku_id", "node_id", "from_bucket", "to_bucket", "qty")
    assert [
        ("S1", "EAST", "released", "substituted_out", 3),
        ("S1", "EAST", "nowhere", "shipped_instead", 3),
    ] == found.rows()


@pytest.mark.parametrize(
    ("status", "carried"),
    [
        ("SHIPPED", []),
        ("PARTIALLY_DELIVERED", [("DELIVERED", 2)]),
        ("DELIVERED", [("DELIVERED", 2), ("DELIVERED", 3)]),
        ("CLOSED", [("LOST", 5)]),
        ("DELIVERED", [("LOST", 5), ("FOUND", 5)]),
    ],
)
def test_a_line_of_which_all_left_as_another_sku_is_shipped_and_then_delivered(
    status: str, carried: list[tuple[str, int]]
) -> None:
    other: dict[str, Any] = {"node_id": "EAST", "sku_id": "S9"}
    events = [
        *released(),
        an_event("SUBSTITUTED_BY_NODE", 5, 9, **other),
        *(
            an_event(kind, qty, 30 + i, **other)
            for i, (kind, qty) in enumerate(carried)
        ),
    ]

    for told in itertools.permutations(events[3:]):
        folded = fold_events(*told, *events[:3])
        assert status == folded.buckets["line_status"][0]
        assert folded.verdicts.is_empty()


def test_what_is_delivered_instead_was_sent_instead() -> None:
    other: dict[str, Any] = {"node_id": "EAST", "sku_id": "S9"}
    folded = fold_events(
        *released(),
        an_event("SUBSTITUTED_BY_NODE", 2, 9, **other),
        an_event("DELIVERED", 3, 30, **other),
    )

    assert [("DELIVERED", "ILLEGAL", 1)] == verdicts(folded)
    assert "PARTIALLY_SHIPPED" == folded.buckets["line_status"][0]


def test_more_instead_than_the_node_was_asked_for_is_illegal() -> None:
    other: dict[str, Any] = {"node_id": "EAST", "sku_id": "S9"}
    folded = fold_events(
        *released(),
        an_event("SUBSTITUTED_BY_NODE", 6, 9, **other),
        an_event("DELIVERED", 1, 30, node_id="EAST"),
    )

    expected = {"ordered": 5, "substituted_out": 5, "shipped_instead": 5}
    assert expected == quantities(folded)
    assert [("SUBSTITUTED_BY_NODE", "ILLEGAL", 1), ("DELIVERED", "ILLEGAL", 1)] == [
        *sorted(verdicts(folded), reverse=True)
    ]


def test_a_return_of_what_was_never_sent_instead_is_illegal() -> None:
    folded = fold_events(
        *released(),
        an_event("SHIPPED", 5, 9, node_id="EAST"),
        an_event("RETURN_RECEIVED", 2, 41, node_id="EAST", sku_id="S9"),
    )

    assert [("RETURN_RECEIVED", "ILLEGAL", 2)] == verdicts(folded)


def test_a_cancel_after_the_release_is_a_request_for_the_released_eaches() -> None:
    folded = fold_events(
        an_event("ACCEPTED", 5, 1),
        an_event("ALLOCATED", 3, 2, node_id="EAST"),
        an_event("RELEASED", 2, 3, node_id="EAST"),
        an_event("CANCELLED", 5, 4),
        an_event("CANCELLED", 5, 5),
    )

    assert {"ordered": 5, "released": 2, "cancelled": 3} == quantities(folded)
    assert [("CANCELLED", "CANCEL_REQUESTED", 2)] == verdicts(folded)


def test_a_cancel_after_the_shipment_is_illegal_for_what_left() -> None:
    folded = fold_events(
        *released(),
        an_event("SHIPPED", 3, 4, node_id="EAST"),
        an_event("CANCELLED", 5, 5),
    )

    assert {"ordered": 5, "shipped": 3, "released": 2} == quantities(folded)
    assert [
        ("CANCELLED", "CANCEL_REQUESTED", 2),
        ("CANCELLED", "ILLEGAL", 3),
    ] == verdicts(folded)
    assert "NOT_AFTER_SHIPMENT" in folded.verdicts["detail"].first()


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ([an_event("CANCEL_ACK", 5, 9, node_id="EAST")], {"cancelled": 5}),
        ([an_event("SHORT", 5, 9, node_id="EAST")], {"cancelled": 5}),
        ([an_event("REJECTED", 5, 9, node_id="EAST")], {"cancelled": 5}),
        ([an_event("SHIPPED", 5, 9, node_id="EAST")], {"shipped": 5}),
        (
            [
                an_event("SHIPPED", 2, 9, node_id="EAST"),
                an_event("CANCEL_ACK", 3, 10, node_id="EAST"),
            ],
            {"shipped": 2, "cancelled": 3},
        ),
    ],
)
def test_the_nodes_answer_decides_what_a_request_to_cancel_becomes(
    answers: list[Event], expected: dict[str, int]
) -> None:
    folded = fold_events(*released(), an_event("CANCELLED", 5, 4), *answers)

    assert {"ordered": 5} | expected == quantities(folded)


def test_what_is_given_up_to_be_told_anew_waits_but_for_what_is_cancelled() -> None:
    """The customer cancels two of five; all are asked back to be told anew."""
    folded = fold_events(
        *released(),
        an_event("AMENDED", -2, 4),
        an_event("CANCEL_ACK", 5, 9, node_id="EAST", reason_code="CORRECTED"),
    )

    assert {"ordered": 5, "cancelled": 2, "pending": 3} == quantities(folded)


def test_less_is_asked_for_when_an_amendment_takes_away_what_is_released() -> None:
    folded = fold_events(
        *released(),
        an_event("AMENDED", -2, 4),
        an_event("SHORT", 3, 9, node_id="EAST"),
    )

    expected = {"ordered": 5, "released": 2, "cancelled": 2, "pending": 1}
    assert expected == quantities(folded)
    assert [("AMENDED", "CANCEL_REQUESTED", 2)] == verdicts(folded)


def test_a_short_shipment_waits_again_and_a_discontinued_one_is_cancelled() -> None:
    folded = fold_events(
        *released(),
        an_event("SHIPPED", 2, 9, node_id="EAST"),
        an_event("SHORT", 2, 9, node_id="EAST", reason_code="OUT_OF_STOCK"),
        an_event("SHORT", 1, 10, node_id="EAST", reason_code="DISCONTINUED"),
    )

    expected = {"ordered": 5, "shipped": 2, "pending": 2, "cancelled": 1}
    assert expected == quantities(folded)


def test_what_was_preordered_is_served_before_what_was_never_decided() -> None:
    folded = fold_events(
        an_event("ACCEPTED", 5, 1),
        an_event("PREORDERED", 3, 2),
        an_event("ALLOCATED", 4, 3, node_id="EAST"),
    )

    assert {"ordered": 5, "pending": 1, "allocated": 4} == quantities(folded)


def test_eaches_held_go_back_to_where_they_waited() -> None:
    waiting = (
        an_event("ACCEPTED", 5, 1),
        an_event("BACKORDERED", 3, 2),
        an_event("HOLD", 5, 3),
    )

    assert {"ordered": 5, "held": 5} == quantities(fold_events(*waiting))
    freed = fold_events(*waiting, an_event("UNHOLD", 5, 4))
    assert {"ordered": 5, "pending": 2, "backordered": 3} == quantities(freed)


def test_a_line_is_free_when_no_reason_to_hold_it_is_left() -> None:
    held = (
        an_event("ACCEPTED", 5, 1),
        an_event("HOLD", 5, 2, reason_code="FRAUD"),
        an_event("HOLD", 5, 3, reason_code="ADDRESS"),
        an_event("UNHOLD", 5, 4, reason_code="FRAUD"),
    )

    assert {"ordered": 5, "held": 5} == quantities(fold_events(*held))
    freed = fold_events(*held, an_event("UNHOLD", 5, 5, reason_code="ADDRESS"))
    assert {"ordered": 5, "pending": 5} == quantities(freed)
    at_once = fold_events(*held, an_event("UNHOLD", 5, 5))
    assert {"ordered": 5, "pending": 5} == quantities(at_once)


def test_a_hold_that_was_not_there_is_not_lifted_and_holds_on_for_the_others() -> None:
    folded = fold_events(
        an_event("ACCEPTED", 5, 1),
        an_event("HOLD", 5, 2, reason_code="FRAUD"),
        an_event("UNHOLD", 5, 3, reason_code="ADDRESS"),
        an_event("APPROVED", 5, 4, reason_code="APPROVAL"),
    )

    assert {"ordered": 5, "held": 5} == quantities(folded)
    assert [("UNHOLD", "ILLEGAL", 5)] == verdicts(folded)


def test_what_comes_back_to_a_line_on_hold_is_held() -> None:
    folded = fold_events(
        an_event("ACCEPTED", 5, 1),
        an_event("ALLOCATED", 3, 2, node_id="EAST"),
        an_event("RELEASED", 3, 3, node_id="EAST"),
        an_event("HOLD", 5, 4, reason_code="FRAUD"),
        an_event("AMENDED", 2, 5),
        an_event("SHORT", 3, 6, node_id="EAST"),
        an_event("ALLOCATED", 1, 7, node_id="EAST"),
    )

    assert {"ordered": 7, "held": 7} == quantities(folded)
    assert [("ALLOCATED", "ILLEGAL", 1)] == verdicts(folded)


def test_one_component_of_a_kit_may_come_back_alone() -> None:
    other = [
        event | {"line_id": "L2", "event_id": event["event_id"] + "/2"}
        for event in (*released(), an_event("SHIPPED", 5, 9, node_id="EAST"))
    ]

    folded = fold_events(
        *released(),
        an_event("SHIPPED", 5, 9, node_id="EAST"),
        *other,
        an_event("RETURN_RECEIVED", 2, 10, line_id="L2"),
    )

    assert {"ordered": 5, "shipped": 5} == quantities(folded)
    assert {"ordered": 5, "shipped": 5, "returned": 2} == quantities(folded, "L2")
    assert [] == verdicts(folded)


def test_a_hold_that_finds_all_with_the_node_says_that_it_is_late() -> None:
    folded = fold_events(*released(), an_event("HOLD", 5, 4, reason_code="FRAUD"))

    assert {"ordered": 5, "released": 5} == quantities(folded)
    assert [("HOLD", "ILLEGAL", 5)] == verdicts(folded)


def test_no_more_can_come_back_than_was_sent() -> None:
    sent = [*released(), an_event("SHIPPED", 5, 9, node_id="EAST")]
    folded = fold_events(
        *sent, an_event("RTS", 2, 10), an_event("RETURN_RECEIVED", 6, 11)
    )

    assert {"ordered": 5, "shipped": 5, "returned": 5} == quantities(folded)
    assert [("RETURN_RECEIVED", "ILLEGAL", 1)] == verdicts(folded)


def test_a_return_is_expected_then_there_then_looked_at() -> None:
    sent = [*released(), an_event("SHIPPED", 5, 9, node_id="EAST")]
    back = [
        an_event("RETURN_EXPECTED", 4, 30),
        an_event("RETURN_RECEIVED", 2, 40),
        an_event("RETURN_INSPECTED", 2, 41),
        an_event("RETURN_LOST", 1, 42),
        an_event("RETURN_CANCELLED", 1, 43),
    ]
    told = [quantities(fold_events(*sent, *back[:n])) for n in range(1, 6)]

    kept = {"ordered": 5, "shipped": 5}
    assert [
        kept | {"return_expected": 4},
        kept | {"return_expected": 2, "returned": 2},
        kept | {"return_expected": 2, "returned": 2},
        kept | {"return_expected": 1, "returned": 2, "return_lost": 1},
        kept | {"returned": 2, "return_lost": 1},
    ] == told
    assert [] == verdicts(fold_events(*sent, *back))


def test_a_return_of_nobody_s_is_told_of_once() -> None:
    folded = fold_events(
        an_event("RETURN_EXPECTED", 0, 30, line_id=None),
        an_event("RETURN_RECEIVED", 2, 40, line_id=None),
        an_event("RETURN_INSPECTED", 2, 41, line_id=None),
    )

    assert [("RETURN_RECEIVED", "UNKNOWN_TO_US", 2)] == verdicts(folded)


def test_picking_twice_is_no_error() -> None:
    folded = fold_events(
        *released(),
        an_event("ACCEPTED_BY_NODE", 5, 4, node_id="EAST"),
        an_event("PICKED", 5, 5, node_id="EAST"),
    )

    assert {"ordered": 5, "in_fulfilment": 5} == quantities(folded)
    assert folded.verdicts.is_empty()


def test_an_event_nobody_knows_is_kept_and_moves_nothing() -> None:
    folded = fold_events(an_event("ACCEPTED", 5, 1), an_event("TELEPORTED", 5, 2))

    assert {"ordered": 5, "pending": 5} == quantities(folded)
    assert [("TELEPORTED", "ILLEGAL", 5)] == verdicts(folded)


def test_a_till_sale_is_delivered_at_the_same_instant_it_was_accepted() -> None:
    folded = fold_events(
        an_event("SOLD_AT_TILL", 3, 1, source_rank=20, event_id="a"),
        an_event("ACCEPTED", 3, 1, source_rank=10, event_id="b"),
    )

    assert {"ordered": 3, "delivered": 3} == quantities(folded)


def test_what_the_channel_sent_itself_is_shipped_wherever_it_waited() -> None:
    folded = fold_events(
        an_event("ACCEPTED", 5, 1),
        an_event("BACKORDERED", 3, 2),
        an_event("FULFILLED_BY_CHANNEL", 4, 3),
        an_event("FULFILLED_BY_CHANNEL", 5, 4),
    )

    assert {"ordered": 5, "shipped": 5} == quantities(folded)
    assert folded.verdicts.is_empty()


def test_a_channel_that_tells_what_we_sent_moves_nothing() -> None:
    told = an_event("FULFILLED_BY_CHANNEL", 5, 10)
    folded = fold_events(*released(), an_event("SHIPPED", 3, 9, node_id="EAST"), told)

    assert {"ordered": 5, "released": 2, "shipped": 3} == quantities(folded)
    assert folded.verdicts.is_empty()


def test_moves_name_node_and_buckets() -> None:
    folded = fold_events(*released())

    expected = [
        ("UNKNOWN", "ordered", "pending", 5),
        ("EAST", "pending", "allocated", 5),
        ("EAST", "allocated", "released", 5),
    ]
    moves = folded.moves.select("node_id", "from_bucket", "to_bucket", "qty")
    assert expected == moves.rows()


def test_a_table_that_would_lose_eaches_is_refused() -> None:
    leaky = TRANSITIONS.with_columns(
        to_bucket=pl.when(pl.col("event_type") == "SHIPPED")
        .then(pl.lit("returned"))
        .otherwise("to_bucket")
    )

    with pytest.raises(ContractError, match="would lose eaches"):
        programs(leaky)


def test_a_table_with_a_misspelt_bucket_is_refused() -> None:
    misspelt = TRANSITIONS.with_columns(
        from_bucket=pl.col("from_bucket").str.replace("released", "relesed")
    )

    with pytest.raises(ContractError, match="relesed"):
        programs(misspelt)


def asked(*lines: tuple[str, str, int]) -> list[dict[str, object]]:
    """Lines of instruction FO-1: reference, order line and eaches of each."""
    return [
        {
            "instruction_id": "FO-1",
            "instruction_line_ref": ref,
            "line_id": line,
            "sku_id": "S1",
            "qty": qty,
        }
        for ref, line, qty in lines
    ]


def a_step(kind: str, qty: int, hour: float, ref: str | None = None) -> Event:
    named = {"line_id": None, "node_id": "EAST", "instruction_id": "FO-1"}
    return an_event(kind, qty, hour, instruction_line_ref=ref, **named)


def both_released() -> list[Event]:
    return [
        event
        | {"line_id": line, "event_id": f"{event['event_id']}/{line}"}
        | ({"instruction_id": "FO-1"} if event["event_type"] == "RELEASED" else {})
        for event in released()
        for line in ("L1", "L2")
    ]


def test_a_step_of_a_whole_instruction_is_one_of_each_line() -> None:
    sent = asked(("1", "L1", 5), ("2", "L2", 5))
    events = [*both_released(), a_step("SHIPPED", 2, 4, "2"), a_step("PACKED", 0, 5)]
    folded = fold_events(*events, instructions=sent)

    assert {"ordered": 5, "in_fulfilment": 5} == quantities(folded)
    assert {"ordered": 5, "shipped": 2, "in_fulfilment": 3} == quantities(folded, "L2")
    assert folded.verdicts.is_empty()
    assert 2 == folded.moves.filter(event_type="PACKED")["event_id"].n_unique()


def test_what_a_customer_comes_for_was_ready() -> None:
    sent = asked(("1", "L1", 5))
    events = [
        *both_released(),
        a_step("PICKED", 2, 4, "1"),
        a_step("COLLECTED", 3, 6, "1"),
        a_step("NOT_COLLECTED", 2, 7, "1"),
    ]
    folded = fold_events(*events, instructions=sent)

    assert {"ordered": 5, "delivered": 3, "cancelled": 2} == quantities(folded)
    assert folded.verdicts.is_empty()


def test_what_a_node_gives_up_unasked_is_to_be_sent_by_another() -> None:
    sent = asked(("1", "L1", 5))
    steps = [
        a_step("ACCEPTED_BY_NODE", 0, 4),
        a_step("CANCEL_ACK", 2, 5, "1") | {"reason_code": "UNASKED"},
        a_step("CANCEL_ACK", 1, 6, "1"),
    ]
    folded = fold_events(*both_released(), *steps, instructions=sent)

    assert {
        "ordered": 5,
        "pending": 2,
        "cancelled": 1,
        "in_fulfilment": 2,
    } == quantities(folded)


def test_of_more_than_a_node_was_asked_to_give_up_the_rest_is_to_be_sent() -> None:
    steps = [
        an_event("CANCELLED", 1, 5),
        a_step("CANCEL_ACK", 3, 6, "1") | {"reason_code": "UNASKED"},
    ]
    folded = fold_events(*both_released(), *steps, instructions=asked(("1", "L1", 5)))

    assert {
        "ordered": 5,
        "pending": 2,
        "cancelled": 1,
        "released": 2,
    } == quantities(folded)


def test_a_node_may_still_refuse_what_it_accepted() -> None:
    sent = asked(("1", "L1", 5))
    steps = [a_step("ACCEPTED_BY_NODE", 0, 4), a_step("REJECTED", 2, 5, "1")]
    folded = fold_events(*both_released(), *steps, instructions=sent)

    assert {"ordered": 5, "pending": 2, "in_fulfilment": 3} == quantities(folded)


def test_a_step_of_an_instruction_of_nobody_s_moves_nothing() -> None:
    folded = fold_events(*both_released(), a_step("PACKED", 0, 4))

    assert {"ordered": 5, "released": 5} == quantities(folded)
    assert folded.verdicts.is_empty()


def test_a_shipment_is_short_of_nothing_that_was_given_up_before() -> None:
    """A 945 counts from what was first asked: 5 asked, 3 sent, 2 had been cancelled."""
    folded = fold_events(
        *released(),
        an_event("CANCELLED", 2, 5),
        a_step("CANCEL_ACK", 2, 6, "1"),
        confirmed("S-1", "SHIPPED", 3, 9),
        confirmed("S-1", "SHORT", 2, 9),
        instructions=[ASKED | {"sku_id": "S1", "qty": 5}],
    )

    assert {"ordered": 5, "shipped": 3, "cancelled": 2} == quantities(folded)
    assert [("CANCELLED", "CANCEL_REQUESTED", 2)] == verdicts(folded)
    shorts = folded.events.filter(pl.col("event_type") == "SHORT")
    assert [0] == shorts["qty"].to_list()


def test_a_second_shipment_is_not_short_of_what_the_first_one_brought() -> None:
    """Each 945 of a line repeats what was asked for in all."""
    folded = fold_events(
        *released(),
        confirmed("S-1", "SHIPPED", 3, 9),
        confirmed("S-1", "SHORT", 2, 9),
        confirmed("S-2", "SHIPPED", 2, 12, "P2"),
        confirmed("S-2", "SHORT", 3, 12, "P2"),
        instructions=[ASKED | {"sku_id": "S1", "qty": 5}],
    )

    assert {"ordered": 5, "shipped": 5} == quantities(folded)
    assert "SHORT" not in {kind for kind, *_ in verdicts(folded)}


def test_a_short_of_what_was_sent_in_full_is_for_a_person_to_see() -> None:
    folded = fold_events(
        *released(),
        confirmed("S-1", "SHIPPED", 5, 9),
        confirmed("S-2", "SHORT", 2, 12),
        instructions=[ASKED | {"sku_id": "S1", "qty": 5}],
    )

    assert {"ordered": 5, "shipped": 5} == quantities(folded)
    assert [("SHORT", "ILLEGAL", 2)] == verdicts(folded)


def test_what_a_node_sends_again_for_a_lost_parcel_is_on_its_way() -> None:
    """Of its own accord, under the same instruction: told, and the line goes on."""
    scan = {"source_rank": 70, "instruction_id": "FO-1", "instruction_line_ref": "1"}
    folded = fold_events(
        *released(),
        confirmed("S-1", "SHIPPED", 5, 9),
        an_event("LOST", 3, 20, detail={"tracking_ref": "P1"}, **scan),
        confirmed("S-2", "SHIPPED", 4, 30, "P2"),
        an_event("DELIVERED", 3, 40, detail={"tracking_ref": "P2"}, **scan),
        instructions=[ASKED | {"sku_id": "S1", "qty": 5}],
    )

    expected = {"ordered": 5, "shipped": 2, "delivered": 3, "overshipped": 1}
    assert expected == quantities(folded)
    assert [("SHIPPED", "OVERSHIPPED", 4)] == verdicts(folded)


@pytest.mark.parametrize("hours", [(5, 6), (6, 5)])
@pytest.mark.parametrize("decided", [False, True])
def test_a_refusal_by_file_and_by_status_is_one(
    hours: tuple[float, float], decided: bool
) -> None:
    """Whichever came first, and whether another node was asked in between or not."""
    told = [
        confirmed("R-1", "REJECTED", 2, hours[0]),
        a_step("CANCEL_ACK", 2, hours[1], "1") | {"reason_code": "UNASKED"},
    ]
    ours = [an_event("ALLOCATED", 2, 5.5, node_id="WEST")] if decided else []
    folded = fold_events(
        *released(),
        *told,
        *ours,
        confirmed("S-1", "SHIPPED", 3, 9),
        instructions=[ASKED | {"sku_id": "S1", "qty": 5}],
    )

    waits = {"allocated": 2} if decided else {"pending": 2}
    assert {"ordered": 5, "shipped": 3} | waits == quantities(folded)
    assert folded.verdicts.is_empty()


def test_two_refusals_of_two_days_are_two() -> None:
    folded = fold_events(
        *released(),
        confirmed("R-1", "REJECTED", 2, 5),
        a_step("CANCEL_ACK", 2, 30, "1") | {"reason_code": "UNASKED"},
        instructions=[ASKED | {"sku_id": "S1", "qty": 5}],
    )

    assert {"ordered": 5, "pending": 4, "released": 1} == quantities(folded)


@pytest.mark.parametrize("steps", list(itertools.permutations(range(3))))
def test_a_parcel_that_comes_back_and_its_announced_return_are_one(
    steps: tuple[int, ...],
) -> None:
    """A carrier gives 3 of 5 back, and the node announces them; in every order."""
    told = [
        an_event("DELIVERED", 2, 10),
        an_event("RTS", 3, 12),
        an_event("RETURN_EXPECTED", 3, 13),
    ]
    sent = [*released(), an_event("SHIPPED", 5, 9)]
    expected = fold_events(*sent, *(told[step] for step in steps))
    received = fold_events(*sent, *told, an_event("RETURN_RECEIVED", 3, 14))

    both = {"ordered": 5, "shipped": 3, "delivered": 2}
    assert both | {"return_expected": 3} == quantities(expected)
    assert both | {"returned": 3} == quantities(received)


def test_a_return_of_what_the_customer_has_is_one_beside_a_parcel_that_comes_back() -> (
    None
):
    folded = fold_events(
        *released(),
        an_event("SHIPPED", 5, 9),
        an_event("DELIVERED", 3, 10),
        an_event("RTS", 2, 12),
        an_event("RETURN_EXPECTED", 3, 13),
    )

    assert 5 == quantities(folded)["return_expected"]
