"""How a command ends: its exit code, and why it could not run."""

from __future__ import annotations

import sys
from collections.abc import Callable

import duckdb
import typer

from orchestration.resources.refusal import RefusalError

CLEAN, WITH_EXCEPTIONS, COULD_NOT_RUN = 0, 1, 2
"""Exit codes: nothing to look at · finished, see the exceptions · did not run."""


def leave(command: Callable[[], object]) -> None:
    """Run a command and leave with its exit code; say why it could not run."""
    try:
        code = command()
    except RefusalError as error:
        sys.stderr.write(f"orderhouse: {error}\n")
        code = COULD_NOT_RUN
    except (duckdb.BinderException, duckdb.CatalogException) as error:
        # Most commands end well, and need not wait for what asks a lake.
        from orchestration.resources.other_version import explained  # noqa: PLC0415

        told = explained(error)
        if told is None:
            raise
        sys.stderr.write(f"orderhouse: {told}\n")
        code = COULD_NOT_RUN
    raise typer.Exit(code if isinstance(code, int) else CLEAN)
