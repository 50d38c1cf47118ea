"""Lines of the system before, and confirmations of its instructions."""

from __future__ import annotations

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
