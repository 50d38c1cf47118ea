"""What partners send for the two runs of ``test_evening_and_noon``."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import timedelta

from tests.end_to_end import one_day
from tests.orchestration.test_mailboxes import a_group, a_set
from transforms.contracts.simulation import NamedBytes

EVENING = one_day.NOON + timedelta(hours=6)

NEXT_NOON = EVENING + timedelta(hours=18)


def charge(order: str, cents: int) -> dict[str, object]:
    """A captured charge of the payment provider, a minute past noon."""
    return {
        "id": f"ch_{order}_{cents}",
        "object": "charge",
        "amount": cents,
        "amount_captured": cents,
        "amount_refunded": 0,
        "captured": True,
        "created": 1514394060,
        "currency": "usd",
        "livemode": True,
        "metadata": {"order_id": order},
        "payment_method_details": {"type": "card", "card": {"last4": "4242"}},
        "refunded": False,
        "status": "succeeded",
    }


def held(order: str, cents: int) -> dict[str, object]:
    """A charge that is authorised only."""
    return charge(order, cents) | {"amount_captured": 0, "captured": False}


def charges(
    number: int, *paid: tuple[str, int], more: Sequence[dict[str, object]] = ()
) -> NamedBytes:
    """A file of them: the first before the evening, the second behind it."""
    data = [*(charge(*one) for one in paid), *more]
    content = json.dumps({"object": "list", "data": data})
    arrives = EVENING + timedelta(hours=2 * number - 1)
    name = f"charges_{number}.json"
    return NamedBytes("payment_provider", name, content.encode(), arrives)


SETTLEMENT_HEADER = (
    "settlement-id settlement-start-date settlement-end-date deposit-date"
    " total-amount currency transaction-type order-id merchant-order-id"
    " adjustment-id shipment-id marketplace-name amount-type amount-description"
    " amount fulfillment-id posted-date posted-date-time order-item-code"
    " merchant-order-item-id merchant-adjustment-item-id sku quantity-purchased"
    " promotion-id"
)


def settlement(*orders: str) -> NamedBytes:
    """A settlement of the marketplace: five dollars for each order."""
    at = "2017-12-27 18:00:00 UTC"
    head = {
        "settlement-id": "71",
        "settlement-start-date": at,
        "settlement-end-date": at,
        "deposit-date": at,
        "total-amount": f"{5 * len(orders)}.00",
        "currency": "USD",
    }
    lines = [
        {
            "settlement-id": "71",
            "transaction-type": "Order",
            "order-id": order,
            "amount-type": "ItemPrice",
            "amount-description": "Principal",
            "amount": "5.00",
            "posted-date": "2017-12-27",
            "posted-date-time": at,
        }
        for order in orders
    ]
    columns = SETTLEMENT_HEADER.split()
    rows = [[row.get(name, "") for name in columns] for row in (head, *lines)]
    text = "".join("\t".join(row) + "\n" for row in (columns, *rows))
    arrives = NEXT_NOON - timedelta(hours=1)
    return NamedBytes("marketplace", "settlement_71.txt", text.encode(), arrives)


def evening_charges(worth: dict[str, int]) -> NamedBytes:
    """They name web orders, one of them too little; #77 is an order nobody has."""
    return charges(
        0,
        ("1006", worth["1006"]),
        ("1007", worth["1007"] - 50),
        ("77", 5),
        more=[held("1013", worth["1013"])],
    )


MISSING = 2


def purchase_orders(number: int) -> NamedBytes:
    """The sample's purchase orders once more, in the buyers' file of a number."""
    found = (f for f in one_day.deliveries() if f.name.startswith("PO_"))
    content = next(found).content.replace(b"000000041", f"{number:09}".encode())
    name = f"PO_20171228T{number:04}_{number:06}.edi"
    at = (NEXT_NOON if number == MISSING else EVENING) - timedelta(hours=1)
    return NamedBytes("business", name, content, at)


def late_count() -> NamedBytes:
    """A count of the day before the last run."""
    content = (
        b"node_ref,sku_ref,stock_status,quantity_basis,qty,snapshot_at\n"
        b"3PL-SUMMIT,100001,AVAILABLE,on_hand,12,2017-12-27T21:00:00-05:00\n"
    )
    at = EVENING - timedelta(hours=1)
    return NamedBytes("summit_3pl", "stock_20171227T2100.csv", content, at)


COUNT = NamedBytes(
    "summit_3pl",
    "stock_20171228T1230.csv",
    b"node_ref,sku_ref,stock_status,quantity_basis,qty,snapshot_at\n"
    b"3PL-SUMMIT,100001,AVAILABLE,on_hand,120,2017-12-28T12:30:00-05:00\n"
    b"3PL-SUMMIT,100009,AVAILABLE,on_hand,110,2017-12-28T12:30:00-05:00\n",
    EVENING - timedelta(hours=2),
)

SHIPPED = "business/PO-7004"
"""An order of the sample that the warehouse was told to ship and has not yet."""


def a_file(partner: str, sender: str, name: str, *groups: list[str]) -> NamedBytes:
    blank = " " * 10
    head = (
        f"ISA*00*{blank}*00*{blank}*ZZ*{sender:15}*ZZ*{'ORDERHOUSE':15}"
        "*171228*1500*U*00401*000000900*0*P*>"
    )
    told = [head, *(text for group in groups for text in group)]
    told.append(f"IEA*{len(groups)}*000000900")
    content = "".join(f"{text}~" for text in told).encode()
    return NamedBytes(partner, name, content, EVENING - timedelta(hours=1))


def orders_and_changes() -> NamedBytes:
    order = a_set(
        "850",
        1,
        "BEG*00*SA*PO-9001**20171228",
        "DTM*004*20171228*0900",
        "N1*ST*Ada Example",
        "N4*Brooklyn*NY*11201*US",
        "PO1*1*2*EA*3.99**VP*100001",
    )
    change = a_set(
        "860",
        1,
        "BCH*04*SA*PO-9001**1*20171228*****20171228",
        "DTM*097*20171228*0930",
        "POC*1*QI*5**EA*3.99**VP*100001",
    )
    groups = (a_group("PC", 1, change), a_group("PO", 2, order))
    name = "PO_20171228T1500_000004.edi"
    return a_file("business", "BIZBUYERS", name, *groups)


def what_the_warehouse_says(instruction: str) -> NamedBytes:
    shipped = a_set(
        "945",
        1,
        f"W06*F*{instruction}*20171228*SHP-21",
        "N1*SF*3PL-HARBOR*92*3PL-HARBOR",
        "G62*11*20171228*W*1415",
        "LX*1",
        "W12*CC*20*20*0*EA**VN*100004",
        "N9*LI*1",
        "W03*20",
    )
    counted = a_set(
        "947",
        1,
        "W15*20171228*ADJ-77",
        "N1*WH*Harbor*92*3PL-HARBOR",
        "W19*AH*-1*EA**VN*100001",
    )
    heard = a_set("997", 1, "AK1*OW*2", "AK2*940*0001", "AK5*A", "AK9*A*1*1*1")
    groups = (
        a_group("SW", 1, shipped),
        a_group("AW", 2, counted),
        a_group("FA", 3, heard),
        a_group("SC", 4, a_set("832", 1, "BCT*PC*X")),
    )
    return a_file("harbor_3pl", "HARBOR3PL", "945_20171228_box.edi", *groups)


WORTHS = NamedBytes(
    "backoffice",
    "stock_worths_20171228.csv",
    b"node_ref,sku_ref,worth,valid_from,valid_to,updated_at\n"
    b"DC-EAST,100005,0.25,2017-12-28,2017-12-28,2017-12-28T15:00:00-05:00\n"
    b"DC-WEST,100005,0.02,2017-12-28,,2017-12-28T15:00:00-05:00\n"
    b"DC-EAST,100888,0.25,2017-12-28,,2017-12-28T15:00:00-05:00\n"
    b"DC-EAST,100002,-1,2017-12-28,,2017-12-28T15:00:00-05:00\n",
    EVENING - timedelta(hours=1),
)
"""What stock is worth where, of the first until the day of the first run ends."""
