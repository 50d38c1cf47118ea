"""The command ``orderhouse``; each subcommand lives in its own file."""

from __future__ import annotations

import ctypes
import gc
import os
import sys
import traceback
from pathlib import Path
from typing import Annotated

try:
    import typer

    from orchestration.cli import deciding, inquiries, order_desk
    from orchestration.cli.desk import quarantine_app
    from orchestration.cli.exceptions_desk import exceptions_app
    from orchestration.cli.leaving import COULD_NOT_RUN, leave
    from orchestration.cli.outbox import outbox_app
    from orchestration.cli.partner import partner_app
except ImportError as missing:
    # Python would leave with 1, and 1 is a success here: 2 is "could not run".
    sys.stderr.write(f"orderhouse: {missing}: make clean setup\n")
    sys.exit(2)


def _settle_memory() -> None:
    """Have memory reused rather than searched and returned; each saves about 10 %.

    Dagster, dbt and their like are a million objects that stay; with Python's
    own threshold the collector walks them again and again. And glibc would give
    every freed buffer back to the kernel, to be zeroed when asked for again.
    """
    gc.set_threshold(50_000, 20, 50)
    if sys.platform == "linux":
        glibc = ctypes.CDLL(None)
        for parameter, value in (MMAP_FROM, TRIM_FROM):
            if hasattr(glibc, "mallopt"):
                glibc.mallopt(parameter, value)


MMAP_FROM, TRIM_FROM = (-3, 128 << 20), (-1, 512 << 20)
"""Parameters of glibc's mallopt (malloc.h): M_MMAP_THRESHOLD, M_TRIM_THRESHOLD."""

_settle_memory()

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="An order management system that lives on a lakehouse.",
    epilog=(
        "ORDERHOUSE_HOME=FOLDER before a command says where the house lies;"
        " data/lakehouse of the checkout without it."
    ),
)

app.add_typer(partner_app, name="partner")
app.add_typer(quarantine_app, name="quarantine")
app.add_typer(outbox_app, name="outbox")
app.add_typer(exceptions_app, name="exceptions")

Size = Annotated[
    str,
    typer.Option(
        help="History of the sample company: day, week, eight_weeks, season, year;"
        " or faultless_week, in which no partner errs."
    ),
]


@app.command()
def demo(
    size: Size = "eight_weeks",
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Throw the old house away first.")
    ] = False,
) -> None:
    """Load the sample company's history, then play three business days."""
    from orchestration.cli.demo import play_demo  # noqa: PLC0415 slow

    leave(lambda: play_demo(size, is_fresh=fresh))


@app.command()
def run(
    date: Annotated[
        str, typer.Option(help="Business date: as of its end in the company's zone.")
    ] = "",
    as_of: Annotated[
        str, typer.Option(help="Instant, local to the company when it has no offset.")
    ] = "",
    backfill: Annotated[
        tuple[str, str], typer.Option(help="First and last business date.")
    ] = ("", ""),
    size: Annotated[
        str, typer.Option(help="Let the sample company of this size play its part.")
    ] = "",
) -> None:
    """Run one instant, one business date, or a range of dates."""
    from orchestration.cli.run import run_command  # noqa: PLC0415 slow

    leave(lambda: run_command(date, as_of, backfill, size))


@app.command()
def rebuild() -> None:
    """Make every table again from landing and compare the hashes."""
    from orchestration.cli.rebuild import rebuild_house  # noqa: PLC0415 slow

    leave(rebuild_house)


@app.command()
def summary() -> None:
    """Print the summary of the newest run again."""
    from orchestration.cli.summary import print_newest  # noqa: PLC0415 slow

    leave(print_newest)


@app.command()
def serve(
    port: Annotated[int, typer.Option(help="Port of the dashboards.", max=65535)] = (
        8501
    ),
    dagster_port: Annotated[int, typer.Option(help="Dagster's port.", max=65535)] = (
        3000
    ),
) -> None:
    """Start the dashboards and Dagster on 127.0.0.1 and print both addresses."""
    from orchestration.cli.serve import serve_both  # noqa: PLC0415 slow

    leave(lambda: serve_both(port, dagster_port))


@app.command()
def doctor() -> None:
    """Say what is missing and how to mend it."""
    from orchestration.cli.doctor import examine  # noqa: PLC0415 slow

    leave(examine)


@app.command()
def landing(
    file: Annotated[
        str, typer.Argument(help="FILE, FILE:LINE, or six first digits of its hash.")
    ],
    lines: Annotated[
        int, typer.Option(help="Lines to show: 20, of FILE:LINE that one.", min=0)
    ] = 0,
) -> None:
    """Show what a partner sent (decrypted: treat it as personal data)."""
    from orchestration.cli.landing import show  # noqa: PLC0415 slow

    leave(lambda: show(file, lines))


@app.command()
def collect(
    partner: Annotated[
        str, typer.Argument(help="Partner; everybody when left out.")
    ] = "",
    again: Annotated[str, typer.Option(help="File to pull once more.")] = "",
) -> None:
    """Pull partners' new files into the drop."""
    from orchestration.cli.collect import collect_command  # noqa: PLC0415 slow

    leave(lambda: collect_command(partner, again))


@app.command()
def parse(
    file: Annotated[Path, typer.Argument(help="Any file a partner sends.")],
    format_name: Annotated[
        str, typer.Option("--format", help="Format; recognised when not named.")
    ] = "",
    profile: Annotated[
        str, typer.Option(help="Partner's id, or the path of its YAML.")
    ] = "",
    out: Annotated[str, typer.Option(help="Folder for rows and rejects.")] = "",
) -> None:
    """Read any file: its canonical rows, and what is refused and why."""
    from orchestration.cli.parse import parse_file  # noqa: PLC0415 slow

    leave(lambda: parse_file(file, format_name, profile, out))


@app.command()
def render(
    name: Annotated[
        str, typer.Argument(help="INSTRUCTION, FILE, or a CSV of a format's rows.")
    ],
    format_name: Annotated[str, typer.Option("--format", help="As x12_850.")] = "",
    profile: Annotated[
        str, typer.Option(help="Receiver's id, or path of its YAML.")
    ] = "",
    control_no: Annotated[int, typer.Option(help="Never used twice.", min=0)] = 0,
    out: Annotated[str, typer.Option(help="Folder for the file.")] = ".",
) -> None:
    """Print a file as it was sent, or an instruction as it would be; sends nothing.

    With --format, --profile and --control-no: write the rows of a CSV as the file
    that a partner expects, as a purchase order.
    """
    from orchestration.cli import render as rendering  # noqa: PLC0415 slow

    if format_name or profile or control_no:
        said = (Path(name), format_name, profile, control_no)
        leave(lambda: rendering.render_file(*said, out=out))
    leave(lambda: rendering.print_sent(name))


@app.command()
def validate(
    file: Annotated[Path, typer.Argument(help="The file to look at before sending.")],
    profile: Annotated[
        str, typer.Option(help="Partner's id, or the path of its YAML.")
    ] = "",
    format_name: Annotated[
        str, typer.Option("--format", help="Format, where the profile does not say.")
    ] = "",
    language: Annotated[str, typer.Option("--lang", help="en or zh.")] = "en",
    out: Annotated[
        str, typer.Option(help="Folder for the report as CSV, JSON and HTML.")
    ] = "",
) -> None:
    """Say what production would say of a file.

    0: good, warnings at most; 1: something was refused; 2: nothing of it is usable.
    """
    from orchestration.cli.validate import validate_file  # noqa: PLC0415 slow

    leave(lambda: validate_file(file, profile, format_name, language, out))


for room in (inquiries, deciding, order_desk):
    room.add_to(app)


def main() -> None:
    """Run the command; whatever nobody foresaw is "could not run", never "1".

    Python leaves with 1 when something was not caught, and 1 is a success here.
    """
    try:
        app()
    except Exception as error:  # noqa: BLE001 the last door
        if os.environ.get("ORDERHOUSE_TRACEBACK"):
            traceback.print_exc()
        remedy = (
            "make clean setup"
            if isinstance(error, ImportError)
            else "ORDERHOUSE_TRACEBACK=1 shows where; `orderhouse doctor` may say why"
        )
        sys.stderr.write(f"orderhouse: {type(error).__name__}: {error}\n  {remedy}\n")
        sys.exit(COULD_NOT_RUN)


if __name__ == "__main__":
    main()
