"""An action that has nothing to act on says so; it is written down all the same."""

from __future__ import annotations

import polars as pl
import pytest

from orchestration.cli.order_actions import comes_to_nothing
from orchestration.resources.mending import named_by
from transforms.contracts.decisions import LINE_BUCKETS, LINE_HOLDS

QUANTITIES = {name: 0 for name in LINE_BUCKETS.names if name.endswith("_qty")}


def buckets(**eaches: int) -> pl.DataFrame:
    return pl.DataFrame([QUANTITIES | eaches], schema=LINE_BUCKETS.schema)


def holds(*reasons: str) -> pl.DataFrame:
    rows = [{"line_id": "L", "reason_code": reason} for reason in reasons]
    return pl.DataFrame(rows, schema=LINE_HOLDS.schema)


@pytest.mark.parametrize(
    ("action", "reason", "held", "said"),
    [
        ("APPROVE", "", (), "waits for an approval; it is not held"),
        ("APPROVE", "", ("FRAUD",), "waits for an approval; it is held for FRAUD"),
        ("UNHOLD", "", (), "it is not held: nothing"),
        ("UNHOLD", "FRAUD", ("ADDRESS",), "not held for FRAUD; it is held for ADDRESS"),
    ],
)
def test_what_is_not_held_is_not_let_go(
    action: str, reason: str, held: tuple[str, ...], said: str
) -> None:
    (told,) = comes_to_nothing(action, reason, buckets(pending_qty=1), holds(*held))

    assert said in told


def test_what_is_with_a_node_is_not_held() -> None:
    lines = buckets(released_qty=2, shipped_qty=1, backordered_qty=4)

    (told,) = comes_to_nothing("HOLD", "FRAUD", lines, holds())

    assert "3 eaches are with a node" in told
    assert "4 are to be" in told


@pytest.mark.parametrize(
    ("action", "reason"),
    [
        ("APPROVE", ""),
        ("UNHOLD", ""),
        ("UNHOLD", "FRAUD"),
        ("HOLD", "FRAUD"),
        ("CANCEL", ""),
    ],
)
def test_what_has_something_to_act_on_is_not_warned_of(
    action: str, reason: str
) -> None:
    held = holds("APPROVAL", "FRAUD")

    assert comes_to_nothing(action, reason, buckets(held_qty=1), held) == []


def test_two_lines_held_in_one_second_are_held_for_themselves() -> None:
    held = {"order_ref": "1", "reason_code": "ADDRESS"}
    first, second = ({**held, "line_ref": line} for line in "AB")

    assert named_by("T-ops", first) != named_by("T-ops", second)
    assert named_by("T-ops", first) == named_by("T-ops", dict(first))
