"""What was promised to a business class and did not come true is for a person."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import polars as pl
import pytest

from tests.unit.reconciliation.test_exceptions import FIRST, NOTHING
from transforms.contracts.decisions import BACKORDERS
from transforms.reconciliation.exceptions import find
from transforms.reconciliation.findings.finding import LATE_WINS

MON, THU = date(2018, 1, 1), date(2018, 1, 4)
TAKEN_BACK = {
    "event_id": "e",
    "event_type": "DEALLOCATED",
    "line_id": "o/1",
    "qty": 2,
    "reason_code": "SUPPLY_LOST",
}


def told(**facts: Any) -> dict[str, str]:  # noqa: ANN401 cells of a row
    """Codes of classes, with what was seen, of one line that waits."""
    row = {
        "line_id": "o/1",
        "order_id": "o",
        "sku_id": "A",
        "qty": 3,
        "reason_code": "NO_STOCK",
        "business_class": "GAIN",
        "owner": "x",
        "as_of": FIRST,
        **facts,
    }
    events = [row.pop("event")] if "event" in row else []
    waits = pl.DataFrame([row], schema=BACKORDERS.schema)
    lost = pl.DataFrame(events, schema_overrides={"qty": pl.Int64})
    findings = replace(NOTHING, backorders=waits)
    if events:
        findings = replace(findings, events=lost)
    return by_code(find(findings, FIRST))


def by_code(found: pl.DataFrame) -> dict[str, str]:
    missed = found.filter(pl.col("code").str.ends_with("_MISSED"))
    return dict(missed.select("code", "detail").iter_rows())


def test_a_win_that_waits_is_missed() -> None:
    assert told(business_class="WIN", expected_date=MON) == {
        "WIN_MISSED": "3 eaches wait, NO_STOCK: expected 2018-01-01"
    }


def test_a_win_that_arrives_late_is_missed() -> None:
    late = {"line_id": "o/1", "order_id": "o", "sku_id": "A", "qty": 2}
    row = {**late, "promise_date": THU, "due_date": MON, "reason_code": "LATE"}

    found = find(
        replace(NOTHING, late_wins=pl.DataFrame([row], schema=LATE_WINS)), FIRST
    )

    assert by_code(found) == {
        "WIN_MISSED": "2 eaches arrive on 2018-01-04, promised for 2018-01-01"
    }


@pytest.mark.parametrize(
    ("before", "now", "detail"),
    [
        (MON, THU, "3 eaches: told 2018-01-01, expected 2018-01-04"),
        (MON, None, "3 eaches: told 2018-01-01, no date known"),
        (MON, MON, None),
        (THU, MON, None),
        (None, None, None),
    ],
)
def test_a_gain_is_missed_where_it_waits_longer_than_it_was_told(
    before: date | None, now: date | None, detail: str | None
) -> None:
    missed = {"GAIN_MISSED": detail} if detail else {}

    assert told(told_date=before, expected_date=now) == missed


def test_a_gain_is_missed_where_what_it_had_was_taken_back() -> None:
    assert told(event=TAKEN_BACK, expected_date=MON) == {
        "GAIN_MISSED": "2 eaches taken back: expected 2018-01-01"
    }


@pytest.mark.parametrize("name", ["IMPROVE", "REDISTRIBUTE", "FILL", "LOSE", "SKIP"])
def test_no_other_class_is_for_a_person(name: str) -> None:
    assert told(business_class=name, told_date=MON, event=TAKEN_BACK) == {}
