"""Delivering a file and its manifest, once, over any way.

The manifest goes last: it is the commit point. Where it stands, the file
stands whole, whatever the server's rename can or cannot do. Both are delivered
under a temporary name first. Which files leave, and their exact bytes, is the
outbox's business.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from orchestration.resources.transports.collect import Watch
from orchestration.resources.transports.pulls import SENDING, SENT, PullJournal
from orchestration.resources.transports.transport import RefusedError, Transport


class ParcelRefusedError(RefusedError):
    """This parcel never leaves, whenever it is tried; others do."""


@dataclass(frozen=True)
class Parcel:
    """A file that leaves.

    Args:
        name: as the partner expects it.
        content: exact bytes.
        manifest: bytes of its manifest.
    """

    name: str
    content: bytes
    manifest: bytes

    @property
    def manifest_name(self) -> str:
        """Beside the file."""
        return f"{self.name}.manifest.json"


def deliver(
    partner_id: str,
    transport: Transport,
    parcel: Parcel,
    journal: PullJournal,
    watch: Watch | None = None,
) -> bool:
    """Deliver a parcel unless it was delivered before.

    A delivery that died before its manifest is done again with the same bytes;
    one that died after it is noted and not repeated.

    Returns:
        Whether it was delivered now.

    Raises:
        ParcelRefusedError: other bytes left under this name before; a correction
            takes a new one.
        RefusedError: the way refuses it.
        UnreachableError: the way was cut at every try.
    """
    watch = watch or Watch()
    sha256 = hashlib.sha256(parcel.content).hexdigest()
    before = journal.delivery(partner_id, parcel.name)
    if before and before[1] != sha256:
        raise ParcelRefusedError(
            f"{parcel.name} left with other bytes before: a correction takes a new"
            " control number"
        )
    if before and before[0] == SENT:
        return False
    journal.note_delivery(partner_id, parcel.name, (SENDING, sha256), watch.clock())
    if before is None or not transport.holds(parcel.manifest_name):
        transport.deliver(parcel.name, parcel.content)
        transport.deliver(parcel.manifest_name, parcel.manifest)
    journal.note_delivery(partner_id, parcel.name, (SENT, sha256), watch.clock())
    watch.progress(parcel.name)
    return True
