"""Compiled kernels are those of the sources as they are now."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from orchestration.kernels import ROOMS, SETTING, state_of

CALLED = "from numba import njit\n@njit(cache=True)\ndef one():\n    return {}\n"
CALLER = """
from numba import njit
from called import one
@njit(cache=True)
def two():
    return one() + 1
print(two())
"""


def test_every_module_that_compiles_stands_where_changes_are_seen(
    project: Path,
) -> None:
    transforms = project / "transforms"
    compiling = {
        path.relative_to(transforms).parts[0]
        for path in transforms.rglob("*.py")
        if "@compiled" in path.read_text() or "njit" in path.read_text()
    }

    assert compiling == set(ROOMS)


def test_the_state_is_that_of_every_source(tmp_path: Path) -> None:
    for room in ROOMS:
        (tmp_path / room).mkdir()
    source = tmp_path / ROOMS[0] / "kernel.py"
    states = []
    for text in ("a", "b", "a"):
        source.write_text(text)
        states.append(state_of(tmp_path))

    assert states[0] == states[2] != states[1]


def test_a_kernel_of_another_state_is_compiled_anew(tmp_path: Path) -> None:
    """In one folder numba would say 2 twice: the caller's file did not change."""
    (tmp_path / "caller.py").write_text(CALLER)
    told = []
    for number in (1, 2):
        (tmp_path / "called.py").write_text(CALLED.format(number))
        told.append(_said(tmp_path, ["caller.py"], SETTING=f"{tmp_path}/{number}"))

    assert ["2", "3"] == told


def test_orderhouse_keeps_them_in_a_folder_of_the_state(project: Path) -> None:
    ask = "import orchestration, numba; print(numba.config.CACHE_DIR)"
    clean = {k: v for k, v in os.environ.items() if k != SETTING}
    told = subprocess.run(
        [sys.executable, "-c", ask],
        cwd=project,
        env=clean,
        capture_output=True,
        text=True,
        check=True,
    )

    assert state_of(project / "transforms") == Path(told.stdout.strip()).name


def _said(folder: Path, arguments: list[str], **settings: str) -> str:
    named = {SETTING: settings["SETTING"]}
    told = subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env=os.environ | named,
        capture_output=True,
        text=True,
        check=True,
    )
    return told.stdout.strip()
