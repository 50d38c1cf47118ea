"""``orderhouse partner …``: a new partner, its kit, its certification."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from orchestration.cli.leaving import leave

partner_app = typer.Typer(
    no_args_is_help=True, help="Partners: new, kit, certify, scorecard."
)


def _one_of(*known: str) -> Callable[[str], str]:
    """A check of an answer: wrong ones are asked again, or refused as an option."""

    def check(value: str) -> str:
        if value not in known:
            raise typer.BadParameter(f"{value!r} is none of {', '.join(known)}")
        return value

    return check


def _fitting(shape: str, right: str) -> Callable[[str], str]:
    def check(value: str) -> str:
        if not re.fullmatch(shape, value):
            raise typer.BadParameter(f"{value!r} is not {right}")
        return value

    return check


def _zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (KeyError, ValueError, OSError) as error:
        raise typer.BadParameter(f"{value!r} is no zone, America/Chicago is") from error
    return value


def _formats(value: str) -> str:
    from orchestration.resources.formats import feed_formats  # noqa: PLC0415 slow

    known = feed_formats()
    return _known(value, known)


def _instructions(value: str) -> str:
    from orchestration.resources.formats import (  # noqa: PLC0415 slow
        instruction_formats,
    )

    return _known(value, instruction_formats())


def _known(value: str, known: list[str]) -> str:
    unknown = [name for name in _listed(value) if name not in known]
    if unknown:
        asked = "" if unknown == ["?"] else f"no format {', '.join(unknown)}; "
        raise typer.BadParameter(f"{asked}formats are {', '.join(known)}")
    return value


@partner_app.command()
def new(  # noqa: PLR0917 one option a question
    partner_id: Annotated[
        str,
        typer.Option(
            "--id",
            prompt="Id, snake case, for ever",
            callback=_fitting("[a-z][a-z0-9_]*", "snake case, such as acme_3pl"),
        ),
    ],
    display_name: Annotated[str, typer.Option("--name", prompt="Name people use")],
    role: Annotated[
        str,
        typer.Option(
            prompt="Role: channel, 3pl, own", callback=_one_of("channel", "3pl", "own")
        ),
    ] = "3pl",
    zone: Annotated[
        str,
        typer.Option(prompt="Time zone of local times in its files", callback=_zone),
    ] = "UTC",
    currency: Annotated[
        str,
        typer.Option(
            prompt="Currency where its files name none",
            callback=_fitting("[A-Z]{3}", "a currency, such as USD"),
        ),
    ] = "USD",
    formats: Annotated[
        str,
        typer.Option(
            prompt="Formats it sends, joined by commas (? lists them)",
            callback=_formats,
        ),
    ] = "csv_stock",
    instructions: Annotated[
        str,
        typer.Option(
            prompt="Format it gets orders in, empty for none (? lists them)",
            callback=_instructions,
        ),
    ] = "",
    interchange_id: Annotated[
        str,
        typer.Option(
            prompt="X12 or EDIFACT id, empty for none",
            callback=_fitting(".{0,15}", "15 characters at most"),
        ),
    ] = "",
    answers: Annotated[
        str,
        typer.Option(
            prompt="How it is answered: csv, x12, edifact, none",
            callback=_one_of("csv", "x12", "edifact", "none"),
        ),
    ] = "csv",
    language: Annotated[
        str, typer.Option(prompt="Language: en, zh", callback=_one_of("en", "zh"))
    ] = "en",
    owner: Annotated[
        str, typer.Option(prompt="Who is asked when something is wrong")
    ] = "team:logistics",
    option: Annotated[
        list[str] | None,
        typer.Option(help="column.sku_ref=Article: of a file with columns of its own."),
    ] = None,
    mailbox: Annotated[
        str,
        typer.Option(
            help="Pattern of files that bring all its X12 or EDIFACT sets, mixed;"
            " by default files are named by what is in them, and may be mixed too."
        ),
    ] = "",
    into: Annotated[
        Path | None, typer.Option(help="Folder of partners; ours when not given.")
    ] = None,
) -> None:
    """Ask, and write the partner's one file."""
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
        options=_mapping(_listed(formats), option or []),
        mailbox=mailbox,
    )
    leave(lambda: write_partner(said, *([into] if into else [])))


def _mapping(formats: tuple[str, ...], given: list[str]) -> dict[str, str]:
    """Options of files with columns of their own; what is not given is asked."""
    from orchestration.cli.partner_setup import (  # noqa: PLC0415 slow
        needed,
        unfit,
    )

    options = dict(text.partition("=")[::2] for text in given)
    if faults := unfit(formats, options):
        raise typer.BadParameter("; ".join(faults), param_hint="--option")
    is_asked = False
    for name in formats:
        for column in needed(name, options):
            asked = typer.prompt(f"Column of its file ({name}) that is our {column}")
            options[f"column.{column}"], is_asked = asked, True
    return _spelling(options) if is_asked else options


def _spelling(options: dict[str, str]) -> dict[str, str]:
    """Options with how its files are spelled; what is usual is not written."""
    from transforms.feeds.reading.text import ENCODINGS  # noqa: PLC0415 slow

    questions: tuple[tuple[str, str, str, Callable[[str], str]], ...] = (
        ("encoding", "Encoding of its files", ENCODINGS[0], _one_of(*ENCODINGS)),
        ("delimiter", "What parts its cells, or tab", ",", _fitting("tab|.", "a sign")),
        ("decimal", "Decimal sign", ".", _one_of(".", ",")),
        ("date_format", "Days and hours, %d.%m.%Y %H:%M; iso", "iso", _date_format),
    )
    for name, question, usual, check in questions:
        if name not in options:
            said = typer.prompt(question, default=usual, value_proc=check)
            options |= {name: said} if said != usual else {}
    return options


def _date_format(value: str) -> str:
    from transforms.feeds.reading.spelling import time_format  # noqa: PLC0415 slow

    try:
        if value != "iso":
            time_format(value)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error
    return value


@partner_app.command()
def kit(
    partner_id: Annotated[str, typer.Argument(help="Partner's id, or its YAML.")],
    out: Annotated[str, typer.Option(help="Folder for the kit.")],
) -> None:
    """Write what a partner needs: guide, maps, samples with reports, scenarios."""
    from orchestration.cli.kit import write_kit  # noqa: PLC0415 slow

    leave(lambda: write_kit(partner_id, out))


@partner_app.command()
def certify(
    partner_id: Annotated[str, typer.Argument(help="Partner's id, or its YAML.")],
    sandbox: Annotated[str, typer.Option(help="Folder of the sandbox.")],
) -> None:
    """Play the numbered scenarios against a sandbox folder; write a result sheet."""
    from orchestration.cli.certify import certify as run  # noqa: PLC0415 slow

    leave(lambda: run(partner_id, sandbox))


@partner_app.command()
def scorecard(
    partner_id: Annotated[str, typer.Argument(help="Partner's id.")],
    month: Annotated[str, typer.Option(help="2017-12, in the partner's zone.")],
    out: Annotated[str, typer.Option(help="Folder for it as HTML and CSV.")] = "",
) -> None:
    """Say how a partner's files were in a month: on time, taken, refused and why."""
    from orchestration.cli.scorecard import scorecard as run  # noqa: PLC0415 slow

    leave(lambda: run(partner_id, month, out))


def _listed(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())
