"""When money does not agree: small differences, patience, precedence.

Where it stands: ``orchestration/policies/reconciliation.yaml``, section
``payments``. Not here: the comparison (``payments.py``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields

DISAGREEMENTS: tuple[str, ...] = (
    "other_currency",
    "orphan_payment",
    "over_refunded",
    "double_captured",
    "refund_due",
    "overpaid",
    "refund_disagrees",
    "uncaptured",
    "authorisation_expired",
    "payment_failed",
    "unpaid",
    "underpaid",
    "authorisation_expiring",
)
"""Classes that need a person, in the order of the default precedence."""


class PaymentPolicyError(ValueError):
    """A policy of payments says what cannot be meant; the message names the key."""


@dataclass(frozen=True)
class PaymentPolicy:
    """What of an order's money is let pass, and for how long.

    Args:
        tolerance_minor: amounts this close are equal; minor units.
        channels_by_provider: provider → channel whose orders its payments name.
        untold_charges_minor: channel → the most that its payments hold for delivery
            and the like, which its orders do not tell; a surplus up to it is none.
        exempt_statuses: payment statuses of orders whose money is told elsewhere.
        authorisation_days: gateway → days an authorisation holds that names no
            end; ``default`` for the others.
        expiring_hours: an authorisation that ends this soon is told where no
            ship date is planned.
        reauthorise_hours: an authorisation that ends this soon is asked for anew
            while something is still to leave.
        answer_hours: how long the provider has to report what it was asked for.
        request_tries: how often a thing is asked for while the provider reports
            that it failed.
        retry_hours: from such a report to the next try.
        pending_hours: how long a payment under way counts as one that will come.
        grace_hours: class → hours it is waited for before it is one.
        precedence: classes in the order they are tried.
    """

    tolerance_minor: int = 1
    channels_by_provider: Mapping[str, str] = field(default_factory=dict)
    untold_charges_minor: Mapping[str, int] = field(default_factory=dict)
    exempt_statuses: tuple[str, ...] = ("terms", "tender")
    authorisation_days: Mapping[str, int] = field(
        default_factory=lambda: {"default": 7}
    )
    expiring_hours: int = 48
    reauthorise_hours: int = 36
    answer_hours: int = 24
    request_tries: int = 3
    retry_hours: int = 12
    pending_hours: int = 120
    grace_hours: Mapping[str, int] = field(default_factory=dict)
    precedence: tuple[str, ...] = DISAGREEMENTS

    def __post_init__(self) -> None:
        """Refuse nonsense at birth.

        Raises:
            PaymentPolicyError: a number is negative, a class unknown or missing.
        """
        for key in (
            *("tolerance_minor", "expiring_hours", "pending_hours"),
            *("reauthorise_hours", "answer_hours", "request_tries", "retry_hours"),
        ):
            _require(_is_count(getattr(self, key)), key, "a whole number from 0")
        for key in ("authorisation_days", "grace_hours", "untold_charges_minor"):
            numbers = getattr(self, key)
            is_good = isinstance(numbers, Mapping) and all(
                map(_is_count, numbers.values())
            )
            _require(is_good, key, "must map to whole numbers from 0")
        _require(
            "default" in self.authorisation_days,
            "authorisation_days",
            "default is missing",
        )
        strange = set(self.grace_hours) - set(DISAGREEMENTS)
        _require(not strange, "grace_hours", f"no class: {sorted(strange)}")
        is_whole = sorted(self.precedence) == sorted(DISAGREEMENTS)
        _require(is_whole, "precedence", f"each of {list(DISAGREEMENTS)} once")

    @classmethod
    def from_mapping(cls, mapping: Mapping[str, object]) -> PaymentPolicy:
        """The policy that a YAML mapping describes.

        Raises:
            PaymentPolicyError: a key is unknown or a value out of range.
        """
        unknown = sorted(set(mapping) - {f.name for f in fields(cls)})
        _require(not unknown, "".join(unknown[:1]), "unknown key")
        values = {k: tuple(v) if isinstance(v, list) else v for k, v in mapping.items()}
        return cls(**values)  # type: ignore[arg-type]


def _is_count(value: object) -> bool:
    return type(value) is int and value >= 0


def _require(is_good: object, key: str, wanted: str) -> None:
    if not is_good:
        raise PaymentPolicyError(f"{key}: {wanted}")
