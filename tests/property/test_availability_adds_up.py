"""ATP is the sum of its steps; more stock never lowers it."""

from __future__ import annotations

from datetime import date
from random import Random

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from transforms.availability.rules import AvailabilityPolicy
from transforms.availability.waterfall import STEPS, Shelves, available_to_promise
from transforms.contracts.decisions import NODE_CONFIDENCE, STOCK_POSITIONS
from transforms.contracts.gold import DIM_NODES, DIM_PRODUCTS

Position = tuple[int, int, int]
POSITIONS = st.lists(
    st.tuples(st.integers(-50, 500), st.integers(0, 60), st.integers(0, 60)),
    min_size=1,
    max_size=12,
)
SHARES = st.tuples(st.integers(0, 10_000), st.integers(0, 10_000))


TODAY = date(2017, 12, 28)
RULES = AvailabilityPolicy.from_mapping(
    {
        "published_channels": [],
        "rules": [
            {"rule": "ALL", "kind": "buffer", "share_bp": 100, "qty": 2},
            {"rule": "SKU", "kind": "buffer", "sku": "S03", "qty": 7},
        ],
    }
)


def stock(positions: list[Position], more: int = 0) -> pl.DataFrame:
    rows = [
        {
            "node_id": "EAST" if i % 2 else "WEST",
            "sku_id": f"S{i:02d}",
            "available_qty": available + more,
            "allocated_qty": allocated,
            "released_qty": released,
        }
        for i, (available, allocated, released) in enumerate(positions)
    ]
    return pl.DataFrame(rows, schema=STOCK_POSITIONS.schema)


def atp(frame: pl.DataFrame, shares: tuple[int, int]) -> pl.DataFrame:
    buffer_bp, confidence_bp = shares
    node = {"node_id": "EAST", "buffer_bp": buffer_bp}
    doubt = {"node_id": "EAST", "confidence_bp": confidence_bp}
    return available_to_promise(
        Shelves(
            frame,
            pl.DataFrame([doubt], schema=NODE_CONFIDENCE.schema),
            pl.DataFrame([node], schema=DIM_NODES.schema),
            DIM_PRODUCTS.empty(),
        ),
        RULES,
        TODAY,
    )


@given(POSITIONS, SHARES)
def test_steps_sum_to_atp_and_atp_is_never_negative(
    positions: list[Position], shares: tuple[int, int]
) -> None:
    found = atp(stock(positions), shares)

    assert found["atp_qty"].equals(found.select(pl.sum_horizontal(STEPS)).to_series())
    assert 0 <= found["atp_qty"].min()  # type: ignore[operator]


@given(POSITIONS, SHARES, st.integers(0, 40))
def test_more_stock_never_lowers_atp(
    positions: list[Position], shares: tuple[int, int], more: int
) -> None:
    less = atp(stock(positions), shares)

    assert (atp(stock(positions, more), shares)["atp_qty"] >= less["atp_qty"]).all()


@given(POSITIONS, SHARES, st.integers(0, 10_000))
def test_less_confidence_never_raises_atp(
    positions: list[Position], shares: tuple[int, int], confidence_bp: int
) -> None:
    low, high = sorted([confidence_bp, shares[1]])
    doubted = atp(stock(positions), (shares[0], low))

    sure = atp(stock(positions), (shares[0], high))
    assert (doubted["atp_qty"] <= sure["atp_qty"]).all()


@given(POSITIONS, SHARES, st.randoms(use_true_random=False))
def test_row_order_never_matters(
    positions: list[Position], shares: tuple[int, int], random: Random
) -> None:
    frame = stock(positions)
    order = random.sample(range(frame.height), frame.height)

    assert atp(frame, shares).equals(atp(frame[order], shares))
