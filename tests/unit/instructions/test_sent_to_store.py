"""An order that is sent to a store, as the node that sends it is told."""

import polars as pl

from tests.unit.allocation.shop import a_line, decide, demand, network, stock
from tests.unit.instructions.test_pick_up_told import AT, HOME, ORDER, STORES
from transforms.contracts.decisions import FULFILMENT_ORDERS
from transforms.contracts.gold import DIM_PRODUCTS, FCT_ORDERS
from transforms.contracts.profile import Envelope
from transforms.instructions import csv_shipping_orders, edifact_insdes, x12_940
from transforms.instructions.compose import compose
from transforms.instructions.release import ReleasePolicy, release
from transforms.instructions.stores import at_their_store

STORE = {
    "node_name": "Store 9",
    "region_code": "NY",
    "street": "9 Market Street",
    "city": "Albany",
    "postal_code": "12201",
    "capabilities": "ship|pick_up",
}
ADDRESS = ["ship_to_name", "ship_to_street", "ship_to_street2", "ship_to_city"]
ADDRESS += ["ship_to_postal_code", "region_code", "ship_to_phone"]


def told(node: str = "EAST", **said: str | None) -> pl.DataFrame:
    """SHIPPING_ORDERS of two eaches at ``node`` that a customer fetches at WEST."""
    nodes = network(WEST=STORE)
    line = {"service_code": "SHIP_TO_STORE", "pickup_node_id": "WEST"}
    wanted = demand(a_line("fetched", qty=2, **line))
    allocated = decide(wanted, stock({node: {"A": 2}}), nodes).allocations
    sent = release(allocated, FULFILMENT_ORDERS.empty(), nodes, ReleasePolicy(), AT)
    order = ORDER | HOME | {"service_code": "SHIP_TO_STORE", "node_id": "WEST"} | said
    rows = compose(
        sent.fulfilment_orders,
        sent.instruction_lines,
        pl.DataFrame([order], schema=FCT_ORDERS.schema),
        DIM_PRODUCTS.empty(),
    )
    return at_their_store(rows, nodes)


def test_the_parcel_goes_to_the_store_for_whoever_ordered_it() -> None:
    there = ("9 Market Street", "for Ada Example", "Albany", "12201", "NY", None)

    rows = told()

    assert [("Store 9", *there)] == rows.select(ADDRESS).rows()
    assert ["STANDARD"] == rows["service_code"].to_list()
    assert ["for #1001"] == told(ship_to_name=None)["ship_to_street2"].to_list()


def test_the_store_itself_is_told_to_hand_it_over() -> None:
    rows = told("WEST")

    nowhere = (None,) * 5
    assert [("Ada Example", *nowhere, "555-0100")] == rows.select(ADDRESS).rows()
    assert ["PICK_UP"] == rows["service_code"].to_list()


def test_formats_name_the_store() -> None:
    envelope = Envelope(STORES, 7, AT)

    x12 = x12_940.render(told(), envelope).content
    insdes = edifact_insdes.render(told(), envelope).content
    row = pl.read_csv(
        csv_shipping_orders.render(told(), envelope).content, infer_schema=False
    ).row(0, named=True)

    assert b"N1*ST*Store 9~\nN3*9 Market Street*for Ada Example~\nN4*Albany*NY" in x12
    assert b"NAD+DP+++Store 9+9 Market Street:for Ada Example+Albany+NY" in insdes
    assert "9 Market Street" == row["ship_to_street"]
    assert "to_store_id" not in row


def test_who_is_sent_to_no_store_keeps_the_own_address() -> None:
    rows = told().with_columns(to_store_id=pl.lit(None, pl.String))

    assert rows.equals(at_their_store(rows, network(WEST=STORE)))
