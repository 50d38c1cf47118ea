"""Late 944, 945 and 947 reverse the variance that they explain, in any order."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import permutations
from random import Random
from typing import Any

import polars as pl
import pytest

from tests.unit.ledger.facts import adjustment, event, on_hand, opening, post, receipt
from tests.unit.reconciliation.stocktake import (
    CUT_OVER,
    EACH,
    SKUS,
    at,
    frame,
    snapshot,
)
from transforms.contracts.decisions import PROMISE_POSTINGS, UNIT_POSTINGS
from transforms.contracts.gold import (
    DIM_NODES,
    FCT_OPENING_STOCK,
    FCT_STOCK_SNAPSHOTS,
)
from transforms.contracts.table import INTEGER, TEXT
from transforms.ledger.positions import positions
from transforms.reconciliation.stock import StockFacts, reconcile_stock
from transforms.reconciliation.trust import TrustPolicy

Row = dict[str, Any]
GOODS = {"sku_id": "S00"}
CAME = {"receipts": (receipt(5, 4, **GOODS),)}
LEFT = {"events": (event("SHIPPED", 3, 5, **GOODS),)}
LOST = {"adjustments": (adjustment(-4, 6, "LOST", **GOODS),)}
BROKEN = {
    "adjustments": (
        adjustment(2, 7, "STATUS_CHANGE", to_stock_status="DAMAGED", **GOODS),
    )
}
FIRST, SECOND = {"counts": 10}, {"counts": 20}
ARRIVALS = {"944": CAME, "945": LEFT, "947": LOST, "947 move": BROKEN}
AFTER = {"944": 5, "945": -3, "947": -4, "947 move": -2}
"""What each document leaves on hand, sound, of the goods."""


@dataclass
class Runs:
    """Books of a node after some runs, each of which learns of one document."""

    counted: int
    units: pl.DataFrame = field(default_factory=UNIT_POSTINGS.empty)
    snapshots: list[Row] = field(default_factory=list)
    causes: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Every SKU opens with ten."""
        self._add(post(openings=tuple(opening(EACH, sku_id=sku) for sku in SKUS)))

    def learn(self, document: dict[str, Any]) -> None:
        """One run: facts post, then the counts so far are compared again."""
        if "counts" in document:
            self.snapshots += snapshot(document["counts"], {"S00": self.counted})
        told = {n: v for n, v in document.items() if n not in ("counts", "events")}
        self._add(
            post(
                *document.get("events", ()),
                openings=(opening(EACH, sku_id="S00"),),
                existing=self.units,
                **told,
            )
        )
        variances = reconcile_stock(self._facts(), at(30), TrustPolicy()).variances
        self.causes = variances["cause_code"].to_list()
        posted = post(
            variances=tuple(variances.to_dicts()),
            openings=(opening(EACH, sku_id="S00"),),
            existing=self.units,
        )
        self._add(posted.filter(pl.col("movement_type") == "VARIANCE"))

    def _add(self, new: pl.DataFrame) -> None:
        columns = [name for name in UNIT_POSTINGS.names if name != "run_id"]
        self.units = pl.concat([self.units.select(columns), new.select(columns)])

    def _facts(self) -> StockFacts:
        nothing = PROMISE_POSTINGS.empty()
        return StockFacts(
            snapshots=frame(FCT_STOCK_SNAPSHOTS, self.snapshots),
            positions=positions(self.units, nothing),
            units=self.units,
            promises=nothing,
            opening_stock=frame(FCT_OPENING_STOCK, [{"cut_at": CUT_OVER, "qty": 0}]),
            nodes=frame(DIM_NODES, [{"operator_id": "own_dcs"}]),
            refused=pl.DataFrame(schema={"operator_id": TEXT, "landing_id": INTEGER}),
        )

    @property
    def standing(self) -> int:
        """Eaches of variance that stand posted."""
        is_variance = pl.col("account") == "VARIANCE"
        return int(self.units.filter(is_variance)["qty"].sum())

    @property
    def balance(self) -> dict[str, int]:
        """What is on hand of the goods."""
        return on_hand(self.units.filter(pl.col("sku_id") == "S00"))


@pytest.mark.parametrize("late", ARRIVALS)
@pytest.mark.parametrize("is_date_only", [False, True], ids=["at an hour", "on a day"])
def test_a_late_document_takes_back_the_variance_that_it_explains(
    late: str, *, is_date_only: bool
) -> None:
    dated = {
        name: tuple(row | {"is_date_only": is_date_only} for row in rows)
        for name, rows in ARRIVALS[late].items()
    }
    runs = Runs(counted=EACH + AFTER[late])
    runs.learn(FIRST)
    runs.learn(SECOND)
    assert -AFTER[late] == runs.standing

    runs.learn(dated)

    assert 0 == runs.standing
    assert {"EXPLAINED"} == set(runs.causes)
    assert EACH + AFTER[late] == runs.balance["available_qty"]


def test_no_sequence_of_documents_and_counts_changes_the_books() -> None:
    everything = [*ARRIVALS.values(), FIRST, SECOND]
    drawn = Random(947).sample(list(permutations(everything)), 8)  # noqa: S311 repeatable, no secret
    ends = []
    for sequence in [everything, everything[::-1], *drawn]:
        runs = Runs(counted=EACH + sum(AFTER.values()))
        for document in sequence:
            runs.learn(document)
        ends.append((runs.balance, runs.standing))

    assert [({"available_qty": 6, "damaged_qty": 2}, 0)] * len(ends) == ends
