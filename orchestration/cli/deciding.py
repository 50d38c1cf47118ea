"""``orderhouse replay | what-if | relations | allocate``: decisions, made once more.

Nothing of a house is written. What they do stands in a file of each one's name.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from orchestration.cli.leaving import leave
from orchestration.cli.said_once import SaidOnce

DATES = ["%Y-%m-%d"]


def replay(
    run: Annotated[str, typer.Option(help="First digits of its id; the newest.")] = "",
    day: Annotated[
        datetime | None,
        typer.Option("--date", formats=DATES, help="All runs of a business date."),
    ] = None,
    share: Annotated[
        int, typer.Option(help="Per cent of the lines to compare, by hash.")
    ] = 100,
) -> None:
    """Decide a run's allocation again, from its snapshot by its rules; compare hashes.

    0: the same to the byte; 1: something differs, and what.
    """
    from orchestration.cli.replay import replay_command  # noqa: PLC0415 slow

    leave(lambda: replay_command(run, day.date() if day else None, share))


def what_if_command(  # noqa: PLR0917 one option each
    run: Annotated[str, typer.Option(help="First digits of its id; the newest.")] = "",
    rules: Annotated[
        list[Path] | None,
        typer.Option(help="YAML like policies/allocation.yaml, changes too."),
    ] = None,
    sourcing: Annotated[
        list[str] | None, typer.Option(help="nearest, cheapest, fewest_parcels, …")
    ] = None,
    fairness: Annotated[
        list[str] | None, typer.Option(help="strict, within_class or off.")
    ] = None,
    node_down: Annotated[
        list[str] | None, typer.Option(help="A node that ships nothing.")
    ] = None,
    unpinned: Annotated[
        bool, typer.Option("--unpinned", help="Without what somebody pinned.")
    ] = False,
    demand: Annotated[int, typer.Option(help="Per cent more orders, or fewer.")] = 0,
    freight: Annotated[int, typer.Option(help="Per cent dearer, or cheaper.")] = 0,
    out: Annotated[
        str, typer.Option(help="File for every order decided otherwise.")
    ] = "",
    since: Annotated[
        datetime | None,
        typer.Option("--from", formats=DATES, help="First business date of several."),
    ] = None,
    until: Annotated[
        datetime | None,
        typer.Option("--to", formats=DATES, help="Last business date of them."),
    ] = None,
) -> None:
    """Decide a run, or days of them, under other rules or circumstances, side by side.

    Each run goes by the rules that it kept, in force on its business date. Of days,
    each finds the stock and the room that the variant's own runs before left, and what
    waits because of them. What waits has no cost: read the cost beside what ships.

    The same as frames: of_run and of_days of orchestration.resources.what_ifs.
    """
    from orchestration.cli.what_if import Question, what_if  # noqa: PLC0415 slow

    asked = Question(
        run,
        rules or [],
        sourcing or [],
        node_down or [],
        demand,
        freight,
        out,
        unpinned,
        fairness or [],
        since.date() if since else None,
        until.date() if until else None,
    )
    leave(lambda: what_if(asked))


def relations() -> None:
    """Check what must hold of any allocation, on the newest run's own inputs.

    Rows in another order, tables in two parts and other names decide the same. With
    an each more of everything, the first order in demand order that gets another
    number of eaches gets more (fairness: strict). 0: all hold; 1: one is broken.
    """
    from orchestration.cli.relations import relations_command  # noqa: PLC0415 slow

    leave(relations_command)


def allocate(  # noqa: PLR0917 as many as it has options
    problem: Annotated[Path, typer.Argument(help="Folder of Parquet files.")],
    out: Annotated[Path, typer.Option(help="Folder for what is decided.")],
    mode: Annotated[
        str, typer.Option(help="best: negotiated prices; fast: nearest first.")
    ] = "best",
    seconds: Annotated[
        float, typer.Option(help="Budget; then what is at hand is finished.", min=0)
    ] = 0,
    threads: Annotated[
        int, typer.Option(help="Of any number the answer is the same.", min=1)
    ] = 2,
    prices: Annotated[
        Path | None, typer.Option(help="prices.parquet of a run before, to start from.")
    ] = None,
    trace: Annotated[
        bool, typer.Option("--trace", help="Write every candidate to trace.parquet.")
    ] = False,
) -> None:
    """Decide who ships what at least cost, with a proven bound and a certificate.

    docs/allocation.md says what the files are; no house is needed.
    """
    from orchestration.cli.allocate import Wish, allocate_files  # noqa: PLC0415 slow

    wish = Wish(mode, seconds, threads, prices, trace)
    leave(lambda: allocate_files(problem, out, wish))


def add_to(app: typer.Typer) -> None:
    """Have an application know these commands."""
    app.command(cls=SaidOnce)(replay)
    app.command("what-if", cls=SaidOnce)(what_if_command)
    app.command(cls=SaidOnce)(relations)
    app.command(cls=SaidOnce)(allocate)
