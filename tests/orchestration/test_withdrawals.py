"""Silence proves nothing: who says that nobody read it takes it back."""

from __future__ import annotations

import pytest

from orchestration.cli.withdrawals import taken_back, why_it_stays

SILENT = {
    "instruction_id": "FO-1",
    "partner_id": "stores",
    "state": "SENT",
    "is_silent": True,
}


def stays(*, confirmed_by: str, is_askable: bool = True, is_silent: bool = True) -> str:
    told = SILENT | {"is_silent": is_silent}
    said = why_it_stays(told, is_askable=is_askable, confirmed_by=confirmed_by)
    return said or ""


def test_what_nobody_answers_may_have_been_read() -> None:
    said = stays(confirmed_by="")
    assert "stores may have read FO-1 (SENT)" in said
    assert "orderhouse cancel ORDER" in said
    assert "--unread-confirmed-by" in said
    assert "takes no cancellation" in stays(confirmed_by="", is_askable=False)


def test_what_the_node_says_it_never_read_is_taken_back() -> None:
    assert not stays(confirmed_by="store-desk")


def test_what_was_answered_is_not_taken_back_whoever_says_so() -> None:
    assert "may work on FO-1" in stays(confirmed_by="store-desk", is_silent=False)


@pytest.mark.parametrize(
    ("count", "days", "expected"),
    [
        (1, 1, "1 instruction is taken back: the next run sources its eaches"),
        (2, 3, "2 instructions are taken back: the next run sources their eaches"),
    ],
)
def test_one_is_told_as_one(count: int, days: int, expected: str) -> None:
    told = taken_back(count, days)
    assert told.startswith(expected)
    assert f"after {days} day" + ("s" if days > 1 else "") + " at the same" in told
