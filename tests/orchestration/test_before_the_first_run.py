"""Commands that read what runs made, in a house where none ran."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from orchestration.cli.quarantine import list_waiting
from orchestration.cli.summary import print_newest
from orchestration.cli.why import explain_order
from orchestration.resources.house import RunRefusedError

COMMANDS = [lambda: explain_order("1001"), list_waiting, print_newest]


@pytest.mark.parametrize("command", COMMANDS, ids=["why", "quarantine", "summary"])
def test_it_says_that_nothing_ran_yet(
    command: Callable[[], int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ORDERHOUSE_HOME", str(tmp_path / "house"))

    with pytest.raises(RunRefusedError, match="nothing ran yet: make run"):
        command()
