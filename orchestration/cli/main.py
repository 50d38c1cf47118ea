"""The command ``orderhouse``; each subcommand lives in its own file."""

from __future__ import annotations

import ctypes
import gc
import os
import sys
import traceback
from pathlib import Path
from typing import Annotated

CLEAN, WITH_EXCEPTIONS, COULD_NOT_RUN = 0, 1, 2
"""Exit codes: nothing to look at · finished, see the exceptions · did not run."""

try:
    import typer

    from orchestration.cli.desk import quarantine_app
    from orchestration.cli.exceptions_desk import exceptions_app
    from orchestration.cli.order_desk import add_to as add_order_desk
    from orchestration.cli.outbox import outbox_app
    from orchestration.cli.partner import partner_app
    from orchestration.resources.refusal import RefusalError
except ImportError as missing:
    # Python would leave with 1, and 1 is a success here.
    sys.stderr.write(f"orderhouse: {missing}: make clean setup\n")
    sys.exit(COULD_NOT_RUN)


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
def why(
    order: Annotated[str, typer.Argument(help="Order number, id or line id.")],
    replay: Annotated[
        bool, typer.Option("--replay", help="Decide it again and compare hashes.")
    ] = False,
) -> None:
    """Say where each line ships from, what else was considered, and the cost."""
    from orchestration.cli.why import explain_order  # noqa: PLC0415 slow

    leave(lambda: explain_order(order, is_replayed=replay))


@app.command()
def replay(
    run: Annotated[str, typer.Option(help="First digits of its id; the newest.")] = "",
) -> None:
    """Decide a run's allocation again from its snapshot and compare hashes.

    0: the same to the byte; 1: something differs, and what.
    """
    from orchestration.cli.replay import replay_command  # noqa: PLC0415 slow

    leave(lambda: replay_command(run))


@app.command("what-if")
def what_if_command(  # noqa: PLR0917 one option each
    run: Annotated[str, typer.Option(help="First digits of its id; the newest.")] = "",
    rules: Annotated[
        list[Path] | None, typer.Option(help="YAML like policies/allocation.yaml.")
    ] = None,
    sourcing: Annotated[
        list[str] | None, typer.Option(help="nearest, cheapest, fewest_parcels, …")
    ] = None,
    node_down: Annotated[
        list[str] | None, typer.Option(help="A node that ships nothing.")
    ] = None,
    demand: Annotated[int, typer.Option(help="Per cent more orders, or fewer.")] = 0,
    freight: Annotated[int, typer.Option(help="Per cent dearer, or cheaper.")] = 0,
    out: Annotated[
        str, typer.Option(help="File for every order decided otherwise.")
    ] = "",
) -> None:
    """Decide a run's allocation under other rules or circumstances, side by side."""
    from orchestration.cli.what_if import Question, what_if  # noqa: PLC0415 slow

    asked = Question(
        run, rules or [], sourcing or [], node_down or [], demand, freight, out
    )
    leave(lambda: what_if(asked))


@app.command()
def relations() -> None:
    """Check what must hold of any allocation, on the newest run's own inputs.

    Rows in another order and other names decide the same; more stock serves the
    first who lacks some. 0: all hold; 1: one is broken.
    """
    from orchestration.cli.relations import relations_command  # noqa: PLC0415 slow

    leave(relations_command)


At = Annotated[
    str, typer.Option(help="Instant or business date; the newest run's without it.")
]
KnownAt = Annotated[
    str, typer.Option(help="What was known then; what is known now without it.")
]
Out = Annotated[str, typer.Option(help="File for every row, .csv or .parquet.")]


@app.command()
def lines(
    order: Annotated[str, typer.Argument(help="Order; all when left out.")] = "",
    at: At = "",
    known_at: KnownAt = "",
    out: Out = "",
) -> None:
    """Show order lines as they were at an instant, or as we knew them then."""
    from orchestration.cli.hindsight import show_lines  # noqa: PLC0415 slow

    leave(lambda: show_lines(at, known_at, order, out))


@app.command()
def positions(
    node: Annotated[str, typer.Option(help="Only this node.")] = "",
    sku: Annotated[str, typer.Option(help="Only this SKU.")] = "",
    at: At = "",
    known_at: KnownAt = "",
    out: Out = "",
) -> None:
    """Show balances of nodes and SKUs as they were, or as we knew them then."""
    from orchestration.cli.hindsight import show_positions  # noqa: PLC0415 slow

    leave(lambda: show_positions(at, known_at, node, sku, out))


@app.command()
def trace(
    metric: Annotated[str, typer.Argument(help="Metric; all are listed without.")] = "",
    where: Annotated[
        list[str] | None, typer.Option(help="As channel=web_shop; may be repeated.")
    ] = None,
    out: Out = "",
    check: Annotated[
        bool, typer.Option("--check", help="Hold every metric against its causes.")
    ] = False,
) -> None:
    """Lead a figure back to rows, postings, files and lines."""
    from orchestration.cli.trace import check_metrics, trace_metric  # noqa: PLC0415 slow

    leave(check_metrics if check else lambda: trace_metric(metric, where or [], out))


@app.command()
def stock(
    sku: Annotated[str, typer.Argument(help="SKU.")],
) -> None:
    """Say what may be promised of a SKU, at each node and by each channel."""
    from orchestration.cli.stock import stock_command  # noqa: PLC0415 slow

    leave(lambda: stock_command(sku))


@app.command()
def recall(
    lot: Annotated[str, typer.Argument(help="Lot or serial number.")],
) -> None:
    """List the orders that got a lot or serial, and where the rest of it is."""
    from orchestration.cli.recall import recall_command  # noqa: PLC0415 slow

    leave(lambda: recall_command(lot))


@app.command()
def prove(
    key: Annotated[
        str, typer.Argument(help="NODE/SKU, SKU, line, movement or event.")
    ] = "",
    run: Annotated[str, typer.Option(help="Run, by first digits of its id.")] = "",
    as_of: Annotated[
        str, typer.Option(help="The newest run of this instant or before.")
    ] = "",
) -> None:
    """Prove that the books add up: eaches, promises, lines; or show one account.

    0: every key holds; 1: a key does not, and how to look at it.
    """
    from orchestration.cli.prove import prove_command  # noqa: PLC0415 slow

    leave(lambda: prove_command(key, run, as_of))


@app.command()
def oversells(
    key: Annotated[
        str, typer.Argument(help="Beginning of an order, line, SKU or node.")
    ] = "",
) -> None:
    """Show eaches that were promised and not there: when counted, promised, missed.

    By cause: stale_feed, double_count, late_cancel, kit, uom, node_lost_stock.
    """
    from orchestration.cli.oversells import oversells_command  # noqa: PLC0415 slow

    leave(lambda: oversells_command(key))


@app.command()
def reconciled(
    which: Annotated[
        str, typer.Argument(help="orders, stock, shipments, parcels, payments; all.")
    ] = "",
    of_class: Annotated[
        str, typer.Option("--class", help="Its rows; else what waits for somebody.")
    ] = "",
) -> None:
    """Show both sides of every comparison: one class a row, since when, why, whose."""
    from orchestration.cli.reconciled import show_reconciled  # noqa: PLC0415 slow

    leave(lambda: show_reconciled(which, of_class))


@app.command()
def conformance() -> None:
    """Show steps off the transition table, loops, stalls and what came late."""
    from orchestration.cli.conformance import show_conformance  # noqa: PLC0415 slow

    leave(show_conformance)


@app.command()
def outages() -> None:
    """Show nodes that get no instructions for now, why, and what that costs."""
    from orchestration.cli.outages import show_outages  # noqa: PLC0415 slow

    leave(show_outages)


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


@app.command()
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


add_order_desk(app)


def leave(command: object) -> None:
    """Run a command and leave with its exit code; say why it could not run."""
    assert callable(command)  # noqa: S101 for the type checker
    try:
        code = command()
    except RefusalError as error:
        sys.stderr.write(f"orderhouse: {error}\n")
        code = COULD_NOT_RUN
    raise typer.Exit(code if isinstance(code, int) else CLEAN)


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
