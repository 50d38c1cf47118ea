"""``orderhouse why | lines | stock | prove …``: what is so, and why; light to load.

Nothing is written. What they look at stands in a file of each one's name.
"""

from __future__ import annotations

from typing import Annotated

import typer

from orchestration.cli.leaving import leave

At = Annotated[
    str, typer.Option(help="Instant or business date; the newest run's without it.")
]
KnownAt = Annotated[
    str, typer.Option(help="What was known then; what is known now without it.")
]
Out = Annotated[str, typer.Option(help="File for every row, .csv or .parquet.")]


def why(
    order: Annotated[
        str, typer.Argument(help="Order number, id; a line id: this line alone.")
    ],
    line: Annotated[
        str, typer.Argument(help="Line's id, or the channel's; all when left out.")
    ] = "",
    replay: Annotated[
        bool, typer.Option("--replay", help="Decide it again and compare hashes.")
    ] = False,
) -> None:
    """Say where each line ships from, what else was considered, and the cost."""
    from orchestration.cli.why import explain_order  # noqa: PLC0415 slow

    leave(lambda: explain_order(order, line, is_replayed=replay))


def lines(
    order: Annotated[str, typer.Argument(help="Order; all when left out.")] = "",
    at: At = "",
    known_at: KnownAt = "",
    out: Out = "",
) -> None:
    """Show order lines as they were at an instant, or as we knew them then."""
    from orchestration.cli.hindsight import show_lines  # noqa: PLC0415 slow

    leave(lambda: show_lines(at, known_at, order, out))


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


def stock(
    sku: Annotated[str, typer.Argument(help="SKU.")],
) -> None:
    """Say what may be promised of a SKU, at each node and by each channel."""
    from orchestration.cli.stock import stock_command  # noqa: PLC0415 slow

    leave(lambda: stock_command(sku))


def recall(
    lot: Annotated[str, typer.Argument(help="Lot or serial number.")],
) -> None:
    """List the orders that got a lot or serial, and where the rest of it is."""
    from orchestration.cli.recall import recall_command  # noqa: PLC0415 slow

    leave(lambda: recall_command(lot))


def prove(
    key: Annotated[
        str, typer.Argument(help="NODE/SKU, SKU, order, line, movement or event.")
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


def oversells(
    key: Annotated[
        str, typer.Argument(help="Beginning of an order, line, SKU or node.")
    ] = "",
) -> None:
    """Show eaches that were promised and not there: when counted, promised, missed.

    By cause: stale_feed, double_count, late_cancel, promised_before, kit, uom,
    node_lost_stock.
    """
    from orchestration.cli.oversells import oversells_command  # noqa: PLC0415 slow

    leave(lambda: oversells_command(key))


def reconciled(
    which: Annotated[
        str, typer.Argument(help="orders, stock, shipments, acknowledgements, …; all.")
    ] = "",
    of_class: Annotated[
        str, typer.Option("--class", help="Its rows; else what waits for somebody.")
    ] = "",
) -> None:
    """Show both sides of every comparison: one class a row, since when, why, whose."""
    from orchestration.cli.reconciled import show_reconciled  # noqa: PLC0415 slow

    leave(lambda: show_reconciled(which, of_class))


def conformance() -> None:
    """Show steps off the transition table, loops, stalls and what came late."""
    from orchestration.cli.conformance import show_conformance  # noqa: PLC0415 slow

    leave(show_conformance)


def outages() -> None:
    """Show nodes that get no instructions for now, why, and what that costs."""
    from orchestration.cli.outages import show_outages  # noqa: PLC0415 slow

    leave(show_outages)


COMMANDS = (
    *(why, lines, positions, trace, stock, recall, prove, oversells, reconciled),
    *(conformance, outages),
)


def add_to(app: typer.Typer) -> None:
    """Have an application know these commands."""
    for command in (
        why,
        lines,
        positions,
        trace,
        stock,
        recall,
        prove,
        oversells,
        reconciled,
        conformance,
        outages,
    ):
        app.command()(command)
