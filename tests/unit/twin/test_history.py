import csv
import io
import json

import polars as pl
import pytest

from transforms.contracts.simulation import NamedBytes
from transforms.edi.tokens import tokenise
from transforms.twin.company import Company
from transforms.twin.documents.order_files import order_files
from transforms.twin.documents.spelling import sent_columns
from transforms.twin.founding.names import FAMILY_NAMES
from transforms.twin.founding.network import BUSINESS, MARKET, STORES, WEB
from transforms.twin.history import history


@pytest.fixture(scope="module")
def files(company: Company) -> list[NamedBytes]:
    return list(history(company))


@pytest.fixture(scope="module")
def clean(company: Company) -> list[NamedBytes]:
    """The channels' files of the played days as they are without faults."""
    played = company.lines.filter(pl.col("business_date") > company.plan.cut_date)
    return list(order_files(company, played))


def _of(files: list[NamedBytes], channel: str) -> list[NamedBytes]:
    return [file for file in files if file.partner_id == channel]


def _played(company: Company, channel: str) -> pl.DataFrame:
    return company.lines.filter(
        pl.col("business_date") > company.plan.cut_date, pl.col("channel") == channel
    )


def _cents(amount: str) -> int:
    whole, cents = amount.split(".")
    return int(whole) * 100 + int(cents)


def test_nothing_of_the_history_arrives_after_the_cut(
    company: Company, files: list[NamedBytes]
) -> None:
    late = [file.name for file in files if file.received_at >= company.plan.cut_at]
    assert late == []


def test_the_same_seed_gives_the_same_bytes(
    company: Company, files: list[NamedBytes]
) -> None:
    assert files == list(history(company))


def test_shopify_totals_are_the_sum_of_their_lines(clean: list[NamedBytes]) -> None:
    lines = [x for file in _of(clean, WEB) for x in file.content.splitlines()]
    wrong = []
    for order in map(json.loads, lines):
        total = sum(
            _cents(item["price"]) * item["quantity"]
            - sum(_cents(off["amount"]) for off in item["discount_allocations"])
            + sum(_cents(tax["price"]) for tax in item["tax_lines"])
            for item in order["line_items"]
        )
        if total != _cents(order["total_price"]):
            wrong.append(order["name"])
    assert (len(lines) > 0, wrong) == (True, [])


@pytest.mark.parametrize("channel", [WEB, MARKET, STORES, BUSINESS])
def test_every_line_is_told_once_with_its_quantity(
    company: Company, clean: list[NamedBytes], channel: str
) -> None:
    told = {
        WEB: _shopify_units,
        MARKET: _amazon_units,
        STORES: _till_units,
        BUSINESS: _purchase_units,
    }[channel](_of(clean, channel))
    lines = _played(company, channel)
    assert sorted(lines["qty"].to_list()) == sorted(told)


def _shopify_units(files: list[NamedBytes]) -> list[int]:
    orders = [json.loads(x) for file in files for x in file.content.splitlines()]
    return [item["quantity"] for order in orders for item in order["line_items"]]


def _amazon_units(files: list[NamedBytes]) -> list[int]:
    rows: list[int] = []
    for file in files:
        reader = csv.DictReader(
            io.StringIO(file.content.decode()), delimiter="\t", quoting=csv.QUOTE_NONE
        )
        rows += [int(row["quantity-purchased"]) for row in reader]
    return rows


def _till_units(files: list[NamedBytes]) -> list[int]:
    texts = [io.StringIO(file.content.decode()) for file in files]
    return [int(row["quantity"]) for text in texts for row in csv.DictReader(text)]


def _purchase_units(files: list[NamedBytes]) -> list[int]:
    interchanges = [x for file in files for x in tokenise(file.content).interchanges]
    segments = [segment for x in interchanges for segment in x.segments()]
    return [int(segment[2]) for segment in segments if segment[0] == "PO1"]


def test_purchase_orders_add_up(company: Company, clean: list[NamedBytes]) -> None:
    total = 0
    for file in _of(clean, BUSINESS):
        for segment in tokenise(file.content).interchanges[0].segments():
            if segment[0] == "PO1":
                total += int(segment[2]) * _cents(segment[4])
            if segment[0] == "SAC":
                total -= int(segment[5])
            if segment[0] == "AMT":
                total -= _cents(segment[2])
    assert (_played(company, BUSINESS).height > 0, total) == (True, 0)


def test_opening_buckets_sum_to_what_was_ordered(company: Company) -> None:
    names = ("pending", "backordered", "released", "shipped", "delivered", "cancelled")
    buckets = pl.sum_horizontal(f"{name}_qty" for name in names)
    wrong = company.opening.filter(buckets != pl.col("qty"))
    assert (company.opening.height > 0, wrong.height) == (True, 0)


def test_opening_lines_have_the_documents_columns(files: list[NamedBytes]) -> None:
    (opening,) = [file for file in files if file.name.startswith("opening_lines")]
    header = opening.content.decode().split("\n", 1)[0]
    kept = ("node_ref", "instruction_ref", "instruction_line_ref")
    assert ",".join(sent_columns("opening_lines", kept)) == header


def test_opening_stock_holds_what_was_released(company: Company) -> None:
    released = company.opening.filter(pl.col("released_qty") > 0)
    asked = released.group_by("node_ref", "product_id").agg(pl.col("qty").sum())
    held = asked.join(company.shelves, on=["node_ref", "product_id"], how="left")
    short = held.filter(pl.col("available_qty").fill_null(0) < pl.col("qty"))
    assert (released.height > 0, short.height) == (True, 0)


def test_master_data_and_stock_name_nobody(files: list[NamedBytes]) -> None:
    impersonal = ("products", "nodes", "lanes", "rates", "opening", "stock", "846")
    texts = [f.content.decode() for f in files if f.name.startswith(impersonal)]
    found = [name for name in FAMILY_NAMES if any(name in text for text in texts)]
    assert found == []
