"""An SFTP server on 127.0.0.1 that misbehaves as it is told."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Coroutine
from dataclasses import dataclass, field
from pathlib import Path

import asyncssh

USER, PASSWORD = "harbor", "not-a-real-password"  # pragma: allowlist secret


@dataclass
class Faults:
    """What goes wrong, and how often.

    Args:
        cut_after: bytes of reading after which the connection is cut.
        cut_writes_after: likewise of writing.
        cuts: how many more times it is cut.
        drip_seconds: pause before every answer to a read.
        renames: posix, plain (no overwriting), or refused.
        grow: append to the file while it is read.
    """

    cut_after: int = 0
    cut_writes_after: int = 0
    cuts: int = 0
    drip_seconds: float = 0
    renames: str = "posix"
    grow: bytes = b""


@dataclass
class SftpPlace:
    """The server's folder, its address and its faults."""

    root: Path
    faults: Faults = field(default_factory=Faults)
    port: int = 0
    logins: int = 0
    opened: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Make folders, keys and a loop that ``start`` runs."""
        self.root.mkdir(exist_ok=True)
        for folder in ("in", "out"):
            (self.root / folder).mkdir(exist_ok=True)
        self.host_key = asyncssh.generate_private_key("ssh-ed25519")
        self.user_key = asyncssh.generate_private_key("ssh-ed25519")
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def start(self) -> None:
        self._thread.start()
        self._run(self._listen())

    def stop(self) -> None:
        self._run(self._close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def known_hosts(self, path: Path) -> Path:
        key = self.host_key.export_public_key().decode().strip()
        path.write_text(f"[127.0.0.1]:{self.port} {key}\n")
        return path

    def _run(self, work: Coroutine[object, object, None]) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(5)

    async def _listen(self) -> None:
        place = self

        class Server(asyncssh.SSHServer):
            def begin_auth(self, username: str) -> bool:
                return bool(username)

            def password_auth_supported(self) -> bool:
                return True

            def validate_password(self, username: str, password: str) -> bool:
                place.logins += 1
                return (username, password) == (USER, PASSWORD)

            def public_key_auth_supported(self) -> bool:
                return True

            def validate_public_key(self, username: str, key: asyncssh.SSHKey) -> bool:
                ours = place.user_key.convert_to_public()
                return username == USER and key == ours

        self._listener = await asyncssh.listen(
            "127.0.0.1",
            0,
            server_host_keys=[self.host_key],
            server_factory=Server,
            sftp_factory=lambda channel: _Files(channel, self),
        )
        self.port = self._listener.get_port()

    async def _close(self) -> None:
        self._listener.close()
        await self._listener.wait_closed()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)


class _Files(asyncssh.SFTPServer):
    def __init__(self, channel: asyncssh.SSHServerChannel, place: SftpPlace) -> None:
        super().__init__(channel, chroot=bytes(place.root))
        self._place = place
        self._moved = 0

    def open(self, path: bytes, pflags: int, attrs: asyncssh.SFTPAttrs) -> object:
        self._place.opened.append(path.decode())
        return super().open(path, pflags, attrs)

    async def read(self, file_obj: object, offset: int, size: int) -> bytes:
        faults = self._place.faults
        if faults.grow:
            _grow(file_obj.name, faults)  # type: ignore[attr-defined]
        if faults.drip_seconds:
            await asyncio.sleep(faults.drip_seconds)
            size = 1
        block: bytes = super().read(file_obj, offset, size)  # type: ignore[assignment]
        self._count(len(block), faults.cut_after)
        return block

    def write(self, file_obj: object, offset: int, data: bytes) -> int:
        written: int = super().write(file_obj, offset, data)  # type: ignore[assignment]
        self._count(written, self._place.faults.cut_writes_after)
        return written

    def rename(self, oldpath: bytes, newpath: bytes) -> None:
        if self._place.faults.renames == "refused":
            raise asyncssh.SFTPPermissionDenied("no")
        if Path(os.fsdecode(self.map_path(newpath))).exists():
            raise asyncssh.SFTPFailure("Failure")
        super().rename(oldpath, newpath)

    def posix_rename(self, oldpath: bytes, newpath: bytes) -> None:
        if self._place.faults.renames != "posix":
            raise asyncssh.SFTPOpUnsupported("no such operation")
        super().posix_rename(oldpath, newpath)

    def _count(self, size: int, cut_after: int) -> None:
        self._moved += size
        faults = self._place.faults
        if cut_after and faults.cuts and self._moved >= cut_after:
            faults.cuts -= 1
            self.channel.get_connection().abort()


def _grow(path: bytes, faults: Faults) -> None:
    with Path(os.fsdecode(path)).open("ab") as stream:
        stream.write(faults.grow)
    faults.grow = b""
