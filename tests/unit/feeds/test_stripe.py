"""Stripe: minor units of every currency, events, lists, what a charge is."""

from decimal import Decimal
from pathlib import Path
from types import ModuleType
from typing import Any

import orjson
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.contracts.currencies import minor_digits
from transforms.contracts.profile import Parsed, Profile
from transforms.feeds import (
    stripe_balance_transactions,
    stripe_charges,
    stripe_payment_intents,
)
from transforms.feeds.reading import stripe

SHOP = Profile("web_shop")
KINDS = {
    "charge": stripe_charges,
    "payment_intent": stripe_payment_intents,
    "balance_transaction": stripe_balance_transactions,
}


def a_charge(**said: object) -> dict[str, Any]:
    plain = {"id": "ch_1", "object": "charge", "status": "succeeded", "amount": 2580}
    return plain | {"currency": "usd", "created": 1514404931, "captured": True} | said


def an_intent(**said: object) -> dict[str, Any]:
    plain = {"id": "pi_1", "object": "payment_intent", "amount": 2580}
    return plain | {"currency": "usd", "created": 1514404931} | said


def an_event(about: dict[str, Any], created: int) -> dict[str, Any]:
    return {"object": "event", "created": created, "data": {"object": about}}


def parse(*values: object, profile: Profile = SHOP) -> Parsed:
    payload = b"\n".join(orjson.dumps(value) for value in values)
    return stripe_charges.parse(payload, profile)


def row(**said: object) -> dict[str, Any]:
    return parse(a_charge(**said)).rows.row(0, named=True)


def intent_row(**said: object) -> dict[str, Any]:
    payload = orjson.dumps(an_intent(**said))
    return stripe_payment_intents.parse(payload, SHOP).rows.row(0, named=True)


@pytest.mark.parametrize(
    ("currency", "amount", "expected"),
    [
        ("usd", 2580, "25.80"),
        ("usd", 5, "0.05"),
        ("usd", 0, "0.00"),
        ("jpy", 2580, "2580"),
        ("bhd", 1250, "1.250"),
        ("bhd", 7, "0.007"),
        ("isk", 12000, "120"),
        ("ugx", 0, "0"),
        ("mga", 5000, "5000"),
    ],
)
def test_minor_units_are_those_of_the_currency(
    currency: str, amount: int, expected: str
) -> None:
    assert expected == row(currency=currency, amount=amount)["amount"]


def test_a_currency_without_coins_that_has_some_is_refused() -> None:
    rejects = parse(a_charge(currency="isk", amount=12050)).rejects

    assert [("amount", "BAD_AMOUNT")] == rejects.select("column_name", "code").rows()


@given(
    minor=st.integers(-(10**12) + 1, 10**12 - 1),
    currency=st.sampled_from(["USD", "EUR", "JPY", "KRW", "BHD", "TND"]),
)
def test_no_cent_is_lost_between_minor_and_major_units(
    minor: int, currency: str
) -> None:
    frame = pl.DataFrame({"amount": [str(minor)], "currency": [currency]})
    major = frame.select(stripe.major("amount")).item()

    assert Decimal(minor).scaleb(-minor_digits(currency)) == Decimal(major)


def test_a_charge_is_an_authorisation_until_it_is_captured() -> None:
    card = {"type": "card", "card": {"capture_before": 1515010931}}
    held = row(captured=False, payment_method_details=card)

    assert ("AUTHORISATION", "2018-01-03T20:22:11Z") == (
        held["kind"],
        held["authorised_until"],
    )
    assert "SALE" == row(captured=True)["kind"]


def test_an_uncaptured_charge_that_is_refunded_was_cancelled() -> None:
    said = {"captured": False, "refunded": True, "amount_refunded": 2580}

    assert "CANCELLED" == row(**said)["status_code"]
    assert "SUCCEEDED" == row(**said | {"captured": True})["status_code"]


@pytest.mark.parametrize(
    ("refunded", "expected"), [(666, "0.00"), (966, "3.00"), (0, "0.00")]
)
def test_what_a_partial_capture_lets_go_is_no_refund(
    refunded: int, expected: str
) -> None:
    said = {"captured": True, "amount": 1000, "amount_captured": 334}
    found = row(**said, amount_refunded=refunded)

    assert "SALE" == found["kind"]
    assert ("3.34", "3.34") == (found["amount"], found["captured_amount"])
    assert expected == found["refunded_amount"]


def test_the_moment_of_the_event_orders_versions() -> None:
    later = an_event(a_charge(amount_refunded=500), 1514800000)
    page = {"object": "list", "data": [later, an_event(a_charge(), 1514491200)]}
    expected = ["2018-01-01T09:46:40Z", "2017-12-28T20:00:00Z"]

    assert expected == parse(page).rows["updated_at"].to_list()
    pretty = orjson.dumps(page, option=orjson.OPT_INDENT_2)
    assert expected == stripe_charges.parse(pretty, SHOP).rows["updated_at"].to_list()


def test_a_broken_charge_of_a_list_over_many_lines_harms_no_other() -> None:
    page = {"object": "list", "data": [a_charge(), a_charge(status="?"), a_charge()]}
    pretty = orjson.dumps(page, option=orjson.OPT_INDENT_2)
    parsed = stripe_charges.parse(pretty, SHOP)

    assert 2 == parsed.rows.height
    assert {"BAD_CODE"} == set(parsed.rejects["code"])
    assert parsed.lines.is_balanced()


def test_an_object_of_another_kind_is_refused() -> None:
    other = an_event({"object": "plan", "id": "price_1"}, 1514404931)

    assert ["UNKNOWN_OBJECT"] == parse(other).rejects["code"].to_list()


def test_the_order_stands_where_the_profile_says() -> None:
    profile = Profile("web_shop", options={"order_ref_key": "shop_order"})
    charge = a_charge(metadata={"order_id": "1", "shop_order": "4500000000001"})

    assert "1" == parse(charge).rows["order_ref"].item()
    assert "4500000000001" == parse(charge, profile=profile).rows["order_ref"].item()


def test_an_order_number_that_looks_like_a_card_is_none() -> None:
    # One in ten numbers of 13 digits passes Luhn.
    assert "4222222222222" == row(metadata={"order_id": "4222222222222"})["order_ref"]


def test_test_mode_is_marked() -> None:
    assert ("true", "false") == (
        row(livemode=False)["is_test"],
        row(livemode=True)["is_test"],
    )


@pytest.mark.parametrize(
    ("said", "kind", "status"),
    [
        ({"status": "requires_capture"}, "AUTHORISATION", "SUCCEEDED"),
        ({"status": "succeeded", "capture_method": "manual"}, "SALE", "SUCCEEDED"),
        (
            {"status": "canceled", "capture_method": "manual"},
            "AUTHORISATION",
            "CANCELLED",
        ),
        ({"status": "processing"}, "SALE", "PENDING"),
        ({"status": "requires_payment_method"}, "SALE", "PENDING"),
        (
            {
                "status": "requires_payment_method",
                "last_payment_error": {"code": "card_declined"},
            },
            "SALE",
            "FAILED",
        ),
    ],
)
def test_an_intent_is_what_its_status_says(
    said: dict[str, Any], kind: str, status: str
) -> None:
    found = intent_row(**said)

    assert (kind, status) == (found["kind"], found["status_code"])


def test_a_partly_captured_intent_is_a_sale_of_what_was_received() -> None:
    found = intent_row(status="succeeded", amount_received=2000)

    assert "20.00" == found["amount"]


def test_the_expiry_of_an_intent_is_read_from_its_charge_in_full() -> None:
    card = {"type": "card", "card": {"capture_before": 1515010931, "last4": "4242"}}
    charge = {"id": "ch_1", "payment_method_details": card}
    told = intent_row(status="requires_capture", latest_charge=charge)
    untold = intent_row(status="requires_capture", latest_charge="ch_1")

    assert ("2018-01-03T20:22:11Z", "4242") == (
        told["authorised_until"],
        told["card_last4"],
    )
    assert untold["authorised_until"] is None


@pytest.mark.parametrize(
    ("fee", "net", "expected"),
    [(105, 2475, "-1.05"), (0, 2580, "0.00"), (-20, 2600, "0.20")],
)
def test_what_stripe_takes_is_below_zero(fee: int, net: int, expected: str) -> None:
    entry = {
        "id": "txn_1",
        "object": "balance_transaction",
        "type": "charge",
        "amount": 2580,
        "fee": fee,
        "net": net,
        "currency": "usd",
        "created": 1514404931,
        "source": "ch_1",
    }
    rows = stripe_balance_transactions.parse(orjson.dumps(entry), SHOP).rows

    assert expected == rows["fee_amount"].item()
    total = rows.select(
        pl.col("amount", "fee_amount", "net_amount").cast(pl.Decimal(12, 2))
    )
    assert total["net_amount"][0] == total["amount"][0] + total["fee_amount"][0]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("indent", [0, orjson.OPT_INDENT_2])
def test_objects_as_stripe_publishes_them_are_read(
    project: Path, kind: str, indent: int
) -> None:
    name = "stripe/openapi/fixtures3.json"
    sample = project.parent / "shared" / "data" / "channels" / name
    if not sample.exists():
        pytest.skip("no shared samples here")
    published = orjson.loads(sample.read_bytes())["resources"][kind]
    feed: ModuleType = KINDS[kind]
    page = {"object": "list", "data": [published, published], "has_more": False}
    for value in (published, page, an_event(published, 1514404931)):
        parsed = feed.parse(orjson.dumps(value, option=indent or None), SHOP)

        assert not parsed.rejects.height
        assert parsed.rows.height == (2 if value is page else 1)
        assert {f"{published['amount'] / 100:.2f}"} == set(parsed.rows["amount"])
