"""What is expensive to make, made once a session: by the first worker who needs it.

Nobody works in what is made: who needs it reads it there or copies it. It lies in
the session's own folder, so no session meets what another one's code made.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from filelock import FileLock


def made_once(
    name: str, make: Callable[[Path], None], factory: pytest.TempPathFactory
) -> Path:
    """The folder that ``make`` filled for the first worker of the session.

    Args:
        name: of the folder, one for each thing that is made.
        make: fills the folder it is given, which does not stand yet.
        factory: of the worker's folders.
    """
    mine = factory.getbasetemp()
    ours = mine.parent if "PYTEST_XDIST_WORKER" in os.environ else mine
    made = ours / f"{name}_made"
    with FileLock(ours / f"{name}.lock"):
        if not made.exists():
            unfinished = factory.mktemp(name) / "made"
            make(unfinished)
            unfinished.rename(made)
    return made
