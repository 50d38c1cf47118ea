"""Every sample of every format comes out as the files beside it say."""

import os
import re
from pathlib import Path
from types import ModuleType

import polars as pl
import pytest

from transforms.contracts.profile import Profile

INVENTED = re.compile(rb"@example\.(com|org|net)$")


def golden(sample: Path, ending: str, actual: str) -> str:
    """``ORDERHOUSE_UPDATE_GOLDEN=1`` writes it anew; read the difference."""
    beside = sample.with_suffix(f".{ending}")
    if os.environ.get("ORDERHOUSE_UPDATE_GOLDEN"):
        beside.write_text(actual)
    return beside.read_text()


def test_rows_are_as_expected(feed: ModuleType, sample: Path, profile: Profile) -> None:
    actual = feed.parse(sample.read_bytes(), profile).rows.write_csv()

    assert golden(sample, "expected.csv", actual) == actual


def test_rejects_are_as_expected(
    feed: ModuleType, sample: Path, profile: Profile
) -> None:
    actual = feed.parse(sample.read_bytes(), profile).rejects.write_csv()

    assert golden(sample, "rejects.csv", actual) == actual


def test_every_format_has_a_sample_that_is_good_throughout(
    feed: ModuleType, payloads: list[bytes], profile: Profile
) -> None:
    """A partner's kit has one to copy."""
    read = [feed.parse(payload, profile) for payload in payloads]

    assert any(one.verdict == "ACCEPTED" and one.rows.height for one in read)


def test_every_format_has_samples_with_good_and_with_broken_lines(
    feed: ModuleType, payloads: list[bytes], profile: Profile
) -> None:
    parsed = [feed.parse(payload, profile) for payload in payloads]

    assert any(one.rows.height for one in parsed)
    assert any(one.rejects.height for one in parsed)


def test_people_in_samples_have_invented_mail(sample: Path) -> None:
    mails = re.findall(rb"[\w.]+@[\w.]+", sample.read_bytes())

    assert not [mail for mail in mails if not INVENTED.search(mail)]


def test_the_newline_of_another_system_changes_nothing(
    feed: ModuleType, payloads: list[bytes], profile: Profile
) -> None:
    for payload in payloads:
        if b"\r" in payload:
            pytest.skip("already written by another system")
        expected = feed.parse(payload, profile)
        actual = feed.parse(payload.replace(b"\n", b"\r\n"), profile)

        assert expected.rows.equals(actual.rows)


def test_cells_are_never_the_empty_text(
    feed: ModuleType, payloads: list[bytes], profile: Profile
) -> None:
    for payload in payloads:
        rows = feed.parse(payload, profile).rows
        empty = rows.select((pl.col(pl.String) == "").any())

        assert not any(empty.row(0))
