"""Whatever is sent, an order is worth what was agreed for what was ordered."""

from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.contracts.decisions import LINE_BUCKETS
from transforms.contracts.gold import FCT_ORDER_LINES
from transforms.reconciliation.payment_matching import order_values, with_moved

AMOUNTS = {"line_amount_minor": 1000, "discount_minor": 100, "tax_minor": 90}
NOTHING = dict.fromkeys(AMOUNTS, 0) | {"ordered_qty": 0}


def line(name: str = "o/1", **cells: object) -> dict[str, Any]:
    return {"line_id": name, "order_id": "o", "ordered_qty": 3, **AMOUNTS, **cells}


def linked(name: str = "o/1~a", ratio: int = 1, **cells: object) -> dict[str, Any]:
    of = {"substitutes_line_id": "o/1", "substitutes_ratio": ratio}
    return line(name, **NOTHING, **of, **cells)


def worth(
    lines: list[dict[str, Any]], **buckets: dict[str, int]
) -> dict[str, tuple[int, int, int]]:
    """What each line is worth, and what of that is cancelled and left."""
    none = {name: 0 for name in LINE_BUCKETS.names if name.endswith("_qty")}
    folded = [none | {"line_id": name} | told for name, told in buckets.items()]
    moved = with_moved(
        pl.DataFrame(lines, schema=FCT_ORDER_LINES.schema),
        pl.DataFrame(folded, schema=LINE_BUCKETS.schema),
    )
    return {
        name: amounts
        for name, *amounts in order_values(moved)
        .select("line_id", "value", "cancelled_minor", "left_minor")
        .iter_rows()
    }


def test_a_linked_line_has_its_part_of_the_line_to_the_last_cent() -> None:
    found = worth(
        [line(), linked(ratio=2)],
        **{
            "o/1": {"ordered_qty": 3, "substituted_out_qty": 1, "shipped_qty": 2},
            "o/1~a": {"ordered_qty": 2, "delivered_qty": 2},
        },
    )

    assert {"o/1": [660, 0, 660], "o/1~a": [330, 0, 330]} == found


def test_what_leaves_of_a_linked_line_is_owed_by_its_share() -> None:
    """Of three substituted by six, four left and two were cancelled."""
    found = worth(
        [line(), linked(ratio=2)],
        **{
            "o/1": {"ordered_qty": 3, "substituted_out_qty": 3},
            "o/1~a": {"ordered_qty": 6, "shipped_qty": 4, "cancelled_qty": 2},
        },
    )

    assert {"o/1": [0, 0, 0], "o/1~a": [990, 330, 660]} == found


def test_a_linked_line_that_nothing_was_moved_to_is_worth_nothing() -> None:
    found = worth(
        [line(), linked()],
        **{"o/1": {"ordered_qty": 3, "cancelled_qty": 3}, "o/1~a": {}},
    )

    assert {"o/1": [990, 990, 0], "o/1~a": [0, 0, 0]} == found


@pytest.mark.parametrize("ordered", [3, 1])
@given(parts=st.lists(st.integers(0, 3), max_size=3), amount=st.integers(0, 999))
def test_an_order_is_worth_what_it_was(
    ordered: int, parts: list[int], amount: int
) -> None:
    """Even if its channel takes eaches back that were substituted before."""
    lines = [line(ordered_qty=ordered, line_amount_minor=amount, discount_minor=0)]
    lines += [linked(f"o/1~{n}") for n, _ in enumerate(parts)]
    buckets = {f"o/1~{n}": {"ordered_qty": part} for n, part in enumerate(parts)}

    found = worth(lines, **{"o/1": {"ordered_qty": 3}}, **buckets)

    assert amount + AMOUNTS["tax_minor"] == sum(value for value, *_ in found.values())
    assert all(value >= 0 for value, *_ in found.values())
