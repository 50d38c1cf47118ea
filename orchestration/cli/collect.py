"""``orderhouse collect``: pull partners' new files into the drop.

Imports no Dagster, so that it may run every minute.
"""

from __future__ import annotations

from dataclasses import replace

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from orchestration.cli.failures import CommandError
from orchestration.cli.leaving import CLEAN, WITH_EXCEPTIONS
from orchestration.cli.paper import PROGRESS
from orchestration.resources.home import Home
from orchestration.resources.partners import PartnerProfile, partners
from orchestration.resources.transports.collect import Collection, Watch
from orchestration.resources.transports.opening import has_inbox
from orchestration.resources.transports.visit import visit
from transforms.contracts.codes import message

CONSOLE = Console(highlight=False, markup=False, emoji=False, soft_wrap=True)


def collect_command(partner: str = "", again: str = "") -> int:
    """Pull new files of one partner, or of all that have an inbox of their own.

    Args:
        partner: its id; empty: everybody's.
        again: name of a file of that partner to pull once more.

    Returns:
        Exit code: 0 clean, 1 a file was refused or a partner not reached.

    Raises:
        CommandError: there is no such partner, or ``again`` names none.
    """
    if again and not partner:
        raise CommandError("say whose file is to be pulled again: collect PARTNER")
    home = Home.at().make()
    chosen = _chosen(partner)
    if not chosen:
        CONSOLE.print("nothing to collect: every partner writes into the drop")
    done = {one.partner_id: _visited(home, one, again) for one in chosen}
    for partner_id, collection in done.items():
        _print(partner_id, collection)
    is_clean = not any(c.refused or c.failure for c in done.values())
    return CLEAN if is_clean else WITH_EXCEPTIONS


def _chosen(name: str) -> list[PartnerProfile]:
    known = partners()
    if name and name not in known:
        raise CommandError(f"no partner {name!r}; known: {', '.join(sorted(known))}")
    wanted = [known[name]] if name else list(known.values())
    return [one for one in wanted if has_inbox(one.transport)]


def _visited(home: Home, partner: PartnerProfile, again: str) -> Collection:
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=PROGRESS, transient=True) as progress:
        task = progress.add_task(f"{partner.partner_id}: asking", total=None)
        count = 0

        def tell(name: str) -> None:
            nonlocal count
            count += 1
            words = f"{partner.partner_id}: {count} files, last {name}"
            progress.update(task, description=words)

        watch = replace(Watch(), progress=tell)
        return visit(home, partner.partner_id, partner.transport, watch, again)


def _print(partner_id: str, done: Collection) -> None:
    counts = [f"{len(done.collected)} collected"]
    counts += [f"{len(done.left)} not finished yet"] if done.left else []
    counts += [f"{done.repeated} pages had come before"] if done.repeated else []
    CONSOLE.print(f"{partner_id}: {', '.join(counts)}", markup=False)
    for refusal in done.refused:
        words = message(refusal.code, refusal.detail)
        CONSOLE.print(f"  {refusal.code}  {refusal.name}  {words}", markup=False)
    if done.failure:
        CONSOLE.print(f"  not done: {done.failure}", markup=False)
