"""What a command reports in one line instead of a traceback."""

from __future__ import annotations

from orchestration.resources.house import RunRefusedError
from orchestration.resources.lakehouse import LakeError
from orchestration.resources.outbox import OutboxError
from orchestration.resources.vault import VaultError


class CommandError(RuntimeError):
    """A command cannot do what was asked; the message says what to do."""


REFUSALS = (CommandError, LakeError, OutboxError, RunRefusedError, VaultError)
