"""Who signed an extension is checked once a process, again if its file changes."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import pytest

from orchestration.resources import extensions
from orchestration.resources.home import Home
from orchestration.resources.lakehouse import Lakehouse

UNSIGNED = "select current_setting('allow_unsigned_extensions')"


def _may_be_unsigned() -> bool:
    with extensions.opened() as db:
        row = db.execute(UNSIGNED).fetchone()
    return bool(row and row[0])


@pytest.fixture
def copies(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> dict[str, str]:
    """The extensions in a folder of their own, where nobody has checked them yet."""
    extensions.install()
    found = {
        name: shutil.copy(path, tmp_path) for name, path in extensions.paths().items()
    }
    monkeypatch.setattr(extensions, "paths", lambda: found)
    monkeypatch.setattr(extensions, "_found_right", set())
    return found


@pytest.mark.usefixtures("copies")
def test_signatures_are_checked_by_the_first_database_of_a_process() -> None:
    assert not extensions.are_signed()
    assert not _may_be_unsigned()
    assert extensions.are_signed()
    assert _may_be_unsigned()


def test_a_file_that_was_touched_since_is_checked_again(
    copies: dict[str, str],
) -> None:
    _may_be_unsigned()
    path = Path(copies["ducklake"])
    path.write_bytes(path.read_bytes() + b"something else")

    assert not extensions.are_signed()
    assert not _may_be_unsigned()


def test_what_could_not_be_loaded_counts_as_unchecked(
    copies: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(extensions, "EXTENSIONS", ("ducklake", "no_such_extension"))

    with pytest.raises(duckdb.Error):
        extensions.opened()

    assert copies
    assert not extensions.are_signed()


def test_who_opens_a_lake_has_checked_them(tmp_path: Path) -> None:
    Lakehouse(Home.at(tmp_path)).close()

    assert extensions.are_signed()
