"""Channels are told what they may sell, and once what left; nodes what will come."""

from __future__ import annotations

import csv
import io
import json
from datetime import date, timedelta

import polars as pl
import pytest

from orchestration.resources.dispatch import render_orders
from orchestration.resources.house import House
from orchestration.resources.partners import Instruction, PartnerProfile
from tests.orchestration.test_arrival import NIGHT, house
from tests.orchestration.test_stock_facts import lay
from transforms.contracts.decisions import (
    CANCEL_REQUESTS,
    CHANNEL_AVAILABILITY,
    FULFILMENT_ORDERS,
    INSTRUCTION_LINES,
    LINE_BUCKETS,
    SHIPPING_ORDERS,
)
from transforms.contracts.gold import (
    DIM_NODES,
    DIM_PRODUCTS,
    FCT_EXPECTED_RECEIPTS,
    FCT_ORDER_EVENTS,
    FCT_ORDER_LINES,
    FCT_ORDER_VERSIONS,
    FCT_ORDERS,
)
from transforms.contracts.table import Table
from transforms.contracts.telling import TOLD_ROWS

__all__ = ["house"]

SHOP = PartnerProfile(
    partner_id="shop",
    display_name="Shop",
    role="channel",
    owner="team:commerce",
    interchange_id="SHOP",
    options={"tell_shipments_within_hours": "12"},
    instructions=(
        Instruction(name="stock_offers", format="csv_stock_offers"),
        Instruction(name="shipped_lines", format="shopify_fulfilments"),
    ),
)
FIGURES = [n for n in CHANNEL_AVAILABILITY.names if n.endswith("qty")]
LEFT = NIGHT - timedelta(hours=10)
EVENT = {
    "event_id": "S1/FO-1/1/SHIPPED",
    "event_type": "SHIPPED",
    "instruction_id": "FO-1",
    "instruction_line_ref": "1",
    "sku_id": "A",
    "qty": 2,
    "event_at": LEFT,
    "detail": json.dumps({"carrier_code": "UPSN", "tracking_ref": "T1"}),
    "landing_id": 5,
}


@pytest.fixture
def shop(house: House) -> House:
    """A house of one shop: an order that left, and one of another channel."""
    house.partners = {"shop": SHOP}
    other = {"event_id": "S2/FO-2/1/SHIPPED", "instruction_id": "FO-2"}
    read_before = {"event_id": "S0/FO-1/1/SHIPPED", "landing_id": -1}
    lay(house, FCT_ORDER_EVENTS, [EVENT, EVENT | other, EVENT | read_before])
    lay(
        house,
        FCT_ORDER_LINES,
        [
            {
                "line_id": f"{channel}/9/501",
                "order_id": f"{channel}/9",
                "channel_id": channel,
                "ordered_at": LEFT,
                "line_ref": "501",
                "line_no": 1,
                "sku_id": "A",
            }
            for channel in ("shop", "mall")
        ],
    )
    lay(
        house,
        FCT_ORDERS,
        [
            {"order_id": f"{channel}/9", "channel_id": channel, "order_ref": "9"}
            | {"ordered_at": LEFT}
            for channel in ("shop", "mall")
        ],
    )
    house.lake.execute("create schema if not exists lake.silver")
    house.lake.execute(
        "create table lake.silver.int_sku_aliases__deduplicated as select 'A' as"
        " sku_id, 'A-1' as alias_ref, 'shop' as used_by, 1 as eaches,"
        " null::date as valid_to_date"
    )
    with house.lake.transaction("test", "an instruction, a figure"):
        for number, channel in enumerate(("shop", "mall"), start=1):
            house.lake.execute(
                f"insert into lake.{INSTRUCTION_LINES.path} values"
                f" ('FO-{number}', '1', '{channel}/9/501', 'A', 2, null,"
                " null, null, null, 'r')"
            )
            figure = dict.fromkeys(FIGURES, 0) | {"available_qty": 4 * number}
            names = {
                "channel_id": channel,
                "sku_id": "A",
                "as_of": NIGHT,
                "run_id": "r",
            }
            blank = dict.fromkeys(CHANNEL_AVAILABILITY.names, "") | figure | names
            rows = pl.DataFrame([blank], schema=CHANNEL_AVAILABILITY.schema)
            house.lake.append(CHANNEL_AVAILABILITY, rows)
    return house


def test_what_has_left_is_told_its_channel_once(shop: House) -> None:
    (told,) = render_orders(shop, SHOP, "shopify_fulfilments")
    again = render_orders(shop, SHOP, "shopify_fulfilments")

    (fulfilment,) = map(json.loads, told.content.splitlines())
    assert (9, [{"id": 501, "quantity": 2}]) == (
        fulfilment["order_id"],
        fulfilment["line_items"],
    )
    assert {"company": "UPSN", "numbers": ["T1"]} == fulfilment["tracking_info"]
    assert [] == again
    (row,) = shop.lake.read(TOLD_ROWS).to_dicts()
    assert (EVENT["event_id"], told.name) == (row["subject_id"], row["file_name"])
    assert LEFT + timedelta(hours=12) == row["due_at"]


INSTEAD = EVENT | {
    "event_id": "S1/FO-1/1/B/SUBSTITUTED_BY_NODE",
    "event_type": "SUBSTITUTED_BY_NODE",
    "sku_id": "B",
    "detail": json.dumps({"shipment_ref": "S1", "tracking_ref": "T1"}),
}


def test_what_left_instead_is_told_as_shipped_whatever_it_was_said_to_be_first(
    shop: House,
) -> None:
    named = {"detail": INSTEAD["detail"], "sku_id": "B"}
    wrong = INSTEAD | {"event_id": "S1/FO-1/1/SHIPPED", "event_type": "SHIPPED"}
    other = INSTEAD | {"event_id": "S8/FO-1/1/B/SUBSTITUTED_BY_NODE"}
    other |= {"detail": json.dumps({"shipment_ref": "S8"})}

    def tell(*events: dict[str, object]) -> list[tuple[object, ...]]:
        shop.lake.execute(f"delete from lake.{FCT_ORDER_EVENTS.path}")
        put(shop, FCT_ORDER_EVENTS, list(events))
        files = render_orders(shop, SHOP, "csv_shipped_lines")
        return [
            (row["sku_id"], row["ordered_sku_id"], int(row["qty"]))
            for file in files
            for row in csv.DictReader(io.StringIO(file.content.decode()))
        ]

    first = tell(wrong | named)
    again = tell(wrong | {"qty": 0}, INSTEAD, other)

    assert [("B", "", 2)] == first
    assert [("B", "A", 2)] == again


def test_a_linked_line_is_told_as_whole_eaches_of_the_line_that_its_channel_knows(
    shop: House,
) -> None:
    linked = {"order_id": "shop/9", "line_id": "shop/9/501~1f", "line_ref": "501"}
    linked |= {"line_no": 1, "sku_id": "B", "channel_id": "shop", "ordered_at": LEFT}
    linked |= {"substitutes_line_id": "shop/9/501", "substitutes_ratio": 2}
    put(shop, FCT_ORDER_LINES, [linked])
    shop.lake.execute(
        f"insert into lake.{INSTRUCTION_LINES.path} values"
        " ('FO-1', '4', 'shop/9/501~1f', 'B', 4, null, null, null, null, 'r')"
    )

    def leaves(qty: int, parcel: str) -> list[tuple[str, ...]]:
        event = EVENT | {"event_id": f"{parcel}/SHIPPED", "instruction_line_ref": "4"}
        event |= {"qty": qty, "detail": json.dumps({"tracking_ref": parcel})}
        put(shop, FCT_ORDER_EVENTS, [event | {"sku_id": "B"}])
        return [
            (row["line_ref"], row["sku_id"], row["ordered_sku_id"], row["qty"])
            for file in render_orders(shop, SHOP, "csv_shipped_lines")
            for row in csv.DictReader(io.StringIO(file.content.decode()))
            if row["tracking_ref"] == parcel
        ]

    assert [("501", "B", "A", "1")] == leaves(3, "T2")
    assert [("501", "B", "A", "1")] == leaves(1, "T3")


def test_a_kit_is_told_as_whole_kits_when_the_last_component_has_left(
    shop: House,
) -> None:
    kit = {"order_id": "shop/9", "line_ref": "502", "line_no": 2, "kit_sku_id": "K"}
    kit |= {"kit_line_id": "shop/9/502", "channel_id": "shop", "ordered_at": LEFT}
    lines = [
        kit | {"line_id": "shop/9/502~B", "sku_id": "B", "kit_qty": 2},
        kit | {"line_id": "shop/9/502~C", "sku_id": "C", "kit_qty": 1},
    ]
    put(shop, FCT_ORDER_LINES, lines)
    for ref, line in (("2", "shop/9/502~B"), ("3", "shop/9/502~C")):
        shop.lake.execute(
            f"insert into lake.{INSTRUCTION_LINES.path} values"
            f" ('FO-1', '{ref}', '{line}', 'x', 4, null, null, null, null, 'r')"
        )

    def leaves(ref: str, qty: int, parcel: str) -> list[dict[str, object]]:
        event = EVENT | {"event_id": f"{parcel}/SHIPPED", "instruction_line_ref": ref}
        event |= {"qty": qty, "detail": json.dumps({"tracking_ref": parcel})}
        put(shop, FCT_ORDER_EVENTS, [event])
        return [
            item | {"numbers": one["tracking_info"]["numbers"]}
            for file in render_orders(shop, SHOP, "shopify_fulfilments")
            for one in map(json.loads, file.content.splitlines())
            for item in one["line_items"]
            if item["id"] == 502
        ]

    nothing = leaves("2", 3, "T2")
    one = leaves("3", 2, "T3")
    another = leaves("2", 1, "T4")

    assert [] == nothing
    assert [{"id": 502, "quantity": 1, "numbers": ["T2", "T3"]}] == one
    assert [{"id": 502, "quantity": 1, "numbers": ["T2", "T3", "T4"]}] == another


def test_a_stock_feed_is_whole_in_every_run_under_a_new_number(shop: House) -> None:
    files = [render_orders(shop, SHOP, "csv_stock_offers")[0] for _ in range(2)]

    bodies = [file.content.decode().split("\n")[1] for file in files]
    assert [
        "1,A,A-1,4,2017-12-28T05:00:00Z",
        "2,A,A-1,4,2017-12-28T05:00:00Z",
    ] == bodies


def put(house: House, table: Table, rows: list[dict[str, object]]) -> None:
    """More rows of a table of gold."""
    frame = pl.DataFrame(rows, schema=table.schema)
    with house.lake.holding(frame=frame):
        house.lake.execute(f"insert into lake.{table.path} select * from frame")


def test_a_node_is_told_once_what_will_arrive_and_again_when_it_changes(
    shop: House,
) -> None:
    lay(shop, DIM_NODES, [{"node_id": "EAST", "operator_id": "shop"}])
    expected = {"po_ref": "PO-1", "node_id": "EAST", "sku_id": "A", "qty": 24}
    day = {"expected_date": date(2018, 1, 3)}
    lines = [expected | day | {"po_line_ref": ref} for ref in ("1", "2")]
    past = expected | {"po_line_ref": "1", "po_ref": "PO-0"}
    past |= {"expected_date": date(2017, 12, 1)}
    lay(shop, FCT_EXPECTED_RECEIPTS, [*lines, past])

    (first,) = render_orders(shop, SHOP, "x12_943")
    nothing = render_orders(shop, SHOP, "x12_943")
    shop.lake.execute(
        f"update lake.{FCT_EXPECTED_RECEIPTS.path} set qty = 12 where po_line_ref = '2'"
    )
    (second,) = render_orders(shop, SHOP, "x12_943")

    assert [] == nothing
    assert b"PO-0" not in first.content
    assert b"W06*N*PO-1" in first.content
    assert b"W06*R*PO-1" in second.content
    assert (2, 36) == (second.row_count, second.unit_count)


def test_a_node_is_asked_once_to_give_back_and_the_request_knows_its_file(
    shop: House,
) -> None:
    texts = dict.fromkeys(CANCEL_REQUESTS.names, "x")
    row = texts | {"partner_id": "shop", "instruction_line_ref": "1", "qty": 2}
    row |= {"requested_at": NIGHT, "file_name": None, "control_ref": None}
    others = row | {"request_id": "y", "partner_id": "mall"}
    rows = pl.DataFrame([row, others], schema=CANCEL_REQUESTS.schema)
    shop.lake.append(CANCEL_REQUESTS, rows)

    (asked,) = render_orders(shop, SHOP, "csv_cancellations")
    nothing = render_orders(shop, SHOP, "csv_cancellations")

    mine = shop.lake.read(CANCEL_REQUESTS, "partner_id = 'shop'").row(0, named=True)
    assert (asked.name, "1") == (mine["file_name"], mine["control_ref"])
    assert shop.run.run_id == mine["run_id"]
    assert [] == nothing


def test_of_a_packed_kit_a_node_is_asked_for_the_kit(shop: House) -> None:
    request: dict[str, object] = dict.fromkeys(CANCEL_REQUESTS.names, "x")
    request |= {"partner_id": "shop", "instruction_id": "FO-9", "requested_at": NIGHT}
    request |= {"file_name": None, "control_ref": None}
    line: dict[str, object] = {"instruction_id": "FO-9", "qty": 4, "run_id": "r"}
    line |= {"sku_id": "x", "packed_in": "K", "packed_ref": "1"}
    for ref, per_kit in (("1", 2), ("2", 1)):
        mine: dict[str, object] = {"instruction_line_ref": ref, "qty": 2 * per_kit}
        put(shop, CANCEL_REQUESTS, [request | mine | {"request_id": f"CR-{ref}"}])
        told = {"line_id": ref, "kit_qty": per_kit}
        put(shop, INSTRUCTION_LINES, [line | mine | told])

    (file,) = render_orders(shop, SHOP, "csv_cancellations")

    names, *rows = (line.split(",") for line in file.content.decode().splitlines())
    said = [dict(zip(names, row, strict=True)) for row in rows]
    assert [("1", "K", "2")] == [
        (one["instruction_line_ref"], one["sku_id"], one["qty"]) for one in said
    ]
    left = shop.lake.read(CANCEL_REQUESTS, "instruction_id = 'FO-9'")
    assert [file.name] * 2 == left["file_name"].to_list()


def lay_order(shop: House) -> str:
    """An order of five eaches that the run has read; how it is given a version."""
    line = dict.fromkeys(LINE_BUCKETS.names, 0)
    line |= {"line_id": "shop/9/501", "order_id": "shop/9", "sku_id": "A"}
    line |= {"channel_id": "shop", "ordered_at": LEFT, "last_event_at": LEFT}
    line |= {"line_status": "OPEN", "run_id": "r", "ordered_qty": 5}
    line |= {"allocated_qty": 3, "backordered_qty": 2}
    shop.lake.append(LINE_BUCKETS, pl.DataFrame([line], schema=LINE_BUCKETS.schema))
    version = f"update lake.{FCT_ORDERS.path} set version_no = ?, landing_id = ?"
    shop.lake.execute(f"{version}, ordered_at = ?", [1, 5, LEFT])
    shop.lake.execute(f"update lake.{FCT_ORDER_LINES.path} set ordered_qty = 5")
    return version


def test_an_order_is_answered_once_for_each_version(shop: House) -> None:
    version = lay_order(shop)

    (first,) = render_orders(shop, SHOP, "x12_855")
    nothing = render_orders(shop, SHOP, "x12_855")
    shop.lake.execute(version, [2, 6])
    (second,) = render_orders(shop, SHOP, "x12_855")

    assert b"BAK*00*AC*9*" in first.content
    assert b"ACK*IA*3*EA~" in first.content
    assert b"ACK*IB*2*EA~" in first.content
    assert [] == nothing
    assert b"BAK*05*AC*9*" in second.content


def test_what_is_sent_instead_is_answered_and_what_is_not_is_refused(
    shop: House,
) -> None:
    """Of five eaches two are sent as four of B, of which one pair is cancelled."""
    lay_order(shop)
    lines, buckets = FCT_ORDER_LINES, LINE_BUCKETS
    shop.lake.execute(
        f"update lake.{buckets.path} set backordered_qty = 0, substituted_out_qty = 2"
    )
    linked = {"order_id": "shop/9", "line_id": "shop/9/501~1f", "line_ref": "501"}
    linked |= {"line_no": 1, "sku_id": "B", "channel_id": "shop", "ordered_at": LEFT}
    linked |= {"substitutes_line_id": "shop/9/501", "substitutes_ratio": 2}
    put(shop, lines, [linked | {"ordered_qty": 0}])
    state = dict.fromkeys(buckets.names, 0) | {"line_id": "shop/9/501~1f"}
    state |= {"order_id": "shop/9", "sku_id": "B", "channel_id": "shop"}
    state |= {"ordered_at": LEFT, "last_event_at": LEFT, "line_status": "OPEN"}
    state |= {"run_id": "r", "ordered_qty": 4, "allocated_qty": 2, "cancelled_qty": 2}
    shop.lake.append(buckets, pl.DataFrame([state], schema=buckets.schema))

    (answer,) = render_orders(shop, SHOP, "x12_855")

    told = answer.content.decode().replace("~", "").splitlines()
    assert ["ACK*IA*3*EA", "ACK*IR*1*EA", "ACK*IS*1*EA****SK*B"] == [
        segment for segment in told if segment.startswith("ACK")
    ]


BUYER = SHOP.model_copy(
    update={
        "instructions": (
            Instruction(name="order_answers", format="x12_855"),
            Instruction(name="change_answers", format="x12_865"),
        )
    }
)


def test_a_change_is_answered_once_and_so_is_what_becomes_otherwise(
    shop: House,
) -> None:
    """The customer orders five, then six; then what waited is allocated."""
    version = lay_order(shop)
    lay(shop, FCT_ORDER_VERSIONS, [])
    lines, buckets = FCT_ORDER_LINES.path, LINE_BUCKETS.path

    def told() -> list[bytes]:
        formats = ("x12_855", "x12_865")
        files = [render_orders(shop, BUYER, name) for name in formats]
        again = [render_orders(shop, BUYER, name) for name in formats]
        assert [[], []] == again
        return [file.content for one in files for file in one]

    def next_run() -> None:
        """What was told is of a run before."""
        shop.lake.execute(f"update lake.{TOLD_ROWS.path} set run_id = 'before'")

    (answer,) = told()
    next_run()
    shop.lake.execute(version, [2, 6])
    shop.lake.execute(f"update lake.{lines} set ordered_qty = 6")
    shop.lake.execute(f"update lake.{buckets} set ordered_qty = 6, allocated_qty = 4")
    shop.lake.execute(
        f"insert into lake.{FCT_ORDER_VERSIONS.path} by name select 'shop/9' as"
        " order_id, 2 as version_no, 'shop/9/501' as line_id, 'qty' as field_name,"
        " '5' as before_value, '6' as after_value, 6 as landing_id"
    )
    (change,) = told()
    next_run()
    shop.lake.execute(version, [2, -1])
    assert [] == told()
    shop.lake.execute(
        f"update lake.{buckets} set allocated_qty = 6, backordered_qty = 0, run_id = ?",
        [shop.run.run_id],
    )
    (ours,) = told()

    assert b"BAK*00*AC*9*" in answer
    assert b"BCA*00*AC*9*" in change
    assert b"POC*501*QI*6**EA***SK*A~\nACK*IA*4*EA~\nACK*IB*2*EA~" in change
    assert b"BCA*04*AD*9*" in ours
    assert b"POC*501*NC*6**EA***SK*A~\nACK*IA*6*EA~" in ours


def test_each_wave_of_instructions_is_a_file_under_its_own_number(shop: House) -> None:
    run, lines = shop.run.run_id, []
    order = {"document": "shipping_orders", "partner_id": "shop", "run_id": run}
    order |= {"order_id": "shop/9", "sequence_no": 1, "service_code": "STANDARD"}
    order |= {"released_at": NIGHT, "ack_due_at": NIGHT, "node_id": "EAST"}
    order |= {"ship_by_date": NIGHT.date()}
    waves = {"FO-A": "W-2", "FO-B": None, "FO-C": "W-1", "FO-D": "W-2"}
    orders = [order | {"instruction_id": i, "wave_ref": w} for i, w in waves.items()]
    for instruction in waves:
        line = {"instruction_id": instruction, "instruction_line_ref": "1", "qty": 1}
        lines.append(line | {"line_id": "shop/9/501", "sku_id": "A", "run_id": run})
    for table, rows in ((FULFILMENT_ORDERS, orders), (INSTRUCTION_LINES, lines)):
        shop.lake.append(table, pl.DataFrame(rows, schema=table.schema))
    lay(shop, DIM_PRODUCTS, [])
    named = {"order_name": "#9", "ordered_at": LEFT, "region_code": "NY"}
    put(shop, FCT_ORDERS, [named | {"order_id": "shop/9", "channel_id": "shop"}])
    shop.lake.execute(f"delete from lake.{FCT_ORDERS.path} where order_name is null")

    files = render_orders(shop, SHOP, "csv_shipping_orders")

    assert [["FO-B"], ["FO-C"], ["FO-A", "FO-D"]] == [
        pl.read_csv(file.content, infer_schema=False)["instruction_id"].to_list()
        for file in files
    ]
    assert {"FO-A": "3", "FO-B": "1", "FO-C": "2", "FO-D": "3"} == dict(
        shop.lake.read(FULFILMENT_ORDERS)
        .select("instruction_id", "control_ref")
        .iter_rows()
    )


def test_a_parcel_for_a_store_has_the_address_of_the_node_master(shop: House) -> None:
    run, person = shop.run.run_id, pl.DataFrame({"ship_to_name": ["Ada Example"]})
    order = {"document": "shipping_orders", "partner_id": "shop", "run_id": run}
    order |= {"instruction_id": "FO-A", "order_id": "shop/9", "sequence_no": 1}
    order |= {"released_at": NIGHT, "ack_due_at": NIGHT, "ship_by_date": NIGHT.date()}
    order |= {"node_id": "EAST", "service_code": "STANDARD"}
    line = {"instruction_id": "FO-A", "instruction_line_ref": "1", "qty": 1}
    line |= {"line_id": "shop/9/501", "sku_id": "A", "run_id": run}
    for table, row in ((FULFILMENT_ORDERS, order), (INSTRUCTION_LINES, line)):
        shop.lake.append(table, pl.DataFrame([row], schema=table.schema))
    lay(shop, DIM_PRODUCTS, [])
    where = {"street": "9 Market Street", "city": "Albany", "region_code": "NY"}
    lay(shop, DIM_NODES, [where | {"node_id": "WEST", "node_name": "Store 9"}])
    told = {"order_name": "#9", "ordered_at": LEFT, "region_code": "NY"}
    told |= shop.vault.tokenise(person, SHIPPING_ORDERS).row(0, named=True)
    told |= {"service_code": "SHIP_TO_STORE", "node_id": "WEST"}
    put(shop, FCT_ORDERS, [told | {"order_id": "shop/9", "channel_id": "shop"}])
    shop.lake.execute(f"delete from lake.{FCT_ORDERS.path} where order_name is null")

    (file,) = render_orders(shop, SHOP, "csv_shipping_orders")

    sent = pl.read_csv(file.content, infer_schema=False).row(0, named=True)
    names = ("ship_to_name", "ship_to_street", "ship_to_street2", "ship_to_city")
    assert ("Store 9", "9 Market Street", "for Ada Example", "Albany") == tuple(
        sent[name] for name in names
    )


def test_a_profile_cannot_name_what_no_run_decides() -> None:
    with pytest.raises(ValueError, match="orderhouse render"):
        Instruction(name="purchase_orders", format="x12_850")
