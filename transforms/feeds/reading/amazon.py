"""How Amazon's flat files spell moments.

Not here: any report.
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from transforms.contracts.profile import Profile
from transforms.feeds.reading.days import begun
from transforms.feeds.reading.rows import in_slices

_OFFSETS = {
    "UTC": "Z",
    "GMT": "Z",
    "PST": "-08:00",
    "PDT": "-07:00",
    "JST": "+09:00",
}
"""Zones that reports name by a word; one with two meanings is not read."""

_DAY_FIRST = r"^([0-9]{2})\.([0-9]{2})\.([0-9]{4})"
_SLASHED = "^([0-9]{4})/([0-9]{2})/([0-9]{2})"
_NAMED_ZONE = r"^(\S{10}) ([0-9]{2}:[0-9]{2}:[0-9]{2}) ([A-Z]{3})$"


def instants(
    cells: pl.DataFrame, columns: Sequence[str], profile: Profile
) -> pl.DataFrame:
    """With the moments of ``columns`` as ISO 8601, as far as they can be read.

    Read are ISO 8601, ``2026-03-06 08:52:26 UTC``, ``06.03.2026 08:52:26 UTC``
    and ``2026/03/06 17:52:26 JST``; a day alone is its first moment in the
    profile's zone. Slashes with the year last are not: nobody knows which is
    the month. What cannot be read stays as it is.
    """

    def read(some: pl.DataFrame) -> pl.DataFrame:
        return some.with_columns(_instants(some[name], profile) for name in columns)

    return in_slices(cells, read)


def _instants(texts: pl.Series, profile: Profile) -> pl.Series:
    days = texts.str.replace(_DAY_FIRST, "$3-$2-$1").str.replace(_SLASHED, "$1-$2-$3")
    offsets = days.str.extract(_NAMED_ZONE, 3).replace_strict(
        _OFFSETS, default=None, return_dtype=pl.String
    )
    zoned = days.str.replace(_NAMED_ZONE, "${1}T${2}") + offsets
    return zoned.zip_with(zoned.is_not_null(), begun(days, profile))
