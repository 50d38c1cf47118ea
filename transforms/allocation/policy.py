"""The numbers an operator may turn, as one value that cannot be wrong.

Where they stand: ``orchestration/policies/allocation.yaml``, section
``allocation``. Reading the file is orchestration's.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from transforms.allocation import node_rules
from transforms.allocation.business_classes import Rule, complaint
from transforms.allocation.transit import Carriers
from transforms.contracts.decisions.allocation import REASONS

PRIORITIES = 5
SERVICES = ("STANDARD", "EXPEDITED")
NO_EACHES = (
    *("NO_STOCK", "TOO_OLD", "NO_NODE", "NODE_STOPPED", "PINNED", "BY_CLASS"),
    *("RESERVE_LATER", "PREORDER", "HELD_WITH"),
)
UNSOURCEABLE_REASONS = tuple(r for r in REASONS if r not in NO_EACHES)
"""Reasons for which eaches exist and yet none could be placed."""

FAIRNESSES = ("strict", "within_class", "off")
"""Whether cost may decide who gets scarce eaches: never, between orders of one
business class, between all."""

SOURCINGS = (
    "negotiated",
    "cheapest",
    "fewest_parcels",
    "nearest",
    "priority_list",
    "most_stock",
    "weighted",
)
"""All orders at once at least cost; or each in its turn, by what merchants go by."""

SHIPMENT_SERVICES = ("in_time", "cheapest")
"""The slowest that keeps the promise, else the fastest; or what costs least, lateness
at its price."""

LISTED = ("business_classes", "node_rules")
"""Lists of rules: which of them is wrong is said, and they are not shown whole."""

WEIGHTS = ("freight", "processing", "lateness", "split", "worth", "km", "place")

MAX_SHIPMENTS = 5
MAX_CANDIDATES = 24


class PolicyError(ValueError):
    """A policy says something that cannot be meant; the message names the key."""


@dataclass(frozen=True)
class AllocationPolicy:
    """Who goes first, how far an order may be split, and what it costs.

    Args:
        fairness: "strict": demand order alone decides who gets scarce eaches;
            "within_class": between business classes it does, inside one the order
            that costs least per each goes first; "off": so it does between all.
        sourcing: "negotiated": the plan that costs all orders least; else each order
            in its turn: "cheapest" for it, in "fewest_parcels" and then cheapest,
            by goals that are "weighted"; or from the first that has something:
            the "nearest", of a "priority_list", with the "most_stock".
        shipment_service: which service a shipment takes. "in_time": the slowest that
            keeps the promise, else the fastest; "cheapest": that which would cost its
            whole order least, freight and ``late_cost_minor``, from that node on that
            day.
        node_order: nodes of a "priority_list", first choice first; others after them.
        weights: of "weighted", per cent of each part of the cost (100 where none is
            named), and minor units "km" per kilometre and "place" per place in
            ``node_order`` of a shipment.
        zone: company's IANA zone; business dates are local dates there.
        business_classes: rules, the first that fits gives an order its class; one
            that none fits is REDISTRIBUTE.
        node_rules: which nodes may send which lines, by name; all that fit count.
        priority_by_channel: channel → 0 most urgent … 4.
        default_priority: of a channel that is not listed.
        expedited_lift: classes an EXPEDITED order moves up.
        promise_days: service → calendar days from order date to the door.
        late_cost_minor: per each and day late, by priority (five numbers).
        split_cost_minor: per shipment of an order beyond its first.
        max_shipments: nodes one order may ship from in one run.
        is_line_split_allowed: whether several nodes may share one line.
        min_shipment_value_minor: each part of a split is worth at least this, and
            so is what waits of an order of which some goes.
        max_candidate_nodes: nodes that are enumerated for one order.
        capacity_horizon_days: open node days a shipment may wait for room.
        penalty_box_days: days a node is left out for a line it refused.
        unread_box_days: the same for a line that the node never knew of
            (``orderhouse outbox withdraw``).
        unknown_grams: weight of an each that the product master lacks.
        closed_dates: company holidays; no node ships on them, unless its own
            calendar says so.
        carrier_weekdays: service → ISO weekdays on which it moves and delivers,
            "12345"; every day where none is named. Transit days are such days.
        carrier_closed_dates: on which no service moves or delivers.
        destination_holidays: destination region → dates without delivery there.
        owners: backorder reason → team that acts on it.
        backorder_cancel_days: channel → days that an each of it may wait; one that
            waits longer is cancelled. Of a channel that is not listed: never.
        backorder_grace_days: what comes within so many days, today counted as 0, is
            waited for.
        reserve_horizon_days: channel → days before the date that it is wanted to ship
            from which on an order takes eaches. Of a channel that is not listed: at
            once, whatever is wanted.
        max_lateness_days: after the promise date, on which what comes is still counted
            on; null: however late.
        substitute_automatically: whether a waiting line whose best offer is ``auto``
            is sent it by the next run, without a person.
    """

    fairness: str = "strict"
    sourcing: str = "cheapest"
    shipment_service: str = "in_time"
    node_order: tuple[str, ...] = ()
    weights: Mapping[str, int] = field(default_factory=dict)
    zone: str = "America/New_York"
    business_classes: tuple[Rule, ...] = ()
    node_rules: tuple[node_rules.NodeRule, ...] = ()
    priority_by_channel: Mapping[str, int] = field(default_factory=dict)
    default_priority: int = 2
    expedited_lift: int = 1
    promise_days: Mapping[str, int] = field(
        default_factory=lambda: {"STANDARD": 5, "EXPEDITED": 2}
    )
    late_cost_minor: tuple[int, ...] = (200, 100, 60, 30, 15)
    split_cost_minor: int = 250
    max_shipments: int = 3
    is_line_split_allowed: bool = True
    min_shipment_value_minor: int = 0
    max_candidate_nodes: int = 16
    capacity_horizon_days: int = 3
    penalty_box_days: int = 14
    unread_box_days: int = 1
    unknown_grams: int = 500
    closed_dates: tuple[date, ...] = ()
    carrier_weekdays: Mapping[str, str] = field(default_factory=dict)
    carrier_closed_dates: tuple[date, ...] = ()
    destination_holidays: Mapping[str, Sequence[date]] = field(default_factory=dict)
    owners: Mapping[str, str] = field(default_factory=dict)
    backorder_cancel_days: Mapping[str, int] = field(default_factory=dict)
    backorder_grace_days: int = 7
    reserve_horizon_days: Mapping[str, int] = field(default_factory=dict)
    max_lateness_days: int | None = None
    substitute_automatically: bool = False

    def __post_init__(self) -> None:
        """Refuse nonsense at birth.

        Raises:
            PolicyError: a value is out of range; the message names its key.
        """
        for key, is_good, wanted in _rules(self):
            if not is_good():
                said = "" if key in LISTED else f", not {getattr(self, key)!r}"
                raise PolicyError(f"{key}: {wanted}{said}")

    @classmethod
    def from_mapping(cls, mapping: Mapping[str, object]) -> AllocationPolicy:
        """The policy that a YAML mapping describes.

        Raises:
            PolicyError: a key is unknown or a value is out of range.
        """
        known = {f.name for f in fields(cls)}
        unknown = sorted(set(mapping) - known)
        if unknown:
            raise PolicyError(f"{unknown[0]}: unknown key; known are {sorted(known)}")
        values = {k: tuple(v) if isinstance(v, list) else v for k, v in mapping.items()}
        return cls(**values)  # type: ignore[arg-type]

    @property
    def carriers(self) -> Carriers:
        """When carriers move and where nobody takes a parcel in."""
        return Carriers(
            self.carrier_weekdays, self.carrier_closed_dates, self.destination_holidays
        )

    @property
    def named_nodes(self) -> tuple[str, ...]:
        """Nodes that the policy calls by name."""
        return (*self.node_order, *node_rules.nodes_named(self.node_rules))

    def owner(self, reason: str) -> str:
        """The team that acts on a backorder with ``reason``."""
        return self.owners.get(reason, "planning")


def _whole(value: object, low: int, high: int = 10**9) -> bool:
    return type(value) is int and low <= value <= high


def _all_whole(values: object, low: int, high: int = 10**9) -> bool:
    if isinstance(values, Mapping):
        return all(_whole(value, low, high) for value in values.values())
    return isinstance(values, tuple) and all(_whole(v, low, high) for v in values)


def _mapping(value: object) -> Mapping[str, object] | None:
    return value if isinstance(value, Mapping) else None


def _all_texts(values: object) -> bool:
    is_texts = isinstance(values, tuple) and all(type(v) is str and v for v in values)
    return is_texts and len(set(values)) == len(values)  # type: ignore[call-overload, arg-type]


def _all_dates(values: object) -> bool:
    return isinstance(values, tuple) and all(type(day) is date for day in values)


def _is_weekdays(value: object) -> bool:
    spelled = isinstance(value, str) and re.fullmatch("1?2?3?4?5?6?7?", value)
    return bool(spelled and value)


def _is_region_days(values: object) -> bool:
    told = _mapping(values)
    return told is not None and all(
        isinstance(days, list | tuple) and _all_dates(tuple(days))
        for days in told.values()
    )


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, TypeError):
        return False
    return True


def _rules(p: AllocationPolicy) -> list[tuple[str, Callable[[], bool], str]]:
    top = PRIORITIES - 1
    return [
        (
            "fairness",
            lambda: p.fairness in FAIRNESSES,
            f"must be one of {', '.join(FAIRNESSES)}",
        ),
        (
            "sourcing",
            lambda: p.sourcing in SOURCINGS,
            f"must be one of {', '.join(SOURCINGS)}",
        ),
        (
            "shipment_service",
            lambda: p.shipment_service in SHIPMENT_SERVICES,
            f"must be one of {', '.join(SHIPMENT_SERVICES)}",
        ),
        (
            "node_order",
            lambda: (
                _all_texts(p.node_order)
                and (bool(p.node_order) or p.sourcing != "priority_list")
            ),
            "must list nodes, each once; a priority_list is made of it",
        ),
        (
            "weights",
            lambda: (
                set(_mapping(p.weights) or ()) <= set(WEIGHTS)
                and _all_whole(_mapping(p.weights), 0, 1000)
            ),
            f"must map {', '.join(WEIGHTS)} to 0 … 1000",
        ),
        (
            "business_classes",
            lambda: not complaint(p.business_classes),
            complaint(p.business_classes),
        ),
        (
            "node_rules",
            lambda: not node_rules.complaint(p.node_rules),
            node_rules.complaint(p.node_rules),
        ),
        ("zone", lambda: _is_zone(p.zone), "must be an IANA zone"),
        (
            "priority_by_channel",
            lambda: _all_whole(_mapping(p.priority_by_channel), 0, top),
            f"must map channels to 0 … {top}",
        ),
        (
            "promise_days",
            lambda: (
                set(SERVICES) <= set(_mapping(p.promise_days) or ())
                and _all_whole(p.promise_days, 0, 365)
            ),
            f"must give 0 … 365 days for {', '.join(SERVICES)}",
        ),
        (
            "late_cost_minor",
            lambda: (
                _all_whole(p.late_cost_minor, 0)
                and len(p.late_cost_minor) == PRIORITIES
            ),
            f"must be {PRIORITIES} whole numbers",
        ),
        (
            "is_line_split_allowed",
            lambda: isinstance(p.is_line_split_allowed, bool),
            "must be true or false",
        ),
        (
            "substitute_automatically",
            lambda: isinstance(p.substitute_automatically, bool),
            "must be true or false",
        ),
        (
            "closed_dates",
            lambda: _all_dates(p.closed_dates),
            "must be a list of dates",
        ),
        (
            "carrier_weekdays",
            lambda: (
                set(_mapping(p.carrier_weekdays) or ()) <= set(SERVICES)
                and _mapping(p.carrier_weekdays) is not None
                and all(map(_is_weekdays, p.carrier_weekdays.values()))
            ),
            f'must map services among {", ".join(SERVICES)} to ISO weekdays, "12345"',
        ),
        (
            "carrier_closed_dates",
            lambda: _all_dates(p.carrier_closed_dates),
            "must be a list of dates",
        ),
        (
            "destination_holidays",
            lambda: _is_region_days(p.destination_holidays),
            "must map regions to lists of dates",
        ),
        (
            "owners",
            lambda: _mapping(p.owners) is not None and set(p.owners) <= set(REASONS),
            f"must map reasons among {', '.join(REASONS)} to teams",
        ),
        (
            "backorder_cancel_days",
            lambda: _all_whole(_mapping(p.backorder_cancel_days), 1, 3650),
            "must map channels to 1 … 3650 days",
        ),
        (
            "reserve_horizon_days",
            lambda: _all_whole(_mapping(p.reserve_horizon_days), 0, 3650),
            "must map channels to 0 … 3650 days",
        ),
        (
            "max_lateness_days",
            lambda: p.max_lateness_days is None or _whole(p.max_lateness_days, 0, 3650),
            "must be null or 0 … 3650 days",
        ),
        *(_in_range(p, *bound) for bound in _BOUNDS),
    ]


_BOUNDS: tuple[tuple[str, int, int], ...] = (
    ("default_priority", 0, PRIORITIES - 1),
    ("expedited_lift", 0, PRIORITIES - 1),
    ("split_cost_minor", 0, 10**9),
    ("max_shipments", 1, MAX_SHIPMENTS),
    ("min_shipment_value_minor", 0, 10**9),
    ("max_candidate_nodes", 1, MAX_CANDIDATES),
    ("capacity_horizon_days", 1, 30),
    ("penalty_box_days", 0, 3650),
    ("unread_box_days", 0, 3650),
    ("unknown_grams", 1, 10**6),
    ("backorder_grace_days", 0, 3650),
)


def _in_range(
    policy: AllocationPolicy, key: str, low: int, high: int
) -> tuple[str, Callable[[], bool], str]:
    return (
        key,
        lambda: _whole(getattr(policy, key), low, high),
        f"must be a whole number in {low} … {high}",
    )
