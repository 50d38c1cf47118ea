"""Houses that whole runs made: expensive, so made once a session and copied.

Of two workers the first makes them, in the folder that both can see. Nobody opens
them there: each worker, and each test that changes a house, has a copy.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from orchestration.cli.demo import advance, curtain, open_theatre, put_in_drop
from orchestration.resources.home import Home
from orchestration.resources.house import House
from tests.end_to_end import one_day
from tests.made_once import made_once


@pytest.fixture(scope="session")
def vault_key() -> Iterator[str]:
    """The test key in the environment, where production has its own."""
    before = os.environ.get("ORDERHOUSE_VAULT_KEY")
    os.environ["ORDERHOUSE_VAULT_KEY"] = one_day.VAULT_KEY
    yield one_day.VAULT_KEY
    if before is None:
        del os.environ["ORDERHOUSE_VAULT_KEY"]
    else:
        os.environ["ORDERHOUSE_VAULT_KEY"] = before


@pytest.fixture(scope="session")
def night_house(vault_key: str, tmp_path_factory: pytest.TempPathFactory) -> Home:  # noqa: ARG001 sets the key
    """The sample's house after the night's run; the answers wait in the drop."""

    def make(home: Home) -> None:
        put_in_drop(home, one_day.deliveries())
        one_day.run(home, one_day.NIGHT)

    return _made_once("night", make, tmp_path_factory)


@pytest.fixture(scope="session")
def played_house(night_house: Home, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """The sample's house after both runs. Read it; copy it before changing it."""

    def make(home: Home) -> None:
        one_day.copied(night_house, home.root)
        one_day.run(home, one_day.NOON)

    return _made_once("played", make, tmp_path_factory)


def _made_once(
    name: str, make: Callable[[Home], None], factory: pytest.TempPathFactory
) -> Home:
    """A copy of the house that the first worker of the session who needs it makes."""
    made = made_once(name, lambda folder: make(Home.at(folder)), factory)
    return one_day.copied(Home.at(made), factory.mktemp(name) / "copy")


@pytest.fixture(scope="session")
def demo_house(vault_key: str, tmp_path_factory: pytest.TempPathFactory) -> Home:  # noqa: ARG001 sets the key
    """The house of the smallest demo, played to its end: most of a minute.

    It has no more history than the last day before the cut-over. All three days
    are needed: what a late count hides is found by the next. Of the last day's
    waves the first is enough: it notices that an acknowledgement never came.
    """
    home = Home.at(tmp_path_factory.mktemp("demo") / "house")
    house = House.open(home.root)
    theatre = open_theatre(house, "day")
    *before, _second_wave, last = curtain(theatre.plan)
    for as_of in (*before, last):
        advance(house, theatre, as_of)
    house.close()
    return home


@pytest.fixture
def own_night_house(night_house: Home, tmp_path: Path) -> Home:
    """A copy of the house before its second run, to break."""
    return one_day.copied(night_house, tmp_path / "house")


@pytest.fixture
def own_played_house(played_house: Home, tmp_path: Path) -> Home:
    """A copy of the house after both runs, to break."""
    return one_day.copied(played_house, tmp_path / "house")
