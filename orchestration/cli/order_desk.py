"""``orderhouse hold | unhold | cancel | approve | pin | unpin | substitute ORDER``.

Light to load: what they do is in ``cli.order_actions`` and ``cli.substituting``.
"""

from __future__ import annotations

from typing import Annotated

import typer

from orchestration.cli.leaving import leave

Order = Annotated[str, typer.Argument(help="Order number, id or line id.")]
Author = Annotated[str, typer.Option(help="Who does it: an account.")]
Reason = Annotated[str, typer.Option(help="FRAUD, ADDRESS, MANUAL … (docs/formats).")]
AnyReason = Annotated[str, typer.Option(help="Reason to end; every one if none.")]
Line = Annotated[str, typer.Option(help="One line's id; the whole order if none.")]
Note = Annotated[str, typer.Option(help="Free text; lands with it.")]
At = Annotated[str, typer.Option(help="When it was done; now when not given.")]

Until = Annotated[
    str, typer.Option(help="Last business date of it; without, until it is let go.")
]


def hold(  # noqa: PLR0917 one option each
    order: Order,
    reason: Reason,
    author: Author,
    line: Line = "",
    note: Note = "",
    at: At = "",
    until: Until = "",
) -> None:
    """Hold an order for a reason: nothing of it is allocated or sent."""
    ends = {"until_date": until}
    _act("HOLD", order, reason, author, line, note, at, ends)


def unhold(
    order: Order,
    author: Author,
    reason: AnyReason = "",
    line: Line = "",
    note: Note = "",
    at: At = "",
) -> None:
    """End a hold: the order goes on where it waited."""
    _act("UNHOLD", order, reason, author, line, note, at)


def cancel(
    order: Order,
    reason: Reason,
    author: Author,
    line: Line = "",
    note: Note = "",
    at: At = "",
) -> None:
    """Cancel what is not sent; what a node has been told of is asked back."""
    _act("CANCEL", order, reason, author, line, note, at)


def approve(
    order: Order, author: Author, note: Note = "", at: At = "", until: Until = ""
) -> None:
    """Approve an order that waits for it."""
    _act("APPROVE", order, "", author, "", note, at, {"until_date": until})


def pin(  # noqa: PLR0917 one option each
    order: Order,
    node: Annotated[str, typer.Argument(help="The node that it is to ship from.")],
    until: Annotated[str, typer.Option(help="Last business date that it holds.")],
    reason: Reason,
    author: Author,
    line: Line = "",
    note: Note = "",
    at: At = "",
) -> None:
    """Have an order ship from one node; what that costs: orderhouse why."""
    pinned = {"node_ref": node, "until_date": until}
    _act("PIN", order, reason, author, line, note, at, pinned)


def unpin(
    order: Order, author: Author, line: Line = "", note: Note = "", at: At = ""
) -> None:
    """End a pin: the order ships from where it costs least."""
    _act("UNPIN", order, "", author, line, note, at)


def substitute(  # noqa: PLR0917 one option each
    order: Order,
    line: Annotated[str, typer.Argument(help="The line's id.")],
    sku: Annotated[str, typer.Argument(help="SKU that is sent instead.")],
    author: Author,
    qty: Annotated[int, typer.Option(min=0, help="Eaches of it; all that wait.")] = 0,
    ratio: Annotated[
        int,
        typer.Option(min=0, help="Eaches of the SKU for one; as csv_substitutions."),
    ] = 0,
    note: Note = "",
    at: At = "",
) -> None:
    """Send another SKU for eaches of a line that wait; its price stays."""
    from orchestration.cli.substituting import (  # noqa: PLC0415 slow
        substitute as decide,
    )

    leave(
        lambda: decide(order, line, sku, author, qty=qty, ratio=ratio, note=note, at=at)
    )


def add_to(app: typer.Typer) -> None:
    """Have an application know these commands."""
    for command in (hold, unhold, cancel, approve, pin, unpin, substitute):
        app.command()(command)


def _act(  # noqa: PLR0917 one argument a column
    action: str,
    order: str,
    reason: str,
    author: str,
    line: str,
    note: str,
    at: str,
    also: dict[str, str] | None = None,
) -> None:
    from orchestration.cli.order_actions import act  # noqa: PLC0415 slow

    leave(
        lambda: act(
            action,
            order,
            author,
            reason=reason,
            line=line,
            note=note,
            at=at,
            also=also or {},
        )
    )
