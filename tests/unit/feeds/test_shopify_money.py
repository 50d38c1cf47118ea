"""Shopify's transactions, payouts and refunds: amounts, signs, where they stand."""

from pathlib import Path
from types import ModuleType
from typing import Any

import orjson
import polars as pl
import pytest

from transforms.contracts.profile import Profile
from transforms.feeds import (
    shopify_payout_transactions,
    shopify_payouts,
    shopify_refunds,
    shopify_transactions,
)

SHOP = Profile("web_shop", "America/New_York", "CAD")
AT = "2017-12-27T15:02:11-05:00"
EXAMPLES: dict[ModuleType, dict[str, int]] = {
    shopify_transactions: {
        "shopify_api/transaction.json": 1,
        "shopify_api/transactions.json": 1,
        "shopify_go/transaction.json": 1,
        "shopify_go/transactions.json": 1,
        "shopify_go/order_with_transaction.json": 1,
    },
    shopify_payouts: {
        "shopify_api/payout.json": 1,
        "shopify_api/payouts.json": 6,
        "shopify_go/payout.json": 1,
        "shopify_go/payouts.json": 2,
        "shopify_go/payouts_filtered.json": 1,
    },
    shopify_payout_transactions: {
        "shopify_api/payouts_transactions.json": 25,
        "shopify_go/payments_transaction.json": 1,
        "shopify_go/payments_transactions.json": 3,
    },
    shopify_refunds: {"shopify_api/refund.json": 2},
}


def a_transaction(**said: object) -> dict[str, Any]:
    plain = {"id": 1, "order_id": 2, "kind": "sale", "status": "success"}
    return plain | {"amount": "25.80", "created_at": AT} | said


def an_entry(**said: object) -> dict[str, Any]:
    plain = {"id": 1, "type": "charge", "currency": "USD", "processed_at": AT}
    return plain | {"amount": "25.80", "fee": "1.05", "net": "24.75"} | said


def an_item(**said: object) -> dict[str, Any]:
    return {"id": 10, "line_item_id": 20, "quantity": 1, "subtotal": "1.29"} | said


def a_refund(**said: object) -> dict[str, Any]:
    plain = {"id": 1, "order_id": 2, "created_at": AT}
    return plain | {"refund_line_items": [an_item()]} | said


def an_adjustment(amount: str, kind: str = "refund_discrepancy") -> dict[str, Any]:
    return {"id": 30, "kind": kind, "amount": amount, "tax_amount": "0.00"}


def a_shipping_line(amount: str) -> dict[str, Any]:
    money = {"shop_money": {"amount": amount, "currency_code": "USD"}}
    return {"id": 40, "subtotal_amount_set": money}


def rows(feed: ModuleType, *values: object) -> pl.DataFrame:
    payload = b"\n".join(orjson.dumps(value) for value in values)
    found: pl.DataFrame = feed.parse(payload, SHOP).rows
    return found


def payment(**said: object) -> dict[str, Any]:
    return rows(shopify_transactions, a_transaction(**said)).row(0, named=True)


def refunded(**said: object) -> list[tuple[str, str]]:
    found = rows(shopify_refunds, a_refund(**said))
    return found.select("amount", "tax_amount").rows()


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        ("•••• •••• •••• 4242", "4242"),
        ("XXXX-XXXX-XXXX-0005", "0005"),
        ("•••• •••• •••• 1", None),
        ("4242 42•• •••• 4242", "4242"),
        (None, None),
    ],
)
def test_the_last_four_digits_of_a_card_are_kept(
    number: str | None, expected: str | None
) -> None:
    details = {"credit_card_number": number, "credit_card_company": "Visa"}

    assert expected == payment(payment_details=details)["card_last4"]


@pytest.mark.parametrize("number", ["4222222222222", "4111 1111 1111 1111"])
def test_a_card_number_is_refused_and_not_shown(number: str) -> None:
    said = a_transaction(payment_details={"credit_card_number": number})
    rejects = shopify_transactions.parse(orjson.dumps(said), SHOP).rejects

    assert ["CARD_NUMBER"] == rejects["code"].to_list()
    assert number not in rejects.write_csv()


@pytest.mark.parametrize(
    ("gateway", "details", "expected"),
    [
        ("cash", None, "cash"),
        ("gift_card", None, "gift_card"),
        ("Bank Deposit", None, "bank"),
        ("paypal", None, "wallet"),
        ("shopify_payments", {"credit_card_company": "Visa"}, "card"),
        ("manual", None, "other"),
        (None, None, "other"),
    ],
)
def test_the_method_follows_gateway_and_card(
    gateway: str | None, details: dict[str, str] | None, expected: str
) -> None:
    found = payment(gateway=gateway, payment_details=details)

    assert expected == found["method"]


def test_a_transaction_without_currency_is_in_the_partners() -> None:
    assert "CAD" == payment()["currency_code"]


def test_a_sum_of_floats_is_no_amount() -> None:
    said = a_transaction(amount=0.1 + 0.2)

    assert not rows(shopify_transactions, said).height
    assert "0.3" == payment(amount=0.3)["amount"]


def test_the_expiry_of_an_authorisation_is_kept() -> None:
    later = "2018-01-03T15:02:11-05:00"
    found = payment(kind="authorization", authorization_expires_at=later)

    assert ("AUTHORISATION", later) == (found["kind"], found["authorised_until"])


@pytest.mark.parametrize(
    ("amount", "fee", "net", "expected"),
    [
        ("10.00", "2.00", "8.00", "-2.00"),
        ("-1.50", "-0.25", "-1.75", "-0.25"),
        ("-11.50", "15.00", "-26.50", "-15.00"),
        ("-5.00", "0.15", "-4.85", "0.15"),
        ("50.00", "0.00", "50.00", "0.00"),
    ],
)
def test_a_fee_has_the_sign_that_makes_the_net(
    amount: str, fee: str, net: str, expected: str
) -> None:
    found = rows(shopify_payout_transactions, an_entry(amount=amount, fee=fee, net=net))

    assert expected == found["fee_amount"].item()


def test_a_fee_that_does_not_make_the_net_is_refused() -> None:
    payload = orjson.dumps(an_entry(fee="1.06"))
    rejects = shopify_payout_transactions.parse(payload, SHOP).rejects

    assert [("fee", "BAD_AMOUNT")] == rejects.select("column_name", "code").rows()


def test_a_day_is_its_first_moment_in_the_shops_zone() -> None:
    found = rows(shopify_payout_transactions, an_entry(processed_at="2017-07-01"))

    assert "2017-07-01T00:00:00-04:00" == found["posted_at"].item()


def test_the_fee_of_a_payout_is_the_exact_sum_of_its_fees() -> None:
    summary = {"charges_fee_amount": "0.1", "refunds_fee_amount": "0.2"}
    payout = {"id": 1, "status": "paid", "date": "2017-12-29", "currency": "USD"}
    found = rows(shopify_payouts, payout | {"amount": "41.90", "summary": summary})

    assert "0.30" == found["fee_amount"].item()


def test_the_shops_money_counts_and_not_the_customers() -> None:
    money = {
        "shop_money": {"amount": "1.29", "currency_code": "USD"},
        "presentment_money": {"amount": "1.75", "currency_code": "CAD"},
    }
    item = an_item(subtotal=1.75, subtotal_set=money)
    found = rows(shopify_refunds, a_refund(refund_line_items=[item]))

    assert [("1.29", "USD")] == found.select("amount", "currency_code").rows()


def test_an_adjustment_changes_its_sign() -> None:
    assert [("1.29", "0"), ("10.00", "0.00")] == refunded(
        order_adjustments=[an_adjustment("-10.00")]
    )
    assert [("1.29", "0"), ("-1.29", "0.00")] == refunded(
        order_adjustments=[an_adjustment("1.29")]
    )


def test_shipping_that_is_told_twice_counts_once() -> None:
    lines = {"refund_shipping_lines": [a_shipping_line("5.00")]}
    adjustments = {"order_adjustments": [an_adjustment("-5.00", "shipping_refund")]}

    assert [("1.29", "0"), ("5.00", "0")] == refunded(**lines)
    assert [("1.29", "0"), ("5.00", "0.00")] == refunded(**lines, **adjustments)


def test_a_refund_of_money_alone_is_its_payment() -> None:
    paid = {"id": 50, "kind": "refund", "status": "success", "amount": "7.00"}
    found = rows(shopify_refunds, a_refund(refund_line_items=[], transactions=[paid]))

    assert [("50", "0", "7.00")] == found.select("entry_ref", "qty", "amount").rows()


def test_a_line_without_subtotal_is_price_times_quantity_if_nothing_was_off() -> None:
    line = {"price": "1.29", "total_discount": "0.00"}
    bare = {"id": 10, "line_item_id": 20, "quantity": 3}
    discounted = {"line_item": line | {"total_discount": "0.10"}}

    assert [("3.87", "0")] == refunded(refund_line_items=[bare | {"line_item": line}])
    assert [] == refunded(refund_line_items=[bare | discounted])


def test_a_refund_with_a_broken_line_is_refused_whole() -> None:
    assert [] == refunded(refund_line_items=[an_item(), an_item(quantity=-1)])


@pytest.mark.parametrize(
    ("feed", "name", "expected"),
    [(feed, *example) for feed, found in EXAMPLES.items() for example in found.items()],
)
def test_examples_of_other_projects_are_read(
    project: Path, feed: ModuleType, name: str, expected: int
) -> None:
    sample = project.parent / "shared" / "data" / "channels" / name
    if not sample.exists():
        pytest.skip("no shared samples here")
    parsed = feed.parse(sample.read_bytes(), SHOP)

    assert not parsed.rejects.height
    assert expected == parsed.rows.height
    assert parsed.lines.is_balanced()


def test_every_line_of_a_real_payout_adds_up(project: Path) -> None:
    name = "shopify_api/payouts_transactions.json"
    sample = project.parent / "shared" / "data" / "channels" / name
    if not sample.exists():
        pytest.skip("no shared samples here")
    found = shopify_payout_transactions.parse(sample.read_bytes(), SHOP).rows
    money = found.select(
        pl.col("amount", "fee_amount", "net_amount").cast(pl.Decimal(12, 2))
    )

    assert (money["amount"] + money["fee_amount"]).equals(money["net_amount"])
