"""A node that has no more than its buffer holds back is told from one that has none."""

import pytest

from tests.unit.allocation.shop import (
    a_line,
    decide,
    demand,
    placed,
    rows_of,
    stock,
    waiting,
)
from transforms.contracts.decisions import AVAILABLE_TO_PROMISE


@pytest.mark.parametrize(
    ("on_hand", "allocated", "buffer", "floor", "rule"),
    [
        (2, 0, 2, 0, "BELOW_BUFFER"),
        (3, 1, 2, 0, "BELOW_BUFFER"),
        (0, 0, 0, 0, "NO_STOCK"),
        (2, 2, 0, 0, "NO_STOCK"),
        # All of it is promised, and what was held back is too.
        (2, 3, 1, 2, "NO_STOCK"),
        # Half of what is held back is promised: the other half is still there.
        (2, 1, 2, 1, "BELOW_BUFFER"),
        (3, 0, 2, 0, ""),
    ],
)
def test_who_holds_all_back_has_some(
    on_hand: int, allocated: int, buffer: int, floor: int, rule: str
) -> None:
    atp = on_hand - allocated - buffer + floor
    row: dict[str, object] = {"node_id": "EAST", "sku_id": "A", "on_hand_qty": on_hand}
    row |= {"allocated_qty": -allocated, "buffer_qty": -buffer, "floor_qty": floor}
    supply = rows_of(AVAILABLE_TO_PROMISE, [row | {"atp_qty": atp}])

    found = decide(demand(a_line()), supply)
    bare = decide(demand(a_line()), stock({"EAST": {"A": atp}}))

    seen = found.trace.filter(node_id="EAST")["failed_rules"].to_list()
    assert seen == [rule]
    assert (placed(found), waiting(found)) == (placed(bare), waiting(bare))
    assert found.backorders.equals(bare.backorders)
