"""``orderhouse quarantine …``: the commands of the desk, light to load.

What they do is in ``cli.quarantine`` and ``cli.mend``.
"""

from __future__ import annotations

from typing import Annotated

import typer

from orchestration.cli.leaving import leave

quarantine_app = typer.Typer(
    no_args_is_help=True, help="What waits in quarantine, why, and how it goes on."
)
mend_app = typer.Typer(
    no_args_is_help=True, help="Write a document that sets free what waits."
)
quarantine_app.add_typer(mend_app, name="mend")

Author = Annotated[str, typer.Option(help="Who mends.")]
Reason = Annotated[str, typer.Option(help="Why; it lands with the mend.")]
At = Annotated[
    str, typer.Option(help="Hour; now, or after the newest run if it plays the past.")
]
Place = Annotated[str, typer.Argument(help="FILE:LINE, or first digits of a hash.")]


@quarantine_app.command("list")
def list_command(
    code: Annotated[str, typer.Option(help="Stable code.")] = "",
    partner: Annotated[str, typer.Option(help="Who sent it.")] = "",
    document: Annotated[str, typer.Option(help="orders, receipts, …")] = "",
) -> None:
    """Count what waits; name a code, partner or document for its rows."""
    from orchestration.cli.quarantine import list_waiting  # noqa: PLC0415 slow

    leave(lambda: list_waiting(code, partner, document))


@quarantine_app.command("show")
def show_command(
    place: Place,
    raw: Annotated[
        bool, typer.Option("--raw", help="The line as landed: personal data.")
    ] = False,
    language: Annotated[str, typer.Option("--lang", help="en or zh.")] = "en",
) -> None:
    """Say what is wrong with a line, and how it is mended."""
    from orchestration.cli.quarantine import show_case  # noqa: PLC0415 slow

    leave(lambda: show_case(place, language, is_raw=raw))


@quarantine_app.command("replay")
def replay_command() -> None:
    """Say what the next run will release."""
    from orchestration.cli.quarantine import replay  # noqa: PLC0415 slow

    leave(replay)


@mend_app.command("alias")
def alias_command(  # noqa: PLR0917 one option a column
    alias: Annotated[str, typer.Argument(help="The name that partners use.")],
    sku: Annotated[str, typer.Argument(help="SKU it stands for.")],
    author: Author,
    reason: Reason,
    eaches: Annotated[int, typer.Option(help="Eaches of one: 12 for a case.")] = 1,
    used_by: Annotated[str, typer.Option(help="Partner; everybody if none.")] = "",
    kind: Annotated[str, typer.Option(help="SKU, UPC, EAN, ASIN, VENDOR.")] = "SKU",
    valid_from: Annotated[
        str, typer.Option("--from", help="First date; that of what waits.")
    ] = "",
    at: At = "",
    is_ahead: Annotated[
        bool, typer.Option("--ahead", help="The SKU's product comes later.")
    ] = False,
) -> None:
    """Give a SKU another name: what waits for the name goes on."""
    from orchestration.cli import mend  # noqa: PLC0415 slow

    leave(
        lambda: mend.mend_alias(
            alias,
            sku,
            author,
            reason,
            eaches=eaches,
            used_by=used_by,
            kind=kind,
            valid_from=valid_from,
            at=at,
            is_ahead=is_ahead,
        )
    )


@mend_app.command("row")
def row_command(
    document: Annotated[str, typer.Argument(help="products, nodes, receipts, …")],
    cells: Annotated[list[str], typer.Argument(help="column=text …")],
    author: Author,
    reason: Reason,
    at: At = "",
) -> None:
    """Write one row of a document in the operators' name."""
    from orchestration.cli import mend  # noqa: PLC0415 slow

    leave(lambda: mend.mend_row(document, cells, author, reason, at))


@mend_app.command("line")
def line_command(
    place: Place,
    author: Author,
    reason: Reason,
    cells: Annotated[
        list[str] | None, typer.Argument(help="column=text … to change.")
    ] = None,
    file: Annotated[
        str, typer.Option("--with", help="A file that counts instead.")
    ] = "",
    at: At = "",
) -> None:
    """Put a corrected line in the place of one that waits."""
    from orchestration.cli import mend  # noqa: PLC0415 slow

    leave(lambda: mend.mend_line(place, cells or [], author, reason, file=file, at=at))


@mend_app.command("count")
def count_command(
    node: Annotated[str, typer.Argument(help="Node whose newest count we doubt.")],
    author: Author,
    reason: Reason,
    at: At = "",
) -> None:
    """Vouch for a count that is implausible: what it says counts."""
    from orchestration.cli.doubted_counts import mend_count  # noqa: PLC0415 slow

    leave(lambda: mend_count(node, author, reason, at))
