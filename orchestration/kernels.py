"""Where compiled kernels are kept: apart for each state of their sources.

Numba keeps machine code beside a module and looks at the age of that module alone.
A kernel that calls one of another module has that one's code, and its constants,
inside: after an update it would go on deciding as before, under the new version's
name. So the folder is named after the sources of them all: of modules that compile,
and of those that lend them constants (``LENDING``).
"""

from __future__ import annotations

import hashlib
import os
import shutil
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
KEPT = PROJECT / ".cache" / "kernels"
ROOMS = ("allocation", "forecasting", "lifecycle")
"""Folders of ``transforms`` that compile something."""

LENDING = ("allocation/kernel/desk.py", "lifecycle/transitions.py")
"""Modules that compile nothing, whose constants stand in kernels."""

SETTING = "NUMBA_CACHE_DIR"
MOST = 3
"""States that are kept; of older ones the folders go."""


def state_of(transforms: Path) -> str:
    """A hash of every source that may be part of a kernel."""
    total = hashlib.sha256()
    for path in sources(transforms):
        total.update(path.relative_to(transforms).as_posix().encode() + b"\0")
        total.update(path.read_bytes() + b"\0")
    return total.hexdigest()[:16]


def sources(transforms: Path) -> list[Path]:
    """The modules whose text may be part of a kernel, in order."""
    paths = [path for room in ROOMS for path in (transforms / room).rglob("*.py")]
    return sorted(
        path
        for path in paths
        if path.relative_to(transforms).as_posix() in LENDING
        or any(word in path.read_bytes() for word in (b"@compiled", b"njit"))
    )


def keep_apart() -> None:
    """Have numba keep this state's kernels by themselves; before it is imported.

    Where the checkout cannot be written to, numba finds a place of its own.
    """
    if SETTING in os.environ:
        return
    folder = KEPT / state_of(PROJECT / "transforms")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        os.utime(folder)
        _forget_old()
    except OSError:
        return
    os.environ[SETTING] = str(folder)


def _forget_old() -> None:
    kept = sorted(KEPT.iterdir(), key=lambda path: path.stat().st_mtime, reverse=True)
    for folder in kept[MOST:]:
        shutil.rmtree(folder, ignore_errors=True)
