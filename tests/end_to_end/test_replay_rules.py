"""A run is decided again by the rules that it kept, whatever was edited since."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from orchestration.cli.execution import CONSOLE
from orchestration.cli.failures import CommandError
from orchestration.cli.relations import relations_command
from orchestration.cli.replay import replay_command
from orchestration.cli.what_if import Question, what_if
from orchestration.cli.why import explain_order
from orchestration.resources.home import Home
from orchestration.resources.house import House
from orchestration.resources.policies import POLICIES
from orchestration.resources.policy_files import FILES
from tests.end_to_end import one_day

# Warnings of the libraries that a run stands on are no failure of the run.
pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("default")]

CHANGED = "which have changed since: policies/allocation.yaml"
DATED = """
changes:
  - from: 2017-12-01
    reason: written down after it was decided
    allocation: {max_shipments: 1, split_cost_minor: 900}
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The policies of the house, to edit after its runs."""
    folder = shutil.copytree(POLICIES, tmp_path / "policies")
    monkeypatch.setenv("ORDERHOUSE_POLICIES", str(folder))
    return folder


def edit(folder: Path, *changes: tuple[str, str], more: str = "") -> None:
    path = folder / "allocation.yaml"
    text = path.read_text()
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    path.write_text(text + more)


def replayed(home: Home, run_id: str = "", share: int = 100) -> tuple[int, str]:
    with pytest.MonkeyPatch.context() as patch, CONSOLE.capture() as printed:
        patch.setenv("ORDERHOUSE_HOME", str(home.root))
        code = replay_command(run_id, share=share)
    return code, printed.get()


def first_run(home: Home) -> str:
    runs = "select run_id from lake.decisions.runs order by as_of limit 1"
    return str(one_day.query(home, runs)["run_id"].item())


def forget_rules(home: Home) -> None:
    """As a version left the house that kept no rules."""
    with closing(sqlite3.connect(home.landing / "ledger.sqlite")) as ledger, ledger:
        ledger.execute("delete from ledger where file_name like 'rules_%'")


@pytest.mark.parametrize(
    ("changes", "more"),
    [
        (
            (
                ("split_cost_minor: 250", "split_cost_minor: 900"),
                ("max_shipments: 3", "max_shipments: 1"),
            ),
            "",
        ),
        ((), DATED),
    ],
    ids=["edited", "dated change of a day decided before"],
)
def test_a_rule_that_was_edited_since_changes_no_replay(
    played_house: Home, folder: Path, changes: tuple[tuple[str, str], ...], more: str
) -> None:
    edit(folder, *changes, more=more)
    runs = one_day.query(played_house, "select run_id from lake.decisions.runs")

    told = [replayed(played_house, run_id) for run_id in runs["run_id"]]

    assert [0] * len(told) == [code for code, _ in told]
    assert all("the same to the byte" in text and CHANGED in text for _, text in told)


def test_why_replays_by_the_rules_of_then_too(
    played_house: Home, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    edit(folder, ("max_shipments: 3", "max_shipments: 1"))
    monkeypatch.setenv("ORDERHOUSE_HOME", str(played_house.root))

    with CONSOLE.capture() as printed:
        assert 0 == explain_order("#1005", is_replayed=True)

    assert CHANGED in printed.get()


def test_what_is_tried_lies_upon_the_rules_of_then(
    played_house: Home, folder: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Else each difference would be of the edit as well."""
    edit(folder, more=DATED)
    monkeypatch.setenv("ORDERHOUSE_HOME", str(played_house.root))
    one_box = tmp_path / "one_box.yaml"
    one_box.write_text(DATED)
    days = Question("", [], ["negotiated"], [], 0, 0, "", since=date(2017, 12, 1))

    told = []
    one_run = replace(days, since=None, run_id=first_run(played_house))
    for asked in (days, one_run):
        for question in (asked, replace(asked, rules=[one_box], sourcing=[])):
            with CONSOLE.capture() as printed:
                assert 0 == what_if(question)
            told.append(printed.get())

    assert [True, False] * 2 == ["decided as it is" in text for text in told]
    assert all("by the rules of then, which have changed" in text for text in told)
    assert not any("recorded cost" in text for text in told)


def test_relations_are_of_the_rules_of_then(
    played_house: Home, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    edit(folder, ("fairness: strict", "fairness: within_class"))
    monkeypatch.setenv("ORDERHOUSE_HOME", str(played_house.root))

    with CONSOLE.capture() as printed:
        assert 0 == relations_command()

    assert "fairness is" not in printed.get()


def test_of_a_run_that_kept_no_rules_is_said_what_can_be_done(
    own_played_house: Home, folder: Path
) -> None:
    first = first_run(own_played_house)
    forget_rules(own_played_house)
    assert 0 == replayed(own_played_house, first)[0]
    edit(folder, ("split_cost_minor: 250", "split_cost_minor: 900"))

    code, told = replayed(own_played_house, first)

    assert 1 == code
    assert "the rules are not those of the run: orchestration/policies" in told
    assert "ORDERHOUSE_POLICIES=FOLDER orderhouse replay" in told


def test_rules_that_this_version_cannot_read_are_named(
    own_played_house: Home, folder: Path
) -> None:
    """Kept by a version that knew another key."""
    first = first_run(own_played_house)
    house = House.open(own_played_house.root)
    texts = house.policies.texts | {"gates.yaml": "window_weeks: 1\n"}
    at, rules_hash = one_day.NOON, house.policies.rules_hash
    house.close()
    forget_rules(own_played_house)
    house = House.open(own_played_house.root)
    house.journal.keep_rules(first, at, rules_hash, texts)
    house.close()
    edit(folder, ("split_cost_minor: 250", "split_cost_minor: 900"))

    code, told = replayed(own_played_house, first)

    assert 1 == code
    assert "this version cannot read those that it kept: policies/gates.yaml:1" in told


def test_two_runs_by_the_same_rules_keep_them_once(played_house: Home) -> None:
    house = House.open(played_house.root)
    (kept,) = house.landing.named("self", "rules_")
    (rules_hash,) = house.past_runs()["rules_hash"].unique()
    texts = house.journal.rules(rules_hash)
    house.close()

    assert f"rules_{rules_hash}.jsonl" == kept.file_name
    assert {name: (POLICIES / name).read_text() for name in FILES} == texts


def test_a_share_of_the_lines_is_drawn_by_hash(played_house: Home) -> None:
    some = replayed(played_house, share=40)

    assert some == replayed(played_house, share=40)
    assert "40 % of its lines compared" in some[1]
    assert 0 == some[0]
    with pytest.raises(CommandError, match="1 to 100 per cent"):
        replay_command("", date(2017, 12, 28), share=0)
