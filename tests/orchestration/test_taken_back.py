"""What was taken back is told by one word, with who did it and why."""

from __future__ import annotations

import polars as pl

from orchestration.cli.taken_back import (
    ANSWERS,
    LINES,
    closing_in_words,
    signed_at,
    summed_up,
)
from orchestration.resources.house import House
from tests.orchestration.test_arrival import house
from tests.orchestration.test_corrections import an_answer, lay_instruction

__all__ = ["house"]

FILE = 'node_ref,mended_by,mend_reason\r\nE,ann,"silent; says\nbob"\r\nE,eve,why\r\n'


def test_header_and_lines_say_the_same_of_what_was_withdrawn(house: House) -> None:
    taken_back = an_answer("REJECTED", 2) | {"reason_code": "UNREAD"}
    lay_instruction(house, 2, taken_back, an_answer("CANCEL_ACK", 1))
    facts = {"state": "CANCELLED", "refused_qty": 0, "cancelled_qty": 3, "open_qty": 2}

    lines = house.lake.query(LINES, ["FO-1"])

    assert (None, 1, 2) == lines.select("refused", "cancelled", "withdrawn").row(0)
    told = summed_up(facts, lines)
    assert {"cancelled_qty": 1, "withdrawn_qty": 2, "refused_qty": 0} == {
        name: told[name] for name in ("cancelled_qty", "withdrawn_qty", "refused_qty")
    }
    assert facts == summed_up(facts, pl.DataFrame({name: [] for name in ANSWERS}))


def test_author_and_reason_are_those_of_the_row() -> None:
    assert "ann: silent; says\nbob" == signed_at(FILE, 2)
    assert "eve: why" == signed_at(FILE, 4)
    assert not signed_at("node_ref\nE\n", 2)


def test_a_rule_is_named_for_what_closes() -> None:
    assert "its last answer (ship confirmation)" == closing_in_words("final_945")
    assert "the status PACKED after it shipped" == closing_in_words("status:PACKED")
    assert closing_in_words(None) is None
