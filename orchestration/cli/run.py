"""``orderhouse run``: one instant, one business date, a range of dates."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from orchestration.cli.demo import advance, open_theatre, planted, size_of
from orchestration.cli.execution import Outcome, execute
from orchestration.cli.failures import CommandError
from orchestration.cli.summary import print_summary
from orchestration.resources.clock import end_of
from orchestration.resources.house import House
from orchestration.resources.run import parse_instant


def run_command(
    date_text: str, as_of_text: str, backfill: tuple[str, str], size: str
) -> int:
    """Run what was asked for and print the summary.

    In a house of the sample company its partners play their part.

    Raises:
        CommandError: not exactly one of date, as_of and backfill was given.
    """
    house = House.open()
    try:
        zone = house.policies.company_zone
        moments = instants(date_text, as_of_text, backfill, zone)
        outcomes = list(_outcomes(house, moments, size))
        return print_summary(house, outcomes, planted(house.home))
    finally:
        house.close()


def _outcomes(house: House, moments: list[datetime], size: str) -> list[Outcome]:
    played = size or size_of(house)
    if not played:
        return [execute(house, moment) for moment in moments]
    theatre = open_theatre(house, played)
    return [advance(house, theatre, moment) for moment in moments]


def instants(
    date_text: str, as_of_text: str, backfill: tuple[str, str], zone: str
) -> list[datetime]:
    """The instants to run, oldest first.

    Raises:
        CommandError: not exactly one way was chosen, or a date cannot be read.
    """
    chosen = [bool(date_text), bool(as_of_text), any(backfill)]
    if sum(chosen) != 1:
        raise CommandError("name one of --date D, --as-of T, --backfill FROM TO")
    try:
        if as_of_text:
            return [parse_instant(as_of_text, zone)]
        first = date.fromisoformat(date_text or backfill[0])
        last = date.fromisoformat(date_text or backfill[1])
        end_of(last, zone)
    except (ValueError, OverflowError) as error:
        raise CommandError(
            f"cannot read the date or time: {error}; a date is written 2017-12-29,"
            " an instant 2017-12-29T12:00 or 2017-12-29T17:00Z"
        ) from error
    if last < first:
        raise CommandError(
            f"--backfill {first} {last}: the last date is before the first"
        )
    days = range((last - first).days + 1)
    return [end_of(first + timedelta(days=n), zone) for n in days]
