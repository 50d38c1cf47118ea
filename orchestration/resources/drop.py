"""The drop: one folder a partner, where files wait until a run takes them in.

Left alone are temporary names, files that still grow, and files that lie in
nobody's folder. Not here: what becomes of a file once it is taken (``intake``).
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import sleep

from orchestration.resources.clock import now, received_at

TEMPORARY = frozenset({".part", ".tmp", ".filepart", ".partial", ".crdownload"})
"""Endings under which partners write before they rename."""

SETTLE_SECONDS = 2.0
"""A file written this long ago is looked at twice: it may still grow."""


@dataclass(frozen=True)
class Drop:
    """The drop of a house.

    Args:
        folder: ``drop``.
        partners: ids of those who have a folder in it.
    """

    folder: Path
    partners: Collection[str]

    def waiting(self, as_of: datetime) -> list[Path]:
        """Partners' files that arrived by ``as_of``, oldest first."""
        found = _settled(p for p in self._whole() if self.owner(p))
        known = ((_received_at(p), str(p), p) for p in found)
        return [p for at, _, p in sorted(known) if at <= as_of]

    def strangers(self) -> list[Path]:
        """Files that lie in no partner's folder: nobody reads them."""
        return sorted(p for p in self._whole() if not self.owner(p))

    def owner(self, path: Path) -> str:
        """The partner whose folder a file lies in, "" when there is none."""
        folder, *inside = path.relative_to(self.folder).parts
        return folder if inside and folder in self.partners else ""

    def _whole(self) -> Iterator[Path]:
        return (p for p in self.folder.rglob("*") if _is_whole(p))


def name_of(path: Path) -> str:
    r"""A file's name as text, whatever bytes it is made of.

    Example:
        >>> name_of(Path(os.fsdecode(b"gr\xfc\xdfe.csv")))
        'gr\\xfc\\xdfe.csv'
    """
    return os.fsencode(path.name).decode("utf-8", "backslashreplace")


def _is_whole(path: Path) -> bool:
    """Whether a name is not one that partners write under first."""
    is_temporary = path.suffix.lower() in TEMPORARY or path.name.startswith(".")
    return not is_temporary and path.is_file() and not path.is_symlink()


def _settled(paths: Iterable[Path]) -> list[Path]:
    """Those that do not grow; only files just written cost a second look."""
    found = list(paths)
    young = {p: _shape(p) for p in found if _is_young(p)}
    if not young:
        return found
    sleep(SETTLE_SECONDS / 2)
    after = {p: _shape(p) for p in young}
    return [p for p in found if p not in young or young[p] == after[p] is not None]


def _is_young(path: Path) -> bool:
    age = now() - _received_at(path)
    return timedelta(0) <= age <= timedelta(seconds=SETTLE_SECONDS + 1)


def _received_at(path: Path) -> datetime:
    """When a file arrived; never, if its partner took it back meanwhile."""
    try:
        return received_at(path)
    except FileNotFoundError:
        return datetime.max.replace(tzinfo=UTC)


def _shape(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_size, found.st_mtime_ns
