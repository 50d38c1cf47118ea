"""What channels and nodes are told: what they may sell, what has left, what comes."""

import io
import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import polars as pl
import pytest
from pyx12.x12file import X12Reader

from transforms.contracts.decisions import PAYMENT_REQUESTS
from transforms.contracts.profile import Envelope, Profile
from transforms.contracts.telling import (
    ARRIVAL_LINES,
    CHANGE_ANSWERS,
    ORDER_ANSWERS,
    SHIPPED_LINES,
    STOCK_OFFERS,
)
from transforms.edi.documents import syntax_findings
from transforms.edi.envelopes import open_envelopes
from transforms.edi.sets import CHANGE_ANSWER, STOCK_ADVICE
from transforms.feeds import x12_846 as read_846
from transforms.feeds import x12_855 as read_855
from transforms.feeds import x12_865 as read_865
from transforms.feeds import x12_943 as read_943
from transforms.instructions import (
    csv_payment_requests,
    csv_shipped_lines,
    csv_stock_offers,
    shopify_fulfilments,
    shopify_inventory_set,
    stripe_requests,
    x12_846,
    x12_855,
    x12_865,
    x12_943,
)

AT = datetime(2017, 12, 28, 5, tzinfo=UTC)
OFFERS = pl.DataFrame(
    [
        {"sku_id": "B", "sku_ref": None, "available_qty": 0, "as_of": AT},
        {"sku_id": "A", "sku_ref": "8089", "available_qty": 12, "as_of": AT},
    ],
    schema=STOCK_OFFERS.schema,
)


def envelope(**options: str) -> Envelope:
    profile = Profile(
        "web_shop",
        zone="America/New_York",
        interchange_id="WEBSHOP",
        options=options,
    )
    return Envelope(profile, 7, AT)


def shipped(*said: dict[str, Any]) -> pl.DataFrame:
    line = {
        "event_id": "S1/FO-1/1/SHIPPED",
        "order_ref": "1001",
        "line_ref": "501",
        "line_no": 1,
        "sku_id": "A",
        "qty": 2,
        "carrier_code": "UPSN",
        "tracking_ref": "T1 T2",
        "shipped_at": datetime(2017, 12, 28, 14, 30, tzinfo=UTC),
        "due_at": datetime(2017, 12, 29, 14, 30, tzinfo=UTC),
    }
    return pl.DataFrame([line | one for one in said], schema=SHIPPED_LINES.schema)


def test_a_stock_feed_in_csv_reads_as_agreed() -> None:
    payload = csv_stock_offers.render(OFFERS, envelope())

    assert payload.content.decode() == (
        "control_no,sku_id,sku_ref,available_qty,as_of\n"
        "7,A,8089,12,2017-12-28T05:00:00Z\n"
        "7,B,,0,2017-12-28T05:00:00Z\n"
    )
    assert (2, 12) == (payload.row_count, payload.unit_count)


def test_a_shop_is_told_its_own_numbers_where_it_has_them() -> None:
    payload = shopify_inventory_set.render(OFFERS, envelope(location_id="905"))

    lines = [json.loads(line) for line in payload.content.splitlines()]
    assert [
        {"location_id": 905, "inventory_item_id": 8089, "sku": "A", "available": 12},
        {"location_id": 905, "sku": "B", "available": 0},
    ] == lines


def test_our_own_reader_reads_a_stock_feed_in_x12() -> None:
    payload = x12_846.render(OFFERS, envelope(location_ref="NET"))

    read = read_846.parse(payload.content, Profile("x", zone="America/New_York"))

    names = ["node_ref", "sku_ref", "quantity_basis", "qty", "snapshot_at"]
    assert read.rejects.is_empty()
    assert [
        ("NET", "A", "available", "12", "2017-12-28T00:00:00-05:00"),
        ("NET", "B", "available", "0", "2017-12-28T00:00:00-05:00"),
    ] == read.rows.select(names).rows()


def test_others_read_a_stock_feed_in_x12() -> None:
    payload = x12_846.render(OFFERS, envelope())

    reader = X12Reader(io.StringIO(payload.content.decode().replace("\n", "")))
    kinds = [segment.get_seg_id() for segment in reader]

    assert [] == reader.pop_errors()
    assert ["BIA", "N1", "LIN", "QTY", "LIN", "QTY", "CTT"] == kinds[3:-3]
    opened = open_envelopes(payload.content)
    assert {} == syntax_findings(opened.sets, STOCK_ADVICE)


@pytest.mark.parametrize("name", ["A*B", "x" * 51])
def test_a_sku_that_x12_cannot_carry_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="sku_id"):
        x12_846.render(OFFERS.with_columns(sku_id=pl.lit(name)).head(1), envelope())


def test_what_has_left_reads_as_agreed_in_csv() -> None:
    lines = shipped({"line_ref": "502", "line_no": 10, "event_id": "b"}, {"line_no": 2})
    payload = csv_shipped_lines.render(lines, envelope())

    assert payload.content.decode().splitlines()[1:] == [
        "7,1001,501,A,,2,UPSN,T1 T2,2017-12-28T14:30:00Z,2017-12-29T14:30:00Z",
        "7,1001,502,A,,2,UPSN,T1 T2,2017-12-28T14:30:00Z,2017-12-29T14:30:00Z",
    ]


def test_lines_that_left_together_are_one_fulfilment() -> None:
    lines = shipped(
        {},
        {"event_id": "b", "line_ref": "502", "line_no": 2, "qty": 1},
        {"event_id": "c", "line_ref": "503", "tracking_ref": None, "line_no": 3},
        {"event_id": "d", "order_ref": "#7"},
    )

    payload = shopify_fulfilments.render(lines, envelope(notify_customer="false"))

    told = [json.loads(line) for line in payload.content.splitlines()]
    assert [
        ("#7", [501], ["T1", "T2"]),
        (1001, [503], []),
        (1001, [501, 502], ["T1", "T2"]),
    ] == [
        (
            one["order_id"],
            [item["id"] for item in one["line_items"]],
            one["tracking_info"]["numbers"],
        )
        for one in told
    ]
    assert {False} == {one["notify_customer"] for one in told}
    assert "2017-12-29T14:30:00Z" == told[0]["due_at"]


def arriving(*said: dict[str, Any]) -> pl.DataFrame:
    line = {
        "advice_id": "PO-1/EAST",
        "line_ref": "1",
        "subject_id": "s",
        "po_ref": "PO-1",
        "node_id": "EAST",
        "sku_id": "A",
        "qty": 24,
        "expected_date": date(2018, 1, 3),
        "is_replacement": False,
    }
    return pl.DataFrame([line | one for one in said], schema=ARRIVAL_LINES.schema)


def test_a_node_is_told_what_will_arrive() -> None:
    later = {"line_ref": "10", "sku_id": "B", "expected_date": date(2018, 1, 9)}

    payload = x12_943.render(arriving(later, {}), envelope())

    assert [
        "W06*N*PO-1*20171228*PO-1/EAST",
        "G62*17*20180103",
        "N1*ST*EAST*92*EAST",
        "W04*24*EA**VN*A",
        "N9*LI*1",
        "W04*24*EA**VN*B",
        "N9*LI*10",
        "G62*17*20180109",
        "W03*48",
    ] == payload.content.decode().replace("~", "").splitlines()[3:-3]
    assert {"PO-1/EAST": "0001"} == payload.set_refs


def test_our_own_reader_reads_an_advice_and_its_replacement() -> None:
    lines = arriving({}, {"advice_id": "PO-2/EAST", "is_replacement": True})
    payload = x12_943.render(lines, envelope())

    read = read_943.parse(payload.content, Profile("x", zone="America/New_York"))

    assert read.rejects.is_empty()
    names = ["notice_ref", "action", "po_ref", "node_ref", "line_ref", "shipped_qty"]
    assert [
        ("PO-1/EAST", "original", "PO-1", "EAST", "1", "24"),
        ("PO-2/EAST", "replace", "PO-1", "EAST", "1", "24"),
    ] == read.rows.select(names).rows()
    reader = X12Reader(io.StringIO(payload.content.decode().replace("\n", "")))
    assert [*reader]
    assert [] == reader.pop_errors()


def answered(*said: dict[str, Any]) -> pl.DataFrame:
    line = {
        "subject_id": "business/PO-1|1",
        "order_id": "business/PO-1",
        "order_ref": "PO-1",
        "version_no": 1,
        "ordered_at": datetime(2017, 12, 28, 3, tzinfo=UTC),
        "line_no": 1,
        "line_ref": "10",
        "sku_id": "A",
        "qty": 12,
        "accepted_qty": 12,
        "backordered_qty": 0,
        "refused_qty": 0,
        "replaced_by": None,
        "expected_date": None,
    }
    return pl.DataFrame([line | one for one in said], schema=ORDER_ANSWERS.schema)


PARTLY = {
    "line_no": 2,
    "line_ref": "20",
    "accepted_qty": 5,
    "backordered_qty": 6,
    "refused_qty": 1,
    "expected_date": date(2018, 1, 3),
}


def test_an_order_is_answered_line_by_line() -> None:
    payload = x12_855.render(answered(PARTLY, {}), envelope())

    assert [
        "BAK*00*AC*PO-1*20171227****business/PO-1*20171228",
        "PO1*10*12*EA***SK*A",
        "ACK*IA*12*EA",
        "PO1*20*12*EA***SK*A",
        "ACK*IA*5*EA",
        "ACK*IB*6*EA*067*20180103",
        "ACK*IR*1*EA",
        "CTT*2*24",
    ] == payload.content.decode().replace("~", "").splitlines()[3:-3]


def test_a_customer_reads_its_answer_as_we_would() -> None:
    payload = x12_855.render(answered({"version_no": 2}, PARTLY), envelope())

    read = read_855.parse(payload.content, Profile("x", zone="America/New_York"))

    assert read.rejects.is_empty()
    names = ["answered_ref", "line_ref", "answer_code", "qty", "confirmed_on"]
    assert [
        ("PO-1", "10", "ACCEPTED", "12", None),
        ("PO-1", "20", "ACCEPTED", "5", None),
        ("PO-1", "20", "BACKORDERED", "6", "2018-01-03"),
        ("PO-1", "20", "REJECTED", "1", None),
    ] == read.rows.select(names).rows()
    reader = X12Reader(io.StringIO(payload.content.decode().replace("\n", "")))
    assert [*reader]
    assert [] == reader.pop_errors()


NAMED = "substitute_sku_ref"
REPLACED = {
    "accepted_qty": 5,
    "replaced_by": '[{"sku":"B","qty":4},{"sku":"C","qty":3}]',
}


@pytest.mark.parametrize(
    ("write", "read"),
    [(x12_855.render, read_855.parse), (x12_865.render, read_865.parse)],
)
def test_what_is_sent_as_another_sku_is_answered_with_its_name(
    write: Callable[..., Any], read: Callable[..., Any]
) -> None:
    told = answered(REPLACED) if read is read_855.parse else changed(REPLACED)

    payload = write(told, envelope())
    said = read(payload.content, Profile("x", zone="America/New_York"))

    assert b"*AC*PO-1*" in payload.content
    assert b"ACK*IS*4*EA****SK*B~\nACK*IS*3*EA****SK*C~" in payload.content
    assert said.rejects.is_empty()
    assert [
        ("10", "ACCEPTED", "5", None),
        ("10", "SUBSTITUTED", "4", "B"),
        ("10", "SUBSTITUTED", "3", "C"),
    ] == said.rows.select("line_ref", "answer_code", "qty", NAMED).rows()


def changed(*said: dict[str, Any]) -> pl.DataFrame:
    more = {"is_ours": False, "change_code": "NC", "asked_back_qty": 0}
    line = answered({}).to_dicts()[0] | more
    return pl.DataFrame([line | one for one in said], schema=CHANGE_ANSWERS.schema)


FEWER = {
    "line_ref": "20",
    "change_code": "QD",
    "qty": 5,
    "accepted_qty": 5,
    "asked_back_qty": 7,
}
GONE = {"line_ref": "30", "change_code": "DI", "qty": 0, "accepted_qty": 0}
ADDED = PARTLY | {"line_ref": "40", "change_code": "AI"}


def test_a_change_is_answered_line_by_line() -> None:
    payload = x12_865.render(changed(ADDED, GONE, FEWER, {}), envelope())

    assert [
        "BCA*00*AC*PO-1***20171227***business/PO-1*20171228",
        "POC*10*NC*12**EA***SK*A",
        "ACK*IA*12*EA",
        "POC*20*QD*5**EA***SK*A",
        "ACK*IA*5*EA",
        "ACK*IH*7*EA",
        "POC*30*DI*0**EA***SK*A",
        "ACK*ID*0*EA",
        "POC*40*AI*12**EA***SK*A",
        "ACK*IA*5*EA",
        "ACK*IB*6*EA*067*20180103",
        "ACK*IR*1*EA",
        "CTT*4*29",
    ] == payload.content.decode().replace("~", "").splitlines()[3:-3]


def test_a_change_of_ours_says_so_and_one_that_is_done_whole_is_accepted() -> None:
    ours = x12_865.render(changed({"is_ours": True, "accepted_qty": 0}), envelope())
    theirs = x12_865.render(changed({"change_code": "QI"}), envelope())

    assert b"BCA*04*AC*PO-1" in ours.content
    assert b"BCA*00*AD*PO-1" in theirs.content


def test_a_customer_reads_what_became_of_its_change_as_we_would() -> None:
    payload = x12_865.render(changed(ADDED, GONE, FEWER, {}), envelope())

    read = read_865.parse(payload.content, Profile("x", zone="America/New_York"))

    assert read.rejects.is_empty()
    names = ["answered_ref", "line_ref", "answer_code", "qty", "confirmed_on"]
    assert [
        ("PO-1", "10", "ACCEPTED", "12", None),
        ("PO-1", "20", "ACCEPTED", "5", None),
        ("PO-1", "20", "ON_HOLD", "7", None),
        ("PO-1", "30", "ACCEPTED", "0", None),
        ("PO-1", "40", "ACCEPTED", "5", None),
        ("PO-1", "40", "BACKORDERED", "6", "2018-01-03"),
        ("PO-1", "40", "REJECTED", "1", None),
    ] == read.rows.select(names).rows()
    reader = X12Reader(io.StringIO(payload.content.decode().replace("\n", "")))
    assert [*reader]
    assert [] == reader.pop_errors()
    assert {} == syntax_findings(open_envelopes(payload.content).sets, CHANGE_ANSWER)


def asked(*said: dict[str, Any]) -> pl.DataFrame:
    request = {
        "request_id": "PR-1",
        "request_kind": "CAPTURE",
        "partner_id": "pay",
        "payment_id": "pay/pi_1",
        "payment_ref": "pi_1",
        "order_id": "web_shop/1001",
        "currency_code": "USD",
        "amount_minor": 334,
        "is_final": False,
        "sequence_no": 1,
        "requested_at": AT,
        "run_id": "r",
    }
    return pl.DataFrame([request | one for one in said], schema=PAYMENT_REQUESTS.schema)


def test_a_provider_reads_its_requests_in_csv() -> None:
    payload = csv_payment_requests.render(asked({}), envelope())

    assert payload.content.decode() == (
        "control_no,request_id,request_kind,payment_ref,order_id,currency_code,"
        "amount_minor,is_final,sequence_no,requested_at\n"
        "7,PR-1,CAPTURE,pi_1,web_shop/1001,USD,334,false,1,2017-12-28T05:00:00Z\n"
    )
    assert (1, 0) == (payload.row_count, payload.unit_count)


def test_a_provider_like_stripe_reads_its_requests_as_it_takes_them() -> None:
    charge = {"payment_ref": "ch_2"}
    payload = stripe_requests.render(
        asked(
            {},
            {"request_id": "PR-2", "request_kind": "VOID"},
            {"request_id": "PR-3", "request_kind": "REAUTH", "currency_code": "ISK"},
            {"request_id": "PR-4"} | charge,
            {"request_id": "PR-5", "request_kind": "VOID"} | charge,
        ),
        envelope(),
    )

    told = [json.loads(line) for line in payload.content.splitlines()]
    common = {"method": "POST", "metadata": {"order_id": "1001"}}
    assert [
        {
            "path": "/v1/payment_intents/pi_1/capture",
            "payment_intent": "pi_1",
            "amount_to_capture": 334,
            "final_capture": False,
        },
        {"path": "/v1/payment_intents/pi_1/cancel", "payment_intent": "pi_1"},
        {
            "path": "/v1/payment_intents",
            "amount": 33400,
            "currency": "isk",
            "capture_method": "manual",
            "replaces": "pi_1",
        },
        {"path": "/v1/charges/ch_2/capture", "charge": "ch_2", "amount": 334},
        {"path": "/v1/refunds", "charge": "ch_2"},
    ] == [
        {
            name: cell
            for name, cell in one.items()
            if name not in {*common, "idempotency_key"}
        }
        for one in told
    ]
    assert all(common.items() <= one.items() for one in told)
    assert ["PR-1", "PR-2", "PR-3", "PR-4", "PR-5"] == [
        one["idempotency_key"] for one in told
    ]
    assert "payment_requests_000000007.jsonl" == payload.name
