"""What ``orderhouse what-if`` prints, so that nobody takes it for something else."""

from __future__ import annotations

from pathlib import Path

import pytest

from orchestration.cli.execution import CONSOLE
from orchestration.cli.failures import CommandError
from orchestration.cli.grids import framed
from orchestration.cli.what_if import (
    Question,
    _asked,
    _print_changed,
    _scores,
    _sentences,
)
from orchestration.resources.policies import Policies
from orchestration.resources.what_ifs import Recorded
from tests.unit.allocation.test_metamorphic import inputs
from transforms.allocation.what_if import Decided, Variant, WhatIf, compared, under

DOWN = Variant("EAST, MID down", down=("EAST", "MID"))


def decided(variant: Variant) -> Decided:
    other = under(variant, inputs())
    return other, other.decide()


@pytest.fixture(scope="module")
def found() -> WhatIf:
    return compared(decided(Variant("as it is")), [(DOWN, decided(DOWN))])


def words(found: WhatIf, *, is_changed: bool) -> list[list[str]]:
    with CONSOLE.capture() as printed:
        if is_changed:
            _print_changed(found, "", 2)
        else:
            CONSOLE.print(framed("Scores", _scores(found.scores), 2))
    return [line.split() for line in printed.get().splitlines() if line.strip()]


def test_money_shares_and_eaches_are_told_as_people_read_them(found: WhatIf) -> None:
    lines = words(found, is_changed=False)
    row = found.scores.row(0, named=True)

    assert {"late", "eaches", "fill", "cost", "per", "each"} <= set(lines[1])
    assert not {"minor", "bp"} & set(lines[1])
    last = [
        f"{row['cost_minor'] / 100:,.2f}",
        f"{row['cost_per_each_minor'] / 100:.2f}",
    ]
    assert last == lines[3][-2:]
    fill = row["fill_bp"]
    assert [f"{fill // 100}.{fill % 100 // 10}", "%"] == lines[3][-4:-2]


def test_who_ships_less_is_not_cheaper(found: WhatIf) -> None:
    cost = int(found.scores["cost_minor"][0])
    fewer = found.scores["allocated_qty"][0] - found.scores["allocated_qty"][1]

    [said] = _sentences(found, Recorded(1, 0, 0, cost), 2)

    assert said.startswith(f"EAST, MID down: ships {fewer:,} eaches fewer, and what")
    lines = words(found, is_changed=True)
    nothing = [line for line in lines if line[-6:-4] == ["ships", "nothing"]]
    assert nothing
    assert all(line[-1] == "–" for line in nothing)
    assert any(line[:2] == ["Not", "spent:"] for line in lines)


@pytest.mark.parametrize(
    ("recorded", "by", "said"),
    [
        (
            Recorded(1, 1, 0, 123_456),
            "today's rules",
            "Decided under other rules: its recorded cost was 1,234.56",
        ),
        (
            Recorded(6, 4, 6, 700),
            "today's rules",
            "4 of 6 runs were decided under other rules: their recorded cost was 7.00",
        ),
        (
            Recorded(1, 0, 1, 700),
            "this version",
            "Decided by another version: its recorded cost was 7.00",
        ),
    ],
)
def test_what_was_decided_otherwise_is_not_taken_for_what_happened(
    found: WhatIf, recorded: Recorded, by: str, said: str
) -> None:
    assert f"{said}; 'as it is' is by {by}" == next(_sentences(found, recorded, 2))


def test_runs_that_go_by_rules_that_they_kept_are_told(found: WhatIf) -> None:
    cost = int(found.scores["cost_minor"][0])

    said = [*_sentences(found, Recorded(6, 0, 0, cost, 4), 2)]
    one = next(_sentences(found, Recorded(1, 0, 0, cost, 1), 2))

    assert said[0].startswith("4 of 6 runs are decided by the rules of then, which")
    assert one.startswith("Decided by the rules of then, which have changed since:")
    assert not any("recorded cost" in each for each in said)


def test_what_other_code_decides_alike_needs_no_word(found: WhatIf) -> None:
    cost = int(found.scores["cost_minor"][0])

    said = [*_sentences(found, Recorded(1, 0, 1, cost), 2)]
    same = [*_sentences(found, Recorded(1, 1, 0, cost), 2)]

    assert not any("version" in one for one in said)
    assert ", the same;" in same[0]


def test_circumstances_are_told_alone_before_rules_under_them(tmp_path: Path) -> None:
    asked = Question("", [], ["nearest", "cheapest"], ["EAST"], 0, 0, "")
    twice = tmp_path / "twice.yaml"
    twice.write_text("allocation:\n  max_shipments: 1\n  max_shipments: 2\n")

    names = [one.name for one in _asked(asked, Policies())]

    assert ["EAST down", "nearest, EAST down", "cheapest, EAST down"] == names
    with pytest.raises(CommandError, match=r"twice.yaml:3: max_shipments: stands in"):
        _asked(Question("", [twice], [], [], 0, 0, ""), Policies())
    with pytest.raises(CommandError, match="--sourcing fastest: sourcing: must be"):
        _asked(Question("", [], ["fastest"], [], 0, 0, ""), Policies())
