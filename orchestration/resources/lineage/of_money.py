"""Figures of money: what orders are due, held, taken and given back.

What an order is due stands in its lines; all else in what providers tell.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from orchestration.resources.house import House
from orchestration.resources.lineage.metric import Metric, summed
from orchestration.resources.money_facts import payments_of
from transforms.contracts.decisions import LINE_BUCKETS, RECONCILED_PAYMENTS
from transforms.contracts.gold import FCT_REFUNDS
from transforms.reconciliation.payment_matching import with_moved
from transforms.reconciliation.payment_shares import money_shares

PAYMENTS = RECONCILED_PAYMENTS.path
OF_PAYMENTS = {
    "order": "order_id",
    "channel": "channel_id",
    "currency": "currency_code",
    "class": "payment_class",
}
FIGURES = {
    "due_money": ("due_minor", {"DUE": 1}),
    "sent_money": ("shipped_minor", {"SENT": 1}),
    "authorised_money": ("authorised_minor", {"AUTHORISED": 1}),
    "captured_money": ("captured_minor", {"CAPTURED": 1}),
    "refunded_money": ("refunded_minor", {"REFUNDED": 1}),
    "open_money": ("-difference_minor", {"DUE": 1, "CAPTURED": -1, "REFUNDED": 1}),
}
"""Figure → what it sums, and which moves of money it is made of."""

_TOLD = """
    select order_id, currency_code, runs.as_of
    from lake.decisions.reconciled_payments
    inner join (select run_id, as_of from lake.decisions.runs) as runs using (run_id)
"""

_LINES = """
    select lines.*, orders.currency_code as order_currency
    from lake.gold.fct_order_lines as lines
    inner join lake.gold.fct_orders as orders using (order_id)
    where lines.order_id in (select order_id from chosen)
"""


def of_money() -> list[Metric]:
    """Sums over orders and payments."""
    return [
        Metric(
            name,
            "cents",
            PAYMENTS,
            summed(PAYMENTS, column),
            OF_PAYMENTS,
            causes=_Causes(moves),
            shows=(column.lstrip("-"),),
        )
        for name, (column, moves) in FIGURES.items()
    ]


@dataclass(frozen=True)
class _Causes:
    """Gathers the documents of some moves of money, each with its sign."""

    moves: Mapping[str, int]

    def __call__(
        self, house: House, where: str, values: Mapping[str, str]
    ) -> pl.DataFrame:
        """Causes (TRACED) of the sums of the rows that ``where`` chooses."""
        lake = house.lake
        told = lake.query(f"{_TOLD} where {where}", values)
        chosen = told.select("order_id").unique()
        with lake.holding(chosen=chosen):
            mine = "order_id in (select order_id from chosen)"
            lines = with_moved(lake.query(_LINES), lake.read(LINE_BUCKETS, mine))
            refunds = lake.read(FCT_REFUNDS, mine)
        payments = payments_of(house, chosen)
        found = money_shares(told, lines, payments, refunds, house.policies.payments)
        sign = pl.col("move").replace_strict(
            self.moves, default=0, return_dtype=pl.Int64
        )
        signed = found.with_columns(value=pl.col("value") * sign)
        with lake.holding(found=signed.filter(pl.col("value") != 0)):
            return lake.query(
                "select subject, cause, value, file_name, payload_line,"
                " '' as event_id from found"
                " left join lake.bronze.landing_ledger using (landing_id)"
            )
