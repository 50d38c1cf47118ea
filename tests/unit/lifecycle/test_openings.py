"""Lines of the system before, and confirmations of its instructions."""

from __future__ import annotations

import itertools

import pytest

from tests.unit.lifecycle.events import Event, an_event, fold_events, quantities

OPENED = {
    "released": 2,
    "shipped": 1,
    "backordered": 1,
    "node_id": "EAST",
    "instruction_id": "OLD-7",
    "instruction_line_ref": "2",
}


def opened(detail: dict[str, object] | None = None, qty: int = 4) -> list[Event]:
    return [
        an_event("ACCEPTED", qty, -48),
        an_event("OPENING", qty, 0, detail=detail or OPENED),
    ]


def confirmation(hour: float, **more: object) -> Event:
    named = {
        "line_id": None,
        "instruction_id": "OLD-7",
        "instruction_line_ref": "2",
        "node_id": "EAST",
        "event_id": f"ship/{hour}",
    }
    return an_event("SHIPPED", 2, hour, **(named | more))


def test_an_opening_sets_the_buckets_of_the_system_before() -> None:
    folded = fold_events(*opened())

    expected = {"ordered": 4, "released": 2, "shipped": 1, "backordered": 1}
    assert expected == quantities(folded)


def test_an_instruction_of_the_system_before_finds_its_line() -> None:
    folded = fold_events(*opened(), confirmation(9))

    assert {"ordered": 4, "shipped": 3, "backordered": 1} == quantities(folded)
    assert folded.verdicts.is_empty()


def test_what_happened_before_the_opening_moves_nothing() -> None:
    folded = fold_events(*opened(), confirmation(-9))

    assert 2 == quantities(folded)["released"]
    assert ["BEFORE_OPENING"] == folded.verdicts["verdict"].to_list()


def test_a_confirmation_nobody_asked_for_is_unknown_after_the_cut_over() -> None:
    strange = [
        confirmation(hour, instruction_id="NEVER", instruction_line_ref="1")
        for hour in (-9, 9)
    ]
    folded = fold_events(*opened(), *strange)

    expected = [("ship/-9", "BEFORE_OPENING"), ("ship/9", "UNKNOWN_TO_US")]
    assert expected == folded.verdicts.select("event_id", "verdict").rows()


def test_an_opening_that_does_not_add_up_holds_the_line_and_loses_nothing() -> None:
    folded = fold_events(*opened(qty=5))

    assert {"ordered": 5, "held": 5} == quantities(folded)
    assert ["ILLEGAL"] == folded.verdicts["verdict"].to_list()


def test_an_amendment_before_the_opening_changes_what_was_ordered() -> None:
    folded = fold_events(*opened(qty=3), an_event("AMENDED", 1, -10))

    assert 4 == quantities(folded)["ordered"]
    assert folded.verdicts.is_empty()


def test_a_second_opening_is_illegal() -> None:
    again = an_event("OPENING", 4, 2, detail=OPENED)
    folded = fold_events(*opened(), again)

    assert 2 == quantities(folded)["released"]
    assert ["ILLEGAL"] == folded.verdicts["verdict"].to_list()


def test_our_own_instruction_finds_line_and_asked_node() -> None:
    sent = {
        "instruction_id": "FO-1",
        "instruction_line_ref": "1",
        "line_id": "L1",
        "sku_id": "S1",
        "qty": 2,
    }
    folded = fold_events(
        an_event("ACCEPTED", 2, 1),
        an_event("ALLOCATED", 2, 2, node_id="EAST"),
        an_event("RELEASED", 2, 3, node_id="EAST", instruction_id="FO-1"),
        confirmation(
            9,
            instruction_id="FO-1",
            instruction_line_ref="1",
            node_id="WEST",
        ),
        instructions=[sent],
    )

    shipped = folded.moves.filter(to_bucket="shipped").row(0, named=True)
    assert ("L1", "EAST", 2) == (shipped["line_id"], shipped["node_id"], shipped["qty"])
    goods = folded.events.filter(event_type="SHIPPED")
    assert "WEST" == goods["node_id"].item()


HELD = {"pending": 1, "held": 2, "backordered": 1, "released": 1, "node_id": "EAST"}


def held(
    reason: str | None = "FRAUD", author: str | None = "backoffice", **eaches: int
) -> list[Event]:
    """A line of which the system before held some."""
    told = HELD | eaches | {"author": author}
    accepted, opening = opened(told, 5)
    return [accepted, opening | {"reason_code": reason}]


def lifted(hour: float, reason: str | None) -> Event:
    return an_event("UNHOLD", 5, hour, reason_code=reason, detail={"author": "Kim"})


def test_what_the_system_before_held_is_held_with_all_that_waits_of_its_line() -> None:
    folded = fold_events(*held())

    assert {"ordered": 5, "held": 4, "released": 1} == quantities(folded)
    assert folded.verdicts.is_empty()


def test_a_hold_of_the_system_before_has_its_reason_and_who_placed_it() -> None:
    (by_person,) = fold_events(*held()).holds.to_dicts()
    (by_rule,) = fold_events(*held("AWAITING_PAYMENT", None)).holds.to_dicts()

    names = ("reason_code", "placed_by", "held_at", "ended_at")
    cut = held()[1]["event_at"]
    assert ["FRAUD", "backoffice", cut, None] == [by_person[name] for name in names]
    assert ["AWAITING_PAYMENT", "rule", cut, None] == [by_rule[name] for name in names]


@pytest.mark.parametrize("reason", ["FRAUD", None])
def test_a_hold_of_the_system_before_ends_at_its_old_place(reason: str | None) -> None:
    folded = fold_events(*held(), lifted(9, reason))

    expected = {"ordered": 5, "pending": 3, "backordered": 1, "released": 1}
    assert expected == quantities(folded)
    assert ["Kim"] == folded.holds["ended_by"].to_list()


def test_another_reason_does_not_lift_it_and_one_more_holds_it_longer() -> None:
    also = an_event("HOLD", 5, 3, reason_code="ADDRESS", detail={"author": "Kim"})
    wrong = fold_events(*held(), lifted(9, "ADDRESS"))
    half = fold_events(*held(), also, lifted(9, "FRAUD"))
    free = fold_events(*held(), also, lifted(9, "FRAUD"), lifted(10, "ADDRESS"))

    assert 4 == quantities(wrong)["held"]
    assert ["ILLEGAL"] == wrong.verdicts["verdict"].to_list()
    assert 4 == quantities(half)["held"]
    assert "held" not in quantities(free)


def test_what_comes_back_to_a_held_line_is_held_too() -> None:
    refused = an_event("REJECTED", 1, 9, node_id="EAST")

    assert {"ordered": 5, "held": 5} == quantities(fold_events(*held(), refused))


def test_held_eaches_that_do_not_add_up_are_held_until_every_hold_is_lifted() -> None:
    wrong = held(pending=2)

    assert {"ordered": 5, "held": 5} == quantities(fold_events(*wrong))
    named = fold_events(*wrong, lifted(9, "FRAUD"))
    assert {"ordered": 5, "held": 5} == quantities(named)
    assert {"ordered": 5, "pending": 5} == quantities(
        fold_events(*wrong, lifted(9, None))
    )


def test_what_the_system_before_lost_may_be_found() -> None:
    told = opened({"lost": 2, "delivered": 1, "pending": 1})
    found = an_event("FOUND", 2, 9)

    assert {"ordered": 4, "lost": 2, "delivered": 1, "pending": 1} == quantities(
        fold_events(*told)
    )
    assert {"ordered": 4, "delivered": 3, "pending": 1} == quantities(
        fold_events(*told, found)
    )


def test_an_opened_line_folds_alike_in_whatever_order_its_documents_come() -> None:
    documents = [
        *held(lost=1, pending=0),
        an_event("HOLD", 5, 3, reason_code="ADDRESS", detail={"author": "Kim"}),
        lifted(9, "FRAUD"),
        an_event("FOUND", 1, 11),
    ]
    folds = [fold_events(*told) for told in itertools.permutations(documents)]

    first = folds[0]
    assert {"ordered": 5, "held": 3, "released": 1, "delivered": 1} == quantities(first)
    for other in folds[1:]:
        assert first.buckets.equals(other.buckets)
        assert first.moves.equals(other.moves)
        assert first.verdicts.equals(other.verdicts)
        assert first.holds.equals(other.holds)
