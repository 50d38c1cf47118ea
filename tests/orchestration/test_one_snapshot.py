"""Reads that belong together agree, whatever is written meanwhile."""

from __future__ import annotations

from pathlib import Path

import pytest

from orchestration.resources.home import Home
from orchestration.resources.lakehouse import LakeError, Lakehouse, connect


@pytest.mark.slow
def test_reads_of_one_snapshot_do_not_see_what_another_writes(tmp_path: Path) -> None:
    home = Home.at(tmp_path)
    lake = Lakehouse(home)
    lake.execute("create table lake.bronze.counted (n bigint)")
    with lake.one_snapshot():
        assert lake.count("bronze.counted") == 0
        other = connect(home)
        other.execute("insert into lake.bronze.counted values (1)")
        other.close()
        assert lake.count("bronze.counted") == 0
        with pytest.raises(LakeError, match="cannot write meanwhile"):  # noqa: SIM117 the refusal is of the inner one
            with lake.transaction("test", "inside a snapshot that is read"):
                raise AssertionError("never entered")
    assert lake.count("bronze.counted") == 1
    lake.close()
