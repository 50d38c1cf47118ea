"""Order beside authorisation, capture and refund: whose money, how much, until when.

Every order and every payment stands in one row of one class. Not here: whether
an order may be released (allocation), the payout at the bank (settlement).
"""

from __future__ import annotations

from datetime import datetime

import polars as pl

from transforms.contracts.decisions import RECONCILED_PAYMENTS
from transforms.reconciliation.owners import owner_of
from transforms.reconciliation.payment_classes import cause, classed, measured
from transforms.reconciliation.payment_matching import KEY, MoneyFacts, matched
from transforms.reconciliation.payment_moments import with_moments
from transforms.reconciliation.payment_policy import PaymentPolicy

OPEN_CLASSES = (
    "waiting",
    "pending",
    "authorised",
    "partly_captured",
    "uncaptured",
    "authorisation_expiring",
    "orphan_payment",
)
"""Classes that time alone can change, or an order that is set aside."""

DATED_CLASSES = ("waiting", "uncaptured", "refund_due")
"""Classes that ask since when eaches have left, or have been cancelled."""


def reconcile_payments(
    facts: MoneyFacts, as_of: datetime, policy: PaymentPolicy
) -> pl.DataFrame:
    """Full outer join of orders and payments; every row has exactly one class.

        due        = value of the units that are not cancelled
        surplus    = captured - refunded - due      more than untold charges
        shortfall  = due - captured - what authorisations still hold

    A payment without an order's number stands under its own. Test payments are
    no money. What is not the provider's last word (FAILED, CANCELLED) moves
    nothing; a refund that is told by document and by transaction is one.

    Args:
        facts: orders and money.
        as_of: moment of the comparison; authorisations end before it or hold.
        policy: tolerance, patience, precedence.

    Returns:
        RECONCILED_PAYMENTS without ``run_id``.
    """
    rows = with_moments(measured(matched(facts, as_of, policy)), facts, policy)
    found = classed(rows, as_of, policy).with_columns(
        cause_code=cause(),
        owner=owner_of("payment_class"),
    )
    names = [name for name in RECONCILED_PAYMENTS.names if name != "run_id"]
    return found.select(names).sort(KEY)


def short_of_money(reconciled: pl.DataFrame) -> pl.DataFrame:
    """What lacks before the rest of an order may leave; negative: there is more.

        short = value to ship - (authorised + captured - refunded)

    What left has used up its money, unless it was given back: the larger of
    refunded and shipped is gone.

    Args:
        reconciled: RECONCILED_PAYMENTS.

    Returns:
        ``order_id, currency_code, short_minor``.
    """
    gone = pl.max_horizontal("refunded_minor", "shipped_minor")
    there = pl.col("authorised_minor") + pl.col("captured_minor") - gone
    to_ship = pl.col("due_minor") - pl.col("shipped_minor")
    return reconciled.select(*KEY, short_minor=to_ship - there)
