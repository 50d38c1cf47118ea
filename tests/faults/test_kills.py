"""A wave killed anywhere, started again: as if nobody had killed it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

KILLS = 40
KINDS = ("write", "fsync", "replace", "lake commit", "upload", "remote rename")


def test_nothing_is_lost_or_done_twice_whatever_is_killed_where(tmp_path: Path) -> None:
    """In a process of its own: one that has worked cannot be forked."""
    code = (
        "import json, sys; from pathlib import Path; from tests.faults import kills;"
        " print(json.dumps(kills.kill_often(int(sys.argv[1]), Path(sys.argv[2]))))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(KILLS), str(tmp_path)],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=False,
    )

    assert 0 == done.returncode, done.stderr
    found = json.loads(done.stdout)
    assert [] == found["faults"]
    assert KILLS <= len(found["killed"])
    for kind in KINDS:
        assert any(kind in name for name, _ in found["killed"]), kind
    expected = [["940_000000001.edi", "940_000000002.edi", "EXPEDITED"]]
    assert expected == found["replaced"]
    assert any("manifest" in name for name, _ in found["points"])
