"""Silver, gold and visibility on a lake of a dozen hand-made rows.

One lake is built twice: run_1 meets every kind of trouble, run_2 brings the
missing product and a later version.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.dbt.builders import (
    Row,
    a_change,
    a_confirmation,
    a_landed_file,
    a_lane,
    a_node,
    a_product,
    an_action,
    an_order_line,
    provenance,
)
from tests.unit.dbt.conftest import Lake
from transforms.allocation.holds import REASONS as BY_RULE
from transforms.contracts.gold import GOLD
from transforms.feeds.csv_order_actions import REASONS

pytestmark = pytest.mark.slow

LATER = {"updated_at": "2017-12-27T11:00:00-05:00", "landing_id": 4}
TILL = {"service_code": "NONE", "node_ref": "DC-EAST", "ship_to_region": None}

FETCHED = {"service_code": "PICK_UP", "node_ref": "DC-EAST", "ship_to_region": None}
TO_STORE = {"service_code": "SHIP_TO_STORE", "node_ref": "DC-WEST"}
TO_STORE |= {"ship_to_region": "GU"}

ORDER_LINES = (
    # two lines of one SKU, the second dropped and the first raised at 11:00
    an_order_line("two", "1", "A", 2),
    an_order_line("two", "2", "A", 3),
    an_order_line("two", "1", "A", 5, **LATER),
    # the same copy in two files
    an_order_line("twice", "1", "A", 4),
    an_order_line("twice", "1", "A", 4, landing_id=5),
    # cancelled by the channel
    an_order_line("gone", "1", "B", 6),
    an_order_line(
        "gone", "1", "B", 6, cancelled_at="2017-12-27T12:00:00-05:00", **LATER
    ),
    # held back whole for its second line
    an_order_line("held", "1", "A", 1),
    an_order_line("held", "2", "C", 1, payload_line=7),
    # held back for its second line, and changed in its first
    an_order_line("stuck", "1", "A", 1),
    an_order_line("stuck", "2", "C", 1, payload_line=8),
    an_order_line("wrong_sum", "1", "A", 1, order_amount="9.99"),
    an_order_line("no_lane", "1", "A", 1, ship_to_region="GU"),
    an_order_line("till", "1", "B", 2, **TILL),
    # to where the store is, wherever the customer lives
    an_order_line("to_store", "1", "B", 2, **TO_STORE),
    # of what its customer fetches nobody asks where it goes
    an_order_line("fetched", "1", "B", 2, **FETCHED),
    # sent by somebody else: first heard of as sent, or waiting for its payment
    an_order_line("sent", "1", "A", 2, shipped_qty="2", ship_to_region=None),
    an_order_line("sent_later", "1", "A", 3, payment_status="pending"),
    an_order_line("sent_later", "1", "A", 3, shipped_qty="3", **LATER),
)

CHANGE = a_change("stuck", "C-1", 12, line_ref="1", line_action="change", qty="2")
OPENING = {
    "channel_id": "web_shop",
    "order_ref": "twice",
    "line_ref": "1",
    "cut_at": "2017-12-27T00:00:00-05:00",
    **{f"{name}_qty": "0" for name in ("pending", "backordered", "shipped")},
    "delivered_qty": "0",
    "cancelled_qty": "1",
    "released_qty": "3",
    "node_ref": "DC-WEST",
    "instruction_ref": "FO-1",
    "instruction_line_ref": "1",
} | provenance(3)


def held_before(reason: str, hour: int, **more: str) -> Row:
    """A line of an order that has not come, as the system before held it."""
    told = {"order_ref": "before", "line_ref": reason, "hold_reason": reason}
    told |= {"cut_at": f"2017-12-27T0{hour}:00:00-05:00", "allocated_qty": "4"}
    return OPENING | told | {"held_qty": "2", "lost_qty": "1"} | more


HELD_BEFORE = [held_before(reason, 0) for reason in REASONS]

FREED = held_before("FRAUD", 1) | {
    "held_qty": "0",
    "hold_reason": None,
    "pending_qty": "2",
}

MASTER = {
    "products": [a_product("A"), a_product("B")],
    "nodes": [a_node("DC-EAST"), a_node("DC-WEST", "America/Los_Angeles")],
    "lanes": [a_lane("NY", "DC-EAST")],
}


def land(lake: Lake, orders: list[Row]) -> None:
    """Put the first day's rows into bronze."""
    for document, rows in MASTER.items():
        lake.insert(f"bronze.{document}", rows)
    lake.insert("bronze.orders", orders)
    lake.insert("bronze.order_changes", [CHANGE])
    # Of a cancellation nobody asks where: it does not wait for a node.
    cancelled = an_action("no_lane", "A-1", "CANCEL", 14, node_ref="NOWHERE")
    lake.insert("bronze.order_actions", [cancelled])
    openings = [OPENING, *HELD_BEFORE, held_before("MANUAL", 0), FREED]
    lake.insert("bronze.opening_lines", openings)
    lake.insert("bronze.shipment_confirmations", [a_confirmation("S-1")] * 2)
    lake.insert(
        "bronze.landing_ledger",
        [
            a_landed_file(1, "backoffice", "products"),
            a_landed_file(2, "web_shop", "orders"),
            a_landed_file(3, "own_dcs", "shipment_confirmations"),
            a_landed_file(4, "web_shop", "orders"),
            a_landed_file(5, "web_shop", "orders"),
        ],
    )


def remember_state(lake: Lake) -> None:
    """Fold the lines as the decisions would, all eaches pending or cancelled."""
    lake.query("""
        insert into decisions.line_buckets by name
        select line_id, order_id, sku_id, channel_id, ordered_at,
            3 + ordered_qty as ordered_qty, ordered_qty as pending_qty,
            3 as cancelled_qty, 0 as held_qty, 0 as preordered_qty,
            0 as backordered_qty, 0 as allocated_qty, 0 as released_qty,
            0 as in_fulfilment_qty, 0 as shipped_qty, 0 as delivered_qty,
            0 as lost_qty, 0 as substituted_out_qty, 0 as overshipped_qty,
            0 as shipped_instead_qty, 0 as delivered_instead_qty,
            0 as lost_instead_qty,
            0 as return_expected_qty, 0 as returned_qty, 0 as return_lost_qty,
            'OPEN' as line_status,
            ordered_at as last_event_at, 'run_1' as run_id
        from gold.fct_order_lines
    """)


@pytest.fixture(scope="module")
def first_load(tmp_path_factory: pytest.TempPathFactory) -> tuple[Lake, dict[str, str]]:
    """The lake after silver and gold of run_1, and dbt's status by node."""
    lake = Lake(tmp_path_factory.mktemp("load") / "lake")
    lake.create()
    land(lake, list(ORDER_LINES))
    return lake, lake.build("silver", "gold")


@pytest.fixture(scope="module")
def first_run(
    first_load: tuple[Lake, dict[str, str]], tmp_path_factory: pytest.TempPathFactory
) -> tuple[Lake, dict[str, str]]:
    """The lake after run_1, and dbt's status by node."""
    lake = first_load[0].copied(tmp_path_factory.mktemp("first") / "lake")
    remember_state(lake)
    return lake, first_load[1] | lake.build("visibility")


@pytest.fixture
def loaded(first_load: tuple[Lake, dict[str, str]], tmp_path: Path) -> Lake:
    """A copy of the lake after silver and gold of run_1, committed, to go on with."""
    lake = first_load[0].copied(tmp_path / "lake")
    lake.commit("run_1")
    return lake


def events(lake: Lake, order: str) -> list[tuple[object, ...]]:
    """(event, type, qty) of an order's documents, in their sequence."""
    return lake.query(f"""
        select event_id, qty from gold.fct_order_events
        where line_id like 'web_shop/{order}/%'
        order by event_at, source_rank, event_id
    """)


def content(lake: Lake) -> dict[str, list[tuple[object, ...]]]:
    """Every gold table without provenance."""
    return {
        name: lake.query(
            f"select {', '.join(t.content_names)} from gold.{name} order by all"
        )
        for name, t in GOLD.items()
    }


def test_every_data_test_holds_on_the_day(
    first_run: tuple[Lake, dict[str, str]],
) -> None:
    bad = {
        n: s for n, s in first_run[1].items() if s not in ("success", "pass", "no-op")
    }

    assert {} == bad


def test_dbts_unit_tests_pass(first_run: tuple[Lake, dict[str, str]]) -> None:
    assert {"pass"} == set(first_run[0].unit_test().values())


def test_a_changed_copy_amends_and_a_dropped_line_is_cancelled(
    first_run: tuple[Lake, dict[str, str]],
) -> None:
    assert [
        ("web_shop/two/1/ACCEPTED", 2),
        ("web_shop/two/2/ACCEPTED", 3),
        ("web_shop/two/1/AMENDED/2", 3),
        ("web_shop/two/2/CANCELLED/2", 3),
    ] == events(first_run[0], "two")


def test_a_dropped_line_stays_with_nothing_ordered(
    first_run: tuple[Lake, dict[str, str]],
) -> None:
    sql = """
        select line_no, ordered_qty, line_amount_minor from gold.fct_order_lines
        where order_id = 'web_shop/two' order by line_no
    """

    assert [(1, 5, 500), (2, 0, 0)] == first_run[0].query(sql)


def test_a_cancelled_order_cancels_what_stood(
    first_run: tuple[Lake, dict[str, str]],
) -> None:
    assert [
        ("web_shop/gone/1/ACCEPTED", 6),
        ("web_shop/gone/1/CANCELLED/2", 6),
    ] == events(first_run[0], "gone")


def test_a_till_sale_is_accepted_and_sold_at_once(
    first_run: tuple[Lake, dict[str, str]],
) -> None:
    assert [
        ("web_shop/till/1/ACCEPTED", 2),
        ("web_shop/till/1/SOLD_AT_TILL", 2),
    ] == events(first_run[0], "till")


def test_what_is_fetched_needs_a_store_and_no_region(
    first_run: tuple[Lake, dict[str, str]],
) -> None:
    sql = """
        select service_code, node_id, is_till_sale, region_code
        from gold.fct_orders where order_ref = 'fetched'
    """

    assert [("PICK_UP", "DC-EAST", False, None)] == first_run[0].query(sql)
    assert [("web_shop/fetched/1/ACCEPTED", 2)] == events(first_run[0], "fetched")


def test_what_is_sent_to_a_store_goes_to_its_region(
    first_run: tuple[Lake, dict[str, str]],
) -> None:
    told = first_run[0].query("""
        select region_code, node_id, to_store_id
        from gold.fct_orders inner join gold.fct_order_lines using (order_id)
        where order_ref = 'to_store'
    """)
    others = first_run[0].query(
        "select count(*) from gold.fct_order_lines where to_store_id is not null"
    )

    assert [("NY", "DC-WEST", "DC-WEST")] == told
    assert [(1,)] == others


@pytest.mark.parametrize(
    ("order", "told"),
    [
        ("sent", [("ACCEPTED", 2), ("FULFILLED_BY_CHANNEL/1", 2)]),
        ("sent_later", [("ACCEPTED", 3), ("FULFILLED_BY_CHANNEL/2", 3)]),
    ],
)
def test_what_the_channel_says_has_left_is_told(
    first_run: tuple[Lake, dict[str, str]], order: str, told: list[tuple[str, int]]
) -> None:
    expected = [(f"web_shop/{order}/1/{event}", qty) for event, qty in told]

    assert expected == events(first_run[0], order)


def test_what_the_system_before_held_is_of_our_rule_or_of_who_says_so(
    first_run: tuple[Lake, dict[str, str]],
) -> None:
    told = first_run[0].query("""
        select reason_code, qty, detail ->> 'pending', detail ->> 'held',
            detail ->> 'lost', detail ->> 'author'
        from gold.fct_order_events
        where line_id like 'web_shop/before/%' and reason_code is not null
        order by 1
    """)

    held = sorted(set(REASONS) - {"FRAUD"})
    sender = OPENING["partner_id"]
    assert [
        (reason, 11, "4", "2", "1", None if reason in BY_RULE else sender)
        for reason in held
    ] == told


def test_an_opening_that_is_told_later_without_a_hold_holds_nothing(
    first_run: tuple[Lake, dict[str, str]],
) -> None:
    told = first_run[0].query("""
        select reason_code, detail ->> 'pending', detail ->> 'held'
        from gold.fct_order_events where line_id = 'web_shop/before/FRAUD'
    """)

    assert [(None, "6", "0")] == told


def test_the_same_copy_in_two_files_is_one_version(
    first_run: tuple[Lake, dict[str, str]],
) -> None:
    sql = "select version_no, landing_id from gold.fct_orders where order_ref = 'twice'"

    assert [(1, 2)] == first_run[0].query(sql)


def test_one_faulty_line_holds_back_its_whole_order_with_its_file_and_line(
    first_run: tuple[Lake, dict[str, str]],
) -> None:
    sql = """
        select order_id, code, message, file_name, payload_line
        from visibility.rpt_quarantine order by order_id
    """
    held = first_run[0].query(
        "select order_ref from gold.fct_orders where order_ref = 'held'"
    )

    assert [
        (
            "web_shop/held",
            "UNKNOWN_SKU",
            "SKU C is not in the product master",
            "orders_2.csv",
            7,
        ),
        (
            "web_shop/no_lane",
            "UNKNOWN_REGION",
            "no lane leads to region GU",
            "orders_2.csv",
            1,
        ),
        (
            "web_shop/stuck",
            "UNKNOWN_SKU",
            "SKU C is not in the product master",
            "orders_2.csv",
            8,
        ),
        (
            "web_shop/wrong_sum",
            "TOTAL_MISMATCH",
            "total 9.99 USD is not the sum of the lines, 1.00",
            "orders_2.csv",
            1,
        ),
    ] == first_run[0].query(sql)
    assert held == []


def test_a_confirmation_by_date_is_one_event_at_the_start_of_the_nodes_day(
    first_run: tuple[Lake, dict[str, str]],
) -> None:
    sql = """
        select event_id, qty, cast(event_at as varchar), is_date_only,
            detail ->> 'tracking_ref'
        from gold.fct_order_events where instruction_id = 'FO-1'
            and event_type in ('SHIPPED', 'SHORT') order by event_id
    """
    at = "2017-12-28 08:00:00+00"

    assert [
        ("DC-WEST/S-1/FO-1/1/SHIPPED", 3, at, True, "T-1"),
        ("DC-WEST/S-1/FO-1/1/SHORT", 2, at, True, "T-1"),
    ] == first_run[0].query(sql)


def test_an_order_of_the_system_before_shows_its_shipment_with_file_and_line(
    first_run: tuple[Lake, dict[str, str]],
) -> None:
    sql = """
        select event_type, qty, file_name, payload_line
        from visibility.rpt_order_timeline
        where order_id = 'web_shop/twice' order by event_at, source_rank
    """

    assert [
        ("OPENING", 4, "shipment_confirmations_3.csv", 1),
        ("ACCEPTED", 4, "orders_2.csv", 1),
        ("SHIPPED", 3, "shipment_confirmations_3.csv", 1),
        ("SHORT", 2, "shipment_confirmations_3.csv", 1),
    ] == first_run[0].query(sql)


def test_an_order_that_is_held_back_can_still_be_found(
    first_run: tuple[Lake, dict[str, str]],
) -> None:
    sql = """
        select order_id, ordered_qty, line_count, order_status
        from visibility.rpt_orders
        where order_status in ('QUARANTINED', 'REJECTED') order by order_id
    """

    assert [
        ("web_shop/held", 2, 2, "QUARANTINED"),
        ("web_shop/no_lane", 1, 1, "REJECTED"),
        ("web_shop/stuck", 3, 2, "QUARANTINED"),
        ("web_shop/wrong_sum", 1, 1, "QUARANTINED"),
    ] == first_run[0].query(sql)


def test_the_sequence_splitting_and_repetition_of_files_change_nothing(
    first_run: tuple[Lake, dict[str, str]], lake: Lake
) -> None:
    backwards = [*reversed(ORDER_LINES), *ORDER_LINES[:4]]
    alone = [
        row | {"landing_id": 10 + number, "payload_line": number}
        for number, row in enumerate(backwards)
    ]
    land(lake, alone)
    lake.make("silver", "gold")

    assert content(first_run[0]) == content(lake)


def test_an_order_heals_when_the_product_arrives_and_a_late_version_amends(
    loaded: Lake,
) -> None:
    lake = loaded
    lake.insert("bronze.products", [a_product("C", 20)])
    late = {"updated_at": "2017-12-27T10:30:00-05:00", "landing_id": 21}
    lake.insert("bronze.orders", [an_order_line("two", "1", "A", 4, **late)])

    lake.make("silver", "gold", run_id="run_2", since_landing_id=5)

    assert [
        ("web_shop/held/1/ACCEPTED", 1),
        ("web_shop/held/2/ACCEPTED", 1),
    ] == events(lake, "held")
    assert [
        ("web_shop/two/1/ACCEPTED", 2),
        ("web_shop/two/2/ACCEPTED", 3),
        ("web_shop/two/1/AMENDED/2", 2),
        ("web_shop/two/2/CANCELLED/2", 3),
        ("web_shop/two/1/AMENDED/3", 1),
    ] == events(lake, "two")
    assert [("web_shop/held",), ("web_shop/two",)] == lake.query(
        "select distinct order_id from silver.int_order_lines__touched "
        "where order_id in ('web_shop/held', 'web_shop/two', 'web_shop/till') "
        "order by 1"
    )


def test_a_line_is_set_aside_once_and_no_longer_when_it_heals(lake: Lake) -> None:
    """A product heals one order, a version without the line at fault another."""
    spare = [an_order_line("no_lane", "2", "A", 1)]
    land(lake, [*ORDER_LINES, *spare])
    lake.make("silver", "gold", "rpt_flow")
    lake.query("insert into decisions.runs by name select 'run_1' as run_id")
    lake.insert("bronze.products", [a_product("C", 20)])
    late = {"updated_at": "2017-12-27T10:30:00-05:00", "landing_id": 21}
    lake.insert("bronze.orders", [an_order_line("no_lane", "2", "A", 1, **late)])

    for run_id, since in (("run_2", 5), ("run_3", 21)):
        lake.make("silver", "gold", "rpt_flow", run_id=run_id, since_landing_id=since)

    assert [("run_1", 16, 9, 7), ("run_2", 16, 15, 1), ("run_3", 16, 15, 1)] == (
        lake.query("""
            select run_id, rows_in, rows_out, set_aside
            from visibility.rpt_flow where room = 'silver' order by run_id
        """)
    )


def test_a_file_that_two_feeds_read_flows_in_as_one(lake: Lake) -> None:
    land(lake, list(ORDER_LINES))
    shared = a_landed_file(5, "web_shop", "orders") | {"landing_id": 6}
    lake.insert("bronze.landing_ledger", [shared])

    lake.make("silver", "gold", "rpt_flow")

    assert [(5, 5), (12, 12)] == lake.query("""
        select rows_in, rows_out from visibility.rpt_flow
        where room in ('ingest', 'bronze') order by room_no
    """)


def test_what_a_broken_run_left_unfinished_the_next_one_finishes(
    loaded: Lake,
) -> None:
    lake = loaded
    lake.insert("bronze.products", [a_product("C", 20)])
    lake.make("silver", run_id="run_2", since_landing_id=5)
    unfinished = events(lake, "held")

    after = {"since_landing_id": 5, "is_standing": False}
    lake.make("silver", "gold", run_id="run_3", **after)

    assert [] == unfinished
    assert [
        ("web_shop/held/1/ACCEPTED", 1),
        ("web_shop/held/2/ACCEPTED", 1),
    ] == events(lake, "held")
