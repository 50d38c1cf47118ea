"""Folders of this machine, or mounted on it, as a partner's place."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from orchestration.resources.files import write_atomically
from orchestration.resources.transports.settings import FolderSettings
from orchestration.resources.transports.transport import (
    FileRefusedError,
    FileUnsettledError,
    RefusedError,
    RemoteFile,
)

CHUNK_BYTES = 4 << 20


class FolderTransport:
    """Reads one folder and writes another; never follows a link."""

    def __init__(
        self, settings: FolderSettings, inbox: Path | None, outbox: Path
    ) -> None:
        """A way through ``inbox`` (None: the partner writes into the drop itself)."""
        self._settings = settings
        self._inbox = inbox
        self._outbox = outbox

    @property
    def settle_seconds(self) -> float:
        """As the profile says."""
        return self._settings.settle_seconds

    def list(self) -> Iterator[RemoteFile]:
        """Plain files of the inbox; none where there is no inbox.

        Raises:
            RefusedError: the folder cannot be read.
        """
        if self._inbox is None:
            return
        try:
            with os.scandir(self._inbox) as entries:
                files = [e for e in entries if e.is_file(follow_symlinks=False)]
                found = [(e.name, e.path, e.stat(follow_symlinks=False)) for e in files]
        except OSError as error:
            raise RefusedError(f"{self._inbox} cannot be read: {error}") from error
        for name, path, stat in found:
            yield RemoteFile(
                name=name,
                key=path,
                size_bytes=stat.st_size,
                modified_at=_instant(stat),
            )

    def fetch(self, remote: RemoteFile, into: Path) -> None:
        """Copy the file."""
        try:
            handle = os.open(remote.key, os.O_RDONLY | os.O_NOFOLLOW)
        except OSError as error:
            raise FileUnsettledError(f"{remote.name} is gone") from error
        with open(handle, "rb") as source, into.open("wb") as target:  # noqa: PTH123 a handle
            copied = 0
            while chunk := source.read(CHUNK_BYTES):
                copied += len(chunk)
                if copied > self._settings.max_bytes:
                    raise FileRefusedError(
                        "FILE_TOO_LARGE", f"more than {self._settings.max_bytes} bytes"
                    )
                target.write(chunk)
            stat = os.fstat(source.fileno())
        if (copied, _instant(stat)) != (remote.size_bytes, remote.modified_at):
            raise FileUnsettledError(f"{remote.name} changed while it was read")

    def holds(self, name: str) -> bool:
        """Whether the outbox has it."""
        return (self._outbox / name).exists()

    def deliver(self, name: str, content: bytes) -> None:
        """Write under a temporary name, then rename."""
        try:
            write_atomically(self._outbox / name, content)
        except OSError as error:
            raise RefusedError(
                f"{name} cannot be written to {self._outbox}: {error}"
            ) from error

    def close(self) -> None:
        """Nothing is held."""


def _instant(stat: os.stat_result) -> datetime:
    return datetime.fromtimestamp(stat.st_mtime, tz=UTC)
