"""What the next run owes the one before: pages that follow, nothing passed by."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from pathlib import Path

import dagster as dg
import polars as pl
import pytest

from orchestration.cli.corrections import correct
from orchestration.cli.demo import put_in_drop
from orchestration.cli.exceptions import act, list_open, show
from orchestration.cli.execution import CONSOLE
from orchestration.cli.failures import CommandError
from orchestration.cli.recall import recall_command
from orchestration.cli.render import print_sent
from orchestration.cli.stock import stock_command
from orchestration.cli.why import explain_order
from orchestration.definitions import defs
from orchestration.resources.dispatch import commit_run
from orchestration.resources.event_log import dagster_instance
from orchestration.resources.home import Home
from orchestration.resources.house import House, RunRefusedError
from orchestration.resources.lakehouse import LakeError
from orchestration.resources.reception import land_drop
from orchestration.resources.run import committed
from orchestration.resources.serving import current_manifest
from tests.end_to_end import one_day
from transforms.contracts.decisions import PROMISE_POSTINGS
from transforms.contracts.simulation import NamedBytes

# Warnings of the libraries that a run stands on are no failure of the run.
pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("default")]

EVENING = one_day.NOON + timedelta(hours=6)
RECEIPT = NamedBytes(
    "own_dcs",
    "receipts_20171228_evening.csv",
    b"node_ref,receipt_ref,line_ref,po_ref,sku_ref,qty,stock_status,received_on,"
    b"lot_ref,expires_on\n"
    b"DC-EAST,R-9,1,,100005,4,AVAILABLE,2017-12-28T15:00:00-05:00,L-5,2018-06-30\n",
    EVENING - timedelta(hours=2),
)
CORRECTION = NamedBytes(
    "harbor_3pl",
    "947_20171228.edi",
    b"ISA*00*          *00*          *ZZ*HARBOR3PL      *ZZ*ORDERHOUSE     "
    b"*171228*1505*U*00401*000000095*0*P*>~"
    b"GS*AW*HARBOR3PL*ORDERHOUSE*20171228*1505*95*X*004010~"
    b"ST*947*0001~W15*20171228*ADJ-1~N1*WH*3PL-HARBOR*92*3PL-HARBOR~"
    b"G62*07*20171228*W*1440~W19*AA*-50*EA**VN*100004~SE*6*0001~"
    b"GE*1*95~IEA*1*000000095~",
    EVENING - timedelta(hours=2),
)
"""A count at one node that leaves 15 eaches less than none, 20 of them released."""
RECALLED = NamedBytes(
    "own_dcs",
    "receipts_20171228_lot.csv",
    b"node_ref,receipt_ref,line_ref,po_ref,sku_ref,qty,stock_status,received_on,"
    b"lot_ref,expires_on\n"
    b"DC-EAST,R-10,1,PO-9,100003,6,AVAILABLE,2017-12-28T15:00:00-05:00,L-7,2018-06-30\n",
    EVENING - timedelta(hours=2),
)
ADVISED = NamedBytes(
    "operators",
    "ship_notices_20171228.csv",
    b"notice_ref,notice_kind,line_ref,po_ref,ship_from_ref,node_ref,sku_ref,"
    b"shipped_qty,shipped_on\n"
    b"ASN-9,supplier,1,PO-9,SUP-9,DC-EAST,100003,8,2017-12-27\n"
    b"TR-9,transfer,1,TO-9,DC-WEST,DC-EAST,100005,2,2017-12-28T14:00:00-05:00\n",
    EVENING - timedelta(hours=2),
)
"""Eight from a supplier, six of which RECALLED brings, and two between nodes."""
PARCEL = "1ZEXAMPLE11"


def _scanned(number: int, parcel: str) -> bytes:
    """What a carrier says of a parcel that it handed over at three."""
    tracker = {
        "id": f"trk_{number}",
        "object": "Tracker",
        "mode": "production",
        "tracking_code": parcel,
        "status": "delivered",
        "status_detail": "arrived_at_destination",
        "created_at": "2017-12-28T15:00:00Z",
        "updated_at": "2017-12-28T20:00:00Z",
        "carrier": "UPS",
        "tracking_details": [
            {
                "object": "TrackingDetail",
                "message": "Delivered",
                "status": "delivered",
                "status_detail": "arrived_at_destination",
                "datetime": "2017-12-28T20:00:00Z",
                "source": "UPS",
                "carrier_code": "",
            }
        ],
        "is_return": False,
    }
    return json.dumps(tracker).encode() + b"\n"


LABELS = {"of 1001": "1ZEXAMPLE0002", "instead": "1ZEXAMPLE0002B", "of two": "T-100"}
SCANNED = NamedBytes(
    "parcel_carrier",
    "trackers_20171228.json",
    b"".join(
        _scanned(number, parcel)
        for number, parcel in enumerate(
            (PARCEL, LABELS["of 1001"], LABELS["of two"], "T-71")
        )
    ),
    EVENING - timedelta(hours=2),
)
TOLD_ANEW = NamedBytes(
    "own_dcs",
    "shipments_20171228_anew.csv",
    b"node_ref,shipment_ref,instruction_ref,line_ref,sku_ref,ordered_qty,shipped_qty,"
    b"reason_code,shipped_on,carrier_code,tracking_ref\n"
    b"DC-EAST,S-2,FO-21044A3F9AA4,1,100001,2,2,,2017-12-28T09:00:00-05:00,UPSN,"
    b"1ZEXAMPLE0002B\n"
    b"DC-EAST,S-4,FO-57F5AAC2D13E,1,100007,2,1,OUT_OF_STOCK,"
    b"2017-12-28T09:40:00-05:00,UPSN,1ZEXAMPLE0004\n"
    b"DC-EAST,S-49,FO-57F5AAC2D13E,1,100007,1,1,,2017-12-28T15:00:00-05:00,UPSN,T-99\n"
    b"DC-EAST,S-50,FO-DC8F64453876,1,100006,1,1,,2017-12-28T14:20:00-05:00,UPSN,T-100\n"
    b"DC-EAST,S-50,FO-21DDF8933D13,1,100001,1,1,,2017-12-28T14:20:00-05:00,UPSN,T-100\n",
    EVENING - timedelta(hours=1),
)
"""Another label than an hour ago, one each fewer at the same hour, which leaves later
all the same, and a parcel with eaches of two orders."""
BACK = """
    select t.order_id, l.line_id, l.sku_id, split_part(t.order_id, '/', 2) as order_ref
    from lake.visibility.rpt_orders as t
    inner join lake.visibility.rpt_order_lines as l using (order_id)
    where contains(t.tracking_refs, '1ZEXAMPLE11') order by all
"""
GONE, TOLD_ELSEWHERE = "web_shop/gone/1", "web_shop/gone/2"
ORDER_1004 = (
    "select backordered_qty, changed_run_id from lake.visibility.rpt_orders"
    " where order_id = 'web_shop/1004'"
)


@pytest.fixture(scope="module")
def evening_house(played_house: Home, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """The house after a third run, which learns of the receipt and the count."""
    root = tmp_path_factory.mktemp("evening") / "house"
    home = one_day.copied(played_house, root)
    told = [RECEIPT, CORRECTION, RECALLED, SCANNED, ADVISED, TOLD_ANEW]
    said = [_confirmed(home), _returned(home), _progress(home), _instead(home)]
    put_in_drop(home, [*told, *said])
    _plant_promise(home)
    _correct(home)
    one_day.run(home, EVENING)
    return home


RESTS = "STOCK_SURPLUS/3PL-HARBOR/100001/AVAILABLE"
HANDED = "STOCK_SURPLUS/3PL-SUMMIT/100009/AVAILABLE"
MOVED = {"ship_to_street": "9 Sample Road", "service_code": "STANDARD"}
ORDER_1007 = (
    "select instruction_id, file_name, control_ref, service_code, state, asked_qty"
    " from lake.visibility.rpt_instructions where order_id = 'web_shop/1007'"
    " and partner_id = 'harbor_3pl'"
)


def _correct(home: Home) -> None:
    """The customer of 1007 has moved, the node has its instruction."""
    instruction = one_day.query(home, ORDER_1007)["instruction_id"].item()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ORDERHOUSE_HOME", str(home.root))
        at = (EVENING - timedelta(hours=1)).isoformat()
        correct(instruction, MOVED, "ann", "moved, says the customer", at)
        act(RESTS, "SNOOZE", {"snoozed_until": "2018-01-05"}, "ann", at)
        act(HANDED, "ASSIGN", {"owner": "bob", "remark": "ask the node"}, "ann", at)
        with pytest.raises(CommandError, match="no exception"):
            act("nothing", "NOTE", {"remark": "of what"}, "ann", at)
        with pytest.raises(CommandError, match="snoozed_until"):
            act(RESTS, "SNOOZE", {"snoozed_until": "some day"}, "ann", at)


def _asked(home: Home) -> tuple[str, str, str]:
    """An instruction for eaches of 100003, its line and its order."""
    sent = one_day.query(
        home,
        "select f.instruction_id, l.instruction_line_ref, f.order_id"
        " from lake.instructions.fulfilment_orders as f"
        " inner join lake.instructions.instruction_lines as l using (instruction_id)"
        " where f.node_id = 'DC-WEST' and l.sku_id = '100003' and l.qty = 1"
        " order by all",
    )
    instruction, line, order = sent.row(0)
    return str(instruction), str(line), str(order)


def _confirmed(home: Home) -> NamedBytes:
    """What left of it: one each of a lot, by number."""
    instruction, line, _ = _asked(home)
    cells = f"DC-WEST,S-70,{instruction},{line},100003,1,1,2017-12-28T14:00:00-05:00"
    head = (
        "node_ref,shipment_ref,instruction_ref,line_ref,sku_ref,ordered_qty,"
        "shipped_qty,shipped_on,lot_ref,serial_refs"
    )
    return NamedBytes(
        "own_dcs",
        "shipments_20171228_lot.csv",
        f"{head}\n{cells},L-7,SN-1 SN-2\n".encode(),
        EVENING - timedelta(hours=1),
    )


def _returned(home: Home) -> NamedBytes:
    """What a customer was handed at three is back the same day; and a stranger's."""
    order, sku = one_day.query(home, BACK).select("order_ref", "sku_id").row(0)
    head = (
        "return_ref,line_ref,order_ref,sku_ref,qty,status_code,disposition_code,"
        "node_ref,returned_on"
    )
    mine = f"RMA-1,1,{order},{sku},1"
    rows = (
        f"{mine},AUTHORISED,,,2017-12-28T15:30:00-05:00",
        f"{mine},INSPECTED,SELLABLE,DC-EAST,2017-12-28",
        f"RMA-2,1,no-such-order,{sku},2,RECEIVED,,DC-EAST,2017-12-28",
    )
    return NamedBytes(
        "service_desk",
        "returns_20171228.csv",
        "\n".join([head, *rows, ""]).encode(),
        EVENING - timedelta(hours=1),
    )


NAMED = """
    select instruction_id, f.node_id, instruction_line_ref, l.line_id
    from lake.instructions.instruction_lines as l
    inner join lake.instructions.fulfilment_orders as f using (instruction_id)
    where f.order_id = ? order by all
"""


def _instead(home: Home) -> NamedBytes:
    """What a line of order 1014 asks for was not there; something else left."""
    instruction, node, ref, _ = one_day.query(home, NAMED, ["web_shop/1014"]).row(1)
    head = (
        "node_ref,shipment_ref,instruction_ref,line_ref,sku_ref,ordered_qty,"
        "shipped_qty,shipped_on,ordered_sku_ref,serial_refs,tracking_ref"
    )
    said = f"{node},S-71,{instruction},{ref},100002,1,1,2017-12-28T14:00:00-05:00"
    return NamedBytes(
        "own_dcs",
        "shipments_20171228_instead.csv",
        f"{head}\n{said},100006,SN-9,T-71\n".encode(),
        EVENING - timedelta(hours=1),
    )


def _progress(home: Home) -> NamedBytes:
    """One instruction is packed in whole; of another, one of three was collected."""
    packed, node = one_day.query(home, NAMED, ["web_shop/1002"]).row(0)[:2]
    asked, store, line, _ = one_day.query(home, NAMED, ["web_shop/1010"]).row(0)
    rows = (
        "node_ref,instruction_ref,line_ref,qty,status_code,status_at",
        f"{node},{packed},,,PACKED,2017-12-28T16:00:00-05:00",
        f"{store},{asked},{line},1,COLLECTED,2017-12-28T16:30:00-05:00",
        f"{store},{asked},{line},2,NOT_COLLECTED,2017-12-28T16:40:00-05:00",
        "",
    )
    return NamedBytes(
        "operators",
        "fulfilment_statuses_20171228.csv",
        "\n".join(rows).encode(),
        EVENING - timedelta(hours=1),
    )


def _plant_promise(home: Home) -> None:
    """Two eaches for a line that nobody knows, as a bug or a hand may leave them.

    Of another line the one node holds what the other lacks: over both it is nothing.
    """
    moves = [
        (GONE, "DEMAND", "DC-EAST", -2),
        (GONE, "ALLOCATED", "DC-EAST", 2),
        (TOLD_ELSEWHERE, "RELEASED", "DC-EAST", 1),
        (TOLD_ELSEWHERE, "RELEASED", "DC-WEST", -1),
    ]
    rows = [
        {
            "event_id": f"STRAY/{line}",
            "posting_id": f"STRAY/{line}/{qty}",
            "line_id": line,
            "account": account,
            "node_id": node,
            "qty": qty,
            "sku_id": "100001",
            "event_at": one_day.NOON,
            "run_id": "",
        }
        for line, account, node, qty in moves
    ]
    house = House.open(home.root)
    with house.lake.transaction("test", "a stray promise"):
        house.lake.append(
            PROMISE_POSTINGS, pl.DataFrame(rows, schema=PROMISE_POSTINGS.schema)
        )
    house.close()


def test_pages_follow_an_order_that_only_a_receipt_set_free(
    played_house: Home, evening_house: Home
) -> None:
    """No document names the order; our own decision changes it."""
    before = one_day.query(played_house, ORDER_1004)
    ran = one_day.query(
        evening_house, "select arg_max(run_id, as_of) as id from lake.decisions.runs"
    )

    after = one_day.query(evening_house, ORDER_1004)
    assert [1] == before["backordered_qty"].to_list()
    assert [0] == after["backordered_qty"].to_list()
    assert ran["id"].to_list() == after["changed_run_id"].to_list()


def test_what_is_advised_is_on_its_way_to_its_node(
    evening_house: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = one_day.query(
        evening_house,
        "select movement_type, account, node_id, sku_id, qty"
        " from lake.decisions.unit_postings where movement_type = 'TRANSIT'"
        " or movement_id = 'RECEIPT/DC-EAST/R-10/1' order by movement_id, qty",
    )

    assert [
        ("TRANSIT", "SUPPLIER", "DC-EAST", "100003", -8),
        ("TRANSIT", "IN_TRANSIT", "DC-EAST", "100003", 8),
        ("TRANSIT", "ON_HAND", "DC-WEST", "100005", -2),
        ("TRANSIT", "IN_TRANSIT", "DC-EAST", "100005", 2),
        ("RECEIPT", "IN_TRANSIT", "DC-EAST", "100003", -6),
        ("RECEIPT", "ON_HAND", "DC-EAST", "100003", 6),
    ] == told.rows()
    monkeypatch.setenv("ORDERHOUSE_HOME", str(evening_house.root))
    with CONSOLE.capture() as printed:
        stock_command("100003")
    rest = [line for line in printed.get().splitlines() if "IN_TRANSIT" in line]
    by_status, off_shelf = (re.findall(r"[\w-]+", row) for row in rest)
    assert ["DC-EAST", "IN_TRANSIT", "2"] == by_status[:3] == off_shelf
    assert ["receipts_20171228_lot", "csv"] == by_status[-2:]


def test_what_left_instead_ends_its_line_and_is_of_the_goods_that_left(
    evening_house: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    line = one_day.query(
        evening_house,
        "select substituted_out_qty, released_qty, line_status"
        " from lake.decisions.line_buckets where line_id = 'web_shop/1014/10142'",
    )
    order = one_day.query(
        evening_house,
        "select order_status, carrier_axis, delivered_qty, i.outcome, substituted_qty"
        " from lake.visibility.rpt_orders as o"
        " inner join lake.visibility.rpt_instructions as i using (order_id)"
        " where order_id = 'web_shop/1014'",
    )
    carried = one_day.query(
        evening_house,
        "select carrier_class from lake.decisions.reconciled_shipments"
        " where line_id = 'web_shop/1014/10142'",
    )
    left = one_day.query(
        evening_house,
        "select account, node_id, sku_id, qty from lake.decisions.unit_postings"
        " where contains(movement_id, 'SUBSTITUTED') order by qty",
    )
    still = one_day.query(
        evening_house,
        "select sum(qty)::bigint from lake.decisions.promise_postings"
        " where account = 'RELEASED' and line_id = 'web_shop/1014/10142'",
    )
    asked = one_day.query(
        evening_house,
        "select owner from lake.decisions.exceptions"
        " where code = 'SUBSTITUTED_BY_NODE' and closed_at is null",
    )

    assert [(1, 0, "DELIVERED")] == line.rows()
    assert [("PARTIALLY_SHIPPED", "DELIVERED", 1, "PARTLY_SHIPPED", 1)] == order.rows()
    assert ["delivered"] == carried["carrier_class"].to_list()
    assert [
        ("ON_HAND", "DC-EAST", "100002", -1),
        ("SHIPPED", "DC-EAST", "100002", 1),
    ] == left.rows()
    assert 0 == still.item()
    assert [("customer care",)] == asked.rows()
    monkeypatch.setenv("ORDERHOUSE_HOME", str(evening_house.root))
    with CONSOLE.capture() as printed:
        recall_command("SN-9")
    assert "100002" in printed.get()
    assert "100006" not in printed.get()
    monkeypatch.setenv("ORDERHOUSE_HOME", str(evening_house.root))
    with CONSOLE.capture() as printed:
        explain_order("1014")
    assert re.search(r"Sent instead(.|\n)*100006 +100002 +1 DC-EAST", printed.get())


def test_an_allocation_promises_a_lot_and_the_node_is_asked_for_it(
    evening_house: Home,
) -> None:
    named = one_day.query(
        evening_house,
        "select a.line_id, a.lot_ref, a.qty, l.lot_ref as asked"
        " from lake.decisions.allocation_lots as a"
        " inner join lake.instructions.instruction_lines as l using (line_id, run_id)",
    )
    proved = one_day.query(
        evening_house,
        "select checked_rows, failed_rows from lake.decisions.proofs"
        " where proof = 'no run promises more of a lot than is there'",
    )

    assert [("web_shop/1004/10042", "L-5", 1, "L-5")] == named.rows()
    assert [(1, 0)] == proved.rows()


def test_how_far_a_node_is_moves_its_eaches(evening_house: Home) -> None:
    buckets = (
        "select order_id, sum(in_fulfilment_qty)::bigint, sum(released_qty)::bigint,"
        " sum(shipped_qty)::bigint, sum(delivered_qty)::bigint,"
        " sum(cancelled_qty)::bigint from lake.decisions.line_buckets"
        " where order_id in ('web_shop/1002', 'web_shop/1010')"
        " group by order_id order by order_id"
    )
    told = one_day.query(
        evening_house,
        "select order_id, event_type, qty, verdict"
        " from lake.visibility.rpt_order_timeline where event_type"
        " in ('PACKED', 'COLLECTED', 'NOT_COLLECTED') order by order_id, event_id",
    )
    state = one_day.query(
        evening_house,
        "select state, shipped_qty, cancelled_qty, open_qty"
        " from lake.visibility.rpt_instructions where order_id = 'web_shop/1010'",
    )

    assert [
        ("web_shop/1002", 2, 0, 1, 0, 0),
        ("web_shop/1010", 0, 0, 0, 1, 2),
    ] == one_day.query(evening_house, buckets).rows()
    assert [
        ("web_shop/1002", "PACKED", 1, None),
        ("web_shop/1002", "PACKED", 2, None),
        ("web_shop/1010", "COLLECTED", 1, None),
        ("web_shop/1010", "NOT_COLLECTED", 2, None),
    ] == told.rows()
    assert [("CLOSED", 1, 2, 0)] == state.rows()
    uncollected = one_day.query(
        evening_house,
        "select owner from lake.visibility.rpt_exceptions"
        " where is_open and code = 'NOT_COLLECTED'",
    )
    assert [("customer care",)] == uncollected.rows()


def test_what_was_delivered_and_came_back_is_followed_to_its_shelf(
    evening_house: Home,
) -> None:
    """Delivered at three, inspected on that date: a date comes after the hour."""
    line, sku = one_day.query(evening_house, BACK).select("line_id", "sku_id").row(0)
    said = one_day.query(
        evening_house,
        "select b.delivered_qty, b.returned_qty, o.order_status"
        " from lake.visibility.rpt_order_lines as b"
        " inner join lake.visibility.rpt_orders as o using (order_id)"
        " where line_id = ?",
        [line],
    )
    told = one_day.query(
        evening_house,
        "select account, sum(qty)::bigint as qty from lake.decisions.unit_postings"
        " where movement_type in ('DELIVERY', 'RETURN') and sku_id = ?"
        " group by account having sum(qty) <> 0 order by account",
        [sku],
    )
    strange = one_day.query(
        evening_house,
        "select code, detail from lake.decisions.exceptions"
        " where starts_with(subject, 'service_desk/RMA-')",
    )

    assert [(1, 1, "DELIVERED")] == said.rows()
    # Two of them nobody knows the order of.
    assert [
        ("CUSTOMER_RETURN", 2),
        ("ON_HAND", 1),
        ("SHIPPED", -1),
        ("VARIANCE", -2),
    ] == told.rows()
    assert ["UNKNOWN_TO_US"] == strange["code"].to_list()


def test_a_shipment_is_as_it_was_told_last_and_a_parcel_one_of_two_orders(
    evening_house: Home,
) -> None:
    """The old label was scanned too, and nobody says any more that it left.

    Of 1005 an each was short, and went after all in a parcel of its own.
    """
    names = [f"web_shop/{number}" for number in (1001, 1005, 1006, 1015)]
    lines = one_day.query(
        evening_house,
        "select order_id, shipped_qty, delivered_qty from lake.decisions.line_buckets"
        " where list_contains($1, order_id) order by all",
        [names],
    )
    parcels = one_day.query(
        evening_house,
        "select tracking_ref, order_id, other_order_ids, parcel_class"
        " from lake.decisions.reconciled_parcels"
        " where list_contains($1, tracking_ref) order by all",
        [[*LABELS.values()]],
    )
    short = one_day.query(
        evening_house,
        "select detail from lake.decisions.exceptions"
        " where code = 'SHORT_SHIPPED' and contains(subject, '/S-4/')",
    )
    with_carriers = one_day.query(
        evening_house,
        "select sku_id, sum(qty)::bigint from lake.decisions.unit_postings"
        " where node_id = 'DC-EAST' and account = 'SHIPPED'"
        " and sku_id in ('100006', '100007') group by sku_id order by sku_id",
    )

    assert list(zip(names, (2, 2, 0, 0), (0, 0, 1, 1), strict=True)) == lines.rows()
    assert [
        (LABELS["of 1001"], None, None, "waiting"),
        (LABELS["instead"], names[0], None, "on_its_way"),
        (LABELS["of two"], names[2], names[3], "delivered"),
    ] == parcels.rows()
    assert [("1 eaches, OUT_OF_STOCK",)] == short.rows()
    assert [("100006", 0), ("100007", 2)] == with_carriers.rows()


def test_what_was_short_and_left_after_all_is_not_sent_again(
    evening_house: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ORDERHOUSE_HOME", str(evening_house.root))

    with CONSOLE.capture() as printed:
        assert 0 == explain_order("1005")

    said = printed.get()
    assert "Sent beyond" not in said
    assert "No line of this order waits." in said


def test_a_947_that_takes_more_than_there_is_leaves_the_others_publishing(
    evening_house: Home,
) -> None:
    held = one_day.query(
        evening_house,
        "select available_qty, released_qty from lake.decisions.stock_positions"
        " where node_id = '3PL-HARBOR' and sku_id = '100004'",
    )
    red = one_day.query(
        evening_house,
        "select code, owner from lake.decisions.exceptions where closed_at is null"
        " and subject like '3PL-HARBOR/100004%' and opened_at = $1 order by code",
        [EVENING],
    )
    manifest = current_manifest(evening_house)

    assert [(-15, 20)] == held.rows()
    assert [
        ("OVERCOMMITTED", "stock control"),
        ("STOCK_NEGATIVE", "stock control"),
    ] == red.rows()
    assert manifest is not None
    assert EVENING.isoformat() == manifest["as_of"]


@pytest.mark.parametrize(("named", "came"), [("L-7", True), ("SN-2", False)])
def test_a_recall_names_the_orders_that_got_a_lot_and_where_it_came_from(
    evening_house: Home, monkeypatch: pytest.MonkeyPatch, named: str, *, came: bool
) -> None:
    monkeypatch.setenv("ORDERHOUSE_HOME", str(evening_house.root))

    with CONSOLE.capture() as printed:
        assert 0 == recall_command(named)

    told = printed.get()
    assert f"{named}: 1 orders, 1 eaches" in told
    assert _asked(evening_house)[-1] in told
    assert came == ("PO-9" in told)
    with pytest.raises(CommandError, match="no document names"):
        recall_command("L-8")


def test_a_node_is_told_anew_what_was_corrected_and_nothing_twice(
    played_house: Home, evening_house: Home
) -> None:
    before, after = (
        one_day.query(home, ORDER_1007).row(0, named=True)
        for home in (played_house, evening_house)
    )
    files = one_day.outbox(evening_house)
    old, new = f"harbor_3pl/{before['file_name']}", f"harbor_3pl/{after['file_name']}"
    released = one_day.query(
        evening_house,
        "select sum(qty)::bigint as qty from lake.decisions.own_events"
        " where event_type = 'RELEASED' and instruction_id = $1",
        [after["instruction_id"]],
    )
    stands = one_day.query(
        evening_house,
        "select instruction_count, open_count, replaced_count"
        " from lake.visibility.rpt_outbox_files"
        " where partner_id = 'harbor_3pl' and file_name = $1",
        [before["file_name"]],
    )

    assert before["instruction_id"] == after["instruction_id"]
    assert ("EXPEDITED", "STANDARD") == (before["service_code"], after["service_code"])
    assert int(before["control_ref"]) < int(after["control_ref"])
    assert "SENT" == after["state"]
    assert [(after["asked_qty"],)] == released.rows()
    assert (1,) == stands.select("replaced_count").row(0)
    assert one_day.outbox(played_house)[old] == files[old]
    told = files[new].decode()
    assert f"W05*R*{after['instruction_id']}*#1007~" in told
    assert "N3*9 Sample Road" in told
    assert f"N9*X9*{before['control_ref']}~" in told
    assert "9 Sample Road" not in files[old].decode()


def test_what_was_sent_is_printed_as_it_was_and_as_it_would_be(
    evening_house: Home,
    monkeypatch: pytest.MonkeyPatch,
    capsysbinary: pytest.CaptureFixture[bytes],
) -> None:
    monkeypatch.setenv("ORDERHOUSE_HOME", str(evening_house.root))
    told = one_day.query(evening_house, ORDER_1007).row(0, named=True)

    print_sent(f"harbor_3pl/{told['file_name']}")
    file = capsysbinary.readouterr().out
    print_sent(told["instruction_id"])
    alone = capsysbinary.readouterr().out

    assert one_day.outbox(evening_house)[f"harbor_3pl/{told['file_name']}"] == file
    # The file of that run holds another instruction too, or this one alone.
    sets = [part.split(b"ST*940*")[1] for part in file.split(b"\nSE*")[:-1]]
    asked = alone.split(b"ST*940*")[1].split(b"\nSE*")[0]
    assert asked[4:] in {one[4:] for one in sets}
    with pytest.raises(CommandError, match="no file and no instruction"):
        print_sent("FO-9")


def test_an_exception_rests_and_is_handed_over(
    evening_house: Home, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("ORDERHOUSE_HOME", str(evening_house.root))
    listed = tmp_path / "open.csv"
    stands = one_day.query(
        evening_house,
        "select owner, is_snoozed, remark, noted_by from lake.visibility.rpt_exceptions"
        " where is_open and exception_id in ($1, $2) order by exception_id",
        [RESTS, HANDED],
    )
    with CONSOLE.capture() as printed:
        assert 0 == list_open("bob", out=str(listed))
        assert 0 == list_open("stock control", "STOCK_SURPLUS")
    with CONSOLE.capture() as one:
        assert 0 == show(HANDED)

    assert [
        ("stock control", True, None, None),
        ("bob", False, "ask the node", "ann"),
    ] == stands.rows()
    told = "".join(printed.get().split())
    assert HANDED in told
    assert RESTS not in told
    assert [HANDED] == pl.read_csv(listed)["exception_id"].to_list()
    assert "ask the node" in one.get()


def test_what_has_left_or_whose_node_takes_no_correction_is_refused(
    evening_house: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ORDERHOUSE_HOME", str(evening_house.root))
    instruction = one_day.query(evening_house, ORDER_1007)["instruction_id"].item()
    left = one_day.query(
        evening_house,
        "select min(instruction_id) as id from lake.visibility.rpt_instructions"
        " where partner_id = 'harbor_3pl' and state = 'CLOSED'",
    )["id"].item()

    with pytest.raises(CommandError, match="no instruction"):
        correct("FO-9", MOVED, "ann", "moved")
    with pytest.raises(CommandError, match="whole file"):
        correct("harbor_3pl/940_000000001.edi", MOVED, "ann", "moved")
    with pytest.raises(CommandError, match="nothing open"):
        correct(left, MOVED, "ann", "moved")
    with pytest.raises(CommandError, match="takes no such correction"):
        correct(instruction, {"qty": "1=1"}, "ann", "one is damaged")
    with pytest.raises(CommandError, match="stands alone"):
        correct(instruction, MOVED | {"qty": "1=1"}, "ann", "both")


def _mended(home: Home, line_id: str) -> tuple[list[tuple[object, ...]], ...]:
    """What a line was promised by cause and account, and what is told of it."""
    promised = one_day.query(
        home,
        "select split_part(posting_id, '/', 4) as cause, account, node_id,"
        " sum(qty)::bigint as qty from lake.decisions.promise_postings"
        " where line_id = $1 and run_id <> '' group by all order by all",
        [line_id],
    )
    told = one_day.query(
        home,
        "select cause_code, detail from lake.decisions.exceptions"
        " where code = 'PROMISE_MENDED' and subject = $1",
        [line_id],
    )
    return promised.rows(), told.rows()


def test_a_promise_without_its_line_is_released_and_told(evening_house: Home) -> None:
    promised, told = _mended(evening_house, GONE)

    assert [
        ("ORPHAN_RELEASE", "ALLOCATED", "DC-EAST", -2),
        ("ORPHAN_RELEASE", "DEMAND", "DC-EAST", 2),
    ] == promised
    assert [("ORPHAN_RELEASE", "-2 ALLOCATED at DC-EAST")] == told


def test_promises_at_wrong_nodes_that_make_nothing_together_are_mended(
    evening_house: Home,
) -> None:
    promised, told = _mended(evening_house, TOLD_ELSEWHERE)

    assert [
        ("MISPLACED", "DEMAND", "DC-EAST", 1),
        ("MISPLACED", "DEMAND", "DC-WEST", -1),
        ("MISPLACED", "RELEASED", "DC-EAST", -1),
        ("MISPLACED", "RELEASED", "DC-WEST", 1),
    ] == promised
    assert ["MISPLACED"] == [cause for cause, _ in told]


def test_a_run_builds_the_models_that_something_arrived_for(
    evening_house: Home,
) -> None:
    with dagster_instance(evening_house) as instance:
        assert _is_built(instance, "gold", "fct_receipts")
        assert _is_built(instance, "gold", "fct_stock_adjustments")
        assert _is_built(instance, "gold", "fct_orders")
        assert _is_built(instance, "visibility", "rpt_orders")
        assert not _is_built(instance, "gold", "dim_lanes")
        assert not _is_built(instance, "gold", "fct_stock_snapshots")


def test_a_run_that_was_never_published_is_published_before_the_next(
    own_played_house: Home,
) -> None:
    house = House.open(own_played_house.root)
    with house.lake.transaction("test", "as a crash in visibility leaves it"):
        house.lake.execute("update lake.decisions.runs set manifest = ''")
        house.lake.execute("delete from lake.visibility.rpt_files")
    house.close()

    one_day.run(own_played_house, EVENING)

    house = House.open(own_played_house.root)
    published = committed(house.lake)["manifest"].to_list()
    shown = house.lake.count("visibility.rpt_files")
    landed = house.lake.count("bronze.landing_ledger")
    house.close()
    assert 3 == len(published)
    assert "" not in published
    assert landed == shown


def test_a_run_with_files_that_bronze_lacks_is_not_committed(
    own_played_house: Home,
) -> None:
    """As after "re-execute from failure": the steps that read files never ran."""
    put_in_drop(own_played_house, [RECEIPT])
    house = House.open(own_played_house.root)
    with house.lake.lease():
        house.begin(EVENING)
        land_drop(house, house.partners["own_dcs"])

        with pytest.raises(LakeError, match=RECEIPT.name):
            commit_run(house)

        assert not house.is_committed
    house.close()


def test_after_a_dead_run_an_earlier_instant_is_refused(own_played_house: Home) -> None:
    """Its files stand in gold already; an earlier run would decide on them."""
    house = House.open(own_played_house.root)
    house.begin(EVENING)

    with pytest.raises(RunRefusedError, match="start it again"):
        house.begin(EVENING - timedelta(hours=1))

    assert EVENING == house.begin(EVENING).as_of
    assert house.undone_run is not None
    house.close()


def test_a_committed_run_is_not_decided_again_from_dagsters_page(
    own_played_house: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody launches the job with the instant of an earlier run."""
    monkeypatch.setenv("ORDERHOUSE_HOME", str(own_played_house.root))
    before = one_day.hashes(own_played_house)
    chosen = {"as_of": one_day.NIGHT.isoformat()}

    with dagster_instance(own_played_house) as instance:
        result = (
            defs()
            .resolve_job_def("run")
            .execute_in_process(
                instance=instance,
                run_config={"resources": {"house": {"config": chosen}}},
                raise_on_error=False,
            )
        )

    assert not result.success
    assert any("is not made again" in str(event) for event in result.all_events)
    assert before == one_day.hashes(own_played_house)


def test_a_run_keeps_what_it_read_when_its_commit_is_asked_for_again(
    own_played_house: Home,
) -> None:
    house = House.open(own_played_house.root)
    before = committed(house.lake)
    house.begin(one_day.NIGHT)

    commit_run(house)

    assert committed(house.lake).equals(before)
    house.close()


def _is_built(instance: dg.DagsterInstance, *key: str) -> bool:
    """Whether the newest run built a model; it reports every model that stands."""
    event = instance.get_latest_materialization_event(dg.AssetKey(key))
    assert event is not None
    assert event.asset_materialization is not None
    return bool(event.asset_materialization.metadata["built_by_this_run"].value)
