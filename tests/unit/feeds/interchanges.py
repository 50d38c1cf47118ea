"""X12 sets written for one test and read by their feed."""

from collections.abc import Mapping
from datetime import datetime
from types import ModuleType

import polars as pl

from transforms.contracts.profile import Parsed, Profile
from transforms.edi.formats import X12Format
from transforms.edi.writer import write_interchange


def parsed(
    feed: ModuleType, *segments: list[str], options: Mapping[str, str] | None = None
) -> Parsed:
    """What a feed reads of one set, from a partner on New York's clock."""
    form: X12Format = feed.FORMAT
    code, kind = form.set_map.code, form.set_map.functional_id
    payload = write_interchange(
        [(code, [*segments])],
        functional_id=kind,
        sender="THEM",
        receiver="ORDERHOUSE",
        control_no=5,
        at=datetime(2017, 12, 29, 11, 30),  # noqa: DTZ001 the wall's hour
    )
    profile = Profile("p", zone="America/New_York", options=options or {})
    return form.parse(payload, profile)


def guilty(found: Parsed) -> tuple[str, str]:
    """Segment or element, and code, of the first finding that is no neighbour's."""
    row = found.rejects.filter(pl.col("column_name") != "set").row(0, named=True)
    return row["column_name"], row["code"]
