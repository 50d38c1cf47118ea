"""What a rule holds: what is not paid, what is not approved, and nothing else."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import polars as pl
import pytest

from transforms.allocation.hold_policy import HoldPolicy
from transforms.allocation.holds import HoldFacts, hold_by_rule
from transforms.allocation.policy import PolicyError
from transforms.contracts.decisions import LINE_BUCKETS, LINE_HOLDS
from transforms.contracts.gold import FCT_ORDERS

AS_OF = datetime(2017, 12, 28, 5, tzinfo=UTC)
DAY = timedelta(days=1)
TODAY = date(2017, 12, 28)
POLICY = HoldPolicy(
    payment_by_channel={"market": "status", "terms_desk": "exempt"},
    approval_above_minor={"terms_desk": {"USD": 5000}},
)
LIMITED = HoldPolicy(
    default_payment="exempt", credit_limit_minor={"terms_desk": {"USD": 9000}}
)
APPROVAL, PAYMENT, CREDIT = "APPROVAL", "AWAITING_PAYMENT", "CREDIT"


def held(
    channel: str = "web",
    status: str = "paid",
    held_for: list[tuple[str, str]] | None = None,
    until: date | None = None,
    waived: list[str | None] | None = None,
    policy: HoldPolicy = POLICY,
    **numbers: int,
) -> list[tuple[str, str, int]]:
    """Events of an order of one line of two eaches: type, reason, eaches.

    ``numbers``: ``amount``, ``short`` and ``owed`` of the order, all others of buckets.
    """
    amount = numbers.pop("amount", 1000)
    sums = {name: numbers.pop(name, None) for name in ("short", "owed")}
    order = {
        "order_id": "o",
        "channel_id": channel,
        "payment_status": status,
        "amount_minor": amount,
        "currency_code": "USD",
    }
    line: dict[str, Any] = {"line_id": "o/1", "order_id": "o", "sku_id": "S"}
    zeros = {name: 0 for name in LINE_BUCKETS.names if name.endswith("_qty")}
    line |= zeros | {f"{k}_qty": v for k, v in (numbers or {"pending": 2}).items()}
    spells = [
        {"line_id": "o/1", "reason_code": reason, "held_at": AS_OF, "placed_by": by}
        | {"until_date": until}
        for reason, by in held_for or []
    ]
    short, owed = (
        pl.DataFrame(
            [] if value is None else [{"order_id": "o", f"{name}_minor": value}],
            schema={"order_id": pl.String, f"{name}_minor": pl.Int64},
        )
        for name, value in sums.items()
    )
    let_go = [{"line_id": "o/1", "reason_code": reason} for reason in waived or []]
    text = {"line_id": pl.String, "reason_code": pl.String}
    facts = HoldFacts(
        pl.DataFrame([order], schema_overrides=FCT_ORDERS.schema),
        pl.DataFrame([line], schema_overrides=LINE_BUCKETS.schema),
        short,
        owed,
        pl.DataFrame(spells, schema=LINE_HOLDS.schema),
        pl.DataFrame(let_go, schema=text),
    )
    found = hold_by_rule(facts, policy, AS_OF, TODAY)
    return found.select("event_type", "reason_code", "qty").rows()


HOLD = [("HOLD", PAYMENT, 2)]


@pytest.mark.parametrize(
    ("expected", "day", "status"),
    [
        ([], None, "paid"),
        ([], TODAY, "paid"),
        ([("UNHOLD", "FRAUD", 2), ("UNHOLD", PAYMENT, 2)], TODAY - DAY, "paid"),
        # A rule wants it held too: for that reason it goes on.
        ([("UNHOLD", "FRAUD", 2)], TODAY - DAY, "pending"),
    ],
)
def test_what_a_person_holds_is_let_go_after_its_last_date(
    expected: list[object], day: date | None, status: str
) -> None:
    by = [("FRAUD", "ana"), (PAYMENT, "ana")]

    found = held(status=status, held_for=by, until=day, held=2, pending=0)

    assert expected == sorted(found, key=lambda event: event[1] != "FRAUD")


@pytest.mark.parametrize(
    ("expected", "facts"),
    [
        (HOLD, {"status": "pending"}),
        ([], {"status": "authorized"}),
        (HOLD, {"status": "pending", "channel": "market"}),
        ([], {"status": "pending", "channel": "terms_desk"}),
        ([], {"status": "terms"}),
        # What providers told counts more than what the order says of itself.
        ([], {"status": "pending", "short": 0}),
        ([], {"status": "pending", "short": -200}),
        (HOLD, {"status": "paid", "short": 300}),
        ([], {"status": "paid", "short": 1}),
        ([], {"status": "paid", "short": 300, "channel": "market"}),
        ([], {"status": "terms", "short": 300}),
    ],
)
def test_an_order_waits_until_its_money_is_there(
    expected: list[object], facts: dict[str, Any]
) -> None:
    assert expected == held(**facts)


@pytest.mark.parametrize(
    ("expected", "facts"),
    [
        ([("HOLD", APPROVAL, 2)], {"channel": "terms_desk", "amount": 5001}),
        ([], {"channel": "terms_desk", "amount": 5000}),
        ([], {"channel": "web", "amount": 99999}),
        ([], {"channel": "terms_desk", "amount": 5001, "waived": [APPROVAL]}),
    ],
)
def test_a_large_order_waits_until_it_is_approved(
    expected: list[object], facts: dict[str, Any]
) -> None:
    assert expected == held(**facts)


@pytest.mark.parametrize(
    ("expected", "facts"),
    [
        ([], {"owed": 9000}),
        ([("HOLD", CREDIT, 2)], {"owed": 9001}),
        ([("HOLD", CREDIT, 2)], {"amount": 9001}),
        ([], {"owed": 9001, "waived": [CREDIT]}),
        ([], {"owed": 9001, "status": "paid"}),
        # Who gives no terms takes no order on them.
        ([("HOLD", CREDIT, 2)], {"owed": 1, "channel": "web"}),
        ([], {"owed": 99999, "policy": POLICY, "waived": [APPROVAL]}),
        ([("UNHOLD", CREDIT, 2)], {"owed": 1, "held_for": [(CREDIT, "rule")]}),
    ],
)
def test_an_order_on_terms_waits_beyond_its_customers_credit(
    expected: list[object], facts: dict[str, Any]
) -> None:
    usual = {"channel": "terms_desk", "status": "terms", "policy": LIMITED}

    assert expected == held(**(usual | facts))


def test_what_is_held_is_not_held_again_and_is_free_when_its_cause_is_gone() -> None:
    ours = [(PAYMENT, "rule")]

    assert [] == held(status="pending", held_for=ours, held=2)
    assert [("UNHOLD", PAYMENT, 2)] == held(status="paid", held_for=ours, held=2)


def test_what_a_person_holds_no_rule_lets_go() -> None:
    assert [] == held(held_for=[(PAYMENT, "desk-3"), ("FRAUD", "rule")], held=2)


@pytest.mark.parametrize("reason", [PAYMENT, None])
def test_what_a_person_let_go_is_not_held_again(reason: str | None) -> None:
    assert [] == held(status="pending", waived=[reason])


def test_eaches_that_a_node_was_told_of_are_not_held() -> None:
    assert [] == held(status="pending", released=1, shipped=1)
    assert [("HOLD", PAYMENT, 1)] == held(status="pending", released=1, backordered=1)


@pytest.mark.parametrize(
    ("key", "mapping"),
    [
        ("payment of web: 'later'", {"payment_by_channel": {"web": "later"}}),
        ("approval of web, USD", {"approval_above_minor": {"web": {"USD": -1}}}),
        ("credit of web, USD", {"credit_limit_minor": {"web": {"USD": "much"}}}),
        ("tolerance_minor", {"tolerance_minor": 0.5}),
        ("overdue_day: unknown", {"overdue_day": 3}),
    ],
)
def test_a_policy_that_cannot_be_meant_is_refused_by_name(
    key: str, mapping: dict[str, Any]
) -> None:
    with pytest.raises(PolicyError, match=key):
        HoldPolicy.from_mapping(mapping)
