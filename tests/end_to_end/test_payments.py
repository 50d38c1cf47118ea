"""Payments and a settlement arrive: orders have a class, what disagrees is told."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import timedelta

import pytest

from orchestration.cli.demo import put_in_drop
from orchestration.resources.home import Home
from orchestration.resources.house import House
from orchestration.resources.lineage.lineage import Lineage
from orchestration.resources.lineage.of_money import FIGURES
from tests.end_to_end import one_day
from transforms.contracts.simulation import NamedBytes

# Warnings of the libraries that a run stands on are no failure of the run.
pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("default")]

EVENING = one_day.NOON + timedelta(hours=6)


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
    """A file of them, an hour before the evening."""
    data = [*(charge(*one) for one in paid), *more]
    content = json.dumps({"object": "list", "data": data})
    arrives = EVENING - timedelta(hours=2 - number)
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
    arrives = EVENING + timedelta(hours=1)
    return NamedBytes("marketplace", "settlement_71.txt", text.encode(), arrives)


def test_each_order_s_money_has_a_class_and_closes_when_it_is_paid(
    own_played_house: Home,
) -> None:
    """The provider's charges name web orders; #77 is an order that nobody has."""
    worth = dict(
        one_day.query(
            own_played_house,
            "select order_ref, amount_minor from lake.gold.fct_orders"
            " where channel_id = 'web_shop'",
        ).rows()
    )
    first = charges(
        0,
        ("1006", worth["1006"]),
        ("1007", worth["1007"] - 50),
        ("77", 5),
        more=[held("1013", worth["1013"])],
    )
    put_in_drop(own_played_house, [first])
    one_day.run(own_played_house, EVENING)
    classes = dict(
        one_day.query(
            own_played_house,
            "select order_id, payment_class from lake.decisions.reconciled_payments",
        ).rows()
    )

    house = House.open(own_played_house.root)
    try:
        lineage = Lineage(house)
        money = [lineage.trace(name, {}) for name in FIGURES]
    finally:
        house.close()
    assert all(found.figure for found in money if found.metric.name != "refunded_money")
    assert not [found for found in money if not found.is_covered]
    assert "settled" == classes["web_shop/1006"]
    assert "underpaid" == classes["web_shop/1007"]
    assert "orphan_payment" == classes["web_shop/77"]
    (request,) = one_day.outbox(own_played_house)[
        "payment_provider/payment_requests_000000001.jsonl"
    ].splitlines()
    taken = {"charge": f"ch_1013_{worth['1013']}", "amount": worth["1013"]}
    assert taken.items() <= json.loads(request).items()
    # Ordered in the morning, before the first payment that is known.
    assert "web_shop/1001" not in classes
    market = settlement("902-0000000-0000001", "902-0000000-9999999")
    put_in_drop(own_played_house, [charges(1, ("1007", 50)), market])
    one_day.run(own_played_house, EVENING + timedelta(hours=2))
    told = one_day.query(
        own_played_house,
        "select code, value_minor, closed_at is null from lake.decisions.exceptions"
        " where (subject in ('web_shop/1007', 'web_shop/77')"
        " or subject like 'marketplace/%-9999999')"
        " and owner in ('finance', 'order desk') order by code",
    )
    listed = one_day.query(
        own_played_house,
        "select order_class, settled_minor from lake.decisions.reconciled_orders"
        " where settled_at is not null order by 1",
    )
    assert [
        ("ORDER_MISSING", 500, True),
        ("ORPHAN_PAYMENT", 5, True),
        ("UNDERPAID", 50, False),
    ] == told.rows()
    # What was asked for is not asked for again.
    assert not one_day.query(
        own_played_house,
        "select * from lake.instructions.payment_requests where sequence_no > 1",
    ).height
    assert [("matched", 500), ("order_missing", 500)] == listed.rows()
