"""Lines per second and core of the feeds, and the ratio to a bare reader's floor.

    python tests/bench/feeds.py [order lines, 200000 unless told] [--all]

The floor reads the same bytes in the same process and does nothing with them:
``orjson.loads`` line by line, ``polars.read_csv`` as text, calamine for XLSX.
A line is a row of the format's document; a JSON document has as many as stand in
the column "a doc" (four, of orders): ``channels`` makes them whole, with all the
members that nobody reads.
``--all`` adds every other format whose samples can be said over and over: a
delimited file or JSON lines that is accepted whole.
"""

import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from importlib import import_module
from io import BytesIO
from pathlib import Path
from pkgutil import iter_modules
from time import process_time
from types import ModuleType
from typing import Any

import orjson
import xlsxwriter  # type: ignore[import-untyped]
from python_calamine import load_workbook

# One core: a ratio between machines with other numbers of them says little.
os.environ.setdefault("POLARS_MAX_THREADS", "1")

# The folder of this file is where Python looks for modules of a script.
import channels
import polars as pl

import transforms.feeds
from transforms.contracts.profile import Profile
from transforms.feeds import (
    amazon_all_orders,
    amazon_fba_ledger,
    amazon_orders_for_shipping,
    amazon_spapi_orders,
    csv_orders,
    csv_shipment_confirmations,
    csv_stock,
    easypost_trackers,
    jsonl_self_decisions,
    mapped_orders,
    mapped_stock,
    pos_sales,
    shipbob_shipments,
    shopify_orders,
    shopify_orders_bulk,
    shopify_refunds,
    shopify_transactions,
    stripe_balance_transactions,
    stripe_charges,
    stripe_payment_intents,
    tmall_trades,
    walmart_orders,
    woocommerce_orders,
    xlsx_phone_orders,
)

PROFILE = Profile("bench", zone="America/New_York")
SAMPLES = Path(__file__).parents[2] / "data" / "samples" / "formats"
LINES_PER_ORDER = 10
AT = "2017-12-27T{:02d}:{:02d}:{:02d}-05:00"


def instant(number: int) -> str:
    return AT.format(number // 3600 % 24, number // 60 % 60, number % 60)


def shopify(count: int) -> bytes:
    orders = range(count // LINES_PER_ORDER)
    return b"\n".join(orjson.dumps(_shopify_order(number)) for number in orders)


def _shopify_order(number: int) -> dict[str, Any]:
    person = {"first_name": "Ada", "last_name": "Example", "phone": "+15550100"}
    address = {"name": "Ada Example", "address1": f"{number} Sample Street"}
    place = {"city": "Albany", "province_code": "NY", "zip": "12201"}
    return {
        "id": 5_000_000_000_000 + number,
        "name": f"#{number}",
        "created_at": instant(number),
        "updated_at": instant(number),
        "cancelled_at": None,
        "currency": "USD",
        "financial_status": "paid",
        "total_price": "25.80",
        "note": None,
        "email": f"ada{number}@example.com",
        "customer": {"id": 7_300_000_000_000 + number, **person},
        "shipping_address": {**address, **place, "country_code": "US"},
        "shipping_lines": [{"code": "STANDARD"}],
        "line_items": [
            _shopify_item(number * LINES_PER_ORDER + line)
            for line in range(LINES_PER_ORDER)
        ],
    }


def _shopify_item(number: int) -> dict[str, Any]:
    return {
        "id": 6_000_000_000_000 + number,
        "sku": str(800_000 + number % 90_000),
        "title": "SOUP TOMATO CONDENSED",
        "quantity": number % 3 + 1,
        "price": f"{number % 9}.29",
        "total_discount": "0.00",
        "discount_allocations": [{"amount": "0.10"}],
        "tax_lines": [{"price": "0.08"}],
        "grams": 305,
    }


def amazon(count: int) -> bytes:
    header = (
        "order-id\torder-item-id\tpurchase-date\tpayments-date\tbuyer-email\t"
        "buyer-name\tbuyer-phone-number\tsku\tproduct-name\tquantity-purchased\t"
        "currency\titem-price\titem-tax\tshipping-price\tshipping-tax\t"
        "ship-service-level\trecipient-name\tship-address-1\tship-address-2\t"
        "ship-address-3\tship-city\tship-state\tship-postal-code\tship-country\t"
        "ship-phone-number\titem-promotion-discount\titem-promotion-id\t"
        "ship-promotion-discount\tis-business-order\tpurchase-order-number\t"
        "price-designation"
    )
    lines = (
        f"902-{n // 10:07d}-{n // 10:07d}\t{90_000_000_000_000 + n}\t{instant(n)}\t"
        f"{instant(n)}\tbea{n}@example.com\tBea Sample\t+1 555 0100\t{800_000 + n}\t"
        f"SOUP TOMATO\t{n % 3 + 1}\tUSD\t{n % 9}.29\t0.08\t0.00\t0.00\tStandard\t"
        f"Bea Sample\t{n} Invented Road\t\t\tSpringfield\tIL\t62701\tUS\t+1 555 0100\t"
        f"0.10\t\t0.00\tfalse\t\t"
        for n in range(count)
    )
    return "\n".join([header, *lines]).encode()


def tills(count: int) -> bytes:
    header = (
        "store_id,till_id,receipt_no,line_no,sold_at,sku,description,quantity,"
        "unit_price,line_amount,retail_discount,coupon_discount,"
        "coupon_match_discount,tax,tender"
    )
    lines = (
        f"367,3,{n // 10},{n % 10},{instant(n)[:19]},{800_000 + n % 90_000},"
        f'"SOUP, TOMATO",{n % 3 + 1},{n % 9}.29,{n % 9}.29,0.10,0.00,0.05,0.08,CARD'
        for n in range(count)
    )
    return "\n".join([header, *lines]).encode()


def stock(count: int) -> bytes:
    header = "node_ref,sku_ref,stock_status,quantity_basis,qty,snapshot_at"
    lines = (
        f"DC-EAST,{800_000 + n},AVAILABLE,on_hand,{n % 400},{AT.format(23, 0, 0)}"
        for n in range(count)
    )
    return "\n".join([header, *lines]).encode()


def shipments(count: int) -> bytes:
    header = (
        "node_ref,shipment_ref,instruction_ref,order_ref,line_ref,sku_ref,"
        "ordered_qty,shipped_qty,reason_code,shipped_on,carrier_code,tracking_ref"
    )
    lines = (
        f"DC-EAST,S-{n // 5},FO-{n // 5},web_shop:{n // 5},{n % 5},{800_000 + n},2,2,,"
        f"{instant(n)},UPSN,1Z{n:016d}"
        for n in range(count)
    )
    return "\n".join([header, *lines]).encode()


def decisions(count: int) -> bytes:
    head = b'{"run_id":"r","as_of":"2017-12-28T05:00:00Z","table_name":"allocations"'
    rows = (
        {"line_id": f"web_shop:{n}:1", "node_id": "DC-EAST", "qty": 2}
        for n in range(count)
    )
    return b"\n".join(head + b',"row":' + orjson.dumps(row) + b"}" for row in rows)


def all_orders(count: int) -> bytes:
    header = (
        "amazon-order-id\tmerchant-order-id\tpurchase-date\tlast-updated-date\t"
        "order-status\tfulfillment-channel\tsales-channel\torder-channel\turl\t"
        "ship-service-level\tproduct-name\tsku\tasin\titem-status\tquantity\t"
        "currency\titem-price\titem-tax\tshipping-price\tshipping-tax\t"
        "gift-wrap-price\tgift-wrap-tax\titem-promotion-discount\t"
        "ship-promotion-discount\tship-city\tship-state\tship-postal-code\t"
        "ship-country\tpromotion-ids\tis-business-order\tpurchase-order-number\t"
        "price-designation"
    )
    lines = (
        f"902-{n // 10:07d}-{n // 10:07d}\t\t{instant(n)}\t{instant(n)}\tUnshipped\t"
        f"Merchant\tAmazon.com\t\t\tStandard\tSOUP TOMATO\t{800_000 + n}\tB00\t"
        f"Unshipped\t{n % 3 + 1}\tUSD\t{n % 9}.29\t0.08\t\t\t\t\t0.10\t\t"
        f"Springfield\tIL\t62701\tUS\t\tfalse\t\t"
        for n in range(count)
    )
    return "\n".join([header, *lines]).encode()


def fba_ledger(count: int) -> bytes:
    header = (
        '"Date"\t"FNSKU"\t"ASIN"\t"MSKU"\t"Title"\t"Disposition"\t'
        '"EndingWarehouseBalance"\t"Location"'
    )
    lines = (
        f'"12/27/2017"\t"X{n}"\t"B{n}"\t"{800_000 + n}"\t"SOUP, TOMATO"\t"SELLABLE"\t'
        f'"{n % 400}"\t"ABE2"'
        for n in range(count)
    )
    return "\n".join([header, *lines]).encode()


def plain_orders(count: int) -> bytes:
    header = (
        "order_ref,line_ref,ordered_at,currency_code,sku_ref,qty,line_amount,"
        "service_code,payment_status,ship_to_region,customer_email,ship_to_name"
    )
    lines = (
        f"PO-{n // 10},{n % 10},{instant(n)},USD,{800_000 + n},{n % 3 + 1},{n % 9}.29,"
        f'STANDARD,paid,NY,ada{n}@example.com,"Example, Ada"'
        for n in range(count)
    )
    return "\n".join([header, *lines]).encode()


MAPPING = {
    "column.order_ref": "Order No",
    "column.ordered_at": "Created",
    "column.sku_ref": "Item",
    "column.qty": "Qty",
    "column.unit_amount": "Price",
    "column.service_code": "Shipping",
    "column.ship_to_name": "Name",
    "column.customer_email": "Mail",
    "value.service_code.DHL Express": "EXPEDITED",
    "value.service_code.*": "STANDARD",
    "constant.payment_status": "paid",
    "date_format": "%d.%m.%Y %H:%M",
    "decimal": ",",
    "thousands": ".",
    "delimiter": ";",
}


def exports(count: int) -> bytes:
    lines = (
        f"{n // 10};27.12.2017 {n // 60 % 24:02d}:{n % 60:02d};{800_000 + n};"
        f"{n % 3 + 1};{n % 9},29;DHL Paket;Ada Example;ada{n}@example.com"
        for n in range(count)
    )
    header = "Order No;Created;Item;Qty;Price;Shipping;Name;Mail"
    return "\n".join([header, *lines]).encode()


STOCK_MAPPING = {
    "constant.node_ref": "DC-EAST",
    "column.sku_ref": "Item",
    "column.qty": "Free",
    "column.snapshot_at": "Counted",
}
COUNTED = datetime(2017, 12, 27, 23)  # noqa: DTZ001 a sheet knows no zone


def workbook(header: Sequence[str], rows: Iterator[Sequence[object]]) -> bytes:
    out = BytesIO()
    form = {"default_date_format": "yyyy-mm-dd hh:mm:ss"}
    book = xlsxwriter.Workbook(out, {"in_memory": True} | form)
    sheet = book.add_worksheet("Orders")
    sheet.write_row(0, 0, header)
    for number, cells in enumerate(rows, start=1):
        sheet.write_row(number, 0, cells)
    book.close()
    return out.getvalue()


def counts(count: int) -> bytes:
    rows = ((800_000 + n, n % 400, COUNTED) for n in range(count))
    return workbook(("Item", "Free", "Counted"), rows)


def forms(count: int) -> bytes:
    header = (
        "Order number", "Order date", "SKU", "Product", "Quantity", "Unit price",
        "Payment", "Ship to", "State",
    )  # fmt: skip
    rows = (
        (
            f"PO-{n // 10}",
            COUNTED,
            800_000 + n,
            "SOUP",
            n % 3 + 1,
            1.29,
            "Paid",
            "Ada",
            "NY",
        )
        for n in range(count)
    )
    return workbook(header, rows)


def json_floor(payload: bytes) -> None:
    for line in payload.split(b"\n"):
        if line:
            orjson.loads(line)


def delimited_floor(payload: bytes) -> None:
    first = payload[: payload.index(b"\n")]
    sign = max(b"\t", b",", b";", b"|", key=first.count).decode()
    quote = None if sign == "\t" and b'"' not in first else '"'
    pl.read_csv(payload, separator=sign, quote_char=quote, infer_schema=False)


def workbook_floor(payload: bytes) -> None:
    load_workbook(BytesIO(payload)).get_sheet_by_index(0).to_python()


def best_of(call: Callable[[], object], times: int = 3) -> float:
    """Least processor time of a few runs: other work on the machine is not ours."""
    seconds = []
    for _ in range(times):
        start = process_time()
        call()
        seconds.append(process_time() - start)
    return min(seconds)


@dataclass(frozen=True)
class Case:
    """A format, a file of so many lines for it, and who reads it bare.

    A document of it gives ``parts`` rows; a file of more than ``most`` is too large.
    """

    module: ModuleType
    make: Callable[[int], bytes]
    floor: Callable[[bytes], None]
    options: dict[str, str] = field(default_factory=dict)
    most: int = 1_000_000
    parts: int = 1


def channel(module: ModuleType, make: Callable[[int], dict[str, Any]]) -> Case:
    """A format of a channel whose documents have parts."""
    many = channels.lines_of(make)
    return Case(module, many, json_floor, most=100_000, parts=channels.PARTS)


def single(module: ModuleType, make: Callable[[int], dict[str, Any]]) -> Case:
    """A format of a channel whose documents give a row each."""
    return Case(module, channels.lines_of(make, 1), json_floor, most=100_000)


CASES = [
    Case(shopify_orders, shopify, json_floor, parts=LINES_PER_ORDER),
    Case(shopify_orders_bulk, channels.bulk, json_floor, most=60_000, parts=4),
    channel(amazon_spapi_orders, channels.amazon_spapi),
    channel(amazon_spapi_orders, channels.amazon_2026),
    channel(walmart_orders, channels.walmart),
    channel(woocommerce_orders, channels.woocommerce),
    channel(tmall_trades, channels.tmall),
    channel(shipbob_shipments, channels.shipbob),
    channel(shopify_refunds, channels.refunds),
    channel(easypost_trackers, channels.easypost),
    single(shopify_transactions, channels.transactions),
    single(stripe_charges, channels.charges),
    single(stripe_payment_intents, channels.payment_intents),
    single(stripe_balance_transactions, channels.balance_transactions),
    Case(amazon_orders_for_shipping, amazon, delimited_floor),
    Case(amazon_all_orders, all_orders, delimited_floor),
    Case(amazon_fba_ledger, fba_ledger, delimited_floor),
    Case(pos_sales, tills, delimited_floor),
    Case(csv_orders, plain_orders, delimited_floor),
    Case(csv_stock, stock, delimited_floor),
    Case(csv_shipment_confirmations, shipments, delimited_floor),
    Case(mapped_orders, exports, delimited_floor, MAPPING),
    Case(jsonl_self_decisions, decisions, json_floor),
    Case(mapped_stock, counts, workbook_floor, STOCK_MAPPING, most=100_000),
    Case(xlsx_phone_orders, forms, workbook_floor, most=50_000),
]


def measure(name: str, case: Case, profile: Profile, count: int) -> None:
    payload = case.make(min(count, case.most))
    parsed = case.module.parse(payload, profile)
    if not parsed.rows.height or parsed.rejects.height:
        raise SystemExit(f"{name}: {parsed.rejects}")
    took = best_of(lambda: case.module.parse(payload, profile))
    bare = best_of(lambda: case.floor(payload))
    rate, size = parsed.rows.height / took, len(payload) / 1e6
    said = f"{name:32}{case.parts:6}{rate:14,.0f}{size / took:8.0f}{took / bare:9.1f}"
    print(said, flush=True)


def others() -> Iterator[tuple[str, Case, Profile]]:
    """Formats without a generator, by a sample that is accepted whole."""
    made = {case.module for case in CASES}
    for found in iter_modules(transforms.feeds.__path__):
        folder = SAMPLES / found.name
        if found.ispkg or not folder.exists():
            continue
        module = import_module(f"{transforms.feeds.__name__}.{found.name}")
        said = folder / "profile.json"
        fields = json.loads(said.read_text()) if said.exists() else {}
        profile = Profile(**({"partner_id": "sample", "zone": PROFILE.zone} | fields))
        for sample in sorted(folder.glob("*.in")) if module not in made else []:
            case = repeated(module, sample.read_bytes(), profile)
            if case:
                yield f"{found.name} ({sample.stem})", case, profile
                break


def repeated(module: ModuleType, payload: bytes, profile: Profile) -> Case | None:
    """A sample's lines over and over, if that can be read whole."""
    is_json = payload.lstrip()[:1] in {b"{", b"["}
    head, _, body = (b"", b"", payload) if is_json else payload.partition(b"\n")
    lines = max(body.count(b"\n"), 1)

    def make(count: int) -> bytes:
        text = body if body.endswith(b"\n") else body + b"\n"
        return head + b"\n" * (not is_json) + text * (count // lines)

    floor = json_floor if is_json else delimited_floor
    try:
        floor(make(2 * lines))
    except (orjson.JSONDecodeError, pl.exceptions.ComputeError):
        return None
    parsed = module.parse(make(2 * lines), profile)
    if not parsed.rows.height or parsed.rejects.height:
        return None
    return Case(module, make, floor)


def main(count: int, *, is_all: bool) -> None:
    print(f"{'format':32}{'a doc':>6}{'lines/s/core':>14}{'MB/s':>8}{'x floor':>9}")
    for case in CASES:
        name = case.module.__name__.rpartition(".")[2]
        options = Profile("bench", zone=PROFILE.zone, options=case.options)
        measure(name, case, options, count)
    for name, case, profile in others() if is_all else ():
        measure(name, case, profile, count)


if __name__ == "__main__":
    numbers = [int(word) for word in sys.argv[1:] if word.isdigit()]
    main(numbers[0] if numbers else 200_000, is_all="--all" in sys.argv)
