"""Rules that somebody tries: ours of each date, but for what a file says of it."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from orchestration.resources.policies import POLICIES, Policies
from orchestration.resources.policy_files import PolicyFileError
from orchestration.resources.tried_rules import (
    refuse_unknown_nodes,
    rules_of_file,
    rules_of_key,
)
from transforms.allocation.what_if import Dated, Variant

OURS = """
changes:
  - from: 2017-12-26
    to: 2017-12-31
    reason: boxes are scarce
    allocation: {split_cost_minor: 400, max_shipments: 2}
"""
THEIRS = """allocation:
  max_shipments: 1
changes:
  - from: 2017-12-28
    reason: the new contract
    allocation:
      split_cost_minor: 100
      priority_by_channel: {web_shop: 4}
"""
MISSPELT_LATER = """changes:
  - from: 2018-01-01
    reason: x
    allocation:
      backorder_cancel_days: {webshop: 1}
"""


@pytest.fixture
def policies(tmp_path: Path) -> Policies:
    folder = shutil.copytree(POLICIES, tmp_path / "policies")
    path = folder / "allocation.yaml"
    path.write_text(path.read_text() + OURS)
    return Policies(folder, date(2018, 6, 1))


def by_day(rules: Dated, *days: int) -> list[tuple[int, int]]:
    found = [Variant("x", dated=rules).on(date(2017, 12, day)).policy for day in days]
    return [(one.split_cost_minor, one.max_shipments) for one in found if one]


def test_each_day_has_the_rules_of_its_own_whatever_is_in_force_today(
    policies: Policies, tmp_path: Path
) -> None:
    path = tmp_path / "tried.yaml"
    path.write_text(THEIRS)

    rules = rules_of_file(policies, path)

    assert [(250, 1), (400, 1), (100, 1)] == by_day(rules, 25, 27, 29)
    assert (100, 1) == by_day(rules, 31)[0]
    nearest = rules_of_key(policies, "sourcing", "nearest")
    assert [(250, 3), (400, 2), (400, 2)] == by_day(nearest, 25, 27, 29)
    assert {"nearest"} == {policy.sourcing for _, policy in nearest}


def test_a_change_is_merged_and_a_key_takes_the_place_of_ours(
    policies: Policies, tmp_path: Path
) -> None:
    path = tmp_path / "tried.yaml"
    path.write_text(THEIRS)
    ours = policies.allocation.priority_by_channel

    merged = Variant("x", dated=rules_of_file(policies, path)).on(date(2018, 1, 1))
    path.write_text("allocation:\n  priority_by_channel: {web_shop: 4}\n")
    replaced = Variant("x", dated=rules_of_file(policies, path)).on(date(2018, 1, 1))

    assert merged.policy
    assert replaced.policy
    assert {**ours, "web_shop": 4} == merged.policy.priority_by_channel
    assert {"web_shop": 4} == replaced.policy.priority_by_channel


def test_a_file_may_be_a_copy_of_ours_or_nothing_but_changes(
    policies: Policies, tmp_path: Path
) -> None:
    path = tmp_path / "tried.yaml"
    path.write_text((POLICIES / "allocation.yaml").read_text())

    assert [(250, 3), (250, 3)] == by_day(rules_of_file(policies, path), 25, 27)
    path.write_text(OURS.replace("400", "500"))
    assert [(250, 3), (500, 2)] == by_day(rules_of_file(policies, path), 25, 27)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "allocation:\n  max_shipments: 1\n  max_shipments: 2\n",
            ":3: max_shipments: stands in line 2 already",
        ),
        (
            "allocation:\n  closed_dates:\n    - 2017-13-23\n",
            ":3: closed_dates: 2017-13-23 is no date of the calendar .* is written",
        ),
        (
            "allocation:\n  split_cost_minor: 1\n  max_shipments: 9\n",
            ":3: max_shipments: must be a whole number in 1",
        ),
        ("allocation:\n  max_shipmens: 1\n", ":2: max_shipmens: unknown key"),
        ("allocation:\n  max_shipments: [1\n", ":3: is no YAML: expected"),
        ("allocation:\n  {[a]: 1}\n", ":2: is no YAML: found unhashable key"),
        ("allocation: {sourcing: priority_list}\n", ":1: node_order: must list"),
        ("release: {}\nallocation: 5\n", ":2: allocation: must be a mapping"),
        ("holds: {}\n", ":1: holds: unknown section; there is allocation, release"),
        ("release: {}\n", ": has no section allocation that says"),
        (
            "changes:\n  - {from: 2018-01-01, reason: x, allocation: {zone: Mars}}\n",
            r":2: zone: must be an IANA zone.*\(from 2018-01-01 on\)",
        ),
        (
            "changes:\n  - {from: 2018-02-30, reason: x}\n",
            ":2: from: 2018-02-30 is",
        ),
        (
            "changes:\n  - {from: 2018-01-01, reason: x, holds: {a: 1}}\n",
            ":1: changes: number 1: changes holds; there is allocation, release",
        ),
        ("- 1\n", " is not a mapping"),
    ],
)
def test_what_cannot_be_meant_is_named_by_file_and_line(
    policies: Policies, tmp_path: Path, text: str, said: str
) -> None:
    path = tmp_path / "tried.yaml"
    path.write_text(text)

    with pytest.raises(PolicyFileError, match=f"^{path}{said}"):
        rules_of_file(policies, path)


def test_a_file_that_is_not_there_and_a_word_that_is_no_rule_are_told(
    policies: Policies, tmp_path: Path
) -> None:
    with pytest.raises(PolicyFileError, match=r"none\.yaml is missing"):
        rules_of_file(policies, tmp_path / "none.yaml")
    with pytest.raises(PolicyFileError, match="directory"):
        rules_of_file(policies, tmp_path)
    with pytest.raises(PolicyFileError, match="must be one of negotiated"):
        rules_of_key(policies, "sourcing", "fastest")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "allocation:\n  owners: {NO_STOCK: nobody}\n",
            ":2: NO_STOCK: 'nobody' is no team; there are .*planning",
        ),
        (
            "allocation:\n  priority_by_channel: {webshop: 1}\n",
            ":2: priority_by_channel: 'webshop' is no channel, 'web_shop' is; there",
        ),
        (
            MISSPELT_LATER,
            ":5: backorder_cancel_days: 'webshop' is no channel, 'web_shop' is; there",
        ),
    ],
)
def test_names_that_a_run_refuses_are_refused_where_they_are_tried(
    policies: Policies, tmp_path: Path, text: str, said: str
) -> None:
    path = tmp_path / "tried.yaml"
    path.write_text(text)

    with pytest.raises(PolicyFileError, match=f"^{path}{said}"):
        rules_of_file(policies, path, ["web_shop", "marketplace"])


def test_a_node_that_is_tried_has_to_be_known_where_it_is_in_force(
    tmp_path: Path,
) -> None:
    path = tmp_path / "tried.yaml"
    path.write_text("allocation:\n  node_order: [DC-EAST, DC-WESt]\n")

    refuse_unknown_nodes(path, ["DC-EAST"], ["DC-EAST"])
    with pytest.raises(
        PolicyFileError, match=f"^{path}:2: node_order: 'DC-WESt' is no node, 'DC-EAST'"
    ):
        refuse_unknown_nodes(path, ["DC-EAST"], ["DC-EAST", "DC-WESt"])
