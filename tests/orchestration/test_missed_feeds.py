"""Whose file is missing for which day stands in the summary."""

from __future__ import annotations

import pytest
from rich.console import Console

from orchestration.cli.summary import MOST_MISSED, missed_feeds
from orchestration.resources.house import House
from tests.orchestration.test_arrival import house

__all__ = ["house"]


def said(house: House) -> str:
    console = Console(width=110)
    with console.capture() as capture:
        console.print(missed_feeds(house))
    return capture.get()


@pytest.fixture
def days(house: House) -> House:
    """A day of each status, and one that is long ago."""
    house.lake.execute("create schema if not exists lake.visibility")
    house.lake.execute(
        """
        create table lake.visibility.rpt_feed_days as
        select 'acme' as partner_id, 'stock' as feed, day::date as business_date,
            feed_status, day = '2017-12-27' as is_reopened,
            (day || ' 14:00:00+00')::timestamptz as due_at
        from (values ('2017-12-19', 'MISSING'), ('2017-12-27', 'ON_TIME'),
            ('2017-12-28', 'MISSING'), ('2017-12-29', 'LATE'),
            ('2017-12-30', 'NOT_DUE')) as told (day, feed_status)
        """
    )
    return house


def test_what_is_missing_or_late_is_named_with_its_day(days: House) -> None:
    lines = said(days).splitlines()

    assert any("2017-12-28" in line and "MISSING" in line for line in lines)
    assert any("2017-12-29" in line and "LATE" in line for line in lines)
    assert "2017-12-29 14:00" in said(days)
    assert 3 == missed_feeds(days).row_count


def test_a_day_that_a_file_re_opened_is_named_though_the_first_was_in_time(
    days: House,
) -> None:
    assert any(
        "2017-12-27" in line and "ON_TIME, re-opened" in line
        for line in said(days).splitlines()
    )


def test_many_are_counted_and_not_all_named(days: House) -> None:
    days.lake.execute(
        "insert into lake.visibility.rpt_feed_days select 'p' || n, 'stock',"
        " date '2017-12-28', 'MISSING', false, timestamptz '2017-12-28 14:00:00+00'"
        " from range(30) as r (n)"
    )

    assert MOST_MISSED == missed_feeds(days).row_count
    assert "33 in all" in said(days)
