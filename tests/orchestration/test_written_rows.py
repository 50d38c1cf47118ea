"""Where rows cannot be written the path is named, and what to do."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from orchestration.cli.failures import CommandError
from orchestration.cli.hindsight import refuse_unwritable, write_rows

ROWS = pl.DataFrame({"order_id": ["1"]})


@pytest.mark.parametrize("name", ["a_file/x.csv", "a_folder.csv", "a_file/y/x.parquet"])
def test_a_file_that_cannot_be_is_refused_with_a_remedy(
    tmp_path: Path, name: str
) -> None:
    (tmp_path / "a_file").write_text("")
    (tmp_path / "a_folder.csv").mkdir()
    path = tmp_path / name

    for refused in (refuse_unwritable, lambda path: write_rows(ROWS, path)):
        with pytest.raises(
            CommandError, match=rf"--out {path}: cannot be written: .*; name a file in"
        ):
            refused(path)


def test_what_the_system_refuses_while_it_is_written_is_told_too() -> None:
    path = Path("/proc/self/x.csv")

    with pytest.raises(CommandError, match=rf"--out {path}: cannot be written: "):
        write_rows(ROWS, path)


def test_rows_are_written_into_a_folder_that_is_not_there_yet(tmp_path: Path) -> None:
    write_rows(ROWS, tmp_path / "new" / "x.csv")

    assert (tmp_path / "new" / "x.csv").read_text() == "order_id\n1\n"
