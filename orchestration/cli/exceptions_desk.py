"""``orderhouse exceptions …``: the commands of the queue, light to load.

What they do is in ``cli.exceptions``.
"""

from __future__ import annotations

from typing import Annotated

import typer

from orchestration.cli.leaving import leave

exceptions_app = typer.Typer(
    no_args_is_help=True, help="What needs a person: whose it is, and what is known."
)

Name = Annotated[str, typer.Argument(help="CODE/SUBJECT, or SUBJECT where it has one.")]
Author = Annotated[str, typer.Option(help="Who does it: an account.")]
Note = Annotated[str, typer.Option(help="What is known; shown, so nothing personal.")]
At = Annotated[str, typer.Option(help="When it was done; now when not given.")]


@exceptions_app.command("list")
def list_command(
    owner: Annotated[str, typer.Option(help="Whose.")] = "",
    code: Annotated[str, typer.Option(help="Stable code.")] = "",
    snoozed: Annotated[
        bool, typer.Option("--snoozed", help="Those that rest as well.")
    ] = False,
    out: Annotated[
        str, typer.Option(help="File for every one, .csv or .parquet.")
    ] = "",
) -> None:
    """List what is open, first what is worth most for longest."""
    from orchestration.cli.exceptions import list_open  # noqa: PLC0415 slow

    leave(lambda: list_open(owner, code, is_all=snoozed, out=out))


@exceptions_app.command("show")
def show_command(name: Name) -> None:
    """Show one: what is wrong, what to do, and what was done about it."""
    from orchestration.cli.exceptions import show  # noqa: PLC0415 slow

    leave(lambda: show(name))


@exceptions_app.command("note")
def note_command(
    name: Name,
    text: Annotated[str, typer.Argument(help="What is known; no personal data.")],
    author: Author,
    at: At = "",
) -> None:
    """Write down what is known of one."""
    _act(name, "NOTE", {"remark": text}, author, at)


@exceptions_app.command("assign")
def assign_command(
    name: Name,
    owner: Annotated[str, typer.Argument(help="Team or account.")],
    author: Author,
    note: Note = "",
    at: At = "",
) -> None:
    """Hand one over."""
    _act(name, "ASSIGN", {"owner": owner, "remark": note}, author, at)


@exceptions_app.command("snooze")
def snooze_command(
    name: Name,
    until: Annotated[str, typer.Option(help="Date on which it is listed again.")],
    author: Author,
    note: Note = "",
    at: At = "",
) -> None:
    """Let one rest until a date, or until it changes."""
    _act(name, "SNOOZE", {"snoozed_until": until, "remark": note}, author, at)


def _act(name: str, action: str, cells: dict[str, str], author: str, at: str) -> None:
    from orchestration.cli.exceptions import act  # noqa: PLC0415 slow

    leave(lambda: act(name, action, cells, author, at))
