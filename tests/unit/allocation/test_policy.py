"""Policies refuse nonsense and name the key."""

from pathlib import Path

import pytest
import yaml

from transforms.allocation.policy import AllocationPolicy, PolicyError
from transforms.instructions.release import ReleasePolicy


def test_the_shipped_policy_is_one_that_can_be_meant(project: Path) -> None:
    text = (project / "orchestration/policies/allocation.yaml").read_text()
    sections = yaml.safe_load(text)

    policy = AllocationPolicy.from_mapping(sections["allocation"])
    answer = ReleasePolicy.from_mapping(sections["release"])

    assert (policy.fairness, policy.priority_by_channel["marketplace"]) == ("strict", 1)
    assert answer.ack_deadline_hours == {"3pl": 8, "supplier": 24}


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("fairness", "fair"),
        ("zone", "America/Nowhere"),
        ("priority_by_channel", {"web": 5}),
        ("priority_by_channel", [1]),
        ("promise_days", {"STANDARD": 5}),
        ("late_cost_minor", [1, 2, 3]),
        ("late_cost_minor", [1, 2, 3, 4, -5]),
        ("max_shipments", 0),
        ("max_shipments", True),
        ("split_cost_minor", 2.5),
        ("is_line_split_allowed", "yes"),
        ("closed_dates", ["2017-12-25"]),
        ("owners", {"BAD_LUCK": "nobody"}),
        ("capacity_horizon_days", 0),
        ("backorder_cancel_days", {"web": 0}),
        ("backorder_cancel_days", 30),
        ("backorder_grace_days", -1),
        ("reserve_horizon_days", {"web": -1}),
        ("reserve_horizon_days", ["web"]),
        ("max_shipmnts", 3),
    ],
)
def test_nonsense_is_refused_by_name(key: str, value: object) -> None:
    with pytest.raises(PolicyError, match=f"^{key}: "):
        AllocationPolicy.from_mapping({key: value})
