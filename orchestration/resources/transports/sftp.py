"""A partner's SFTP server.

The server is known by its host key or not at all; our own account comes from
the profile alone, never from the user's SSH settings or agent.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from orchestration.resources.transports.courier import Courier
from orchestration.resources.transports.credentials import key_file, secret
from orchestration.resources.transports.names import decoded
from orchestration.resources.transports.settings import SftpSettings
from orchestration.resources.transports.transport import (
    FileRefusedError,
    FileUnsettledError,
    RefusedError,
    RemoteFile,
    TransportError,
    UnreachableError,
)

if TYPE_CHECKING:
    from asyncssh import SFTPAttrs, SFTPClient, SSHClientConnection

T = TypeVar("T")

CHUNK_BYTES = 4 << 20
"""Read at once; asyncssh splits it into parallel requests."""


class SftpTransport:
    """One connection, opened at first use and again after a cut."""

    def __init__(self, settings: SftpSettings, root: Path) -> None:
        """A way to the server; files of keys are under ``root``.

        Raises:
            RefusedError: a secret or a file of keys is missing.
        """
        self._settings = settings
        self._login = _login(settings, root)
        self._place = f"{settings.user}@{settings.host}:{settings.port}"
        self._courier = Courier(settings, self._place)
        self._connection: SSHClientConnection | None = None
        self._client: SFTPClient | None = None

    @property
    def settle_seconds(self) -> float:
        """As the profile says."""
        return self._settings.settle_seconds

    def list(self) -> Iterable[RemoteFile]:
        """Plain files of the inbox."""
        return self._courier.run(lambda: self._told(self._listed, "list the inbox"))

    def fetch(self, remote: RemoteFile, into: Path) -> None:
        """Stream the file, then look whether it still is what was listed."""
        if (remote.size_bytes or 0) > self._settings.max_bytes:
            raise FileRefusedError("FILE_TOO_LARGE", f"{remote.size_bytes} bytes")
        errand = self._told
        self._courier.run(
            lambda: errand(lambda c: self._fetched(c, remote, into), "fetch a file")
        )

    def holds(self, name: str) -> bool:
        """Whether the outbox has it."""
        path = _path(self._settings.outbox, name)
        errand = self._told
        return self._courier.run(
            lambda: errand(lambda c: c.exists(path), "look into the outbox")
        )

    def deliver(self, name: str, content: bytes) -> None:
        """Write under ``.part``, then rename over whatever stands there."""
        path = _path(self._settings.outbox, name)
        errand = self._told
        self._courier.run(
            lambda: errand(lambda c: _delivered(c, path, content), f"deliver {name}")
        )

    def close(self) -> None:
        """Log out."""
        self._courier.finish(self._left)

    async def _told(self, work: Callable[[SFTPClient], Awaitable[T]], what: str) -> T:
        """Do one piece of work; say in our words what went wrong."""
        import asyncssh  # noqa: PLC0415 heavy

        try:
            return await work(await self._connected())
        except TransportError:
            raise
        except (asyncssh.Error, OSError, ValueError, TimeoutError) as error:
            await self._left()
            raise self._verdict(error, what) from error
        except BaseException:
            await self._left()
            raise

    async def _connected(self) -> SFTPClient:
        import asyncssh  # noqa: PLC0415 heavy

        if self._client is None:
            self._connection = await asyncssh.connect(**self._login)
            # Names as bytes: one that is no UTF-8 must not hide the others.
            self._client = await self._connection.start_sftp_client(path_encoding=None)
        return self._client

    async def _left(self) -> None:
        connection, self._connection, self._client = self._connection, None, None
        if connection is not None:
            connection.abort()
            with suppress(Exception):
                await connection.wait_closed()

    async def _listed(self, client: SFTPClient) -> Iterable[RemoteFile]:
        import asyncssh  # noqa: PLC0415 heavy

        folder = self._settings.inbox.encode() or b"."
        plain = (asyncssh.FILEXFER_TYPE_REGULAR, asyncssh.FILEXFER_TYPE_UNKNOWN)
        return [
            _remote(folder, _bytes(entry.filename), entry.attrs)
            async for entry in client.scandir(folder)
            if entry.attrs.type in plain and entry.filename not in {b".", b".."}
        ]

    async def _fetched(
        self, client: SFTPClient, remote: RemoteFile, into: Path
    ) -> None:
        import asyncssh  # noqa: PLC0415 heavy

        path = remote.key.encode(errors="surrogateescape")
        try:
            size = await self._copied(client, path, into)
            after = _remote(path, b"", await client.stat(path))
        except (asyncssh.SFTPNoSuchFile, asyncssh.SFTPNoSuchPath) as error:
            raise FileUnsettledError(f"{remote.name} is gone") from error
        before = (remote.size_bytes, remote.modified_at)
        if size != after.size_bytes or before != (size, after.modified_at):
            raise FileUnsettledError(f"{remote.name} changed while it was read")

    async def _copied(self, client: SFTPClient, path: bytes, into: Path) -> int:
        size = 0
        with into.open("wb") as target:
            async with client.open(path, "rb", encoding=None) as source:
                while chunk := await source.read(CHUNK_BYTES):
                    size += len(chunk)
                    if size > self._settings.max_bytes:
                        raise FileRefusedError(
                            "FILE_TOO_LARGE",
                            f"more than {self._settings.max_bytes} bytes",
                        )
                    target.write(_bytes(chunk))
        return size

    def _verdict(self, error: Exception, what: str) -> TransportError:
        """What an error of the library means for us."""
        import asyncssh  # noqa: PLC0415 heavy

        settings = self._settings
        no: dict[type[Exception], str] = {
            asyncssh.HostKeyNotVerifiable: (
                f"this is not the server of {settings.known_hosts}, its host key is"
                " another; ask the partner before you change the file"
            ),
            asyncssh.PermissionDenied: (
                f"our login is refused: check {settings.key_file or settings.secret}"
            ),
            asyncssh.KeyImportError: f"{settings.key_file} is no key we can use",
            asyncssh.KeyEncryptionError: f"{settings.secret} does not open our key",
            asyncssh.SFTPNoSuchFile: f"cannot {what}: no such folder",
            asyncssh.SFTPNoSuchPath: f"cannot {what}: no such folder",
            asyncssh.SFTPPermissionDenied: f"cannot {what}: no permission",
            asyncssh.SFTPWriteProtect: f"cannot {what}: no permission to write",
        }
        for kind, words in no.items():
            if isinstance(error, kind):
                return RefusedError(f"{self._place}: {words}")
        reason = str(error) or type(error).__name__
        return UnreachableError(f"{self._place}: cannot {what}: {reason}")


def _login(settings: SftpSettings, root: Path) -> dict[str, object]:
    word = secret(settings.secret) if settings.secret else None
    known = key_file(root, settings.known_hosts, "the file of known hosts")
    login: dict[str, object] = {
        "host": settings.host,
        "port": settings.port,
        "username": settings.user,
        "known_hosts": str(known),
        "config": None,
        "agent_path": None,
        "connect_timeout": settings.connect_seconds,
        "login_timeout": settings.connect_seconds,
        "keepalive_interval": settings.connect_seconds,
    }
    if settings.key_file:
        key = key_file(root, settings.key_file, "our SSH key")
        return login | {"client_keys": [str(key)], "passphrase": word}
    return login | {"client_keys": None, "password": word}


def _path(folder: str, name: str) -> bytes:
    return f"{folder}/{name}".encode() if folder else name.encode()


def _remote(folder: bytes, name: bytes, attrs: SFTPAttrs) -> RemoteFile:
    path = name if folder == b"." else folder + b"/" + name
    changed = None if attrs.mtime is None else int(attrs.mtime)
    return RemoteFile(
        name=decoded(name),
        key=decoded(path),
        size_bytes=attrs.size,
        modified_at=None if changed is None else datetime.fromtimestamp(changed, UTC),
    )


def _bytes(cell: str | bytes) -> bytes:
    """What asyncssh types as text or bytes, and is bytes as we ask for it."""
    return cell.encode() if isinstance(cell, str) else cell


async def _delivered(client: SFTPClient, path: bytes, content: bytes) -> None:
    import asyncssh  # noqa: PLC0415 heavy

    part = path + b".part"
    await _foldered(client, path)
    async with client.open(part, "wb") as target:
        await target.write(content)
        # Not every server knows how; the rename below is what counts.
        with suppress(asyncssh.SFTPOpUnsupported):
            await target.fsync()
    written = (await client.stat(part)).size
    if written != len(content):
        raise UnreachableError(f"only {written} of {len(content)} bytes arrived")
    await _renamed(client, part, path)


async def _foldered(client: SFTPClient, path: bytes) -> None:
    """Make the folder of answers and the like; the outbox itself is the partner's."""
    import asyncssh  # noqa: PLC0415 heavy

    folder = path.rpartition(b"/")[0]
    if b"/" in folder and not await client.exists(folder):
        with suppress(asyncssh.SFTPFailure, asyncssh.SFTPFileAlreadyExists):
            await client.mkdir(folder)


async def _renamed(client: SFTPClient, part: bytes, path: bytes) -> None:
    """Put ``part`` in place of ``path``, by the best means the server has.

    The plain rename of SFTP fails where the name is taken; then the file in
    the way is removed first. In between nothing stands there: that is why a
    partner waits for the manifest, which is delivered last.
    """
    import asyncssh  # noqa: PLC0415 heavy

    with suppress(asyncssh.SFTPOpUnsupported):
        await client.posix_rename(part, path)
        return
    if await client.exists(path):
        await client.remove(path)
    await client.rename(part, path)
