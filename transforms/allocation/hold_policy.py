"""When a rule of ours holds an order: its money, its size, its customer's credit.

Where it stands: ``orchestration/policies/holds.yaml``. Not here: what people and
channels hold (document ``order_actions``), which lines are held (``holds.py``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from transforms.allocation.policy import PolicyError

PAYMENT_RULES = ("money", "status", "exempt")


@dataclass(frozen=True)
class HoldPolicy:
    """What has to be there before anything of an order is allocated.

    Args:
        default_payment: rule of a channel that is not listed: "money" (what
            providers told, else the order's own word), "status" (the order's own
            word alone) or "exempt".
        payment_by_channel: channel → rule.
        exempt_statuses: payment statuses of orders that are paid another way.
        tolerance_minor: money that may lack; minor units.
        approval_above_minor: channel → currency → amount above which an order
            needs an approval; minor units.
        credit_limit_minor: channel → currency → what a customer may owe on terms,
            minor units; a channel or currency that is not listed gives no terms.
            Empty: nobody looks.
        credit_days: after so many an order on terms is taken for paid.
        overdue_days: days after which a hold is an exception.
    """

    default_payment: str = "money"
    payment_by_channel: Mapping[str, str] = field(default_factory=dict)
    exempt_statuses: tuple[str, ...] = ("terms", "tender")
    tolerance_minor: int = 1
    approval_above_minor: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    credit_limit_minor: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    credit_days: int = 60
    overdue_days: int = 3

    def __post_init__(self) -> None:
        """Refuse nonsense at birth.

        Raises:
            PolicyError: a rule is unknown or a number negative; the key is named.
        """
        for channel, rule in self._payment_rules().items():
            if rule not in PAYMENT_RULES:
                known = ", ".join(PAYMENT_RULES)
                raise PolicyError(f"payment of {channel}: {rule!r}; one of {known}")
        named = {
            "approval": self.approval_above_minor,
            "credit": self.credit_limit_minor,
        }
        amounts = [
            (f"{what} of {channel}, {currency}", amount)
            for what, by_channel in named.items()
            for channel, by_currency in by_channel.items()
            for currency, amount in by_currency.items()
        ]
        numbers = ("tolerance_minor", "credit_days", "overdue_days")
        amounts += [(name, getattr(self, name)) for name in numbers]
        for key, number in amounts:
            if type(number) is not int or number < 0:
                raise PolicyError(f"{key}: a whole number from 0")

    @classmethod
    def from_mapping(cls, mapping: Mapping[str, object]) -> HoldPolicy:
        """The policy that a YAML mapping describes.

        Raises:
            PolicyError: a key is unknown or a value out of range.
        """
        unknown = sorted(set(mapping) - set(cls.__dataclass_fields__))
        if unknown:
            raise PolicyError(f"{unknown[0]}: unknown key")
        values = {k: tuple(v) if isinstance(v, list) else v for k, v in mapping.items()}
        return cls(**values)  # type: ignore[arg-type]

    def _payment_rules(self) -> dict[str, str]:
        return {"every other channel": self.default_payment, **self.payment_by_channel}
