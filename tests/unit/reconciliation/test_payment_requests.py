"""What a provider is asked for: once, to the last cent, never more than it holds."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.reconciliation.money import LATER, ORDERED, Row, an_order, money, paid
from transforms.contracts.decisions import PAYMENT_REQUESTS
from transforms.contracts.table import conform
from transforms.reconciliation.payment_policy import PaymentPolicy
from transforms.reconciliation.payment_requests import (
    given_up,
    request_payments,
    unanswered,
)
from transforms.reconciliation.payments import reconcile_payments
from transforms.reconciliation.spreading import of_some, spread

POLICY = PaymentPolicy(untold_charges_minor={"web_shop": 500})
AS_OF = ORDERED + timedelta(days=1)
TENS = an_order("1", 1000, qty=3)
HELD = paid("1", "AUTHORISATION", 1000, authorised_until=LATER)

Asked = tuple[str, int, bool]


def requests(
    orders: list[Row],
    payments: list[Row],
    before: pl.DataFrame | None = None,
    as_of: datetime = AS_OF,
) -> pl.DataFrame:
    before = PAYMENT_REQUESTS.empty() if before is None else before
    found = request_payments(
        money(orders, payments), before, ["web_shop"], as_of, POLICY
    )
    return conform(found.with_columns(run_id=pl.lit("r")), PAYMENT_REQUESTS)


def told(found: pl.DataFrame) -> list[Asked]:
    return found.select("request_kind", "amount_minor", "is_final").rows()


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({}, []),
        ({"shipped_qty": 1}, [("CAPTURE", 334, False)]),
        ({"shipped_qty": 2}, [("CAPTURE", 667, False)]),
        ({"shipped_qty": 2, "delivered_qty": 1}, [("CAPTURE", 1000, True)]),
        ({"shipped_qty": 1, "cancelled_qty": 2}, [("CAPTURE", 334, True)]),
        ({"cancelled_qty": 3}, [("VOID", 1000, True)]),
        ({"cancelled_qty": 2}, []),
    ],
)
def test_what_left_is_taken_and_what_is_never_needed_let_go(
    said: Row, expected: list[Asked]
) -> None:
    assert expected == told(requests([TENS | said], [HELD]))


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        ({"shipped_instead_qty": 3}, [("CAPTURE", 1000, True)]),
        ({"delivered_instead_qty": 3}, [("CAPTURE", 1000, True)]),
        ({"shipped_qty": 2, "lost_instead_qty": 1}, [("CAPTURE", 1000, True)]),
        ({"shipped_instead_qty": 1, "pending_qty": 2}, [("CAPTURE", 334, False)]),
    ],
)
def test_what_left_as_another_sku_is_taken_like_what_was_ordered(
    sent: dict[str, int], expected: list[tuple[str, int, bool]]
) -> None:
    instead = sum(qty for name, qty in sent.items() if name.endswith("_instead_qty"))
    line = TENS | sent | {"substituted_out_qty": instead}

    assert expected == told(requests([line], [HELD]))


def test_nothing_is_asked_for_twice_however_late_the_provider_reports() -> None:
    first = requests([TENS | {"shipped_qty": 1}], [HELD])
    again = requests([TENS | {"shipped_qty": 1}], [HELD], first)
    more = requests([TENS | {"shipped_qty": 3}], [HELD], first)
    reported = paid("1", "CAPTURE", 334, parent_id=HELD["payment_id"])
    late = requests([TENS | {"shipped_qty": 3}], [HELD, reported], first)
    both = pl.concat([first, more])

    assert [] == told(again)
    assert [("CAPTURE", 666, True)] == told(more) == told(late)
    assert more["request_id"].item() == late["request_id"].item()
    assert first["request_id"].item() != more["request_id"].item()
    assert [] == told(requests([TENS | {"shipped_qty": 3}], [HELD, reported], both))


def test_a_charge_that_becomes_a_sale_under_its_number_is_its_own_report() -> None:
    """Stripe's later copy of a captured charge takes the authorisation's place."""
    first = requests([TENS | {"shipped_qty": 3}], [HELD])
    sale = HELD | {"payment_kind": "SALE"}

    assert [] == told(requests([TENS | {"shipped_qty": 3}], [sale], first))


def test_what_ends_first_is_taken_first_and_the_rest_is_let_go_in_the_end() -> None:
    soon = paid("1", "AUTHORISATION", 400, authorised_until=LATER - timedelta(days=1))
    found = requests([TENS | {"shipped_qty": 1, "cancelled_qty": 2}], [HELD, soon])

    assert {
        ("CAPTURE", 334, soon["payment_id"]),
        ("VOID", 1000, HELD["payment_id"]),
    } == {*found.select("request_kind", "amount_minor", "payment_id").rows()}


def test_delivery_that_the_order_does_not_tell_is_taken_with_its_eaches() -> None:
    """300 of 1300 that are held are delivery; of 2000 no more than 500 may be."""
    more = HELD | {"amount_minor": 1300}
    most = HELD | {"amount_minor": 2000}

    assert [("CAPTURE", 434, False)] == told(
        requests([TENS | {"shipped_qty": 1}], [more])
    )
    whole = TENS | {"shipped_qty": 3}
    assert [("CAPTURE", 1500, True)] == told(requests([whole], [most]))


def test_no_more_is_taken_than_what_an_order_was_changed_to() -> None:
    """Of fifteen dollars held, ten of goods are left after a change, all sent."""
    held = paid("1", "AUTHORISATION", 1500, authorised_until=LATER)
    worths = [
        {"order_id": "web_shop/1", "worth_minor": worth} for worth in (1500, 1000)
    ]
    facts = money([TENS | {"shipped_qty": 3}], [held], versions=worths)
    before = PAYMENT_REQUESTS.empty()
    found = request_payments(facts, before, ["web_shop"], AS_OF, POLICY)

    assert [("CAPTURE", 1000, True)] == told(found)


def test_what_ends_before_it_is_needed_is_asked_for_anew_once() -> None:
    near = LATER - timedelta(hours=30)
    order = TENS | {"shipped_qty": 1}
    first = requests([order], [HELD], as_of=near)
    again = requests([order], [HELD], first, near)

    assert [("CAPTURE", 334, False), ("REAUTH", 666, False)] == sorted(told(first))
    assert [] == told(again)


def test_what_has_ended_or_is_another_providers_is_not_asked_for() -> None:
    order = TENS | {"shipped_qty": 1}
    theirs = HELD | {"partner_id": "other"}
    test = HELD | {"is_test": True}

    assert [] == told(requests([order], [HELD], as_of=LATER))
    assert [] == told(requests([order], [theirs]))
    assert [] == told(requests([order], [test]))


def test_a_capture_without_an_authorisation_leaves_nothing_to_let_go() -> None:
    loose = paid("1", "CAPTURE", 1000)

    assert [] == told(requests([TENS | {"shipped_qty": 3}], [HELD, loose]))


def failed(minor: int, number: int, at: datetime) -> Row:
    """The provider's report that a capture of what is held came to nothing."""
    return paid("1", "CAPTURE", minor) | {
        "payment_id": f"web_shop/F{number}",
        "parent_id": HELD["payment_id"],
        "status_code": "FAILED",
        "occurred_at": at,
    }


def test_a_capture_that_failed_is_tried_again_under_another_key_and_not_for_ever() -> (
    None
):
    whole, hour = [TENS | {"shipped_qty": 3}], timedelta(hours=1)
    asked, payments, at = requests(whole, [HELD]), [HELD], AS_OF
    for number in range(2, POLICY.request_tries + 1):
        payments.append(failed(1000, number, at + hour))
        soon = at + POLICY.retry_hours * hour
        at = soon + hour
        more = requests(whole, payments, asked, at)

        assert [] == told(requests(whole, payments, asked, soon))
        assert [("CAPTURE", 1000, True)] == told(more)
        assert number == more["sequence_no"].item()
        asked = pl.concat([asked, more])
        assert [] == told(requests(whole, payments, asked, LATER - hour))
    last = [*payments, failed(1000, 9, at + hour)]

    assert POLICY.request_tries == asked["request_id"].n_unique()
    assert [] == told(requests(whole, last, asked, LATER - hour))


def test_a_capture_that_failed_is_not_tried_when_nothing_is_held_any_more() -> None:
    whole, report = [TENS | {"shipped_qty": 3}], failed(1000, 2, AS_OF)
    first = requests(whole, [HELD])
    given_up = paid("1", "VOID", 1000, parent_id=HELD["payment_id"])

    assert [] == told(requests(whole, [HELD, report], first, LATER))
    assert [] == told(
        requests(whole, [HELD, report, given_up], first, LATER - timedelta(hours=1))
    )


def test_a_failure_before_the_request_or_of_another_amount_is_none_of_it() -> None:
    part = [TENS | {"shipped_qty": 1}]
    first = requests(part, [HELD])
    then = LATER - timedelta(hours=40)
    others = [failed(334, 1, ORDERED), failed(333, 2, AS_OF)]

    assert [] == told(requests(part, [HELD, *others], first, then))


def late(before: pl.DataFrame, *payments: Row, held: Row = HELD) -> list[str]:
    facts = money([TENS], [held, *payments])
    then = AS_OF + timedelta(hours=POLICY.answer_hours)
    found = unanswered(before, facts.payments, then, POLICY)
    return found["request_kind"].to_list()


def test_a_request_is_late_until_its_report_comes() -> None:
    capture = requests([TENS | {"shipped_qty": 1}], [HELD])
    void = requests([TENS | {"cancelled_qty": 3}], [HELD])
    parent = {"parent_id": HELD["payment_id"]}

    assert [["CAPTURE"], ["VOID"]] == [late(one) for one in (capture, void)]
    assert ["CAPTURE"] == late(capture, paid("1", "CAPTURE", 333, **parent))
    assert [] == late(capture, paid("1", "CAPTURE", 334, **parent))
    assert [] == late(capture, failed(334, 2, AS_OF))
    assert [] == late(void, paid("1", "VOID", 1000, **parent))
    assert [] == late(void, failed(1000, 2, AS_OF) | {"payment_kind": "VOID"})


def test_a_renewal_is_late_until_something_holds_on() -> None:
    """Another authorisation, or the same one under its own number."""
    ending = HELD | {"authorised_until": AS_OF + timedelta(hours=30)}
    renewal = requests([TENS], [ending])
    other = paid("1", "AUTHORISATION", 1000, occurred_at=AS_OF, authorised_until=None)
    refused = other | {"status_code": "FAILED"}

    assert ["REAUTH"] == late(renewal, held=ending)
    assert [] == late(renewal, other, held=ending)
    assert [] == late(renewal, refused, held=ending)
    assert [] == late(renewal, held=ending | {"authorised_until": LATER})


def test_what_holds_on_under_its_own_number_is_asked_for_anew_in_time() -> None:
    near = LATER - timedelta(hours=30)
    first = requests([TENS], [HELD], as_of=near)
    longer = HELD | {"authorised_until": LATER + timedelta(days=7)}
    again = requests([TENS], [longer], first, near + timedelta(days=7))

    assert [] == told(requests([TENS], [longer], first, near + timedelta(days=5)))
    assert [("REAUTH", 1000, False)] == told(again)
    assert [2] == again["sequence_no"].to_list()
    assert first["request_id"].item() != again["request_id"].item()


@pytest.mark.parametrize("kind", ["VOID", "REAUTH"])
def test_what_could_not_be_let_go_or_held_anew_is_tried_again(kind: str) -> None:
    near, hour = LATER - timedelta(hours=34), timedelta(hours=1)
    order = [TENS | {"cancelled_qty": 3 if kind == "VOID" else 0}]
    first = requests(order, [HELD], as_of=near)
    report = failed(1000, 1, near + hour) | {
        "payment_kind": "VOID" if kind == "VOID" else "AUTHORISATION"
    }
    at = near + (POLICY.retry_hours + 2) * hour
    soon = requests(order, [HELD, report], first, near + 2 * hour)
    again = requests(order, [HELD, report], first, at)

    assert [kind] == [name for name, *_ in told(first)]
    assert [] == told(soon) == told(requests(order, [HELD], first, at))
    assert [(kind, 1000)] == [row[:2] for row in told(again)]
    assert [2] == again["sequence_no"].to_list()


@given(
    st.lists(st.integers(0, 10**6), min_size=1, max_size=9),
    st.integers(0, 10**9),
)
def test_shares_add_up_to_the_whole_and_none_is_off_by_one(
    weights: list[int], total: int
) -> None:
    lines = pl.DataFrame(
        {
            "order": ["O"] * len(weights),
            "line": [f"{n}" for n in range(len(weights))],
            "weight": weights,
            "total": [total] * len(weights),
        }
    )
    shares = spread(lines, "total", "weight", "order", "line").to_list()

    assert total == sum(shares)
    if sum(weights):
        exact = [total * weight / sum(weights) for weight in weights]
        assert all(
            abs(share - part) < 1 + 1e-6 * total
            for share, part in zip(shares, exact, strict=True)
        )


@given(st.integers(0, 10**9), st.integers(1, 50))
def test_a_lines_eaches_add_up_to_it(total: int, qty: int) -> None:
    parts = pl.DataFrame({"k": range(qty + 1)}).select(
        of_some(pl.lit(total), pl.col("k"), pl.lit(qty))
    )
    worth = parts.to_series().to_list()
    each = {after - before for before, after in pairwise(worth)}

    assert (0, total) == (worth[0], worth[-1])
    assert max(each) - min(each) <= 1


@pytest.mark.parametrize(
    ("shipped", "expected"), [(0, []), (3, [("CAPTURE", 1000, True)])]
)
def test_a_line_that_is_named_again_is_wanted_though_it_was_cancelled(
    shipped: int, expected: list[Asked]
) -> None:
    """Its buckets have both: three that were cancelled, and three that are wanted."""
    facts = money([TENS | {"cancelled_qty": 3, "shipped_qty": shipped}], [HELD])
    facts = replace(facts, buckets=facts.buckets.with_columns(ordered_qty=6))
    found = request_payments(
        facts, PAYMENT_REQUESTS.empty(), ["web_shop"], AS_OF, POLICY
    )

    assert expected == told(found)
    due = reconcile_payments(facts, AS_OF, POLICY)["due_minor"].item()
    assert 1000 == due


@pytest.mark.parametrize("kind", ["CAPTURE", "SALE"])
def test_what_was_taken_beside_an_authorisation_is_not_held_anew(kind: str) -> None:
    taken = paid("1", kind, 1000) | {"payment_id": "beside"}

    found = requests([TENS], [HELD, taken], as_of=LATER - timedelta(hours=5))

    assert [] == told(found)


def test_charges_that_a_gift_card_does_not_cover_are_taken_of_what_is_held() -> None:
    """Lines of 10.00 and 2.00 for delivery: 4.00 by gift card, 8.00 held."""
    card = paid("1", "SALE", 400, method_code="gift_card") | {"payment_id": "card"}
    held = HELD | {"amount_minor": 800}

    found = requests([TENS | {"shipped_qty": 3}], [held, card])

    assert [("CAPTURE", 800, True)] == told(found)


@pytest.mark.parametrize("failures", [2, 3, 4])
def test_a_void_that_failed_for_good_is_told_while_the_money_is_held(
    failures: int,
) -> None:
    gone, at = [TENS | {"cancelled_qty": 3}], AS_OF
    asked, payments = PAYMENT_REQUESTS.empty(), [HELD]
    for number in range(failures):
        asked = pl.concat([asked, requests(gone, payments, asked, at)])
        report = failed(1000, number, at + timedelta(hours=1))
        payments = [*payments, report | {"payment_kind": "VOID"}]
        at += timedelta(hours=POLICY.retry_hours + 2)
    void = paid("1", "VOID", 1000, parent_id=HELD["payment_id"])

    def told_of(*more: Row, as_of: datetime = at) -> list[int]:
        facts = money(gone, [*payments, *more])
        found = given_up(asked, facts.payments, as_of, POLICY)
        return found["sequence_no"].to_list()

    tries = POLICY.request_tries
    assert ([tries] if failures >= tries else []) == told_of()
    assert [] == told_of(void) == told_of(as_of=LATER)
