"""Policies from files: an error names its line, a change has its date."""

from __future__ import annotations

import shutil
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from orchestration.resources.house import House, RunRefusedError
from orchestration.resources.partners import partners
from orchestration.resources.policies import POLICIES, Policies
from orchestration.resources.policy_files import FILES, NAMES
from orchestration.resources.refusal import RefusalError
from tests.orchestration.test_stock_facts import lay
from transforms.allocation.policy import REASONS
from transforms.contracts.gold import DIM_NODES
from transforms.reconciliation.owners import OWNERS

PEAK = """
changes:
  - from: 2017-12-26
    to: 2017-12-31
    reason: boxes are scarce
    allocation:
      split_cost_minor: 400
      promise_days: {STANDARD: 7}
  - from: 2017-12-28
    reason: the new contract
    allocation:
      split_cost_minor: 300
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The shipped policies, to change."""
    return shutil.copytree(POLICIES, tmp_path / "policies")


def written(folder: Path, name: str, old: str, new: str) -> Policies:
    path = folder / name
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))
    return Policies(folder)


def changed(folder: Path, text: str) -> Policies:
    path = folder / "allocation.yaml"
    path.write_text(path.read_text() + text)
    return Policies(folder)


def test_every_file_of_policies_is_read(folder: Path) -> None:
    assert {path.stem for path in folder.glob("*.yaml")} == set(NAMES)


def test_backorders_are_of_teams_that_have_exceptions(folder: Path) -> None:
    policy = Policies(folder).allocation

    assert set(REASONS) == set(policy.owners)
    assert set(policy.owners.values()) <= set(OWNERS.values())


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        (
            "allocation.yaml",
            "split_cost_minor: 250",
            "split_cost_minor: many",
            r"allocation.yaml:{line}: split_cost_minor: must be a whole number",
        ),
        (
            "allocation.yaml",
            "max_shipments: 3",
            "max_shipmens: 3",
            r"allocation.yaml:{line}: max_shipmens: unknown key",
        ),
        (
            "allocation.yaml",
            "max_shipments: 3",
            "max_shipments: 3\n  max_shipments: 4",
            r"allocation.yaml:{next}: max_shipments: stands in line {line} already",
        ),
        (
            "allocation.yaml",
            "closed_dates: [2017-11-23",
            "closed_dates: [2017-13-23",
            r"allocation.yaml:{line}: closed_dates: 2017-13-23 is no date of the",
        ),
        (
            "allocation.yaml",
            "max_shipments: 3",
            "max_shipments: 0b_",
            r"allocation.yaml:{line}: max_shipments: 0b_ cannot be read",
        ),
        (
            "allocation.yaml",
            "NO_STOCK: planning",
            "NO_STOCK: plannning",
            r"allocation.yaml:{line}: NO_STOCK: 'plannning' is no team, 'planning' is;",
        ),
        (
            "allocation.yaml",
            "NO_STOCK: planning",
            "NO_STOCK: nobody",
            r"allocation.yaml:{line}: NO_STOCK: 'nobody' is no team; there are .* plan",
        ),
        (
            "allocation.yaml",
            "marketplace: 1",
            "marketplaze: 1",
            r"allocation.yaml:{line}: priority_by_channel: 'marketplaze' is no channel",
        ),
        (
            "allocation.yaml",
            "business_classes: []",
            "business_classes: [{class: WIN, channel: [web_shop, webshop]}]",
            r"allocation.yaml:{line}: channel: 'webshop' is no channel",
        ),
        (
            "holds.yaml",
            "business: {USD: 1000000}",
            "biz: {USD: 1000000}",
            r"holds.yaml:{line}: approval_above_minor: 'biz' is no channel",
        ),
        (
            "availability.yaml",
            "published_channels: [web_shop]",
            "published_channels: [web_shops]",
            r"availability.yaml:{line}: published_channels: 'web_shops' is no channel",
        ),
        (
            "reconciliation.yaml",
            "payment_provider: web_shop",
            "payment_provider: web_shpo",
            r"reconciliation.yaml:{line}: payment_provider: 'web_shpo' is no",
        ),
        (
            "allocation.yaml",
            "max_shipments: 3",
            "max_shipments: [3",
            r"allocation.yaml:\d+: is no YAML: .* that began in line {line}",
        ),
        (
            "allocation.yaml",
            "carrier_closed_dates: []",
            "carrier_closed_dates: [2017-13-23]",
            r"allocation.yaml:{line}: carrier_closed_dates: 2017-13-23 .*2017-12-29",
        ),
    ],
)
def test_what_cannot_be_meant_is_named_by_file_and_line(
    folder: Path, name: str, old: str, new: str, said: str
) -> None:
    lines = (folder / name).read_text().splitlines()
    line = next(n for n, text in enumerate(lines, 1) if old in text)
    policies = written(folder, name, old, new)

    # A refusal is told in one line, without the class of what was raised.
    with pytest.raises(RefusalError, match=said.format(line=line, next=line + 1)):
        policies.require(partners())


def test_a_day_that_is_none_is_named_where_a_change_begins(folder: Path) -> None:
    lines = len((folder / "allocation.yaml").read_text().splitlines())
    policies = changed(folder, PEAK.replace("from: 2017-12-26", "from: 2017-12-32"))

    with pytest.raises(ValueError, match=rf"yaml:{lines + 3}: from: 2017-12-32 is no"):
        policies.require()


def test_a_channel_that_a_change_misspells_is_refused_with_its_line(
    folder: Path,
) -> None:
    lines = len((folder / "allocation.yaml").read_text().splitlines())
    policies = changed(
        folder,
        """changes:
  - from: 2018-01-01
    reason: x
    allocation: {backorder_cancel_days: {web-shop: 3}}
""",
    )

    with pytest.raises(ValueError, match=rf"yaml:{lines + 4}: .*'web-shop' is no"):
        policies.require(partners())


def test_a_node_is_looked_at_on_the_dates_on_which_it_is_named(folder: Path) -> None:
    """A change may name one that opens later."""
    policies = changed(
        folder,
        """changes:
  - {from: 2018-01-01, reason: x, allocation: {node_order: [DC-EAST, DC-WEST]}}
""",
    )
    line = len((folder / "allocation.yaml").read_text().splitlines())

    policies.require(partners())
    policies.on(date(2017, 12, 31)).require_nodes(["DC-EAST"])
    with pytest.raises(
        ValueError, match=rf"yaml:{line}: node_order: 'DC-WEST' is no node, 'DC-EAST'"
    ):
        policies.on(date(2018, 1, 1)).require_nodes(["DC-EAST"])


def test_a_run_refuses_a_node_that_the_house_does_not_know(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not while it knows none: the first run reads their rows."""
    written(folder, "allocation.yaml", "node_order: []", "node_order: [EASST]")
    monkeypatch.setenv("ORDERHOUSE_POLICIES", str(folder))
    house = House.open(tmp_path / "house")

    house.begin(datetime(2017, 12, 27, 5, tzinfo=UTC))
    lay(house, DIM_NODES, [{"node_id": "EAST"}])
    with pytest.raises(RunRefusedError, match=r"node_order: 'EASST' is no node, 'EAST"):
        house.begin(datetime(2017, 12, 28, 5, tzinfo=UTC))
    house.close()


def test_rules_that_were_kept_are_those_of_their_files_and_no_others(
    folder: Path,
) -> None:
    """What lies beside them may be a secret."""
    (folder / "notes.txt").write_text("PASSWORD")
    written(folder, "company.yaml", "seed: 20171226", "seed: 20171226  # 种子")
    policies = changed(folder, PEAK)
    texts, rules_hash = policies.texts, policies.rules_hash
    for path in folder.glob("*"):
        path.unlink()

    kept = Policies.kept(texts, rules_hash)
    kept.require(partners())

    assert set(FILES) == set(texts)
    assert rules_hash == kept.on(date(2017, 12, 28)).rules_hash
    assert 400 == kept.on(date(2017, 12, 27)).allocation.split_cost_minor
    assert "种子" in kept.text("company.yaml")
    assert kept.transitions.height > 1


def test_rules_are_landed_once_for_all_runs_that_have_the_same(
    folder: Path, tmp_path: Path
) -> None:
    texts = Policies(folder).texts
    others = texts | {"gates.yaml": "window_days: 9\n"}
    house = House.open(tmp_path / "house")
    for number, (rules_hash, rules) in enumerate(
        [("a" * 16, texts), ("b" * 16, others), ("a" * 16, texts)]
    ):
        at = datetime(2017, 12, 27, number, tzinfo=UTC)
        house.journal.keep_rules(f"{number}", at, rules_hash, rules)
    names = [arrival.file_name for arrival in house.landing.arrivals()]
    told = [house.journal.rules(rules_hash * 16) for rules_hash in "abc"]
    house.close()

    assert [f"rules_{name * 16}.jsonl" for name in "ab"] == names
    assert [texts, others, None] == told


def test_a_change_is_in_force_from_its_first_date_to_its_last(folder: Path) -> None:
    policies = changed(folder, PEAK)
    policies.require()

    told = {
        day: (rules.split_cost_minor, rules.promise_days["STANDARD"])
        for day in (25, 26, 27, 28, 31)
        for rules in [policies.on(date(2017, 12, day)).allocation]
    }
    later = policies.on(date(2018, 1, 1)).allocation

    assert told == {
        25: (250, 5),
        26: (400, 7),
        27: (400, 7),
        28: (300, 7),
        31: (300, 7),
    }
    assert (300, 5) == (later.split_cost_minor, later.promise_days["STANDARD"])
    # What is not named stays.
    assert 2 == later.promise_days["EXPEDITED"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("changes: soon\n", "changes: must be a list"),
        ("changes:\n  - reason: x\n", "number 1: needs from"),
        ("changes:\n  - from: 2018-01-01\n", "number 1: needs a reason"),
        (
            "changes:\n  - {from: 2018-01-02, to: 2018-01-01, reason: x}\n",
            "number 1: needs from",
        ),
        ("changes:\n  - {from: 2018-01-01, reason: x}\n", "changes nothing"),
        (
            "changes:\n  - {from: 2018-01-01, reason: x, allocation: }\n",
            "changes nothing of allocation",
        ),
        (
            "changes:\n  - {from: 2018-01-01, reason: x, changes: []}\n",
            "changes changes; there is",
        ),
        (
            "changes:\n  - {from: 2018-01-01, reason: x, warehouse: {}}\n",
            "changes warehouse; there is allocation, release",
        ),
        (
            "changes:\n  - {from: 2018-01-01, reason: x, allocation: {zone: Mars}}\n",
            r"allocation.yaml:\d+: zone: must be an IANA zone.*from 2018-01-01 on",
        ),
    ],
)
def test_a_change_that_cannot_be_meant_is_refused_when_it_is_written(
    folder: Path, text: str, said: str
) -> None:
    policies = changed(folder, text)

    with pytest.raises(ValueError, match=said):
        policies.require()


def test_what_is_in_force_when_a_change_ends_is_looked_at_too(folder: Path) -> None:
    """The list ends on the tenth; from the eleventh the strategy has none."""
    policies = changed(
        folder,
        """changes:
  - {from: 2018-01-01, to: 2018-01-10, reason: x, allocation: {node_order: [DC]}}
  - {from: 2018-01-05, reason: y, allocation: {sourcing: priority_list}}
""",
    )

    with pytest.raises(ValueError, match=r"node_order: must list.*from 2018-01-11 on"):
        policies.require()


def test_the_line_of_a_wrong_change_is_the_change_s(folder: Path) -> None:
    text = (folder / "allocation.yaml").read_text()
    policies = changed(
        folder,
        """changes:
  - from: 2018-01-01
    reason: x
    allocation:
      split_cost_minor: -5
""",
    )
    line = len(text.splitlines()) + 5

    with pytest.raises(ValueError, match=rf"yaml:{line}: split_cost_minor"):
        policies.require()


def test_a_run_has_the_policies_of_its_own_date(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also the run of a past date, whatever is in force today."""
    changed(folder, PEAK)
    monkeypatch.setenv("ORDERHOUSE_POLICIES", str(folder))
    house = House.open(tmp_path / "house")
    today = house.policies.allocation.split_cost_minor

    house.begin(datetime(2017, 12, 27, 5, tzinfo=UTC))
    then = house.policies.allocation.split_cost_minor
    house.close()

    assert (300, 400) == (today, then)
