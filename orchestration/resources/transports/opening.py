"""From a partner's settings to the way they describe."""

from __future__ import annotations

from pathlib import Path

from orchestration.resources.transports.folder import FolderTransport
from orchestration.resources.transports.pgp.sealed import Keys, SealedTransport
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
from orchestration.resources.transports.transport import Cursors, Transport
from orchestration.resources.transports.web.pages import PagesTransport
from orchestration.resources.transports.web.reports import ReportsTransport


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


def has_inbox(settings: TransportSettings) -> bool:
    """Whether there is anything to collect: some partners write into the drop."""
    return not isinstance(settings, FolderSettings) or bool(settings.inbox)


def has_outbox(settings: TransportSettings) -> bool:
    """Whether files go on from the house's outbox: some partners fetch there."""
    match settings:
        case FolderSettings():
            return bool(settings.outbox)
        case SftpSettings() | S3Settings():
            return True
    return False
