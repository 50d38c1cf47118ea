"""A sweep that kills itself at a named point; run as a process.

Arguments: house's folder, settings (JSON), point, how often it is passed first.
Deliveries are killed in ``tests/faults``.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

from pydantic import TypeAdapter

from orchestration.resources.transports.collect import Watch, collect
from orchestration.resources.transports.opening import open_transport
from orchestration.resources.transports.pulls import PullJournal
from orchestration.resources.transports.settings import TransportSettings


def killer(point: str, passes: int) -> Callable[[str], None]:
    """Kills this process at the point, at the time after ``passes``."""
    left = [passes]

    def reached(where: str) -> None:
        if where == point:
            if left[0] == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            left[0] -= 1

    return reached


def main(root: Path, text: str, point: str, passes: int) -> None:
    """Sweep and die on the way."""
    settings = TypeAdapter(TransportSettings).validate_json(text)
    journal = PullJournal(root / "transports.sqlite")
    way = open_transport("acme", settings, root, journal.cursors("acme"))
    watch = Watch(reached=killer(point, passes))
    collect("acme", way, root / "drop", journal, watch)


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:4], passes=int(sys.argv[4]))
