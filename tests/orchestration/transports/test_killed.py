"""Killed at every named point, a sweep repeats nothing and loses nothing."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from orchestration.resources.transports import collect as collecting
from orchestration.resources.transports.collect import Collection, collect
from orchestration.resources.transports.opening import open_transport
from orchestration.resources.transports.pulls import PullJournal
from orchestration.resources.transports.settings import (
    FolderSettings,
    Limits,
    PagesSettings,
    TransportSettings,
)
from tests.orchestration.transports import killed
from tests.orchestration.transports.web_place import Answering, Shop, WebPlace

LONG_AGO = 1_700_000_000


def _killed(root: Path, settings: Limits, point: str, passes: int = 0) -> None:
    """Sweep in a process that dies at the point."""
    command = [sys.executable, killed.__file__, str(root), settings.model_dump_json()]
    done = subprocess.run([*command, point, str(passes)], check=False, timeout=20)
    assert -signal.SIGKILL == done.returncode


def _swept(root: Path, settings: TransportSettings) -> Collection:
    journal = PullJournal(root / "transports.sqlite")
    way = open_transport("acme", settings, root, journal.cursors("acme"))
    try:
        return collect("acme", way, root / "drop", journal)
    finally:
        way.close()
        journal.close()


def _landed(root: Path) -> list[bytes]:
    """Take everything out of the drop, as a run does; returns the contents."""
    folder = root / "drop" / "acme"
    files = [
        path
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.suffix != ".part" and path.name[0] != "."
    ]
    contents = [path.read_bytes() for path in files]
    for path in files:
        path.unlink()
    return contents


@pytest.mark.parametrize("passes", [0, 1])
@pytest.mark.parametrize("point", collecting.POINTS)
def test_files_of_a_folder_come_exactly_once(
    tmp_path: Path, point: str, passes: int
) -> None:
    (tmp_path / "in").mkdir()
    contents = [f"order {n}".encode() for n in range(3)]
    for number, content in enumerate(contents):
        path = tmp_path / "in" / f"{number}.csv"
        path.write_bytes(content)
        os.utime(path, (LONG_AGO, LONG_AGO))
    settings = FolderSettings(inbox="in", settle_seconds=0)

    _killed(tmp_path, settings, point, passes)
    landed = _landed(tmp_path)
    done = _swept(tmp_path, settings)
    landed += _landed(tmp_path)

    assert contents == sorted(landed)
    assert "" == done.failure
    assert Collection() == _swept(tmp_path, settings)


@pytest.mark.parametrize("point", collecting.POINTS)
def test_pages_of_an_api_come_exactly_once(
    tmp_path: Path,
    serve: Callable[[Answering], WebPlace],
    pages_settings: Callable[..., PagesSettings],
    point: str,
) -> None:
    orders: list[dict[str, Any]] = [
        {"id": n, "updated_at": f"2026-11-25T10:{n:02}:00Z"} for n in range(6)
    ]
    settings = pages_settings(serve(Shop(orders)).url)

    _killed(tmp_path, settings, point, passes=1)
    landed = _landed(tmp_path)
    done = _swept(tmp_path, settings)
    landed += _landed(tmp_path)

    rows = [row["id"] for page in landed for row in json.loads(page)["orders"]]
    assert [0, 1, 2, 3, 4, 5] == sorted(rows)
    assert "" == done.failure
    assert Collection() == _swept(tmp_path, settings)


def test_a_part_that_nobody_noted_is_swept_away(tmp_path: Path) -> None:
    parts = tmp_path / "drop" / "acme" / collecting.PARTS
    parts.mkdir(parents=True)
    (parts / "abc.part").write_bytes(b"half")

    _swept(tmp_path, FolderSettings())

    assert [] == list(parts.glob("*.part"))
