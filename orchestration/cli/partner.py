"""``orderhouse partner …``: a new partner, its kit, its certification."""

from __future__ import annotations

from typing import Annotated

import typer

partner_app = typer.Typer(no_args_is_help=True, help="Partners: new, kit, certify.")


@partner_app.command()
def new(  # noqa: PLR0917 one option a question
    partner_id: Annotated[str, typer.Option("--id", prompt="Id, snake case, for ever")],
    display_name: Annotated[str, typer.Option("--name", prompt="Name people use")],
    role: Annotated[str, typer.Option(prompt="Role: channel, 3pl, own")] = "3pl",
    zone: Annotated[
        str, typer.Option(prompt="Time zone of local times in its files")
    ] = "UTC",
    currency: Annotated[
        str, typer.Option(prompt="Currency where its files name none")
    ] = "USD",
    formats: Annotated[
        str, typer.Option(prompt="Formats it sends, joined by commas")
    ] = "csv_stock",
    instructions: Annotated[
        str, typer.Option(prompt="Format it gets orders in, empty for none")
    ] = "",
    interchange_id: Annotated[
        str, typer.Option(prompt="X12 or EDIFACT id, empty for none")
    ] = "",
    answers: Annotated[
        str, typer.Option(prompt="How it is answered: csv, x12, edifact, none")
    ] = "csv",
    language: Annotated[str, typer.Option(prompt="Language: en, zh")] = "en",
    owner: Annotated[
        str, typer.Option(prompt="Who is asked when something is wrong")
    ] = "team:logistics",
) -> None:
    """Ask, and write the partner's one file."""
    from orchestration.cli.main import leave  # noqa: PLC0415 it names us
    from orchestration.cli.partner_setup import (  # noqa: PLC0415 slow
        Answers,
        write_partner,
    )

    said = Answers(
        partner_id=partner_id,
        display_name=display_name,
        role=role,
        owner=owner,
        zone=zone,
        currency_code=currency,
        interchange_id=interchange_id,
        answers=answers,
        language=language,
        formats=_listed(formats),
        instructions=_listed(instructions),
    )
    leave(lambda: write_partner(said))


@partner_app.command()
def kit(
    partner_id: Annotated[str, typer.Argument(help="Partner's id, or its YAML.")],
    out: Annotated[str, typer.Option(help="Folder for the kit.")],
) -> None:
    """Write what a partner needs: guide, maps, samples with reports, scenarios."""
    from orchestration.cli.kit import write_kit  # noqa: PLC0415 slow
    from orchestration.cli.main import leave  # noqa: PLC0415 it names us

    leave(lambda: write_kit(partner_id, out))


@partner_app.command()
def certify(
    partner_id: Annotated[str, typer.Argument(help="Partner's id, or its YAML.")],
    sandbox: Annotated[str, typer.Option(help="Folder of the sandbox.")],
) -> None:
    """Play the numbered scenarios against a sandbox folder; write a result sheet."""
    from orchestration.cli.certify import certify as run  # noqa: PLC0415 slow
    from orchestration.cli.main import leave  # noqa: PLC0415 it names us

    leave(lambda: run(partner_id, sandbox))


def _listed(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())
