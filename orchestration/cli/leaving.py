"""How a command ends: its exit code, and why it could not run."""

from __future__ import annotations

import sys
from collections.abc import Callable

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
    except Exception as error:
        told = _of_another_version(error)
        if told is None:
            raise
        sys.stderr.write(f"orderhouse: {told}\n")
        code = COULD_NOT_RUN
    raise typer.Exit(code if isinstance(code, int) else CLEAN)


def _of_another_version(error: Exception) -> str | None:
    """What to do about a lake that lacks what was asked for, if its version is why."""
    # Help asks no lake, and need not wait until DuckDB is loaded.
    duckdb = sys.modules.get("duckdb")
    unknown = (
        () if duckdb is None else (duckdb.BinderException, duckdb.CatalogException)
    )
    if not isinstance(error, unknown):
        return None
    from orchestration.resources.other_version import explained  # noqa: PLC0415 as above

    return explained(error)
