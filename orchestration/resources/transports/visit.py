"""A visit to a partner: its new files into the drop, our files from the outbox.

What a run calls before it reads the drop and after it filled the outbox. Never
raises for what the partner's side does or what its profile lacks: that is told
as the ``failure`` of this visit, and other partners go on.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from orchestration.resources.home import Home
from orchestration.resources.transports.collect import Collection, Watch, collect
from orchestration.resources.transports.delivery import (
    Parcel,
    ParcelRefusedError,
    deliver,
)
from orchestration.resources.transports.opening import (
    has_inbox,
    has_outbox,
    open_transport,
)
from orchestration.resources.transports.pulls import JOURNAL, PullJournal
from orchestration.resources.transports.settings import TransportSettings
from orchestration.resources.transports.transport import Transport, TransportError

MANIFEST = ".manifest.json"


@dataclass
class Forwarding:
    """What was delivered now, and why no more was; empty when all was."""

    delivered: list[str] = field(default_factory=list)
    failure: str = ""

    def fail(self, error: TransportError) -> None:
        """Add why one more was not delivered."""
        self.failure = "; ".join(filter(None, [self.failure, str(error)]))


def visit(
    home: Home,
    partner_id: str,
    settings: TransportSettings,
    watch: Watch | None = None,
    again: str = "",
) -> Collection:
    """Pull a partner's new files into the drop of a house.

    Args:
        home: whose drop, and whose journal of pulls.
        partner_id: whose files.
        settings: the profile's ``transport``.
        watch: clock and the like.
        again: name of a file to pull once more, whatever was done with it.
    """
    if not has_inbox(settings):
        return Collection()
    try:
        with _way(home, partner_id, settings) as (way, journal):
            if again:
                journal.forget(partner_id, again)
            return collect(partner_id, way, home.drop, journal, watch)
    except TransportError as error:
        return Collection(failure=str(error))


def forward(
    home: Home,
    partner_id: str,
    settings: TransportSettings,
    watch: Watch | None = None,
) -> Forwarding:
    """Deliver what waits in a partner's folder of the house's outbox.

    A file waits there once its manifest stands beside it. Once delivered it is
    taken away, as a partner would that fetches by itself; its manifest stays.
    They leave in the order of their numbers: where the way is cut or says no,
    the later ones wait, or a change would come before the order it changes. Only
    a parcel that can never leave is passed by: nothing overtakes it.

    Args:
        home: whose outbox, and whose journal of deliveries.
        partner_id: to whom.
        settings: the profile's ``transport``.
        watch: clock and the like.
    """
    done = Forwarding()
    folder = home.outbox / partner_id
    waiting = list(_waiting(folder)) if has_outbox(settings) else []
    if not waiting:
        return done
    try:
        with _way(home, partner_id, settings) as (way, journal):
            for path in waiting:
                parcel = _parcel(folder, path)
                try:
                    is_new = deliver(partner_id, way, parcel, journal, watch)
                except ParcelRefusedError as error:
                    done.fail(error)
                    continue
                done.delivered += [parcel.name] if is_new else []
                path.unlink()
    except TransportError as error:
        done.fail(error)
    return done


@contextmanager
def _way(
    home: Home, partner_id: str, settings: TransportSettings
) -> Iterator[tuple[Transport, PullJournal]]:
    journal = PullJournal(home.root / JOURNAL)
    try:
        cursors = journal.cursors(partner_id)
        way = open_transport(partner_id, settings, home.root, cursors)
        try:
            yield way, journal
        finally:
            way.close()
    finally:
        journal.close()


def _waiting(folder: Path) -> Iterator[Path]:
    """Files with a manifest, in the order of their names."""
    for manifest in sorted(folder.rglob(f"*{MANIFEST}")):
        path = manifest.with_name(manifest.name.removesuffix(MANIFEST))
        if path.is_file():
            yield path


def _parcel(folder: Path, path: Path) -> Parcel:
    manifest = path.with_name(path.name + MANIFEST)
    return Parcel(
        name=path.relative_to(folder).as_posix(),
        content=path.read_bytes(),
        manifest=manifest.read_bytes(),
    )
