"""Until when an exception may rest: not for ever, and a failed proof not long.

Not here: what lets one rest (``rpt_exceptions``), who asks for it (the desk).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date

PROOF_CODES = (
    *("OVERCOMMITTED", "LOT_OVERCOMMITTED"),
    *("STOCK_NEGATIVE", "PROMISE_MENDED"),
)
"""What tells of books that do not add up or hold what nobody has."""


class SnoozePolicyError(ValueError):
    """A policy of snoozes says what cannot be meant; the message names the key."""


@dataclass(frozen=True)
class SnoozePolicy:
    """How long an exception may rest.

    Args:
        most_days: any exception.
        most_proof_days: one that tells of the books (``PROOF_CODES``).
    """

    most_days: int = 90
    most_proof_days: int = 7

    def __post_init__(self) -> None:
        """Refuse nonsense at birth.

        Raises:
            SnoozePolicyError: a number is none from 1.
        """
        for item in fields(self):
            value = getattr(self, item.name)
            if type(value) is not int or value < 1:
                raise SnoozePolicyError(f"{item.name}: a whole number from 1")

    @classmethod
    def from_mapping(cls, mapping: Mapping[str, object]) -> SnoozePolicy:
        """The policy that a YAML mapping describes.

        Raises:
            SnoozePolicyError: a key is unknown or a value out of range.
        """
        unknown = sorted(set(mapping) - {item.name for item in fields(cls)})
        if unknown:
            raise SnoozePolicyError(f"{unknown[0]}: unknown key")
        return cls(**mapping)  # type: ignore[arg-type]


def snooze_refusal(
    code: str, until: date, today: date, policy: SnoozePolicy
) -> str | None:
    """Why an exception may not rest until a date; none when it may.

    Args:
        code: its code.
        until: date on which it is listed again.
        today: date on which it is put to rest.
        policy: how long it may.
    """
    if until <= today:
        return f"{until} is no day after {today}: it would not rest"
    is_proof = code in PROOF_CODES
    most = policy.most_proof_days if is_proof else policy.most_days
    if (until - today).days <= most:
        return None
    which = f"{code} tells of the books, and" if is_proof else "an exception"
    return (
        f"{which} may rest for {most} days at most, from {today}: {until} is later"
        " (snoozes of policies/reconciliation.yaml)"
    )
