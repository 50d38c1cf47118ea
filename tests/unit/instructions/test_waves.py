"""Which wave an instruction belongs to, and rules that mean nothing."""

from __future__ import annotations

from datetime import UTC, datetime

import polars as pl
import pytest

from transforms.contracts.decisions import FULFILMENT_ORDERS, OPEN_DEMAND
from transforms.contracts.gold import DIM_LANES, DIM_NODES
from transforms.instructions.waves import WavePolicy, WavePolicyError, with_waves

MORNING = datetime(2017, 12, 28, 14, 59, tzinfo=UTC)  # 9:59 in New York, 8:59 Chicago
TWICE = {"cut_offs": ["10:00", "14:30"]}
FINE = TWICE | {"by": ["service", "zone", "priority"]}
NODES = {
    "EAST": ("dc", "America/New_York"),
    "MID": ("dc", "America/Chicago"),
    "SHOP": ("store", "America/New_York"),
}


def waves(at: datetime = MORNING, **rules: object) -> dict[str, str | None]:
    """Instruction → wave: one of each node, and a second of EAST, more urgent."""
    orders = {"A": ("EAST", "STANDARD"), "B": ("EAST", "EXPEDITED")}
    orders |= {"C": ("MID", "STANDARD"), "D": ("SHOP", "STANDARD")}
    released = [
        {"instruction_id": name, "order_id": f"o/{name}", "node_id": node}
        | {"service_code": service}
        for name, (node, service) in orders.items()
    ]
    demand = [
        {"order_id": f"o/{name}", "region_code": "NY", "priority": number}
        for number, name in enumerate(orders)
    ]
    lanes = [{"region_code": "NY", "node_id": "EAST", "zone_no": 2}]
    nodes = [
        {"node_id": node, "node_kind": kind, "zone": zone}
        for node, (kind, zone) in NODES.items()
    ]
    found = with_waves(
        pl.DataFrame(released, schema=FULFILMENT_ORDERS.schema),
        pl.DataFrame(nodes, schema=DIM_NODES.schema),
        pl.DataFrame(demand, schema=OPEN_DEMAND.schema),
        pl.DataFrame(lanes, schema=DIM_LANES.schema),
        WavePolicy.from_mapping({"nodes": {}, "node_kinds": {}} | rules),
        at,
    )
    assert set(found.columns) == set(FULFILMENT_ORDERS.names)
    return dict(found.select("instruction_id", "wave_ref").iter_rows())


def test_a_wave_ends_at_the_nodes_next_cut_off_by_its_own_clock() -> None:
    assert {
        "A": "EAST-20171228-1000",
        "B": "EAST-20171228-1000",
        "C": "MID-20171228-1000",
        "D": None,
    } == waves(node_kinds={"dc": TWICE})


@pytest.mark.parametrize(
    ("minute", "wave"),
    [
        (datetime(2017, 12, 28, 15, 0, tzinfo=UTC), "EAST-20171228-1430"),
        (datetime(2017, 12, 28, 19, 30, tzinfo=UTC), "EAST-20171229-1000"),
        (datetime(2017, 12, 28, 3, 0, tzinfo=UTC), "EAST-20171228-1000"),
    ],
)
def test_what_comes_at_a_cut_off_belongs_to_the_next(
    minute: datetime, wave: str
) -> None:
    assert wave == waves(minute, nodes={"EAST": TWICE})["A"]


def test_a_wave_is_of_one_service_zone_and_priority_where_the_rule_says_so() -> None:
    found = waves(nodes={"EAST": FINE}, node_kinds={"dc": TWICE})

    assert "EAST-20171228-1000-STANDARD-Z2-P0" == found["A"]
    assert "EAST-20171228-1000-EXPEDITED-Z2-P1" == found["B"]
    assert "MID-20171228-1000" == found["C"]


@pytest.mark.parametrize(
    ("rules", "said"),
    [
        ({"stores": {}}, "stores: unknown key"),
        ({"nodes": {"EAST": {"cut_offs": []}}}, "EAST: cut_offs"),
        ({"nodes": {"EAST": {"cut_offs": ["14:00", "10:00"]}}}, "EAST: cut_offs"),
        ({"nodes": {"EAST": {"cut_offs": ["25:00"]}}}, "EAST: cut_offs"),
        ({"nodes": {"EAST": TWICE | {"by": ["weight"]}}}, "EAST: by is a list"),
        ({"nodes": {"EAST": TWICE | {"hour": 1}}}, "EAST: cut_offs, and by"),
        ({"nodes": []}, "a mapping each"),
    ],
)
def test_a_rule_that_cannot_be_meant_is_refused_by_name(
    rules: dict[str, object], said: str
) -> None:
    with pytest.raises(WavePolicyError, match=said):
        WavePolicy.from_mapping({"nodes": {}, "node_kinds": {}} | rules)
