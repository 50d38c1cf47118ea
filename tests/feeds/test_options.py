"""Which options a format reads is known, and of its bounds it asks for each."""

from __future__ import annotations

from dataclasses import replace
from types import ModuleType
from typing import Any

from transforms.contracts.options import bounds_of, options_of, unknown_option
from transforms.contracts.profile import Profile


class Asked(dict[str, str]):
    """Options that remember what they were asked for."""

    def __init__(self, options: dict[str, str]) -> None:
        """Nothing was asked for yet."""
        super().__init__(options)
        self.names: set[str] = set()

    def get(self, key: str, default: Any = None) -> Any:  # noqa: ANN401 like a dict's
        self.names.add(key)
        return super().get(key, default)


def test_a_format_asks_for_no_option_that_a_profile_may_not_have(
    feed: ModuleType, payloads: list[bytes], profile: Profile
) -> None:
    options = Asked(dict(profile.options))
    for payload in payloads:
        feed.parse(payload, replace(profile, options=options))

    name = feed.__name__.rpartition(".")[2]
    bounds = {name for name in options.names if name.startswith("max_")}
    assert set(bounds_of(name)) == bounds
    assert set() == options.names - set(options_of(name))


def test_every_option_of_a_sample_is_one_that_its_format_reads(
    feed: ModuleType, profile: Profile
) -> None:
    name = feed.__name__.rpartition(".")[2]
    known = options_of(name)
    faults = (unknown_option(one, known, name) for one in profile.options)

    assert [] == list(filter(None, faults))
