"""The one interface of all ways to a partner, and how they say no.

A way knows where files lie and how to move their bytes. It does not know what
was fetched before (``pulls``), when a file may be taken (``collect``) or what
leaves first (``delivery``).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol


@dataclass(frozen=True)
class Cursor:
    """Where a pull begins next time.

    Args:
        name: of the pull; a partner may have several.
        text: what the way wrote, readable to that way only.
    """

    name: str
    text: str


class Cursors(Protocol):
    """A partner's cursors, kept between sweeps."""

    def text(self, name: str) -> str:
        """Where the pull of this name begins; empty before the first."""

    def move(self, cursor: Cursor) -> None:
        """Remember where it begins next."""


@dataclass(frozen=True)
class RemoteFile:
    """A file at a partner's place, as its listing describes it.

    Args:
        name: the name it gets in the drop; not yet judged.
        key: how the way finds it again: path, object key, address.
        size_bytes: None when only fetching tells.
        modified_at: UTC; None when the place keeps no such time.
        etag: a mark of the content, where the place gives one.
        cursor: where the pull goes on once this file is safely in the drop;
            None for places that are listed whole each time.
    """

    name: str
    key: str
    size_bytes: int | None = None
    modified_at: datetime | None = None
    etag: str = ""
    cursor: Cursor | None = None


class Transport(Protocol):
    """One way to a partner."""

    @property
    def settle_seconds(self) -> float:
        """How long a file must stay the same before it is whole; 0: always is."""

    def list(self) -> Iterable[RemoteFile]:
        """Files that can be fetched, whatever was fetched before.

        Where a file carries a cursor, the next one is looked for only after
        the caller is done with it.

        Raises:
            UnreachableError: the place cannot be reached, or was cut too often.
            RefusedError: it says no, and would say no again.
        """

    def fetch(self, remote: RemoteFile, into: Path) -> None:
        """Write the file's bytes to ``into``, streaming.

        Raises:
            FileRefusedError: this file can never be taken; others can.
            FileUnsettledError: it is gone or changed since it was listed.
            UnreachableError: as for ``list``.
            RefusedError: as for ``list``.
        """

    def holds(self, name: str) -> bool:
        """Whether a delivered file of this name stands where the partner fetches.

        Raises:
            UnreachableError: as for ``list``.
            RefusedError: as for ``list``.
        """

    def deliver(self, name: str, content: bytes) -> None:
        """Put a file where the partner fetches, whole or not at all.

        The same call again has the same result; what stood under the name is
        replaced.

        Raises:
            UnreachableError: as for ``list``.
            RefusedError: as for ``list``.
        """

    def close(self) -> None:
        """Let go of connections."""


class TransportError(RuntimeError):
    """A partner's place cannot be used; the message says what to do."""


class RefusedError(TransportError):
    """The place, or a rule of ours, says no: trying again would change nothing."""


class UnreachableError(TransportError):
    """Cut, slow, overloaded or down: trying again may help.

    Args:
        message: what happened.
        wait_seconds: how long the other side asks us to wait, if it does.
    """

    def __init__(self, message: str, wait_seconds: float | None = None) -> None:
        """A cut, with the wait that the other side asks for."""
        super().__init__(message)
        self.wait_seconds = wait_seconds


class FileUnsettledError(TransportError):
    """The file is gone or changed since it was listed: the next sweep looks again."""


class FileRefusedError(TransportError):
    """This file is not taken, under a stable code; others are.

    Args:
        code: of ``transforms.contracts.codes``.
        detail: what was seen.
    """

    def __init__(self, code: str, detail: str) -> None:
        """A refusal under ``code``."""
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail
