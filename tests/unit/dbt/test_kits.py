"""Kits: an order of one is an order of its components, or waits for these."""

from __future__ import annotations

import pytest

from tests.unit.dbt.builders import (
    ORDERS_AGAIN,
    ORDERS_BUILT,
    Row,
    a_component,
    a_lane,
    a_node,
    a_product,
    an_action,
    an_order_line,
    provenance,
)
from tests.unit.dbt.conftest import Lake

pytestmark = pytest.mark.slow

BUCKETS = ("pending", "backordered", "allocated", "released", "shipped")
ENDS = ("delivered", "cancelled", "held")


def an_opening(order: str, line: str, **words: object) -> Row:
    """Where the eaches of a line were when the system before let go of it."""
    payload_line = words.pop("payload_line", 1)
    told = {f"{name}_qty": str(words.pop(name, 0)) for name in (*BUCKETS, *ENDS)}
    return (
        {
            "channel_id": "web_shop",
            "order_ref": order,
            "line_ref": line,
            "cut_at": "2017-12-27T00:00:00-05:00",
        }
        | told
        | provenance(1, payload_line)
        | words
    )


IS_KIT: Row = {"is_kit": "true"}
KITS = ("K", "SET", "EMPTY", "HOLLOW", "ROUND")
LATER: Row = {"action": "update", "updated_at": "2017-12-27T11:00:00-05:00"}
DAY: dict[str, list[Row]] = {
    "products": [
        *(a_product(sku) for sku in "ABC"),
        *(a_product(sku) | IS_KIT for sku in KITS),
        a_product("FORMER"),
    ],
    "nodes": [a_node("DC-EAST")],
    "lanes": [a_lane("NY", "DC-EAST")],
    "kit_components": [
        a_component("K", "A", 1, 1),
        a_component("K", "B", 2, 1),
        a_component("SET", "K", 2, 1, price_weight="9"),
        a_component("SET", "C", 1, 1, price_weight="1"),
        a_component("HOLLOW", "D", 2, 1),
        a_component("ROUND", "K", 1, 1),
        a_component("K", "ROUND", 1, 1, valid_from="2017-12-28"),
        a_component("K", "B", 1, 1, valid_from="2018-01-01"),
        a_component("FORMER", "A", 4, 1, valid_from="2017-12-28"),
    ],
    "orders": [
        an_order_line("o1", "1", "K", 2, line_amount="10.01", shipped_qty="1"),
        an_order_line("o1", "2", "A", 1, payload_line=2),
        an_order_line("o2", "1", "SET", 1, payload_line=3),
        an_order_line("o3", "1", "EMPTY", 3, payload_line=4),
        an_order_line("o4", "1", "FORMER", 1, payload_line=5),
        an_order_line(
            *("o5", "1", "ROUND", 1),
            ordered_at="2017-12-28T10:00:00-05:00",
            updated_at="2017-12-28T10:00:00-05:00",
            payload_line=6,
        ),
        an_order_line("o4", "2", "K", 3, payload_line=8),
        an_order_line("o7", "1", "HOLLOW", 3, payload_line=7),
    ],
    "opening_lines": [
        an_opening("o4", "2", allocated=1, held=1, shipped=1, hold_reason="FRAUD"),
        an_opening("o3", "1", pending=3, payload_line=2),
    ],
    "order_actions": [
        an_action("o1", "H1", "HOLD", 12, line_ref="1", until_date="2018-01-05"),
    ],
}
NEXT_DAY: dict[str, list[Row]] = {
    "products": [a_product("D", 20)],
    "kit_components": [
        a_component("EMPTY", "C", 2, 20),
        # What a kit is said to hold from now on changes no order before.
        a_component("K", "B", 3, 20, updated_at="2017-12-27T00:00:00-05:00"),
    ],
    "orders": [
        an_order_line("o1", "1", "K", 3, landing_id=21, **LATER),
        an_order_line("o1", "2", "A", 1, landing_id=21, payload_line=2, **LATER),
        an_order_line("o6", "1", "K", 1, landing_id=21, payload_line=3),
    ],
}


@pytest.fixture(scope="module")
def first_day(empty: Lake, tmp_path_factory: pytest.TempPathFactory) -> Lake:
    """The lake after run_1 of DAY."""
    lake = empty.copied(tmp_path_factory.mktemp("day") / "lake")
    for document, told in DAY.items():
        lake.insert(f"bronze.{document}", told)
    assert {"success"} == set(lake.make(*ORDERS_BUILT).values())
    lake.commit("run_1")
    return lake


@pytest.fixture(scope="module")
def last_day(first_day: Lake, tmp_path_factory: pytest.TempPathFactory) -> Lake:
    """A copy of it after run_2 of NEXT_DAY."""
    lake = first_day.copied(tmp_path_factory.mktemp("next") / "lake")
    for document, told in NEXT_DAY.items():
        lake.insert(f"bronze.{document}", told)
    master = ("int_kit_components__deduplicated", "int_skus__known")
    lake.make(*master, *ORDERS_AGAIN, run_id="run_2", since_landing_id=19)
    return lake


def lines_of(lake: Lake, order: str) -> list[tuple[object, ...]]:
    return lake.query(
        "select line_id, sku_id, ordered_qty, kit_sku_id, kit_qty, line_amount_minor"
        f" from gold.fct_order_lines where order_id = 'web_shop/{order}' order by 1"
    )


def test_an_order_of_a_kit_is_one_of_its_components(first_day: Lake) -> None:
    assert [
        ("web_shop/o1/1~A", "A", 2, "K", 1, 333),
        ("web_shop/o1/1~B", "B", 4, "K", 2, 668),
        ("web_shop/o1/2", "A", 1, None, None, 100),
    ] == lines_of(first_day, "o1")


def test_a_kit_of_kits_is_taken_apart_to_the_last_its_price_by_weight(
    first_day: Lake,
) -> None:
    parts = [(row[1], row[2]) for row in lines_of(first_day, "o2")]
    price = [row[5] for row in lines_of(first_day, "o2")]

    assert [("A", 2), ("B", 4), ("C", 1)] == parts
    assert 100 == sum(map(int, map(str, price)))


def test_the_order_counts_the_lines_that_its_customer_wrote(first_day: Lake) -> None:
    assert [("web_shop/o1", 2, 7), ("web_shop/o2", 1, 7), ("web_shop/o4", 2, 10)] == (
        first_day.query(
            "select order_id, line_count, ordered_qty from gold.fct_orders order by 1"
        )
    )


def test_what_happens_to_a_kits_line_happens_to_each_component(
    first_day: Lake,
) -> None:
    events = first_day.query(
        "select event_type, sku_id, qty from gold.fct_order_events"
        " where line_id like 'web_shop/o1/1%' order by source_rank, sku_id"
    )

    assert [
        (kind, sku, qty)
        for kind, eaches in (
            ("ACCEPTED", (2, 4)),
            ("FULFILLED_BY_CHANNEL", (1, 2)),
            ("HOLD", (2, 4)),
        )
        for sku, qty in zip("AB", eaches, strict=True)
    ] == events


def test_a_hold_tells_its_last_date_of_each_component(first_day: Lake) -> None:
    until = first_day.query(
        "select detail ->> 'author', detail ->> 'until' from gold.fct_order_events"
        " where event_type = 'HOLD'"
    )

    assert 2 * [("desk-3", "2018-01-05")] == until


def test_what_was_of_a_kit_at_the_cut_over_was_of_each_component(
    first_day: Lake,
) -> None:
    opened = first_day.query(
        "select line_id, qty, reason_code, detail ->> 'pending', detail ->> 'held',"
        " detail ->> 'shipped'"
        " from gold.fct_order_events where event_type = 'OPENING' order by 1"
    )

    assert [
        ("web_shop/o3/1~EMPTY", 3, None, "3", "0", "0"),
        ("web_shop/o4/2~A", 3, "FRAUD", "1", "1", "1"),
        ("web_shop/o4/2~B", 6, "FRAUD", "2", "2", "2"),
    ] == opened


def test_what_was_told_of_a_kit_before_its_components_were_is_of_these_alone(
    last_day: Lake,
) -> None:
    opened = last_day.query(
        "select line_id, qty from gold.fct_order_events"
        " where event_type = 'OPENING' and starts_with(line_id, 'web_shop/o3/')"
    )

    assert [("web_shop/o3/1~C", 6)] == opened


def test_an_order_says_which_file_told_of_it_first(last_day: Lake) -> None:
    """Openings were told a file before the orders, and orders again a day later."""
    first = last_day.query(
        "select distinct order_id, first_landing_id from gold.fct_order_lines"
        " where order_id in ('web_shop/o1', 'web_shop/o3', 'web_shop/o6') order by 1"
    )

    assert [("web_shop/o1", 2), ("web_shop/o3", 1), ("web_shop/o6", 21)] == first


def test_a_kit_without_components_or_in_a_circle_waits_with_its_reason(
    first_day: Lake,
) -> None:
    said = first_day.query(
        "select order_id, code, column_name, detail"
        " from silver.int_order_lines__quarantined order by 1"
    )

    assert [
        (
            *("web_shop/o3", "KIT_WITHOUT_COMPONENTS", "sku_ref"),
            "no row of kit_components says what is in kit EMPTY on 2017-12-27",
        ),
        (
            *("web_shop/o5", "KIT_CYCLE", "sku_ref"),
            "kit ROUND stands in itself, or kits in it are more than 4 deep",
        ),
        (
            *("web_shop/o7", "KIT_WITHOUT_COMPONENTS", "sku_ref"),
            "SKU D, in kit HOLLOW, is not in the product master",
        ),
    ] == said


def test_it_is_free_once_its_components_are_told_and_known(last_day: Lake) -> None:
    assert [("web_shop/o3/1~C", "C", 6, "EMPTY", 2, 300)] == lines_of(last_day, "o3")
    assert [("web_shop/o7/1~D", "D", 6, "HOLLOW", 2, 300)] == lines_of(last_day, "o7")


def test_what_was_accepted_keeps_its_components_what_is_new_has_the_newest(
    last_day: Lake,
) -> None:
    old, new = (
        [(row[1], row[2]) for row in lines_of(last_day, order)]
        for order in ("o1", "o6")
    )

    assert [("A", 3), ("B", 6), ("A", 1)] == old
    assert [("A", 1), ("B", 3)] == new


def test_an_amended_kit_amends_each_component(last_day: Lake) -> None:
    assert [("A", 1), ("B", 2)] == last_day.query(
        "select sku_id, qty from gold.fct_order_events where event_type = 'AMENDED'"
        " order by 1"
    )
