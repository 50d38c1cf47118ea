"""The numbers of the forecast, as one value that cannot be wrong.

Where they stand: ``orchestration/policies/forecasting.yaml``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

LONGEST = 3650


class PolicyError(ValueError):
    """A policy says something that cannot be meant; the message names the key."""


@dataclass(frozen=True)
class ForecastPolicy:
    """What the count baseline looks at and how far it looks ahead.

    Args:
        zone: company's IANA zone; a day is a local day there.
        history_days: days before ``as_of`` that are read.
        horizon_days: days ahead.
        discounts_bp: memory per day in basis points; 9700 forgets 3 % a day.
            Each series takes the one that would have served it best.
        prior_days: days of the department's average a new series starts from.
        weekday_prior_qty: eaches of evenness a department's weekdays start from.
        dispersion_prior: how strongly a series' spread leans on its department's.
    """

    zone: str = "America/New_York"
    history_days: int = 56
    horizon_days: int = 14
    discounts_bp: tuple[int, ...] = (9000, 9500, 9700, 9850, 10000)
    prior_days: int = 3
    weekday_prior_qty: int = 100
    dispersion_prior: int = 5

    def __post_init__(self) -> None:
        """Refuse nonsense at birth.

        Raises:
            PolicyError: a value is out of range; the message names its key.
        """
        _refuse("zone", self.zone, is_good=_is_zone(self.zone))
        discounts = self.discounts_bp
        _refuse(
            "discounts_bp",
            discounts,
            is_good=bool(discounts) and all(_whole(d, 1, 10**4) for d in discounts),
        )
        for key, low, high in (
            ("history_days", 7, LONGEST),
            ("horizon_days", 1, 365),
            ("prior_days", 1, LONGEST),
            ("weekday_prior_qty", 1, 10**9),
            ("dispersion_prior", 1, 10**9),
        ):
            value = getattr(self, key)
            _refuse(key, value, is_good=_whole(value, low, high))

    @classmethod
    def from_mapping(cls, mapping: Mapping[str, object]) -> ForecastPolicy:
        """The policy that a YAML mapping describes.

        Raises:
            PolicyError: a key is unknown or a value is out of range.
        """
        unknown = sorted(set(mapping) - {f.name for f in fields(cls)})
        if unknown:
            raise PolicyError(f"{unknown[0]}: unknown key")
        values = {k: tuple(v) if isinstance(v, list) else v for k, v in mapping.items()}
        return cls(**values)  # type: ignore[arg-type]


def _refuse(key: str, value: object, *, is_good: bool) -> None:
    if not is_good:
        raise PolicyError(f"{key}: {value!r} is out of range")


def _whole(value: object, low: int, high: int) -> bool:
    return type(value) is int and low <= value <= high


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, TypeError):
        return False
    return True
