"""Lines per second of the large feeds, and the ratio to a bare reader's floor.

    python tests/bench/feeds.py [order lines, 200000 unless told]

The floor reads the same bytes in the same process and does nothing with them:
``orjson.loads`` line by line, ``polars.read_csv`` as text.
"""

import os
import sys
from collections.abc import Callable
from time import process_time
from types import ModuleType
from typing import Any

import orjson

# One core: a ratio between machines with other numbers of them says little.
os.environ.setdefault("POLARS_MAX_THREADS", "1")

import polars as pl

from transforms.contracts.profile import Profile
from transforms.feeds import (
    amazon_orders_for_shipping,
    csv_shipment_confirmations,
    csv_stock,
    jsonl_self_decisions,
    pos_sales,
    shopify_orders,
)

PROFILE = Profile("bench", zone="America/New_York")
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


def json_floor(payload: bytes) -> None:
    for line in payload.split(b"\n"):
        orjson.loads(line)


def delimited_floor(payload: bytes) -> None:
    is_tab = b"\t" in payload
    separator, quote = ("\t", None) if is_tab else (",", '"')
    pl.read_csv(payload, separator=separator, quote_char=quote, infer_schema=False)


def best_of(call: Callable[[], object], times: int = 3) -> float:
    """Least processor time of a few runs: other work on the machine is not ours."""
    seconds = []
    for _ in range(times):
        start = process_time()
        call()
        seconds.append(process_time() - start)
    return min(seconds)


CASES: list[tuple[ModuleType, Callable[[int], bytes], Callable[[bytes], None]]] = [
    (shopify_orders, shopify, json_floor),
    (amazon_orders_for_shipping, amazon, delimited_floor),
    (pos_sales, tills, delimited_floor),
    (csv_stock, stock, delimited_floor),
    (csv_shipment_confirmations, shipments, delimited_floor),
    (jsonl_self_decisions, decisions, json_floor),
]


def main(count: int) -> None:
    print(f"{'format':32}{'lines/s':>12}{'MB/s':>8}{'x floor':>9}")
    for module, make, floor in CASES:
        payload = make(count)
        parsed = module.parse(payload, PROFILE)
        if parsed.rows.height != count:
            raise SystemExit(f"{module.__name__}: {parsed.rejects}")
        took = best_of(lambda m=module, p=payload: m.parse(p, PROFILE))
        bare = best_of(lambda f=floor, p=payload: f(p))
        name, size = module.__name__.rpartition(".")[2], len(payload) / 1e6
        print(f"{name:32}{count / took:12,.0f}{size / took:8.0f}{took / bare:9.1f}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 200_000)
