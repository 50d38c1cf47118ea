from datetime import datetime

import polars as pl
import pytest

from transforms.contracts.codes import CODES
from transforms.contracts.simulation import NamedBytes
from transforms.twin.company import Company
from transforms.twin.day import play, start
from transforms.twin.faulting.order_faults import timetable
from transforms.twin.history import history
from transforms.twin.state import State

PHYSICAL = ("broken_line", "card_number", "unknown_sku")


def _play_all(company: Company) -> tuple[list[NamedBytes], State]:
    state, files = start(company), []
    for day in company.plan.play_dates:
        arrived, state = play(company, state, state.clock, company.plan.local(day, 24))
        files += arrived
    return files, state


@pytest.fixture(scope="module")
def played(company: Company) -> tuple[list[NamedBytes], State]:
    return _play_all(company)


def _waves(company: Company) -> list[datetime]:
    days = company.plan.play_dates
    return [company.plan.local(day, hour) for day in days for hour in (12, 16, 24)]


def test_waves_bring_the_same_files_as_whole_days(
    company: Company, played: tuple[list[NamedBytes], State]
) -> None:
    state, files = start(company), []
    for until in _waves(company):
        arrived, state = play(company, state, state.clock, until)
        files += arrived
    assert played[0] == files
    assert played[1].shelves.equals(state.shelves)


def test_a_state_survives_being_written_and_read(company: Company) -> None:
    until = company.plan.local(company.plan.play_dates[0], 16)
    _, state = play(company, start(company), company.plan.cut_at, until)
    assert state.to_bytes() == State.from_bytes(state.to_bytes()).to_bytes()


def test_a_day_goes_on_the_same_after_writing_and_reading(company: Company) -> None:
    noon, night = (
        company.plan.local(company.plan.play_dates[0], hour) for hour in (12, 24)
    )
    _, state = play(company, start(company), company.plan.cut_at, noon)
    again = State.from_bytes(state.to_bytes())
    assert play(company, state, noon, night)[0] == play(company, again, noon, night)[0]


def test_time_does_not_jump(company: Company) -> None:
    until = company.plan.local(company.plan.play_dates[1], 24)
    with pytest.raises(ValueError, match="stands at"):
        play(company, start(company), company.plan.local(until.date(), 1), until)


def test_every_wave_finds_a_fresh_order_file(
    company: Company, played: tuple[list[NamedBytes], State]
) -> None:
    day = company.plan.play_dates[-1]
    noon, four = company.plan.local(day, 12), company.plan.local(day, 16)
    names = [f.name for f in played[0] if noon < f.received_at <= four]
    assert any(name.startswith("orders_") for name in names)


def test_each_kind_is_planted_three_times_at_least(
    played: tuple[list[NamedBytes], State],
) -> None:
    counts = dict(played[1].planted.group_by("kind").len().rows())
    kinds = ("duplicate_file", "revised_file", "card_number", "stock_drift", *PHYSICAL)
    assert [kind for kind in kinds if counts.get(kind, 0) < 3] == []


def test_every_expected_code_is_a_code(played: tuple[list[NamedBytes], State]) -> None:
    assert sorted(set(played[1].planted["expected_code"]) - set(CODES)) == []


def test_fault_numbers_are_unique(played: tuple[list[NamedBytes], State]) -> None:
    planted = played[1].planted
    assert planted.height == planted["fault_id"].n_unique()


def test_every_planted_file_is_really_sent(
    company: Company, played: tuple[list[NamedBytes], State]
) -> None:
    sent = {(file.partner_id, file.name) for file in [*history(company), *played[0]]}
    due = played[1].planted.filter(
        pl.col("file_name").is_not_null(), pl.col("planted_at") <= played[1].clock
    )
    named = set(due.select("partner_id", "file_name").rows())
    assert (True, set()) == (len(named) > 0, named - sent)


def test_planted_lines_show_the_fault(
    company: Company, played: tuple[list[NamedBytes], State]
) -> None:
    files = [*history(company), *played[0]]
    first = {(f.partner_id, f.name): f for f in reversed(files)}
    cards = played[1].planted.filter(pl.col("kind") == "card_number")
    found = []
    for partner, name, line in cards.select(
        "partner_id", "file_name", "payload_line"
    ).iter_rows():
        text = first[partner, name].content.decode().split("\n")[line - 1]
        found.append("Please charge my card" in text)
    assert [True] * cards.height == found


def test_a_duplicate_has_the_bytes_of_its_original(
    played: tuple[list[NamedBytes], State],
) -> None:
    planted = played[1].planted.filter(pl.col("kind") == "duplicate_file")
    names = set(planted.select("partner_id", "file_name").rows())
    copies = [f for f in played[0] if (f.partner_id, f.name) in names]
    assert len(copies) == 2 * len({(f.partner_id, f.name, f.content) for f in copies})


def test_a_revision_has_other_bytes_than_its_original(
    played: tuple[list[NamedBytes], State],
) -> None:
    planted = played[1].planted.filter(pl.col("kind") == "revised_file")
    names = set(planted.select("partner_id", "file_name").rows())
    copies = [f for f in played[0] if (f.partner_id, f.name) in names]
    assert len(copies) == len({f.content for f in copies}) == 2 * len(names)


def test_no_two_other_files_share_a_name(
    played: tuple[list[NamedBytes], State],
) -> None:
    planted = played[1].planted.filter(
        pl.col("kind").is_in(["duplicate_file", "revised_file"])
    )
    meant = set(planted.select("partner_id", "file_name").rows())
    names = [(f.partner_id, f.name) for f in played[0]]
    rest = [name for name in names if name not in meant]
    assert len(rest) == len(set(rest))


def test_the_timetable_names_files_that_exist(company: Company) -> None:
    stamps = set(company.lines.select("channel", "file_stamp").unique().rows())
    missing = [p for p in timetable(company) if (p.channel, p.file_stamp) not in stamps]
    assert missing == []
