"""Asset ``decisions/proofs``: the books add up, or the run stops here."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import dagster as dg
import polars as pl

from orchestration.components.decision import decided, decision_specs
from orchestration.resources.books import (
    books_at_hand,
    certified,
    lots_proved,
    shown,
)
from orchestration.resources.choices import Chosen, choose, record
from orchestration.resources.house import House
from transforms.contracts.decisions import ALLOCATION_CERTIFICATES, PROOFS
from transforms.ledger.proofs import blocks, prove

TABLES = (PROOFS, ALLOCATION_CERTIFICATES)
SPECS = decision_specs(
    "proofs",
    TABLES,
    gold=("dim_nodes", "dim_node_calendars", "dim_stock_worths"),
    after=[
        ("decisions", "own_events"),
        ("decisions", "exceptions"),
        ("decisions", "channel_availability"),
    ],
)
KEY = dg.AssetKey(["decisions", "proofs"])
HOLD = dg.AssetCheckSpec(
    name="arithmetic_proofs_hold",
    asset=KEY,
    blocking=True,
    description="A failed arithmetic proof is a bug: nothing is sent or published.",
)


@dg.multi_asset(**{**SPECS, "check_specs": [*SPECS["check_specs"], HOLD]})
def proofs(house: dg.ResourceParam[House]) -> Iterator[Any]:
    """Buckets, postings, positions and the allocation's certificate."""
    chosen = choose(house, TABLES, lambda: _decide(house))
    yield from decided(house, record(house, "decisions/proofs", chosen))
    failed = blocks(chosen[PROOFS])
    yield dg.AssetCheckResult(
        passed=failed.is_empty(),
        asset_key=KEY,
        check_name=HOLD.name,
        metadata={"failed": failed.select("proof", "failed_rows", "example").rows()},
    )


def _decide(house: House) -> Chosen:
    ledger = prove(books_at_hand(house), house.run.as_of)
    checked, certificate = certified(house)
    parts = (shown(house), lots_proved(house), checked)
    others = [part.select(ledger.columns) for part in parts]
    return {
        PROOFS: pl.concat([ledger, *others]),
        ALLOCATION_CERTIFICATES: certificate,
    }
