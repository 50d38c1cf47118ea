"""Every sample of every format comes out as the files beside it say."""

import os
import re
from pathlib import Path

import polars as pl
import pytest

from tests.feeds.conftest import Read

INVENTED = re.compile(rb"@example\.(com|org|net)$")


def golden(sample: Path, ending: str, actual: str) -> str:
    """``ORDERHOUSE_UPDATE_GOLDEN=1`` writes it anew; read the difference."""
    beside = sample.with_suffix(f".{ending}")
    if os.environ.get("ORDERHOUSE_UPDATE_GOLDEN"):
        beside.write_text(actual)
    return beside.read_text()


def test_rows_are_as_expected(sample: Path, read: Read) -> None:
    actual = read(sample.read_bytes()).rows.write_csv()

    assert golden(sample, "expected.csv", actual) == actual


def test_rejects_are_as_expected(sample: Path, read: Read) -> None:
    actual = read(sample.read_bytes()).rejects.write_csv()

    assert golden(sample, "rejects.csv", actual) == actual


def test_every_format_has_a_sample_that_is_good_throughout(
    payloads: list[bytes], read: Read
) -> None:
    """A partner's kit has one to copy."""
    parsed = [read(payload) for payload in payloads]

    assert any(one.verdict == "ACCEPTED" and one.rows.height for one in parsed)


def test_every_format_has_samples_with_good_and_with_broken_lines(
    payloads: list[bytes], read: Read
) -> None:
    parsed = [read(payload) for payload in payloads]

    assert any(one.rows.height for one in parsed)
    assert any(one.rejects.height for one in parsed)


def test_people_in_samples_have_invented_mail(sample: Path) -> None:
    mails = re.findall(rb"[\w.]+@[\w.]+", sample.read_bytes())

    assert not [mail for mail in mails if not INVENTED.search(mail)]


def test_the_newline_of_another_system_changes_nothing(
    payloads: list[bytes], read: Read
) -> None:
    for payload in payloads:
        if b"\r" in payload:
            pytest.skip("already written by another system")
        expected = read(payload)
        actual = read(payload.replace(b"\n", b"\r\n"))

        assert expected.rows.equals(actual.rows)


def test_cells_are_never_the_empty_text(payloads: list[bytes], read: Read) -> None:
    for payload in payloads:
        rows = read(payload).rows
        empty = rows.select((pl.col(pl.String) == "").any())

        assert not any(empty.row(0))
