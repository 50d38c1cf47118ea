"""Order beside authorisation, capture and refund: one row, one class."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import polars as pl
import pytest

from tests.unit.reconciliation.money import (
    LATER,
    ORDERED,
    Row,
    an_order,
    money,
    paid,
    refund_told,
)
from transforms.reconciliation.payment_matching import MOVES, MoneyFacts, of_channels
from transforms.reconciliation.payment_policy import (
    DISAGREEMENTS,
    PaymentPolicy,
    PaymentPolicyError,
)
from transforms.reconciliation.payments import reconcile_payments, short_of_money

POLICY = PaymentPolicy(grace_hours={"unpaid": 24, "orphan_payment": 24})
TENS = an_order("1", 1000)
HELD = paid("1", "AUTHORISATION", 1000, authorised_until=LATER + timedelta(days=9))
CAPTURED = paid("1", "CAPTURE", 1000, parent_id=HELD["payment_id"])
FAILED = {"status_code": "FAILED"}
CANCELLED = an_order("1", 1000, qty=2, cancelled_qty=1)
SHIPPED = an_order("1", 1000, shipped_qty=1)


def classed(facts: MoneyFacts, policy: PaymentPolicy = POLICY) -> list[tuple[Any, ...]]:
    found = reconcile_payments(facts, LATER, policy)
    return found.select("order_id", "payment_class", "value_minor").rows()


@pytest.mark.parametrize(
    ("expected", "value", "orders", "payments"),
    [
        ("settled", 0, [TENS], [paid("1", "SALE", 1000)]),
        ("settled", 0, [TENS], [paid("1", "SALE", 999)]),
        ("settled", 0, [TENS], [HELD, CAPTURED]),
        ("settled", 0, [TENS], [paid("1", "SALE", 400), paid("1", "SALE", 600)]),
        ("authorised", 0, [TENS], [HELD]),
        ("partly_captured", 0, [TENS], [HELD, paid("1", "CAPTURE", 400)]),
        ("underpaid", 2, [TENS], [paid("1", "SALE", 998)]),
        ("overpaid", 500, [TENS], [paid("1", "SALE", 1500)]),
        ("overpaid", 500, [TENS], [paid("1", "SALE", 1000), paid("1", "SALE", 500)]),
        ("unpaid", 1000, [TENS], []),
        ("unpaid", 1000, [TENS], [paid("1", "SALE", 1000, is_test=True)]),
        ("payment_failed", 1000, [TENS], [paid("1", "SALE", 1000, **FAILED)]),
        (
            "settled",
            0,
            [TENS],
            [paid("1", "SALE", 9, **FAILED), paid("1", "SALE", 1000)],
        ),
        ("orphan_payment", 1000, [], [paid("1", "SALE", 1000)]),
        ("nothing_due", 0, [], [paid("1", "SALE", 1000, **FAILED)]),
        ("uncaptured", 1000, [SHIPPED], [HELD]),
        ("settled", 0, [SHIPPED], [HELD, CAPTURED]),
        ("refund_due", 500, [CANCELLED], [paid("1", "SALE", 1000)]),
        ("settled", 0, [CANCELLED], [paid("1", "SALE", 500)]),
        ("refunded", 0, [TENS], [paid("1", "SALE", 1000), paid("1", "REFUND", 1000)]),
        ("settled", 0, [TENS], [paid("1", "SALE", 1000), paid("1", "REFUND", 300)]),
        ("over_refunded", 2, [TENS], [paid("1", "SALE", 9), paid("1", "REFUND", 11)]),
        ("refunded", 0, [TENS], [paid("1", "SALE", 1000, refunded_minor=1000)]),
        ("nothing_due", 0, [an_order("1", 0)], []),
    ],
)
def test_every_order_has_one_class(
    expected: str, value: int, orders: list[Row], payments: list[Row]
) -> None:
    near = replace(POLICY, grace_hours={})

    found = classed(money(orders, payments), near)

    assert [("web_shop/1", expected, value)] == found


@pytest.mark.parametrize(
    ("cause", "kind"),
    [("PROVIDER_REFUSED", "CAPTURE"), ("LEFT_AND_NOT_TAKEN", "AUTHORISATION")],
)
def test_what_was_not_taken_was_tried_or_not(cause: str, kind: str) -> None:
    """Another card that was declined before is no try to take it."""
    tried = paid("1", kind, 1000, **FAILED)
    found = reconcile_payments(money([SHIPPED], [HELD, tried]), LATER, POLICY)

    assert [("uncaptured", cause)] == found.select("payment_class", "cause_code").rows()


@pytest.mark.parametrize("times", [2, 3])
def test_what_was_taken_again_is_told_apart_from_paying_too_much(times: int) -> None:
    captures = [paid("1", "CAPTURE", 1000, payment_id=f"P{n}") for n in range(times)]

    found = classed(money([TENS], captures))

    assert [("web_shop/1", "double_captured", 1000 * (times - 1))] == found


@pytest.mark.parametrize(
    ("expected", "minors"),
    [
        ("settled", [1499]),
        ("settled", [1501]),
        ("overpaid", [1502]),
        ("double_captured", [1499, 1499]),
        ("underpaid", [998]),
    ],
)
def test_charges_that_orders_do_not_tell_are_no_surplus(
    expected: str, minors: list[int]
) -> None:
    """Up to five dollars for delivery, and a cent of tolerance."""
    policy = replace(POLICY, untold_charges_minor={"web_shop": 500})
    taken = [
        paid("1", "SALE", minor, payment_id=f"P{n}") for n, minor in enumerate(minors)
    ]

    assert expected == classed(money([TENS], taken), policy)[0][1]


@pytest.mark.parametrize(
    ("expected", "cancelled", "minors"),
    [
        # Ten dollars of goods, and five that the channel may charge untold.
        (("refund_due", 1000), 1, [1000]),
        (("refund_due", 1300), 1, [1300]),
        (("settled", 0), 0, [1500]),
        (("settled", 0), 0, [700, 700]),
    ],
)
def test_what_is_charged_untold_is_none_of_what_was_cancelled(
    expected: tuple[str, int], cancelled: int, minors: list[int]
) -> None:
    policy = replace(POLICY, untold_charges_minor={"web_shop": 500})
    taken = [
        paid("1", "SALE", minor, payment_id=f"P{n}") for n, minor in enumerate(minors)
    ]
    order = TENS | {"cancelled_qty": cancelled}

    assert [expected] == [row[1:] for row in classed(money([order], taken), policy)]


@pytest.mark.parametrize(
    ("expected", "minor"),
    [
        (("overpaid", 500), 1500),  # the first version was worth as much
        (("overpaid", 700), 1700),  # ... and delivery
        (("settled", 0), 1200),  # paid for after it was changed, and delivery
        (("settled", 0), 1000),
    ],
)
def test_what_a_change_took_off_an_order_is_no_charge_that_it_does_not_tell(
    expected: tuple[str, int], minor: int
) -> None:
    policy = replace(POLICY, untold_charges_minor={"web_shop": 500})
    worths = [
        {"order_id": "web_shop/1", "worth_minor": worth} for worth in (1500, 1000)
    ]
    facts = money([TENS], [paid("1", "SALE", minor)], versions=worths)

    assert [expected] == [row[1:] for row in classed(facts, policy)]


def test_two_equal_halves_are_no_double_capture() -> None:
    halves = [paid("1", "SALE", 500, payment_id=f"P{n}") for n in range(2)]

    assert [("web_shop/1", "settled", 0)] == classed(money([TENS], halves))


@pytest.mark.parametrize(
    ("expected", "until"),
    [
        ("authorised", ORDERED + timedelta(days=9)),
        ("authorisation_expiring", LATER + timedelta(hours=47)),
        ("authorisation_expired", LATER),
    ],
)
def test_an_authorisation_is_told_before_it_ends_and_after(
    expected: str, until: object
) -> None:
    held = paid("1", "AUTHORISATION", 1000, authorised_until=until)

    assert [expected] == [row[1] for row in classed(money([TENS], [held]))]


def test_an_authorisation_that_dies_before_the_ship_date_is_told() -> None:
    held = paid("1", "AUTHORISATION", 1000, authorised_until=LATER + timedelta(days=4))
    on_the_day = [
        {"order_id": "web_shop/1", "ship_date": (LATER + timedelta(days=4)).date()}
    ]
    before = [
        {"order_id": "web_shop/1", "ship_date": (LATER + timedelta(days=2)).date()}
    ]

    told = classed(money([TENS], [held], planned=on_the_day))
    quiet = classed(money([TENS], [held], planned=before))

    assert [("web_shop/1", "authorisation_expiring", 1000)] == told
    assert [("web_shop/1", "authorised", 0)] == quiet


def test_without_an_end_an_authorisation_holds_as_long_as_its_gateway_lets_it() -> None:
    held = paid("1", "AUTHORISATION", 1000, gateway="slow")
    policy = replace(POLICY, authorisation_days={"default": 3, "slow": 30})

    assert "authorised" == classed(money([TENS], [held]), policy)[0][1]
    assert (
        "authorisation_expired"
        == classed(money([TENS], [held | {"gateway": None}]), policy)[0][1]
    )


def test_a_voided_authorisation_holds_nothing() -> None:
    void = paid("1", "VOID", 0, parent_id=HELD["payment_id"])

    assert [("web_shop/1", "unpaid", 1000)] == classed(money([TENS], [HELD, void]))


def test_a_transfer_under_way_is_waited_for_but_not_for_ever() -> None:
    way = paid("1", "SALE", 1000, status_code="PENDING", occurred_at=LATER)
    late = way | {"occurred_at": ORDERED}

    assert [("web_shop/1", "pending", 0)] == classed(money([TENS], [way]))
    found = reconcile_payments(
        money([TENS], [late]), LATER + timedelta(hours=1), POLICY
    )
    assert ["unpaid"] == found["payment_class"].to_list()


def test_what_may_still_come_is_waited_for() -> None:
    facts = money([an_order("1", 1000)], [paid("2", "SALE", 5)])

    early = reconcile_payments(facts, ORDERED + timedelta(hours=24), POLICY)

    assert ["unpaid", "waiting"] == early["payment_class"].to_list()


DAY = timedelta(days=1)
LINE = "web_shop/1/1"
GRACE = replace(POLICY, grace_hours={"uncaptured": 24, "refund_due": 24})


def moved(move: str, qty: int, days: int, line: str = LINE) -> Row:
    """Eaches of a line that left or were cancelled some days after the order."""
    at = ORDERED + days * DAY
    return {"line_id": line, "move": move, "qty": qty, "event_at": at}


def with_moves(facts: MoneyFacts, *moves: Row) -> MoneyFacts:
    return replace(facts, moves=pl.DataFrame(moves, schema=MOVES))


@pytest.mark.parametrize(
    ("captured", "since"),
    [
        (0, ORDERED + DAY),
        (300, ORDERED + DAY),
        (400, ORDERED + 3 * DAY),  # what left first is paid for
        (401, ORDERED + 3 * DAY),
    ],
)
def test_what_left_is_uncaptured_since_the_oldest_that_is_not_taken(
    captured: int, since: object
) -> None:
    """Eaches that the order goes on moving, and captures, make it no younger."""
    order = an_order("1", 1000, qty=10, shipped_qty=7, last_event_at=LATER)
    moves = [moved("LEFT", 4, 1), moved("LEFT", 3, 3)]
    take = paid("1", "CAPTURE", captured, parent_id=HELD["payment_id"])
    payments = [HELD, take | {"occurred_at": LATER}] if captured else [HELD]

    facts = with_moves(money([order], payments), *moves)
    found = reconcile_payments(facts, LATER, GRACE)

    assert [("uncaptured", 700 - captured, since)] == found.select(
        "payment_class", "value_minor", "since_at"
    ).rows()


def test_what_left_a_moment_ago_is_waited_for() -> None:
    order = an_order("1", 1000, qty=10, shipped_qty=4, last_event_at=LATER)
    facts = with_moves(money([order], [HELD]), moved("LEFT", 4, 4))

    near = reconcile_payments(facts, ORDERED + 4 * DAY + timedelta(hours=5), GRACE)
    assert ["waiting"] == near["payment_class"].to_list()
    assert ["uncaptured"] == [row[1] for row in classed(facts, GRACE)]


def test_lines_of_an_order_use_up_what_was_taken_in_the_order_they_left() -> None:
    first = an_order("1", 500, shipped_qty=1, last_event_at=LATER)
    second = first | {"line_id": "web_shop/1/2"}
    facts = money([first], [HELD, paid("1", "CAPTURE", 500)])
    both = [
        pl.concat([frame, frame.with_columns(line_id=pl.lit(second["line_id"]))])
        for frame in (facts.lines, facts.buckets)
    ]
    moves = moved("LEFT", 1, 1, second["line_id"]), moved("LEFT", 1, 2)
    facts = with_moves(replace(facts, lines=both[0], buckets=both[1]), *moves)

    found = reconcile_payments(facts, LATER, GRACE)

    assert [("uncaptured", ORDERED + 2 * DAY)] == found.select(
        "payment_class", "since_at"
    ).rows()


def test_what_no_move_is_known_of_left_when_its_line_moved_last() -> None:
    order = an_order("1", 1000, qty=2, shipped_qty=2, last_event_at=ORDERED + 3 * DAY)

    facts = money([order], [HELD, paid("1", "CAPTURE", 500)])
    found = reconcile_payments(with_moves(facts, moved("LEFT", 1, 1)), LATER, GRACE)

    assert [ORDERED + 3 * DAY] == found["since_at"].to_list()


@pytest.mark.parametrize(
    ("refunded", "since"), [(0, ORDERED + DAY), (500, ORDERED + 3 * DAY)]
)
def test_a_refund_is_due_since_the_oldest_that_is_not_given_back(
    refunded: int, since: object
) -> None:
    order = an_order("1", 1000, qty=4, cancelled_qty=3, last_event_at=LATER)
    # Two were cancelled and asked for anew before; nobody owes these.
    moves = [moved("CANCELLED", 2, 0), moved("CANCELLED", 2, 1)]
    moves.append(moved("CANCELLED", 1, 3))
    back = paid("1", "REFUND", refunded, occurred_at=LATER)
    payments = [paid("1", "SALE", 1000), *([back] if refunded else [])]

    facts = with_moves(money([order], payments), *moves)
    found = reconcile_payments(facts, LATER, GRACE)

    assert [("refund_due", 750 - refunded, since)] == found.select(
        "payment_class", "value_minor", "since_at"
    ).rows()


def test_a_refund_is_due_from_when_there_was_money_to_give_back() -> None:
    order = an_order("1", 1000, qty=2, cancelled_qty=1)
    late = paid("1", "SALE", 1000, occurred_at=ORDERED + 2 * DAY)
    facts = with_moves(money([order], [late]), moved("CANCELLED", 1, 0))

    found = reconcile_payments(facts, LATER, GRACE)

    assert [ORDERED + 2 * DAY] == found["since_at"].to_list()


def test_a_payment_in_another_currency_stands_beside_the_order() -> None:
    euros = paid("1", "SALE", 900, currency_code="EUR")

    expected = [("web_shop/1", "other_currency", 900), ("web_shop/1", "unpaid", 1000)]
    assert expected == classed(money([TENS], [euros]))


def test_a_refund_that_was_told_and_did_not_move_is_told() -> None:
    sale = paid("1", "SALE", 1000)
    told = [refund_told("1", 300)]
    given = [sale, paid("1", "REFUND", 300)]

    assert [("web_shop/1", "refund_disagrees", 300)] == classed(
        money([TENS], [sale], told)
    )
    assert [("web_shop/1", "settled", 0)] == classed(money([TENS], given, told))


def test_money_for_an_order_that_is_set_aside_waits_with_it() -> None:
    facts = money([], [paid("1", "SALE", 1000)], waiting=["web_shop/1"])

    assert [("web_shop/1", "order_waits", 0)] == classed(facts)


def test_a_payment_without_an_order_s_number_stands_under_its_own() -> None:
    facts = money([], [paid(None, "SALE", 1000, payment_id="web_shop/P7")])

    assert [("web_shop/P7", "orphan_payment", 1000)] == classed(facts)


def test_a_provider_s_payments_are_of_its_channel_s_orders() -> None:
    policy = replace(POLICY, channels_by_provider={"bank": "web_shop"})
    facts = money(
        [TENS], [paid("1", "SALE", 1000, partner_id="bank", order_id="bank/1")]
    )

    facts = replace(facts, payments=of_channels(facts.payments, policy))

    assert [("web_shop/1", "settled", 0)] == classed(facts, policy)


def test_precedence_is_the_policy_s() -> None:
    captures = [paid("1", "CAPTURE", 1000, payment_id=f"P{n}") for n in range(2)]
    others = [name for name in DISAGREEMENTS if name != "overpaid"]
    policy = replace(POLICY, precedence=("overpaid", *others))

    assert [("web_shop/1", "overpaid", 1000)] == classed(
        money([TENS], captures), policy
    )


@pytest.mark.parametrize("seed", range(3))
def test_the_order_of_rows_changes_nothing(seed: int) -> None:
    facts = money([TENS, an_order("2", 5)], [HELD, CAPTURED, paid("3", "SALE", 7)])
    mixed = {
        name: frame.sample(fraction=1, shuffle=True, seed=seed)
        for name, frame in vars(facts).items()
        if isinstance(frame, pl.DataFrame)
    }

    assert classed(facts) == classed(MoneyFacts(**mixed))


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("tolerance_minor", -1),
        ("tolerance_minor", True),
        ("authorisation_days", {"visa": 7}),
        ("grace_hours", {"unpaidd": 1}),
        ("grace_hours", {"unpaid": "1"}),
        ("precedence", ["unpaid"]),
        ("precedence", [*DISAGREEMENTS, "unpaid"]),
        ("tolerance", 1),
    ],
)
def test_nonsense_is_refused_and_its_key_named(key: str, value: object) -> None:
    with pytest.raises(PaymentPolicyError, match=key):
        PaymentPolicy.from_mapping({key: value})


@pytest.mark.parametrize(
    ("lacks", "orders", "payments"),
    [
        (0, [TENS], [HELD]),
        (0, [TENS], [HELD, CAPTURED]),
        (200, [TENS], [paid("1", "SALE", 800)]),
        (1000, [TENS], [paid("1", "AUTHORISATION", 1000, authorised_until=ORDERED)]),
        (400, [TENS], [paid("1", "SALE", 1000), paid("1", "REFUND", 400)]),
        (0, [CANCELLED], [paid("1", "SALE", 500)]),
        # One of two is on its way, paid for; nothing is there for the other one.
        (
            500,
            [an_order("1", 1000, qty=2, shipped_qty=1)],
            [paid("1", "SALE", 500)],
        ),
        # One of two came back and was paid back; the other one is paid for.
        (
            0,
            [an_order("1", 1000, qty=2, shipped_qty=1)],
            [paid("1", "SALE", 1000), paid("1", "REFUND", 500)],
        ),
    ],
)
def test_the_money_that_is_there_covers_what_is_to_ship_or_lacks(
    lacks: int, orders: list[Row], payments: list[Row]
) -> None:
    found = reconcile_payments(money(orders, payments), LATER, POLICY)

    assert [lacks] == short_of_money(found)["short_minor"].to_list()
