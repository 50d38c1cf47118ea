"""Another SKU is sent for eaches of a line: one of the two, never both or neither."""

from datetime import timedelta
from random import Random
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.allocation.shop import AS_OF
from transforms.allocation.substituting import ASKED, Substituted, substitute
from transforms.contracts.decisions import LINE_BUCKETS

NONE = {name: 0 for name in LINE_BUCKETS.names if name.endswith("_qty")}


def asks(ref: str = "a", **cells: object) -> dict[str, Any]:
    """Somebody wants two B for each A of the line."""
    return {
        "action_id": f"operators/{ref}",
        "order_id": "o",
        "line_id": "o/1",
        "sku_id": "A",
        "linked_line_id": f"o/1~{ref}",
        "alternative_sku_id": "B",
        "ratio": 2,
        "qty": None,
        "author": "desk",
        "acted_at": AS_OF,
        "is_kit": False,
        **cells,
    }


def done(*asked: dict[str, Any], **eaches: int) -> Substituted:
    """What is done of actions while a line has so many eaches by bucket."""
    buckets = pl.DataFrame(
        [NONE | {"line_id": "o/1"} | eaches], schema=LINE_BUCKETS.schema
    )
    return substitute(pl.DataFrame(list(asked), schema=ASKED), buckets, AS_OF)


def moved(found: Substituted) -> list[tuple[int, str | None]]:
    return found.lines.select("moved_qty", "refusal_code").rows()


def test_what_moves_out_of_a_line_is_accepted_of_the_linked_one() -> None:
    found = done(asks(qty=2), backordered_qty=3)

    assert [
        ("o/1", "SUBSTITUTED", "A", 2, "o/1~a"),
        ("o/1~a", "ACCEPTED", "B", 4, None),
    ] == found.events.sort("line_id").select(
        *("line_id", "event_type", "sku_id", "qty", "reason_code")
    ).rows()
    assert [(2, None)] == moved(found)


def test_only_what_no_node_was_told_of_moves() -> None:
    eaches = {"pending_qty": 1, "held_qty": 2, "preordered_qty": 1, "allocated_qty": 1}

    assert [(5, None)] == moved(done(asks(), **eaches, released_qty=4, shipped_qty=1))
    assert [(1, "NOTHING_WAITS")] == moved(done(asks(qty=3), pending_qty=1))
    assert [(0, "NOTHING_WAITS")] == moved(done(asks(), released_qty=4))


def test_what_was_sent_beyond_the_instruction_is_not_sent_again() -> None:
    assert [(1, None)] == moved(done(asks(), backordered_qty=3, overshipped_qty=2))


def test_of_two_actions_on_a_line_the_earlier_one_is_first() -> None:
    earlier = asks("z", acted_at=AS_OF - timedelta(hours=1), qty=2)

    found = done(asks("a", qty=2), earlier, backordered_qty=3)

    assert {"o/1~a": 1, "o/1~z": 2} == dict(
        found.lines.select("linked_line_id", "moved_qty").iter_rows()
    )


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        ({"line_id": None, "sku_id": None}, "KIT_LINE"),
        ({"is_kit": True}, "KIT_SKU"),
        ({"alternative_sku_id": "A"}, "SAME_SKU"),
    ],
)
def test_what_cannot_be_replaced_is_refused(cells: dict[str, Any], code: str) -> None:
    found = done(asks(**cells), asks("b", qty=1), backordered_qty=3)

    assert {"o/1~a": (0, code), "o/1~b": (1, None)} == {
        line: (qty, why)
        for line, qty, why in found.lines.select(
            "linked_line_id", "moved_qty", "refusal_code"
        ).iter_rows()
    }
    assert 2 == found.events.height


@given(
    waits=st.integers(0, 9),
    wants=st.lists(st.one_of(st.none(), st.integers(1, 5)), min_size=1, max_size=4),
    ratio=st.integers(1, 3),
    seed=st.randoms(),
)
def test_no_each_is_lost_or_sent_twice(
    waits: int, wants: list[int | None], ratio: int, seed: Random
) -> None:
    asked = [asks(str(n), qty=qty, ratio=ratio) for n, qty in enumerate(wants)]
    seed.shuffle(asked)

    found = done(*asked, backordered_qty=waits)

    sums = dict(found.events.group_by("event_type").agg(pl.col("qty").sum()).rows())
    out = sums.get("SUBSTITUTED", 0)
    in_all = sum(waits if qty is None else qty for qty in wants)
    assert min(waits, in_all) == out
    assert out * ratio == sums.get("ACCEPTED", 0)
    in_order = sorted(asked, key=lambda one: str(one["action_id"]))
    assert found.events.equals(done(*in_order, backordered_qty=waits).events)
