"""An order that its customer fetches, from the decision to the store's instruction."""

import io
import json
from datetime import UTC, date, datetime

import polars as pl
from pyx12.x12file import X12Reader

from tests.unit.allocation.shop import a_line, decide, demand, network, stock
from transforms.contracts.decisions import FULFILMENT_ORDERS
from transforms.contracts.gold import DIM_PRODUCTS, FCT_ORDERS
from transforms.contracts.profile import Envelope, Profile
from transforms.edi.documents import syntax_findings
from transforms.edi.envelopes import open_envelopes
from transforms.edi.sets import SHIPPING_ORDER
from transforms.instructions import (
    csv_pick_lists,
    csv_shipping_orders,
    edifact_insdes,
    shipbob_orders,
    x12_940,
)
from transforms.instructions.compose import compose
from transforms.instructions.release import ReleasePolicy, release

AT = datetime(2017, 12, 27, 5, tzinfo=UTC)
READY_ON = date(2017, 12, 27)
STORES = Profile("stores", zone="America/New_York", interchange_id="STORES")
ORDER = {
    "order_id": "fetched",
    "order_name": "#1001",
    "ordered_at": AT,
    "ship_to_name": "Ada Example",
    "ship_to_phone": "555-0100",
}
HOME = {"ship_to_street": "1 Sample Street", "ship_to_city": "Albany"}
HOME |= {"ship_to_postal_code": "12201", "region_code": "NY"}


def told(**said: str) -> pl.DataFrame:
    """SHIPPING_ORDERS of two eaches that a customer fetches at WEST."""
    nodes = network(WEST={"capabilities": "pick_up", "operator_id": "stores"})
    line = {"service_code": "PICK_UP", "pickup_node_id": "WEST"}
    wanted = demand(a_line("fetched", qty=2, **line))
    decided = decide(wanted, stock({"WEST": {"A": 2}}), nodes)
    allocated = decided.allocations
    sent = release(allocated, FULFILMENT_ORDERS.empty(), nodes, ReleasePolicy(), AT)
    return compose(
        sent.fulfilment_orders,
        sent.instruction_lines,
        pl.DataFrame([ORDER | said], schema=FCT_ORDERS.schema),
        DIM_PRODUCTS.empty(),
    )


def test_a_store_is_told_who_comes_and_not_where_that_customer_lives() -> None:
    rows = told(**HOME)

    assert rows.equals(told())
    names = ["service_code", "ship_by_date", "ship_to_name", "ship_to_phone"]
    assert [("PICK_UP", READY_ON, "Ada Example", "555-0100")] == (
        rows.select(names).rows()
    )


def test_a_940_says_that_the_customer_comes() -> None:
    payload = x12_940.render(told(), Envelope(STORES, 7, AT))

    text = payload.content.decode()
    assert "W66*PU*H***PICK_UP~" in text
    assert "N1*ST*Ada Example~\nG61*IC*Ada Example*TE*555-0100~\nN1*WH*WEST" in text
    reader = X12Reader(io.StringIO(text.replace("\n", "")))
    assert [*reader]
    assert [] == reader.pop_errors()
    assert {} == syntax_findings(open_envelopes(payload.content).sets, SHIPPING_ORDER)


def test_an_insdes_says_that_the_customer_comes() -> None:
    content = edifact_insdes.render(told(), Envelope(STORES, 7, AT)).content

    assert b"DTM+10:20171227:102'FTX+DEL+++PICK_UP'" in content
    assert b"NAD+DP+++Ada Example+++++US'" in content


def test_a_json_order_says_that_the_customer_comes() -> None:
    ours = Profile("stores", options={"service.PICK_UP": "In-store pickup"})

    (order,) = json.loads(shipbob_orders.render(told(), Envelope(ours, 7, AT)).content)

    assert "In-store pickup" == order["shipping_method"]
    assert {"country": "US"} == order["recipient"]["address"]


def test_a_line_of_csv_says_that_the_customer_comes() -> None:
    for form in (csv_shipping_orders, csv_pick_lists):
        content = form.render(told(), Envelope(STORES, 7, AT)).content
        row = pl.read_csv(content, infer_schema=False).row(0, named=True)
        assert ("PICK_UP", "2017-12-27") == (row["service_code"], row["ship_by_date"])
        assert (None, None) == (row["ship_to_street"], row["region_code"])
