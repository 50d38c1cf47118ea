"""What may be sold before its release: the cap, what is left of it, who came late."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import polars as pl
import pytest

from transforms.availability.channels import (
    CHANNEL_STEPS,
    ChannelFacts,
    channel_availability,
    channel_steps,
)
from transforms.availability.kits import PARTS
from transforms.availability.preorders import beyond_caps
from transforms.availability.rules import AvailabilityPolicy, RuleError
from transforms.contracts.decisions import AVAILABLE_TO_PROMISE
from transforms.contracts.gold import DIM_NODES, DIM_PRODUCTS

TODAY = date(2018, 1, 2)
AS_OF = datetime(2018, 1, 2, 5, tzinfo=UTC)
LATER = TODAY + timedelta(days=1)
Row = dict[str, Any]
OF_ALL: Row = {"rule": "ALL", "kind": "preorder_cap", "qty": 10}
OF_WEB: Row = {"rule": "WEB", "kind": "preorder_cap", "qty": 4, "channel": "web"}


def policy(*rules: Row) -> AvailabilityPolicy:
    return AvailabilityPolicy.from_mapping(
        {"published_channels": ["web", "market"], "rules": list(rules)}
    )


def products(*skus: str, released: date | None = LATER) -> pl.DataFrame:
    rows = [{"sku_id": sku, "released_date": released} for sku in skus]
    return pl.DataFrame(rows, schema=DIM_PRODUCTS.schema)


def told(
    *rules: Row,
    waiting: dict[str, int] | None = None,
    there: int | None = None,
    released: date | None = LATER,
    parts: tuple[tuple[str, str, int], ...] = (),
) -> dict[tuple[str, str], Row]:
    """The figure of each channel and SKU; its steps sum up."""
    skus = {"S1", *(kit for kit, _, _ in parts)}
    waits = [(channel, "S1", qty) for channel, qty in (waiting or {}).items()]
    held = [] if there is None else [{"node_id": "N", "sku_id": "S1", "atp_qty": there}]
    facts = ChannelFacts(
        pl.DataFrame(held, schema=AVAILABLE_TO_PROMISE.schema),
        pl.DataFrame(
            waits,
            {"channel_id": pl.String, "sku_id": pl.String, "waiting_qty": pl.Int64},
            orient="row",
        ),
        pl.DataFrame(
            [{"node_id": "N", "channels": "web|market", "node_kind": "dc"}],
            schema=DIM_NODES.schema,
        ),
        products(*sorted(skus), released=released),
        parts=pl.DataFrame(parts, PARTS, orient="row"),
    )
    rows = channel_availability(facts, policy(*rules), AS_OF, TODAY)
    assert (
        rows["available_qty"]
        == rows.select(pl.sum_horizontal(CHANNEL_STEPS)).to_series()
    ).all()
    return {(row["channel_id"], row["sku_id"]): row for row in rows.to_dicts()}


@pytest.mark.parametrize("there", [None, 0, 3, 99])
def test_a_channel_is_told_what_the_cap_leaves_whatever_lies_there(
    there: int | None,
) -> None:
    rows = told(OF_ALL, waiting={"web": 2, "phone": 5}, there=there)

    assert [("ALL", 3), ("ALL", 3)] == [
        (row["preorder_rule"], row["available_qty"]) for row in rows.values()
    ]


def test_where_a_channel_has_its_own_cap_the_smaller_rest_is_told() -> None:
    rows = told(OF_ALL, OF_WEB, waiting={"web": 1})
    full = told(OF_ALL, OF_WEB, waiting={"web": 1, "market": 8})

    assert ("WEB", 3) == _cap(rows["web", "S1"])
    assert ("ALL", 9) == _cap(rows["market", "S1"])
    assert ("ALL", 1) == _cap(full["web", "S1"])


def _cap(row: Row) -> tuple[str, int]:
    return row["preorder_rule"], row["available_qty"]


def test_a_cap_that_is_used_up_is_told_as_nothing() -> None:
    row = told(OF_WEB, waiting={"web": 9}, there=50)["web", "S1"]

    assert (5, 0) == (row["floor_qty"], row["available_qty"])


def test_the_waterfall_names_the_rule() -> None:
    rows = told(OF_WEB, there=50).values()
    frame = pl.DataFrame(list(rows), infer_schema_length=None)
    steps = channel_steps(frame).filter(channel_id="web")

    assert [("NODES", 50, None), ("PREORDER", -46, "WEB")] == steps.select(
        "step", "qty", "rule"
    ).rows()


@pytest.mark.parametrize("released", [None, TODAY])
def test_what_is_released_has_no_cap(released: date | None) -> None:
    row = told(OF_ALL, there=50, released=released)["web", "S1"]

    assert ("NONE", 50) == _cap(row)
    assert {} == told(OF_ALL, released=released)


def test_without_a_rule_a_figure_is_as_of_any_sku() -> None:
    assert ("NONE", 50) == _cap(told(there=50)["web", "S1"])
    other = OF_WEB | {"sku": "S2"}
    assert ("NONE", 50) == _cap(told(other, there=50)["web", "S1"])


def test_a_ceiling_still_stands_above_a_cap() -> None:
    most = {"rule": "MOST", "kind": "ceiling", "qty": 7}

    assert 7 == told(OF_ALL, most, there=50)["web", "S1"]["available_qty"]


def test_a_kit_is_shown_as_far_as_the_caps_of_its_components_leave() -> None:
    rows = told(OF_ALL, there=50, waiting={"web": 5}, parts=(("K", "S1", 2),))

    assert 2 == rows["web", "K"]["available_qty"]
    assert "NONE" == rows["web", "K"]["preorder_rule"]


def test_a_cap_names_no_node() -> None:
    with pytest.raises(RuleError, match="ALL: a rule of kind preorder_cap names no"):
        policy(OF_ALL | {"node": "N"})


def lines(*told: tuple[str, str, int]) -> pl.DataFrame:
    """Lines that wait, by name, channel and eaches, each an hour after the last."""
    rows = [
        (line, channel, "S1", AS_OF + timedelta(hours=hour), qty)
        for hour, (line, channel, qty) in enumerate(told)
    ]
    names = ["line_id", "channel_id", "sku_id", "ordered_at", "qty"]
    return pl.DataFrame(rows, names, orient="row")


def late(rows: pl.DataFrame, *rules: Row, released: date = LATER) -> list[object]:
    early = products("S1", released=released)
    found = [
        beyond_caps(
            some, early, policy(*rules).of("preorder_cap", TODAY), TODAY
        ).select("line_id", "qty", "cap_qty", "cap_rule")
        for some in (rows, rows.reverse())
    ]
    assert found[0].equals(found[1])
    return list(found[0].rows())


def test_the_latest_preorders_are_beyond_the_cap() -> None:
    rows = lines(("first", "web", 6), ("then", "market", 6), ("last", "web", 1))

    assert [("last", 1, 10, "ALL"), ("then", 2, 10, "ALL")] == late(rows, OF_ALL)
    assert [] == late(rows, OF_ALL | {"qty": 13})
    assert [] == late(rows, OF_ALL, released=TODAY)
    assert [] == late(rows)


def test_what_is_beyond_the_cap_of_its_channel_is_not_counted_again() -> None:
    rows = lines(("a", "web", 9), ("b", "market", 6), ("c", "market", 1))

    assert [("a", 5, 4, "WEB"), ("c", 1, 10, "ALL")] == late(rows, OF_ALL, OF_WEB)
