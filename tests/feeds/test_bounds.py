"""Which options bound a format's files is known, and the format asks for each."""

from __future__ import annotations

from dataclasses import replace
from types import ModuleType
from typing import Any

from transforms.contracts.profile import Profile
from transforms.feeds.reading.bounds import bounds_of


class Asked(dict[str, str]):
    """Options that remember what they were asked for."""

    def __init__(self, options: dict[str, str]) -> None:
        """Nothing was asked for yet."""
        super().__init__(options)
        self.names: set[str] = set()

    def get(self, key: str, default: Any = None) -> Any:  # noqa: ANN401 like a dict's
        self.names.add(key)
        return super().get(key, default)


def test_a_format_asks_for_the_bounds_that_are_known_of_it_and_no_other(
    feed: ModuleType, payloads: list[bytes], profile: Profile
) -> None:
    options = Asked(dict(profile.options))
    for payload in payloads:
        feed.parse(payload, replace(profile, options=options))

    asked = {name for name in options.names if name.startswith("max_")}
    assert set(bounds_of(feed.__name__.rpartition(".")[2])) == asked
