"""Since when, why and by whom a line is held."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from tests.unit.lifecycle.events import MIDNIGHT, Event, an_event, fold_events

Spell = tuple[str, datetime, str, datetime | None, str | None]


def hour(number: int) -> datetime:
    return MIDNIGHT + timedelta(hours=number)


def spells(*events: Event) -> list[Spell]:
    found = fold_events(an_event("ACCEPTED", 5, 1), *events).holds
    return found.select(
        "reason_code", "held_at", "placed_by", "ended_at", "ended_by"
    ).rows()


def hold(at: int, reason: str | None = "FRAUD", **more: object) -> Event:
    return an_event("HOLD", 5, at, reason_code=reason, **more)


def unhold(at: int, reason: str | None = "FRAUD", **more: object) -> Event:
    return an_event("UNHOLD", 5, at, reason_code=reason, **more)


ANA, BO = {"detail": {"author": "ana"}}, {"detail": {"author": "bo"}}


def test_a_hold_names_who_placed_it_and_who_let_it_go() -> None:
    assert [("FRAUD", hour(2), "ana", hour(4), "bo")] == spells(
        hold(2, **ANA), unhold(4, **BO)
    )
    assert [("FRAUD", hour(2), "rule", None, None)] == spells(hold(2))


def test_each_reason_is_a_hold_of_its_own_and_may_come_again() -> None:
    assert [
        ("ADDRESS", hour(3), "rule", None, None),
        ("FRAUD", hour(2), "rule", hour(4), "rule"),
        ("FRAUD", hour(5), "rule", None, None),
    ] == spells(hold(2), hold(3, "ADDRESS"), unhold(4), hold(5))


def test_a_second_hold_for_the_same_reason_is_its_author_s_since_the_first() -> None:
    assert [("FRAUD", hour(2), "ana", None, None)] == spells(hold(2), hold(3, **ANA))


def test_a_hold_ends_when_the_newest_of_it_says() -> None:
    until = {"detail": {"author": "ana", "until": "2018-01-05"}}
    found = [
        fold_events(an_event("ACCEPTED", 5, 1), *events).holds["until_date"].to_list()
        for events in ((hold(2, **until),), (hold(2, **until), hold(3, **BO)))
    ]

    assert [[date(2018, 1, 5)], [None]] == found


def test_an_end_without_a_reason_ends_every_hold() -> None:
    assert [hour(5), hour(5)] == [
        spell[3] for spell in spells(hold(2), hold(3, None), unhold(5, None))
    ]


def test_an_end_of_what_does_not_hold_is_no_hold() -> None:
    assert [] == spells(unhold(2))


def test_an_approval_ends_the_wait_for_it_alone() -> None:
    approved = an_event("APPROVED", 5, 6, reason_code="APPROVAL", **ANA)

    assert [("APPROVAL", hour(6)), ("FRAUD", None)] == [
        (spell[0], spell[3]) for spell in spells(hold(2), hold(3, "APPROVAL"), approved)
    ]
