"""What a command says when it cannot do what was asked."""

from __future__ import annotations

from orchestration.resources.refusal import RefusalError


class CommandError(RefusalError):
    """A command cannot do what was asked; the message says what to do."""
