"""An option that stands twice is refused, unless it is meant to be repeated."""

from __future__ import annotations

import pytest
import typer
from typer.testing import CliRunner

from orchestration.cli import deciding
from orchestration.cli import what_if as asking


@pytest.fixture
def app() -> typer.Typer:
    found = typer.Typer()
    deciding.add_to(found)
    return found


@pytest.mark.parametrize("option", ["--demand", "--freight", "--run", "--out"])
def test_one_of_two_is_not_lost(app: typer.Typer, option: str) -> None:
    told = CliRunner().invoke(
        app, ["what-if", option, "5", f"{option}=7"], env={"COLUMNS": "999"}
    )

    assert told.exit_code == 2
    assert f"'{option}': it stands twice: tell it once" in told.output


def test_what_may_be_repeated_is(
    app: typer.Typer, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[asking.Question] = []
    monkeypatch.setattr(asking, "what_if", asked.append)
    words = "--sourcing nearest --unpinned --sourcing cheapest --unpinned --demand 5"

    told = CliRunner().invoke(app, ["what-if", *words.split()])

    assert told.exit_code == 0
    assert asked[0].sourcing == ["nearest", "cheapest"]
    assert (asked[0].demand, asked[0].is_unpinned) == (5, True)
