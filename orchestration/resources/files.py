"""Writing a file so that a crash leaves the old one or the new one, whole; hashing."""

from __future__ import annotations

import hashlib
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path


def write_atomically(path: Path, content: bytes) -> None:
    """Write to a temporary name, fsync, rename, fsync the folder."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(path.name + ".part")
    with partial.open("wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    partial.replace(path)
    sync_folder(path.parent)


def hash_of(files: Iterable[Path]) -> str:
    """Hash of names and contents, sixteen digits."""
    total = hashlib.sha256()
    for path in files:
        total.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return total.hexdigest()[:16]


Store = Callable[[Path, Callable[[], bytes], int], None]
"""Writes a file: its path, what makes its content, and bytes held until it is."""

_WRITERS = 4
"""A disk flushes what several ask for in one go."""

_HELD_BYTES = 64 << 20


@contextmanager
def many_writes() -> Iterator[Store]:
    """Write many files atomically, several at once; at the end all are written.

    A path that is being written already is not written again: the files are named
    by their content. What one writer raises is raised here, once all have ended.
    """
    begun: set[Path] = set()
    waiting: deque[tuple[Future[None], int]] = deque()
    held = 0

    def settle(until: int) -> None:
        nonlocal held
        while waiting and held > until:
            write, size = waiting.popleft()
            held -= size
            write.result()

    def store(path: Path, content: Callable[[], bytes], size: int) -> None:
        nonlocal held
        if path in begun:
            return
        begun.add(path)
        settle(max(_HELD_BYTES - size, 0))
        waiting.append((pool.submit(lambda: write_atomically(path, content())), size))
        held += size

    with ThreadPoolExecutor(_WRITERS) as pool:
        yield store
        settle(-1)


def sync_folder(folder: Path) -> None:
    """Make renames inside ``folder`` survive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
