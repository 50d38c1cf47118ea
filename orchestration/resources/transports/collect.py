"""Pulling a partner's new files into its folder of the drop.

What may be taken: a safe name, finished (no temporary name, no dot, unchanged
for as long as the way says), and not the very file that was taken before. A
file goes ``.part`` → fsync → rename; it keeps the partner's time of change, so
that it is received when it was sent, though never later than now.
"""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from orchestration.resources.clock import now
from orchestration.resources.files import sync_folder
from orchestration.resources.transports.names import (
    danger_of,
    is_temporary,
    printable,
)
from orchestration.resources.transports.pulls import (
    PullJournal,
    Staged,
    identity,
)
from orchestration.resources.transports.transport import (
    Cursor,
    FileRefusedError,
    FileUnsettledError,
    RefusedError,
    RemoteFile,
    Transport,
    TransportError,
)

PARTS = ".collecting"
"""Folder of files under way, in the partner's folder; the drop passes it by."""

POINTS = ("fetched", "staged", "dropped", "collected")
"""Where a sweep can be killed: every point lies between two lasting steps."""


@dataclass(frozen=True)
class Watch:
    """What a sweep needs of the world around it; tests give their own.

    Args:
        clock: the hour, UTC.
        pause: waits so many seconds.
        reached: called at each of ``POINTS``; may never return.
        progress: called with the name of each collected file.
    """

    clock: Callable[[], datetime] = now
    pause: Callable[[float], None] = time.sleep
    reached: Callable[[str], None] = field(default=lambda _point: None)
    progress: Callable[[str], None] = field(default=lambda _name: None)


@dataclass(frozen=True)
class Refusal:
    """A file that was not taken: its printable name, a stable code, what was seen."""

    name: str
    code: str
    detail: str


@dataclass
class Collection:
    """What one sweep of one partner did.

    Args:
        collected: paths under the partner's folder of the drop.
        refused: files refused now; those refused before are not told again.
        left: files that are not finished yet, or were gone when fetched.
        repeated: pages whose bytes were collected before.
        failure: why the sweep ended early; empty when it did not.
    """

    collected: list[str] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    repeated: int = 0
    failure: str = ""


def collect(
    partner_id: str,
    transport: Transport,
    drop: Path,
    journal: PullJournal,
    watch: Watch | None = None,
) -> Collection:
    """Pull every new, finished file of a partner into ``drop/<partner>``.

    Never raises for what the partner's side does: a cut or a refusal ends this
    partner's sweep and is told as its ``failure``. What was collected until
    then stays, and the next sweep goes on from there.

    Args:
        partner_id: whose files.
        transport: the way to them.
        drop: the house's drop.
        journal: what was pulled before.
        watch: clock and the like.

    Returns:
        What was done.
    """
    folder = drop / partner_id
    sweep = _Sweep(partner_id, transport, folder, journal, watch or Watch())
    try:
        with _alone(folder):
            sweep.finish_staged()
            sweep.pull()
    except TransportError as error:
        sweep.done.failure = str(error)
    return sweep.done


@dataclass
class _Sweep:
    partner_id: str
    transport: Transport
    folder: Path
    journal: PullJournal
    watch: Watch
    done: Collection = field(default_factory=Collection)

    @property
    def parts(self) -> Path:
        return self.folder / PARTS

    def finish_staged(self) -> None:
        """Do what a sweep that died had still to do."""
        waiting = self.journal.staged(self.partner_id)
        for staged in waiting:
            # No part: it was renamed before the crash, and may be landed by now.
            if (self.parts / staged.part).exists():
                self._drop(staged)
            self.journal.collect(self.partner_id, staged.part)
            self.done.collected.append(staged.target)
            self.watch.progress(Path(staged.target).name)
        for orphan in self.parts.glob("*.part"):
            orphan.unlink()

    def pull(self) -> None:
        steady = self.transport.settle_seconds
        files = self._settled(steady) if steady else self._new(self.transport.list())
        for remote in files:
            try:
                self._take(remote)
            except FileUnsettledError:
                self._leave(remote)
            except FileRefusedError as error:
                if remote.cursor:
                    # A cursor must not pass by what was not taken.
                    raise
                self._refuse(remote, error.code, error.detail)

    def _take(self, remote: RemoteFile) -> None:
        same = identity(self.partner_id, remote)
        part = self.parts / f"{hashlib.sha256(repr(same).encode()).hexdigest()}.part"
        try:
            self.transport.fetch(remote, part)
            sha256 = _made_lasting(part, remote.modified_at, self.watch.clock())
        except BaseException:
            part.unlink(missing_ok=True)
            raise
        self.watch.reached("fetched")
        if remote.cursor and self.journal.has_bytes(
            self.partner_id, remote.cursor.name, sha256
        ):
            part.unlink()
            self._pass_by(remote.cursor)
            return
        staged = Staged(part.name, self._free_path(remote.name, sha256), sha256)
        self.journal.stage(self.partner_id, remote, staged, self.watch.clock())
        self.watch.reached("staged")
        target = self._drop(staged)
        self.watch.reached("dropped")
        self.journal.collect(self.partner_id, staged.part)
        self.watch.reached("collected")
        self.done.collected.append(target)
        self.watch.progress(remote.name)

    def _pass_by(self, cursor: Cursor) -> None:
        """What was collected before moves the cursor and nothing else."""
        self.journal.cursors(self.partner_id).move(cursor)
        self.done.repeated += 1

    def _drop(self, staged: Staged) -> str:
        """Rename a staged file into the drop; returns its path there."""
        path = staged.target
        if (self.folder / path).exists():
            path = self._free_path(Path(path).name, staged.sha256)
            self.journal.retarget(self.partner_id, staged, path)
        target = self.folder / path
        target.parent.mkdir(exist_ok=True)
        (self.parts / staged.part).rename(target)
        sync_folder(target.parent)
        return path

    def _free_path(self, name: str, sha256: str) -> str:
        """A path that nothing waits under: a later file of a name gets a folder."""
        path, number = name, 1
        while (self.folder / path).exists():
            number += 1
            path = f"{sha256[:12]}-{number}/{name}"
        return path

    def _new(self, listed: Iterable[RemoteFile]) -> Iterator[RemoteFile]:
        """Files that may be taken as far as their name and history go."""
        for remote in listed:
            danger = danger_of(remote.name)
            if self.journal.knows(self.partner_id, remote):
                if remote.cursor:
                    self._pass_by(remote.cursor)
            elif danger:
                self._refuse(remote, "UNSAFE_NAME", danger)
            elif is_temporary(remote.name):
                self._leave(remote)
            else:
                yield remote

    def _settled(self, seconds: float) -> list[RemoteFile]:
        """New files that look the same as they did ``seconds`` ago, oldest first."""
        first = list(self._new(self.transport.list()))
        looked_at = self.watch.clock()
        before = self.journal.sightings(self.partner_id)
        since = {
            remote: before.get(identity(self.partner_id, remote), looked_at)
            for remote in first
        }
        unsure = [r for r in first if _age(looked_at, since[r]) < seconds]
        if unsure:
            self.watch.pause(seconds)
            again = set(self.transport.list())
            unsure = [r for r in unsure if r not in again]
        self.journal.sight(
            self.partner_id, [(identity(self.partner_id, r), since[r]) for r in first]
        )
        for remote in unsure:
            self._leave(remote)
        steady = [remote for remote in first if remote not in unsure]
        return sorted(steady, key=lambda r: (_stamp(r.modified_at), r.name))

    def _refuse(self, remote: RemoteFile, code: str, detail: str) -> None:
        self.journal.refuse(self.partner_id, remote, (code, detail), self.watch.clock())
        self.done.refused.append(Refusal(printable(remote.name), code, detail))

    def _leave(self, remote: RemoteFile) -> None:
        self.done.left.append(printable(remote.name))


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """One sweep of a partner at a time.

    Raises:
        RefusedError: another one is at work.
    """
    from filelock import FileLock, Timeout  # noqa: PLC0415 only here

    parts = folder / PARTS
    parts.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(parts / ".lock", timeout=0):
            yield
    except Timeout as error:
        raise RefusedError("another sweep of this partner is at work") from error


def _made_lasting(part: Path, modified_at: datetime | None, at: datetime) -> str:
    """Set the file's time, flush it to disk; returns its sha256."""
    stamp = min(modified_at or at, at).timestamp()
    with part.open("rb") as stream:
        sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
        os.utime(part, (stamp, stamp))
        os.fsync(stream.fileno())
    sync_folder(part.parent)
    return sha256


def _age(later: datetime, earlier: datetime) -> float:
    return (later - earlier).total_seconds()


def _stamp(instant: datetime | None) -> float:
    return instant.timestamp() if instant else 0.0
