"""Named points of a process: before, within and after whatever lasts.

Nothing of the product knows them. ``install`` stands between this process and
what it writes: files, renames, flushes, SQLite, the lake's connection, SFTP.
"""

from __future__ import annotations

import os
import re
import signal
import sqlite3
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self

import asyncssh

from orchestration.resources import lakehouse

LASTING = ("begin", "commit", "insert", "delete", "update", "create")
"""First words of statements that change something."""


Point = tuple[str, int]
"""A name, and the how-manieth point of that name it is, from 0."""


class Points:
    """Counts the points that were passed, and kills this process at one of them."""

    def __init__(self, root: Path, fatal: Point | None = None) -> None:
        """Points named relative to ``root``, the house; one of them is the last."""
        self._root = str(root)
        self._fatal = fatal
        self._seen: Counter[str] = Counter()
        self.passed: list[Point] = []

    def pass_by(self, when: str, what: str, where: object = "") -> None:
        """Pass a point, or die there."""
        name = " ".join(filter(None, [when, what, self._place(where)]))
        point = (name, self._seen[name])
        if point == self._fatal:
            os.kill(os.getpid(), signal.SIGKILL)
        self._seen[name] += 1
        self.passed.append(point)

    def covers(self, path: object) -> bool:
        """Whether a path is of the house or of a partner's place."""
        return str(path).startswith(self._root)

    def _place(self, where: object) -> str:
        text = os.fsdecode(where) if isinstance(where, bytes) else str(where)
        text = text.removeprefix(self._root).lstrip("/")
        return re.sub(r"\b[0-9a-f]{2}/[0-9a-f]{64}|/[0-9a-f]{2}$", "…", text)


def install(points: Points) -> None:
    """Have every lasting step of this process pass its points."""
    for name in ("replace", "rename", "unlink"):
        _around_path(points, name)
    _around_flush(points)
    _around_writing(points)
    _around_sqlite(points)
    _around_lake(points)
    _around_sftp(points)


def _around_path(points: Points, name: str) -> None:
    real: Callable[..., Any] = getattr(Path, name)

    def step(self: Path, *args: Any, **named: Any) -> Any:  # noqa: ANN401 any step
        if not points.covers(self):
            return real(self, *args, **named)
        points.pass_by("before", name, self)
        done = real(self, *args, **named)
        points.pass_by("after", name, self)
        return done

    setattr(Path, name, step)


def _around_flush(points: Points) -> None:
    real = os.fsync

    def fsync(handle: int) -> None:
        place = Path(f"/proc/self/fd/{handle}").readlink()
        points.pass_by("before", "fsync", place)
        real(handle)
        points.pass_by("after", "fsync", place)

    os.fsync = fsync  # type: ignore[assignment]


class _Torn:
    """A file that can be left half written."""

    def __init__(self, stream: Any, points: Points, path: Path) -> None:  # noqa: ANN401
        self._stream, self._points, self._path = stream, points, path

    def write(self, content: bytes) -> int:
        half = len(content) // 2
        self._points.pass_by("before", "write", self._path)
        self._stream.write(content[:half])
        self._stream.flush()
        self._points.pass_by("within", "write", self._path)
        self._stream.write(content[half:])
        return len(content)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stream.close()

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 any file
        return getattr(self._stream, name)


def _around_writing(points: Points) -> None:
    real: Callable[..., Any] = Path.open

    def opened(self: Path, mode: str = "r", *args: Any, **named: Any) -> Any:  # noqa: ANN401
        stream = real(self, mode, *args, **named)
        is_ours = mode == "wb" and points.covers(self)
        return _Torn(stream, points, self) if is_ours else stream

    Path.open = opened  # type: ignore[method-assign,assignment]


def _around_sqlite(points: Points) -> None:
    real = sqlite3.connect

    class Connection(sqlite3.Connection):
        def execute(self, sql: str, *args: Any) -> sqlite3.Cursor:  # noqa: ANN401
            if not sql.lstrip().lower().startswith(LASTING):
                return super().execute(sql, *args)
            what = " ".join(sql.split()[:3])
            points.pass_by("before", "sqlite", what)
            done = super().execute(sql, *args)
            points.pass_by("after", "sqlite", what)
            return done

    def connect(*args: Any, **named: Any) -> sqlite3.Connection:  # noqa: ANN401
        return real(*args, **named, factory=Connection)

    sqlite3.connect = connect  # type: ignore[assignment]


class _Lake:
    """The lake's connection."""

    def __init__(self, real: Any, points: Points) -> None:  # noqa: ANN401
        self._real, self._points = real, points

    def execute(self, sql: str, *args: Any) -> Any:  # noqa: ANN401 DuckDB's
        if not sql.lstrip().lower().startswith(LASTING):
            return self._real.execute(sql, *args)
        what = " ".join(sql.split()[:3])
        self._points.pass_by("before", "lake", what)
        done = self._real.execute(sql, *args)
        self._points.pass_by("after", "lake", what)
        return done

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 DuckDB's
        return getattr(self._real, name)


def _around_lake(points: Points) -> None:
    real = lakehouse.connect
    lakehouse.connect = lambda *at: _Lake(real(*at), points)  # type: ignore[assignment,return-value]


def _around_sftp(points: Points) -> None:
    _around_errand(points, asyncssh.SFTPClientFile, "write", "upload")
    _around_errand(points, asyncssh.SFTPClient, "posix_rename", "remote rename")


def _around_errand(points: Points, kind: type, name: str, what: str) -> None:
    real = getattr(kind, name)

    async def errand(self: object, *args: Any) -> Any:  # noqa: ANN401 any errand
        place = Path(os.fsdecode(args[1])).name if name == "posix_rename" else ""
        points.pass_by("before", what, place)
        done = await real(self, *args)
        points.pass_by("after", what, place)
        return done

    setattr(kind, name, errand)
