"""An exception rests until a day to come, not for ever; a failed proof not long."""

from __future__ import annotations

from datetime import date

import pytest

from transforms.reconciliation.snoozes import (
    SnoozePolicy,
    SnoozePolicyError,
    snooze_refusal,
)

TODAY = date(2017, 12, 28)


@pytest.mark.parametrize(
    ("code", "until", "said"),
    [
        ("STOCK_SURPLUS", date(2017, 12, 27), "no day after 2017-12-28"),
        ("STOCK_SURPLUS", TODAY, "no day after 2017-12-28"),
        ("STOCK_SURPLUS", date(2018, 3, 29), "90 days at most"),
        ("STOCK_SURPLUS", date(9999, 12, 31), "90 days at most"),
        ("OVERCOMMITTED", date(2018, 1, 5), "OVERCOMMITTED tells of the books"),
    ],
)
def test_what_is_over_or_too_far_is_refused(code: str, until: date, said: str) -> None:
    assert said in (snooze_refusal(code, until, TODAY, SnoozePolicy()) or "")


@pytest.mark.parametrize(
    ("code", "until"),
    [("STOCK_SURPLUS", date(2018, 3, 28)), ("OVERCOMMITTED", date(2018, 1, 4))],
)
def test_the_last_day_is_one(code: str, until: date) -> None:
    assert snooze_refusal(code, until, TODAY, SnoozePolicy()) is None


@pytest.mark.parametrize("mapping", [{"most_days": 0}, {"days": 9}])
def test_a_policy_names_what_is_wrong_in_it(mapping: dict[str, object]) -> None:
    with pytest.raises(SnoozePolicyError, match=next(iter(mapping))):
        SnoozePolicy.from_mapping(mapping)
