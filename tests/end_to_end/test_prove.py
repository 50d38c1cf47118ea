"""``orderhouse prove`` on a house that ran: now, as a run left it, one account."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest

from orchestration.cli.execution import CONSOLE
from orchestration.cli.failures import CommandError
from orchestration.cli.prove import prove_command
from orchestration.cli.relations import relations_command
from orchestration.cli.replay import replay_command
from orchestration.cli.stock import stock_command
from orchestration.cli.what_if import Question, what_if
from orchestration.cli.why import explain_order
from orchestration.resources import redeciding
from orchestration.resources.carried import carried_forward
from orchestration.resources.demand_facts import allocate_open_demand
from orchestration.resources.home import Home
from orchestration.resources.house import House
from orchestration.resources.policies import POLICIES
from tests.end_to_end import one_day
from tests.end_to_end.test_replay_rules import forget_rules
from transforms.allocation.allocate import Allocation
from transforms.contracts.decisions import STOCK_POSITIONS, UNIT_POSTINGS

# Warnings of the libraries that a run stands on are no failure of the run.
pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("default")]

SUMMIT = "3PL-SUMMIT/100009"
"""Goods of which the sample's second run finds fewer than were released."""


def proved(
    home: Home, monkeypatch: pytest.MonkeyPatch, key: str = "", as_of: str = ""
) -> tuple[int, list[list[str]]]:
    """Exit code, and each printed line as its words."""
    monkeypatch.setenv("ORDERHOUSE_HOME", str(home.root))
    with CONSOLE.capture() as printed:
        code = prove_command(key, "", as_of)
    return code, [line.split() for line in printed.get().splitlines() if line.strip()]


def test_what_is_not_covered_is_named_with_the_command_that_shows_it(
    played_house: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    code, lines = proved(played_house, monkeypatch)

    assert 1 == code
    assert ["orderhouse", "prove", SUMMIT] in lines
    assert ["commitments", "are", "covered", "commitment", "21", "1", "now"] in lines
    kinds = {"arithmetic", "limit", "commitment"}
    recorded = one_day.query(played_house, one_day.NEWEST_PROOFS).height
    assert recorded == sum(bool(kinds & set(line)) for line in lines)


def test_a_run_goes_on_from_balances_that_nobody_touched(
    own_played_house: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = House.open(own_played_house.root)
    try:
        house.begin(one_day.NOON + timedelta(hours=6))
        carried = carried_forward(house)
        assert carried is not None
        assert house.lake.read(STOCK_POSITIONS).equals(
            carried.sort("node_id", "sku_id")
        )
        moved = house.lake.read(UNIT_POSTINGS).head(2)
        undone = "delete from lake.decisions.unit_postings where run_id = 'undone'"
        _write(house, moved.with_columns(run_id=pl.lit("undone")))
        with house.lake.transaction("test", "as a run that died is undone"):
            house.lake.execute(undone)
        house.begin(one_day.NOON + timedelta(hours=7))
        assert carried_forward(house) is not None
        # A rebuild goes on from nothing: it is to find balances that went wrong.
        monkeypatch.setattr(house, "_run", replace(house.run, is_replay=True))
        assert carried_forward(house) is None
        _write(house, moved)
        house.begin(one_day.NOON + timedelta(hours=8))
        assert carried_forward(house) is None
    finally:
        house.close()


def _write(house: House, postings: pl.DataFrame) -> None:
    with house.lake.transaction("test", "as another hand writes"):
        house.lake.append(UNIT_POSTINGS, postings)


def test_the_account_of_a_key_ends_with_its_position(
    played_house: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    code, lines = proved(played_house, monkeypatch, key=SUMMIT)

    assert 0 == code
    assert ["10", "1", "0"] == [row[-1] for row in lines if row[0] == "AVAILABLE"]
    assert ["4"] == [row[-1] for row in lines if row[0] == "business/PO-7002/1"]


def test_the_promises_of_an_order_are_told_by_the_number_people_use(
    played_house: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    code, lines = proved(played_house, monkeypatch, key="PO-7002")

    assert 0 == code
    assert {"ALLOCATED", "RELEASED"} <= {word for line in lines for word in line}
    with pytest.raises(CommandError, match="nothing is posted of 'PO-9999'"):
        proved(played_house, monkeypatch, key="PO-9999")


def test_a_channels_figure_is_told_step_by_step(
    played_house: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Five eaches, all with the node; one more is asked for."""
    monkeypatch.setenv("ORDERHOUSE_HOME", str(played_house.root))
    with CONSOLE.capture() as printed:
        stock_command("100005")
    lines = [line.split() for line in printed.get().splitlines()]

    assert [
        ["web_shop", "NODES", "0", "–"],
        ["web_shop", "WAITING", "-1", "–"],
        ["web_shop", "FLOOR", "1", "–"],
    ] == [line for line in lines if len(line) == 4 and line[0] == "web_shop"]


def test_a_run_is_proved_as_it_left_the_lake(
    played_house: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    night = one_day.NIGHT.isoformat()

    assert 0 == proved(played_house, monkeypatch, as_of=night)[0]
    with pytest.raises(CommandError, match="no committed run"):
        proved(played_house, monkeypatch, as_of="2016-01-01")


def test_an_each_that_somebody_took_out_of_the_lake_is_found(
    own_played_house: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = House.open(own_played_house.root)
    with house.lake.transaction("test", "half a movement"):
        house.lake.execute(
            "delete from lake.decisions.unit_postings"
            " where account = 'ON_HAND' and movement_type = 'TILL_SALE'"
        )
    house.close()

    code, lines = proved(own_played_house, monkeypatch)

    failed = {" ".join(line[:-3]) for line in lines if line[-1] == "fail"}
    assert 1 == code
    assert {"unit movements sum to zero:", "opening + in - out = closing:"} <= failed


def test_every_run_decides_again_what_it_decided_to_the_byte(
    played_house: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ORDERHOUSE_HOME", str(played_house.root))
    runs = one_day.query(played_house, "select run_id from lake.decisions.runs")

    for run_id in runs["run_id"]:
        with CONSOLE.capture() as printed:
            assert 0 == replay_command(run_id)
        assert "the same to the byte" in printed.get()
        assert "decisions.decision_trace" in printed.get()
    with CONSOLE.capture() as printed:
        assert 0 == explain_order("#1005", is_replayed=True)
    assert "decided again from snapshot" in printed.get()
    recorded = one_day.query(
        played_house, "select distinct rules_hash from lake.decisions.runs"
    )["rules_hash"].item()
    assert recorded in printed.get().partition("Decided by")[2]
    for run_id, day, said in (
        ("none", None, "no committed run"),
        ("a", date(2017, 12, 28), "name one"),
        ("", date(2001, 1, 1), "no run was published"),
    ):
        with pytest.raises(CommandError, match=said):
            replay_command(run_id, day)


def test_all_runs_of_a_day_are_replayed_at_once(
    played_house: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ORDERHOUSE_HOME", str(played_house.root))

    with CONSOLE.capture() as printed:
        assert 0 == replay_command("", date(2017, 12, 28))

    told = printed.get()
    assert told.count("decided again from snapshot") == told.count("the same to") >= 1


def test_what_must_hold_of_any_allocation_holds_of_the_newest_run(
    played_house: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ORDERHOUSE_HOME", str(played_house.root))

    with CONSOLE.capture() as printed:
        assert 0 == relations_command()

    assert "other names decide the same" in printed.get()


def test_what_a_run_would_have_cost_is_told_beside_what_it_did(
    played_house: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ORDERHOUSE_HOME", str(played_house.root))
    night = one_day.query(
        played_house, "select min_by(run_id, as_of) as id from lake.decisions.runs"
    )["id"].item()
    rules = tmp_path / "one_box.yaml"
    rules.write_text("allocation: {max_shipments: 1, sourcing: negotiated}\n")
    rows = tmp_path / "changed.csv"

    with CONSOLE.capture() as printed:
        assert 0 == what_if(Question(night, [rules], [], ["DC-EAST"], 10, 5, str(rows)))
    changed = pl.read_csv(rows)

    told = printed.get()
    assert "one_box, DC-EAST down, demand +10 %, freight +5 %" in told
    # What is down is told alone, too, or nobody knew what the rules do.
    assert ["DC-EAST", "down,", "demand", "+10", "%,", "freight", "+5", "%"] in [
        line.split()[:8] for line in told.splitlines()
    ]
    assert "(amounts in USD)" in told
    assert "Decided under other rules" not in told
    assert {"NODE_DOWN", "NEW_ORDER"} <= set(changed["cause"])
    assert not changed["now_nodes"].str.contains("DC-EAST").any()
    for wrong, said in (
        (Question("", [], [], [], 0, 0, ""), "what is otherwise"),
        (Question("", [], [], ["NOWHERE"], 0, 0, ""), "no node 'NOWHERE'"),
        (Question("", [], [], [], 900, 0, ""), "per cent"),
        (Question("", [tmp_path / "none.yaml"], [], [], 0, 0, ""), "none.yaml is"),
        (Question("", [], ["fastest"], [], 0, 0, ""), "must be one of negotiated"),
    ):
        with pytest.raises(CommandError, match=said):
            what_if(wrong)


def test_days_that_follow_each_other_go_on_from_what_a_variant_did(
    played_house: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is as it was comes to what is recorded; who is down sends nothing."""
    monkeypatch.setenv("ORDERHOUSE_HOME", str(played_house.root))
    same = tmp_path / "same.yaml"
    same.write_text("allocation: {max_shipments: 3}\n")
    rows, first = tmp_path / "changed.csv", date(2017, 12, 1)
    asked = Question("", [same], [], [], 0, 0, str(rows), since=first)

    with CONSOLE.capture() as printed:
        assert 0 == what_if(asked)
    assert "every order is decided as it is" in printed.get()
    with CONSOLE.capture() as printed:
        assert 0 == what_if(replace(asked, rules=[], down=["DC-EAST"]))
    changed = pl.read_csv(rows)

    assert "NODE_DOWN" in set(changed["cause"])
    assert not changed["now_nodes"].str.contains("DC-EAST").any()
    for wrong, said in (
        (replace(asked, until=date(2001, 1, 1), since=None), "no run was published"),
        (replace(asked, run_id="a"), "name one"),
    ):
        with pytest.raises(CommandError, match=said):
            what_if(wrong)


def test_days_are_decided_by_the_rules_of_each_and_other_rules_are_told(
    own_played_house: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Our own rules, tried as a file says them, come to what ours come to.

    Of runs that kept none: those of now are all that is known.
    """
    forget_rules(own_played_house)
    folder = shutil.copytree(POLICIES, tmp_path / "policies")
    path = folder / "allocation.yaml"
    # Every day that was played is in the change, and today is not.
    change = """changes:
  - from: 2017-01-01
    to: 2018-12-31
    reason: one box
    allocation: {max_shipments: 1, split_cost_minor: 900}
"""
    path.write_text(path.read_text() + change)
    monkeypatch.setenv("ORDERHOUSE_HOME", str(own_played_house.root))
    recorded = "select sum(total_minor)::bigint as cost from lake.decisions.allocations"
    cost = one_day.query(own_played_house, recorded)["cost"].item()
    freely = tmp_path / "freely.yaml"
    freely.write_text(change.replace("max_shipments: 1", "max_shipments: 3"))
    asked = Question("", [], ["negotiated"], [], 0, 0, "", since=date(2017, 12, 1))

    monkeypatch.setenv("ORDERHOUSE_POLICIES", str(folder))
    with CONSOLE.capture() as printed:
        assert 0 == what_if(asked)
    told = printed.get()

    assert "every order is decided as it is" in told
    assert "runs were decided under other rules: their recorded cost was" in told
    assert f"{cost / 100:,.2f}" in told
    with CONSOLE.capture() as printed:
        assert 0 == what_if(replace(asked, sourcing=[], rules=[freely]))
    assert "every order is decided as it is" not in printed.get()
    with CONSOLE.capture() as printed:
        assert 0 == what_if(replace(asked, since=None))
    assert "Decided under other rules: its recorded cost was" in printed.get()


def test_a_decision_that_is_another_is_told_with_what_may_be_behind_it(
    played_house: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Recorded eaches that are not what is decided now."""
    monkeypatch.setenv("ORDERHOUSE_HOME", str(played_house.root))

    def dearer(house: House) -> Allocation:
        decided = allocate_open_demand(house)
        raised = decided.allocations.with_columns(pl.col("total_minor") + 1)
        return replace(decided, allocations=raised)

    monkeypatch.setattr(redeciding, "allocate_open_demand", dearer)
    with CONSOLE.capture() as printed:
        assert 1 == replay_command("")
    told = printed.get()

    assert "not the same" in told
    assert "by the same rules and code: that is a bug" in told
    [row] = [line.split() for line in told.splitlines() if "allocations" in line][:1]
    assert row[1:3] == ["6", "12"]
