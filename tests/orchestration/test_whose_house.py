"""The sample company comes into houses of its own and throws away no other."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from filelock import FileLock

from orchestration.cli.demo import (
    SIZE,
    offered,
    open_theatre,
    play_demo,
    take,
    throw_away,
)
from orchestration.cli.failures import CommandError
from orchestration.cli.run import instants
from orchestration.resources.home import Home
from orchestration.resources.house import House
from orchestration.resources.lakehouse import LakeError
from orchestration.resources.refusal import RefusalError
from transforms.contracts.decisions import RUNS

ZONE = "America/New_York"
NIGHT = datetime(2017, 12, 28, 5, tzinfo=UTC)


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    """A house that ran, with nothing of a sample company."""
    monkeypatch.setenv("ORDERHOUSE_HOME", str(tmp_path / "house"))
    house = House.open()
    with house.lake.transaction("test", "a run"):
        house.lake.merge(RUNS, house.begin(NIGHT).row(0))
    yield house
    house.close()


@pytest.fixture
def sample(tmp_path: Path) -> Home:
    """A folder that says it is a sample company's."""
    home = Home.at(tmp_path / "sample").make()
    (home.twin / SIZE).write_text("day")
    return home


def test_a_house_of_one_s_own_is_not_thrown_away(house: House) -> None:
    with pytest.raises(CommandError, match="remove the folder yourself"):
        play_demo("day", is_fresh=True)

    assert house.home.catalog.exists()


def test_a_folder_that_is_no_house_is_not_thrown_away(tmp_path: Path) -> None:
    kept = tmp_path / "documents" / "letter.txt"
    kept.parent.mkdir()
    kept.touch()

    with pytest.raises(CommandError, match="remove the folder yourself"):
        throw_away(Home.at(tmp_path))

    assert kept.exists()


def test_no_sample_company_moves_into_a_house_of_one_s_own(house: House) -> None:
    with pytest.raises(CommandError, match="choose another folder"):
        open_theatre(house, "day")

    assert not any(house.home.drop.rglob("*"))


def test_an_unknown_size_throws_nothing_away(
    sample: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ORDERHOUSE_HOME", str(sample.root))

    with pytest.raises(CommandError, match="eight_weeks"):
        play_demo("eigth_weeks", is_fresh=True)

    assert (sample.twin / SIZE).exists()


def test_a_sample_company_s_house_is_thrown_away(sample: Home) -> None:
    throw_away(sample)

    assert not sample.root.exists()


def test_a_house_that_somebody_writes_is_not_thrown_away(sample: Home) -> None:
    with FileLock(sample.lease), pytest.raises(LakeError, match="another run"):
        throw_away(sample)

    assert sample.root.exists()


def test_a_folder_that_is_not_there_needs_no_throwing_away(tmp_path: Path) -> None:
    throw_away(Home.at(tmp_path / "none"))


@pytest.mark.parametrize(
    ("date", "as_of"),
    [("29.12.2017", ""), ("9999-12-31", ""), ("", "noon"), ("", "0001-01-01T00:00+14")],
)
def test_a_date_that_is_none_is_told_how_one_is_written(date: str, as_of: str) -> None:
    with pytest.raises(CommandError, match="is written 2017-12-29"):
        instants(date, as_of, ("", ""), ZONE)


def test_what_partners_are_offered_stays_until_they_took_it(house: House) -> None:
    folder = house.home.outbox / "harbor_3pl"
    folder.mkdir()
    for name in ("940_1.edi", "940_1.edi.manifest.json", "940_2.edi"):
        (folder / name).write_text(name)

    found = offered(house)

    assert ["940_1.edi"] == [file.name for file in found]
    assert found[0].name in [file.name for file in offered(house)]
    take(house, found)
    assert [] == offered(house)
    assert b"940_1.edi" == (folder / "taken" / "940_1.edi").read_bytes()


def test_where_no_house_can_be_the_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(RefusalError, match=rf"at {tmp_path}/file/house: .*HOME names"):
        Home.at(tmp_path / "file" / "house").make()
