"""The quarantine desk: what waits is listed, shown, mended, and goes on by itself."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from contextlib import redirect_stdout
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial

import polars as pl
import pytest

from orchestration.cli import mend, order_actions, quarantine, scorecard
from orchestration.cli.demo import put_in_drop
from orchestration.cli.failures import CommandError
from orchestration.cli.planted import examined
from orchestration.cli.why import explain_order
from orchestration.resources.home import Home
from orchestration.resources.house import House
from tests.end_to_end import one_day
from transforms.contracts.simulation import NamedBytes

# Warnings of the libraries that a run stands on are no failure of the run.
pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("default")]

EVENING = one_day.NOON + timedelta(hours=6)
NEXT_NOON = EVENING + timedelta(hours=18)
MENDED = NEXT_NOON - timedelta(hours=1)

RECEIPTS = NamedBytes(
    "own_dcs",
    "receipts_20171228_evening.csv",
    b"node_ref,receipt_ref,line_ref,po_ref,sku_ref,qty,stock_status,received_on\n"
    b"DC-EAST,R-91,1,,HONEY-CASE,2,AVAILABLE,2017-12-28T15:00:00-05:00\n"
    b"DC-NORTH,R-92,1,,100006,5,AVAILABLE,2017-12-28T15:00:00-05:00\n"
    b"DC-EAST,R-93,1,,100006,many,AVAILABLE,2017-12-28T15:00:00-05:00\n",
    EVENING - timedelta(hours=2),
)
ORDER = {
    "id": 1091,
    "name": "#1091",
    "created_at": "2017-12-28T15:30:00-05:00",
    "updated_at": "2017-12-28T15:30:00-05:00",
    "currency": "USD",
    "financial_status": "paid",
    "total_price": "24.00",
    "email": "ada.exampleton@example.com",
    "shipping_address": {
        "name": "Ada Exampleton",
        "address1": "11 Invented Lane",
        "city": "Sampleville",
        "province_code": "NY",
        "zip": "10001",
        "country_code": "US",
    },
    "shipping_lines": [{"code": "STANDARD"}],
    "line_items": [
        {
            "id": 10911,
            "sku": "HONEY-CASE",
            "title": "Honey, by the case",
            "quantity": 1,
            "price": "24.00",
            "total_discount": "0.00",
        }
    ],
}
ORDERS = NamedBytes(
    "web_shop",
    "orders_20171228_evening.jsonl",
    json.dumps(ORDER).encode() + b"\n",
    EVENING - timedelta(hours=2),
)
NOT_PAID, PAID_LATER = (
    NamedBytes(
        "web_shop",
        f"orders_{arrived:%Y%m%d_%H}_pending.jsonl",
        b"".join(
            json.dumps(
                ORDER
                | {
                    "id": number,
                    "name": f"#{number}",
                    "financial_status": status,
                    "updated_at": arrived.isoformat(),
                    "total_price": "4.00",
                    "line_items": [
                        {
                            "id": number * 10 + 1,
                            "sku": "100004",
                            "title": "Tea",
                            "quantity": 2,
                            "price": "2.00",
                            "total_discount": "0.00",
                        }
                    ],
                }
            ).encode()
            + b"\n"
            for number, status in told.items()
        ),
        arrived,
    )
    for arrived, told in (
        (EVENING - timedelta(hours=1), dict.fromkeys((1092, 1093, 1094), "pending")),
        (NEXT_NOON - timedelta(hours=1), {1092: "paid"}),
    )
)
"""Three orders wait for their money; of one it comes, one is let go without."""
SALES = NamedBytes(
    "stores",
    "sales_367_20171228_evening.csv",
    b"store_id,receipt_no,line_no,sold_at,sku,quantity,line_amount\n"
    b"367,5010,1,2017-12-28 14:00:00,100001,1,1.50\n"
    b"367,5010,2,2017-12-28 14:00:00,100010,few,3.00\n",
    EVENING - timedelta(hours=2),
)
NO_QTY = [
    NamedBytes(
        "own_dcs",
        f"receipts_20171228_no_qty_{number}.csv",
        b"node_ref,receipt_ref,line_ref,po_ref,sku_ref,stock_status,received_on\n"
        b"DC-EAST,R-9%d,1,,100006,AVAILABLE,2017-12-28T15:00:00-05:00\n"
        b"DC-EAST,R-9%d,2,,100005,AVAILABLE,2017-12-28T15:00:00-05:00\n"
        % (number, number),
        EVENING - timedelta(hours=2),
    )
    for number in (7, 8)
]
"""Two files whose header alone is at fault; the first is corrected whole."""
TOLD_AGAIN = [
    NamedBytes(
        "operators",
        "sku_aliases_of_the_spring.csv",
        b"alias_ref,alias_kind,sku_ref,eaches,valid_from,updated_at\n"
        b"JAM-TIN,SKU,100001,%d,2017-12-01,2017-12-28T1%d:00:00Z\n" % (n, n),
        EVENING - timedelta(hours=4 - n),
    )
    for n in (1, 2)
]
"""A sound file and its sound revision."""
COLUMNS = 6
"""Of the list: code, partner, document, rows, oldest, example."""
SIGNED = {"author": "Ana", "reason": "partner's name of the case; 箱装"}


@dataclass(frozen=True)
class Desk:
    """What the desk printed before the mends, and the house after them."""

    listed: str
    aliased: str
    receipts: str
    shown: str
    foretold: str
    refused: str
    refused_order: str
    refused_half: str
    refused_copy: str
    home: Home


@pytest.fixture(scope="module")
def desk(
    played_house: Home, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Desk]:
    """Three lines and an order wait; two mends, and a run that reads them."""
    home = one_day.copied(played_house, tmp_path_factory.mktemp("desk") / "house")
    put_in_drop(home, [RECEIPTS, ORDERS, NOT_PAID, SALES, *NO_QTY, *TOLD_AGAIN])
    one_day.run(home, EVENING)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ORDERHOUSE_HOME", str(home.root))
        yield _worked(home)


def _worked(home: Home) -> Desk:
    listed = said(quarantine.list_waiting)
    receipts = said(partial(quarantine.list_waiting, document="receipts"))
    shown = said(
        partial(quarantine.show_case, f"{RECEIPTS.name}:4", language="zh", is_raw=True)
    )
    signed = SIGNED | {"at": MENDED.isoformat()}
    aliased = _aliased(signed["at"])
    said(partial(mend.mend_line, f"{RECEIPTS.name}:4", ["qty=9"], **signed))
    with pytest.raises(CommandError) as refusal:
        mend.mend_line(f"{RECEIPTS.name}:3", ["qty=few"], **signed)
    with pytest.raises(CommandError, match="'yesterday' is no instant"):
        mend.mend_alias("A", "B", "Ana", "why", at="yesterday")
    again = home.root / "order.jsonl"
    again.write_bytes(ORDERS.content.replace(b"HONEY-CASE", b"100005"))
    with pytest.raises(CommandError) as order_refusal:
        mend.mend_line(f"{ORDERS.name}:1", [], file=str(again), **signed)
    with pytest.raises(CommandError) as half_refusal:
        mend.mend_line(f"{SALES.name}:3", ["quantity=2"], **signed)
    refused_copy = _with_their_quantities(home)
    at = {"at": MENDED.isoformat()}
    said(partial(order_actions.act, "HOLD", "1009", "ana", reason="ADDRESS", **at))
    said(partial(order_actions.act, "CANCEL", "1004", "ana", reason="FRAUD", **at))
    late = "AWAITING_PAYMENT"
    said(partial(order_actions.act, "UNHOLD", "1094", "ana", reason=late, **at))
    _pin(at["at"])
    foretold = said(quarantine.replay)
    put_in_drop(home, [PAID_LATER, _given_up(home)])
    one_day.run(home, NEXT_NOON)
    refused = str(refusal.value), str(order_refusal.value), str(half_refusal.value)
    return Desk(
        listed, aliased, receipts, shown, foretold, *refused, refused_copy, home
    )


def _pin(at: str) -> None:
    """Order 1094 is to ship from DC-WEST this week; 1093 was to, until yesterday."""
    pin = partial(order_actions.act, "PIN", author="ana", reason="MANUAL", at=at)
    for order, until in (("1094", "2018-01-05"), ("1092", "2017-12-28")):
        also = {"node_ref": "DC-WEST", "until_date": until}
        said(partial(pin, order, also=also))
    with pytest.raises(CommandError, match="no node 'DC-NORTH'"):
        pin("1094", also={"node_ref": "DC-NORTH", "until_date": "2018-01-05"})


def _aliased(at: str) -> str:
    """What is said of aliases: of a SKU, of none, and once more of the SKU."""

    def alias(
        name: str, sku: str, eaches: int, at: str = "", *, is_ahead: bool = False
    ) -> Callable[[], int]:
        return lambda: mend.mend_alias(
            name, sku, **SIGNED, eaches=eaches, at=at, is_ahead=is_ahead
        )

    told = said(alias("HONEY-CASE", "100005", 6, at))
    for sku in ("NO-SKU", "SKU-NONE"):
        with pytest.raises(CommandError, match=f"{sku} is no SKU here: send"):
            alias("HONEY-TIN", sku, 1)()
        told += said(alias("HONEY-TIN", sku, 1, is_ahead=True))
    with pytest.raises(CommandError, match="HONEY-CASE is 100005 already"):
        alias("HONEY-CASE", "100005", 6, at)()
    return told


def _with_their_quantities(home: Home) -> str:
    """Both files without quantities mended; why bytes that came before are refused."""
    signed, path = SIGNED | {"at": MENDED.isoformat()}, home.root / "corrected.csv"
    for lines, file in zip((3, 2), NO_QTY, strict=True):
        head, *rows = file.content.decode().splitlines()[:lines]
        told = [f"{head},qty", *(f"{row},3" for row in rows)]
        path.write_text("\n".join(told) + "\n")
        said(partial(mend.mend_line, f"{file.name}:1", [], file=str(path), **signed))
    known = next(
        file.content
        for file in one_day.deliveries()
        if file.partner_id == "own_dcs" and file.name.startswith("receipts")
    )
    path.write_bytes(known)
    with pytest.raises(CommandError) as refusal:
        mend.mend_line(f"{RECEIPTS.name}:4", [], file=str(path), **signed)
    return str(refusal.value)


def _given_up(home: Home) -> NamedBytes:
    """The node of the first line of 1004 has not begun it and gives it up."""
    asked = one_day.query(
        home,
        "select node_id, instruction_id, instruction_line_ref, qty"
        " from lake.instructions.instruction_lines"
        " inner join lake.instructions.fulfilment_orders using (instruction_id)"
        " where line_id = 'web_shop/1004/10041'",
    ).row(0)
    at = (MENDED + timedelta(minutes=5)).isoformat()
    text = "node_ref,instruction_ref,line_ref,qty,status_code,status_at\n"
    text += ",".join(map(str, (*asked, "CANCELLED", at))) + "\n"
    name = "fulfilment_statuses_20171229.csv"
    arrived = MENDED + timedelta(minutes=10)
    return NamedBytes("operators", name, text.encode(), arrived)


def said(command: Callable[[], int]) -> str:
    """What a command prints; it leaves with success."""
    with redirect_stdout(io.StringIO()) as printed:
        assert command() == 0
    return printed.getvalue()


def test_what_waits_is_counted_by_code_partner_and_document(desk: Desk) -> None:
    rows = [line.split() for line in desk.listed.splitlines()]
    found = {tuple(row[:3]): (row[3], row[-1]) for row in rows if len(row) == COLUMNS}

    for code, partner, document, place in (
        ("BAD_QTY", "own_dcs", "receipts", f"{RECEIPTS.name}:4"),
        ("UNKNOWN_NODE", "own_dcs", "receipts", f"{RECEIPTS.name}:3"),
        ("UNKNOWN_SKU", "own_dcs", "receipts", f"{RECEIPTS.name}:2"),
        ("UNKNOWN_SKU", "web_shop", "orders", f"{ORDERS.name}:1"),
    ):
        assert ("1", place) == found[code, partner, document]


@pytest.mark.usefixtures("desk")
@pytest.mark.parametrize("what", ["code", "partner", "document"])
def test_a_name_that_nobody_has_is_refused_and_the_known_ones_told(
    what: str,
) -> None:
    with pytest.raises(CommandError, match=f"no {what} 'NOBODY'; known: "):
        quarantine.list_waiting(**{what: "NOBODY"})


def test_the_rows_of_a_document_name_what_they_miss(desk: Desk) -> None:
    assert "HONEY-CASE" in desk.receipts
    assert "DC-NORTH" in desk.receipts
    assert ORDERS.name not in desk.receipts


def test_a_case_has_its_sentence_remedy_masked_value_and_on_request_its_line(
    desk: Desk,
) -> None:
    for text in ("BAD_QTY", "m…y", "数量", "DC-EAST,R-93,1,,100006,many"):
        assert text in desk.shown
    assert "seen      qty，至少为 1\n" in desk.shown
    assert "Send whole eaches." not in desk.shown


def test_a_mend_that_would_not_be_read_is_refused(desk: Desk) -> None:
    assert desk.refused.startswith("qty: ")
    assert "give it a later time of change" in desk.refused_order


def test_one_line_of_an_order_is_not_mended_alone(desk: Desk) -> None:
    """It would be taken for the whole order."""
    assert desk.refused_half.startswith("the order has other lines (2) and would")


def test_an_alias_says_what_names_it_and_whether_its_sku_is_one(desk: Desk) -> None:
    assert "2 waiting rows name HONEY-CASE" in desk.aliased
    assert "no waiting row names HONEY-TIN" in desk.aliased
    assert "NO-SKU is no SKU here" in desk.aliased
    assert "SKU-NONE is no SKU here" in desk.aliased
    assert "100005 is no SKU here" not in desk.aliased


def test_a_mend_without_an_hour_is_read_by_the_next_run_each_in_its_order(
    desk: Desk,
) -> None:
    """The house plays the past: today's hour would be of no use to it."""
    for hour in ("23:00:01", "23:00:02"):
        assert f"as of 2017-12-28 {hour} UTC and later" in desk.aliased
    known = one_day.query(
        desk.home,
        "select sku_id from lake.silver.int_sku_aliases__deduplicated"
        " where alias_ref = 'HONEY-TIN'",
    )
    assert ["SKU-NONE"] == known["sku_id"].to_list()


def test_a_header_mended_with_the_whole_file_leaves_no_line_of_it_on_the_desk(
    desk: Desk,
) -> None:
    left = one_day.query(
        desk.home,
        "select file_name, payload_line from lake.visibility.rpt_quarantine"
        " where file_name like 'receipts_20171228_no_qty_%' order by all",
    )
    taken = one_day.query(
        desk.home,
        "select receipt_id from lake.gold.fct_receipts"
        " where receipt_id like '%R-97%' or receipt_id like '%R-98%'",
    )

    # Of the second file a line was left out: whoever left it out is still asked.
    assert [(NO_QTY[1].name, 2), (NO_QTY[1].name, 3)] == left.rows()
    assert 3 == taken.height


def test_a_correction_that_came_before_is_refused_as_a_copy(desk: Desk) -> None:
    assert "it would be a DUPLICATE and mend nothing" in desk.refused_copy


def test_it_is_said_before_what_the_next_run_releases(desk: Desk) -> None:
    assert "DC-EAST/R-91/1" in desk.foretold
    assert "web_shop/1091" in desk.foretold
    assert "DC-NORTH/R-92/1" not in desk.foretold


def test_an_alias_releases_orders_and_stock_without_a_re_send(desk: Desk) -> None:
    lines = one_day.query(
        desk.home,
        "select sku_id, ordered_qty, line_status from lake.decisions.line_buckets"
        " where order_id = 'web_shop/1091'",
    )
    postings = one_day.query(
        desk.home,
        "select sku_id, sum(qty)::bigint as qty from lake.decisions.unit_postings"
        " where movement_id like '%R-91%' and qty > 0 group by all",
    )

    assert [("100005", 6)] == lines.select("sku_id", "ordered_qty").rows()
    assert [("100005", 12)] == postings.rows()


def test_a_planted_fault_that_was_mended_since_was_found_all_the_same(
    desk: Desk,
) -> None:
    planted = {
        "fault_id": ["F1", "F2"],
        "partner_id": ORDERS.partner_id,
        "file_name": ORDERS.name,
        "payload_line": [1, 2],
        "expected_code": "UNKNOWN_SKU",
        "subject": "invented order 1",
        "planted_at": EVENING,
    }
    house = House.open(desk.home.root)
    found = examined(house, pl.DataFrame(planted), NEXT_NOON)
    house.close()

    assert [("F1", True), ("F2", False)] == found.select("fault_id", "is_found").rows()


def test_a_mended_line_is_taken_in_and_waits_no_more(desk: Desk) -> None:
    left = one_day.query(
        desk.home,
        "select code, row_id from lake.visibility.rpt_quarantine"
        f" where file_name in ('{RECEIPTS.name}', '{ORDERS.name}')",
    )
    taken = one_day.query(
        desk.home,
        "select qty from lake.gold.fct_receipts where receipt_id like '%R-93%'",
    )

    assert [("UNKNOWN_NODE", "DC-NORTH/R-92/1")] == left.rows()
    assert [9] == taken["qty"].to_list()


def test_a_mend_is_a_landed_document_that_says_who_and_why(desk: Desk) -> None:
    landed = one_day.query(
        desk.home,
        "select partner_id, document, verdict from lake.bronze.landing_ledger"
        " where file_name like '%_ana_partner-s-name-of-the-case%'"
        " or file_name like 'sku_aliases_%_ana_%' order by all",
    )

    assert [
        *[("operators", "sku_aliases", "ACCEPTED")] * 3,
        *[("own_dcs", "receipts", "ACCEPTED")] * 3,
    ] == landed.rows()


def test_a_scorecard_tells_what_was_read_and_waits(
    desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ORDERHOUSE_HOME", str(desk.home.root))
        scorecard.scorecard("own_dcs", "2017-12")
    told = {
        line.split()[0] for line in capsys.readouterr().out.splitlines() if line.split()
    }

    assert {"BAD_QTY", "UNKNOWN_NODE", "UNKNOWN_SKU"} <= told


def test_a_revision_that_was_read_whole_is_taken_and_not_in_part(
    desk: Desk,
) -> None:
    values = ["operators", "America/New_York", date(2017, 12, 1)]
    house = House.open(desk.home.root)
    feeds = house.lake.query(scorecard.FEEDS, values)
    house.close()
    aliases = feeds.filter(feed="sku_aliases")

    # Three mends, a file and its revision.
    assert [(5, 5, 0)] == aliases.select("files", "accepted", "in_part").rows()


def test_an_order_on_hold_waits_and_one_with_a_node_is_asked_back(desk: Desk) -> None:
    quantities = """
        select line_id, held_qty, backordered_qty, released_qty, cancelled_qty
        from lake.decisions.line_buckets
        where order_id in ('web_shop/1009', 'web_shop/1004') order by all"""

    assert [
        ("web_shop/1004/10041", 0, 0, 0, 2),
        ("web_shop/1004/10042", 0, 0, 1, 1),
        ("web_shop/1009/10091", 1, 0, 0, 0),
    ] == one_day.query(desk.home, quantities).rows()
    requests = "select line_id, qty, reason_code from lake.instructions.cancel_requests"
    assert [("web_shop/1004/10042", 1, "FRAUD")] == (
        one_day.query(desk.home, requests).rows()
    )
    said_so = """
        select event_type, reason_code, detail, file_name
        from lake.visibility.rpt_order_timeline
        where order_id = 'web_shop/1009' and partner_id = 'operators'"""
    file = "order_actions_20171229T160000_ana_1cf4d888.csv"
    assert [("HOLD", "ADDRESS", '{"author":"ana"}', file)] == (
        one_day.query(desk.home, said_so).rows()
    )


def test_an_order_that_nobody_knows_or_a_reason_is_not_acted_on(desk: Desk) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ORDERHOUSE_HOME", str(desk.home.root))
        with pytest.raises(CommandError, match="no order called '4711'"):
            order_actions.act("HOLD", "4711", "ana", reason="FRAUD")
        with pytest.raises(CommandError, match="not in the closed list"):
            order_actions.act("HOLD", "1009", "ana", reason="WHIM")
        with pytest.raises(CommandError, match="it has 10091"):
            order_actions.act("HOLD", "1009", "ana", reason="FRAUD", line="2")


def test_an_order_that_is_not_paid_is_held_by_rule_until_it_is_or_is_let_go(
    desk: Desk,
) -> None:
    holds = """
        select line_id, reason_code, placed_by, held_at, ended_at, ended_by
        from lake.decisions.line_holds where reason_code = 'AWAITING_PAYMENT'
        order by all"""
    sent = """
        select distinct order_id, as_of from lake.decisions.allocations
        where order_id in ('web_shop/1092', 'web_shop/1093', 'web_shop/1094')
        order by all"""
    report = "select order_name, placed_by, qty from lake.visibility.rpt_holds"

    since = ("AWAITING_PAYMENT", "rule", EVENING)
    assert [
        ("web_shop/1092/10921", *since, NEXT_NOON, "rule"),
        ("web_shop/1093/10931", *since, None, None),
        ("web_shop/1094/10941", *since, MENDED, "ana"),
    ] == one_day.query(desk.home, holds).rows()
    assert [("web_shop/1092", NEXT_NOON), ("web_shop/1094", NEXT_NOON)] == (
        one_day.query(desk.home, sent).rows()
    )
    assert {("#1009", "ana", 1), ("#1093", "rule", 2)} == set(
        one_day.query(desk.home, report).rows()
    )


def test_a_pinned_order_ships_from_its_node_and_its_price_is_told(desk: Desk) -> None:
    """One whose pin is over ships from where it costs least."""
    sent = """
        select order_id, node_id from lake.decisions.allocations
        where order_id in ('web_shop/1092', 'web_shop/1094') order by all"""
    barred = """
        select distinct failed_rules like '%PINNED_ELSEWHERE%' as is_barred
        from lake.decisions.decision_trace
        where line_id = ? and node_id <> 'DC-WEST'"""

    told = dict(one_day.query(desk.home, sent).rows())
    assert "DC-WEST" == told["web_shop/1094"]
    assert "DC-WEST" != told["web_shop/1092"]
    for line, is_barred in (
        ("web_shop/1094/10941", True),
        ("web_shop/1092/10921", False),
    ):
        rows = one_day.query(desk.home, barred.replace("?", f"'{line}'"))
        assert [(is_barred,)] == rows.rows()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ORDERHOUSE_HOME", str(desk.home.root))
        why = said(partial(explain_order, "1094"))
    pinned = next(line for line in why.splitlines() if "2018-01-05" in line)
    assert ["1", "DC-WEST", "ana", "MANUAL", "2018-01-05"] == pinned.split()[:5]
    assert float(pinned.split()[5]) > 0
