"""A lake with one table to write to."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from orchestration.resources.home import Home
from orchestration.resources.lakehouse import Lakehouse


@pytest.fixture
def lake(tmp_path: Path) -> Iterator[Lakehouse]:
    made = Lakehouse(Home.at(tmp_path))
    made.execute("create table lake.bronze.counted (n bigint, word varchar)")
    yield made
    made.close()
