"""``orderhouse outbox …``: the commands of what we sent, light to load.

What they do is in ``cli.outgoing``.
"""

from __future__ import annotations

from typing import Annotated

import typer

from orchestration.cli.leaving import leave

outbox_app = typer.Typer(
    no_args_is_help=True, help="What was sent to partners, and where it stands."
)

Author = Annotated[str, typer.Option(help="Who asks for it.")]
Reason = Annotated[str, typer.Option(help="Why; it lands with what is done.")]
At = Annotated[str, typer.Option(help="Hour of it; now when not given.")]


@outbox_app.command("list")
def list_command(
    partner: Annotated[str, typer.Option(help="Who was told.")] = "",
    state: Annotated[str, typer.Option(help="SENT, RECEIPT_OK, CLOSED, …")] = "",
    overdue: Annotated[
        bool, typer.Option("--overdue", help="Only what is late.")
    ] = False,
) -> None:
    """Count files and instructions by state; name one of these for the rows."""
    from orchestration.cli.outgoing import list_sent  # noqa: PLC0415 slow

    leave(lambda: list_sent(partner, state, is_overdue=overdue))


@outbox_app.command("show")
def show_command(
    name: Annotated[str, typer.Argument(help="FILE, PARTNER/FILE or INSTRUCTION.")],
) -> None:
    """Show a file or an instruction: its state, how it came to it, what is in it."""
    from orchestration.cli.outgoing import show_sent  # noqa: PLC0415 slow

    leave(lambda: show_sent(name))


@outbox_app.command("resend")
def resend_command(
    name: Annotated[str, typer.Argument(help="FILE or PARTNER/FILE.")],
    author: Author,
    reason: Reason,
    at: At = "",
) -> None:
    """Send a file once more: the same bytes under the same control number."""
    from orchestration.cli.outgoing import resend_file  # noqa: PLC0415 slow

    leave(lambda: resend_file(name, author, reason, at))


@outbox_app.command("correct")
def correct_command(  # noqa: PLR0917 one option a cell
    name: Annotated[str, typer.Argument(help="INSTRUCTION; FILE for a service.")],
    author: Author,
    reason: Reason,
    service: Annotated[str, typer.Option(help="STANDARD or EXPEDITED.")] = "",
    recipient: Annotated[str, typer.Option(help="Name of who gets it.")] = "",
    street: Annotated[str, typer.Option(help="First address line.")] = "",
    street2: Annotated[str, typer.Option(help="Second address line.")] = "",
    city: Annotated[str, typer.Option(help="City.")] = "",
    postal_code: Annotated[str, typer.Option(help="Postal code.")] = "",
    region: Annotated[str, typer.Option(help="State or province code.")] = "",
    country: Annotated[str, typer.Option(help="Country, ISO 3166 alpha-2.")] = "",
    phone: Annotated[str, typer.Option(help="The recipient's.")] = "",
    qty: Annotated[str, typer.Option(help="LINE=EACHES, fewer than it was.")] = "",
    again: Annotated[
        bool, typer.Option("--again", help="As it stands: the first was not read.")
    ] = False,
    at: At = "",
) -> None:
    """Correct what a node was told: by another document, under another number."""
    from orchestration.cli.corrections import correct  # noqa: PLC0415 slow

    changes = {
        "service_code": service,
        "ship_to_name": recipient,
        "ship_to_street": street,
        "ship_to_street2": street2,
        "ship_to_city": city,
        "ship_to_postal_code": postal_code,
        "ship_to_region": region,
        "ship_to_country": country,
        "ship_to_phone": phone,
        "qty": qty,
        "again": "yes" if again else "",
    }
    said = {column: text for column, text in changes.items() if text}
    leave(lambda: correct(name, said, author, reason, at))


@outbox_app.command("withdraw")
def withdraw_command(
    name: Annotated[str, typer.Argument(help="INSTRUCTION, FILE or PARTNER/FILE.")],
    author: Author,
    reason: Reason,
    unread_confirmed_by: Annotated[
        str, typer.Option(help="Who at the node says that they never read it.")
    ] = "",
    at: At = "",
) -> None:
    """Take back what a node could not read or never read; it goes elsewhere."""
    from orchestration.cli.withdrawals import withdraw  # noqa: PLC0415 slow

    leave(lambda: withdraw(name, author, reason, unread_confirmed_by, at))
