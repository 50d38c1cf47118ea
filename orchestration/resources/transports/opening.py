"""From a partner's settings to the way they describe, and a sweep over it."""

from __future__ import annotations

from pathlib import Path

from orchestration.resources.home import Home
from orchestration.resources.transports.collect import Collection, Watch, collect
from orchestration.resources.transports.folder import FolderTransport
from orchestration.resources.transports.pgp.sealed import Keys, SealedTransport
from orchestration.resources.transports.pulls import JOURNAL, PullJournal
from orchestration.resources.transports.s3 import S3Transport
from orchestration.resources.transports.settings import (
    FolderSettings,
    PagesSettings,
    ReportsSettings,
    S3Settings,
    SftpSettings,
    TransportSettings,
)
from orchestration.resources.transports.sftp import SftpTransport
from orchestration.resources.transports.transport import (
    Cursors,
    Transport,
    TransportError,
)
from orchestration.resources.transports.web.pages import PagesTransport
from orchestration.resources.transports.web.reports import ReportsTransport


def visit(
    home: Home,
    partner_id: str,
    settings: TransportSettings,
    watch: Watch | None = None,
    again: str = "",
) -> Collection:
    """Pull a partner's new files into the drop of a house.

    Never raises for what the partner's side does or what the profile lacks: it
    is told as the collection's ``failure``, and other partners go on.

    Args:
        home: whose drop, and whose journal of pulls.
        partner_id: whose files.
        settings: the profile's ``transport``.
        watch: clock and the like.
        again: name of a file to pull once more, whatever was done with it.
    """
    journal = PullJournal(home.root / JOURNAL)
    try:
        if again:
            journal.forget(partner_id, again)
        cursors = journal.cursors(partner_id)
        way = open_transport(partner_id, settings, home.root, cursors)
        try:
            return collect(partner_id, way, home.drop, journal, watch)
        finally:
            way.close()
    except TransportError as error:
        return Collection(failure=str(error))
    finally:
        journal.close()


def has_inbox(settings: TransportSettings) -> bool:
    """Whether there is anything to collect: some partners write into the drop."""
    return not isinstance(settings, FolderSettings) or bool(settings.inbox)


def open_transport(
    partner_id: str, settings: TransportSettings, root: Path, cursors: Cursors
) -> Transport:
    """The way of a profile; nothing is connected yet.

    Args:
        partner_id: whose way; names its folder of the outbox.
        settings: the profile's ``transport``.
        root: the house's folder; relative paths of files are under it.
        cursors: where pulls begin.

    Raises:
        RefusedError: a secret or a file of keys is missing.
    """
    way: Transport
    match settings:
        case FolderSettings():
            inbox = root / settings.inbox if settings.inbox else None
            outbox = root / (settings.outbox or f"outbox/{partner_id}")
            way = FolderTransport(settings, inbox, outbox)
        case SftpSettings():
            way = SftpTransport(settings, root)
        case S3Settings():
            way = S3Transport(settings, root)
        case PagesSettings():
            way = PagesTransport(settings, root, cursors)
        case ReportsSettings():
            way = ReportsTransport(settings, root, cursors)
    if settings.pgp is None:
        return way
    return SealedTransport(way, settings, Keys.open(settings.pgp, root))
