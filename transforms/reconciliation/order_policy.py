"""How far a channel's word on its orders may differ from ours, and for how long.

Where it stands: ``orchestration/policies/reconciliation.yaml``, section ``orders``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields


class OrderPolicyError(ValueError):
    """A policy of orders says what cannot be meant; the message names the key."""


@dataclass(frozen=True)
class OrderPolicy:
    """How long two lists may differ, and by how much.

    Args:
        missing_hours: from a channel's settling of an order to the order itself.
        unsettled_days: from what left to the settlement that names it.
        look_back_days: orders this much older than the newest settlement are not
            looked for in it any more.
        tolerance_minor: amounts this close are equal; minor units.
        untold_charges_minor: channel → the most that it settles for delivery and
            the like beyond what its orders tell.
        paid_kinds: lines of settlements that are what buyers paid: ``entry_kind``,
            or ``entry_kind/amount_type``.
    """

    missing_hours: int = 24
    unsettled_days: int = 21
    look_back_days: int = 90
    tolerance_minor: int = 1
    untold_charges_minor: Mapping[str, int] = field(default_factory=dict)
    paid_kinds: tuple[str, ...] = ("charge", "payment")

    def __post_init__(self) -> None:
        """Refuse nonsense at birth.

        Raises:
            OrderPolicyError: a number is none from 1, a charge or tolerance none
                from 0, or a kind no text.
        """
        for key in ("missing_hours", "unsettled_days", "look_back_days"):
            value = getattr(self, key)
            if type(value) is not int or value < 1:
                raise OrderPolicyError(f"{key}: a whole number from 1")
        if not _is_count(self.tolerance_minor):
            raise OrderPolicyError("tolerance_minor: a whole number from 0")
        charges: object = self.untold_charges_minor
        if not isinstance(charges, Mapping) or not all(
            map(_is_count, charges.values())
        ):
            raise OrderPolicyError("untold_charges_minor: whole numbers from 0")
        if not all(isinstance(kind, str) for kind in self.paid_kinds):
            raise OrderPolicyError("paid_kinds: a list of texts")

    @classmethod
    def from_mapping(cls, mapping: Mapping[str, object]) -> OrderPolicy:
        """The policy that a YAML mapping describes.

        Raises:
            OrderPolicyError: a key is unknown or a value out of range.
        """
        unknown = sorted(set(mapping) - {item.name for item in fields(cls)})
        if unknown:
            raise OrderPolicyError(f"{unknown[0]}: unknown key")
        values = {k: tuple(v) if isinstance(v, list) else v for k, v in mapping.items()}
        return cls(**values)  # type: ignore[arg-type]


def _is_count(value: object) -> bool:
    return type(value) is int and value >= 0
