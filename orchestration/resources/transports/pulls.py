"""What was pulled and delivered, in a small SQLite file: the journal of transports.

A pull writes before it acts: the file lies under a temporary name (staged) →
the row says so → it is renamed into the drop → the row says collected, and in
the same commit the cursor moves. Wherever a crash falls, the next sweep reads
from the row and the disk what is left to do, and fetches nothing twice.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from orchestration.resources.transports.names import printable
from orchestration.resources.transports.transport import Cursor, Cursors, RemoteFile

JOURNAL = "transports.sqlite"
"""The journal's file in the house's folder."""

STAGED, COLLECTED, REFUSED = "staged", "collected", "refused"
SENDING, SENT = "sending", "sent"

Identity = tuple[str, str, int, str, str]
"""Partner, key, size, instant of change, mark: the same means the same file."""


@dataclass(frozen=True)
class Staged:
    """A fetched file on its way into the drop.

    Args:
        part: its temporary name in the folder of parts.
        target: its path under the partner's folder of the drop.
        sha256: of its bytes.
    """

    part: str
    target: str
    sha256: str


@dataclass(frozen=True)
class Pulled:
    """One row of the journal.

    Args:
        name: of the file.
        state: staged, collected or refused.
        code: why it was refused; empty otherwise.
        detail: what was seen.
        sha256: of the collected bytes; empty for a refused file.
        noted_at: UTC.
    """

    name: str
    state: str
    code: str
    detail: str
    sha256: str
    noted_at: datetime


class PullJournal:
    """Remembers, for every partner, what was fetched, refused and sent."""

    def __init__(self, path: Path) -> None:
        """Open or create the journal at ``path``."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self._db = sqlite3.connect(path, isolation_level=None, timeout=30)
        self._db.executescript(_SCHEMA)

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def knows(self, partner_id: str, remote: RemoteFile) -> bool:
        """Whether this very file was collected or refused before."""
        row = self._db.execute(
            "select 1 from pulls where partner_id = ? and remote_key = ?"
            " and size_bytes = ? and modified_at = ? and etag = ?",
            identity(partner_id, remote),
        ).fetchone()
        return row is not None

    def has_bytes(self, partner_id: str, pull: str, sha256: str) -> bool:
        """Whether a pull of this name brought the same bytes before."""
        row = self._db.execute(
            "select 1 from pulls where partner_id = ? and sha256 = ?"
            " and cursor_name = ? and state = ?",
            [partner_id, sha256, pull, COLLECTED],
        ).fetchone()
        return row is not None

    def stage(
        self, partner_id: str, remote: RemoteFile, staged: Staged, at: datetime
    ) -> None:
        """Note a file that lies under its temporary name, whole."""
        cursor = remote.cursor or Cursor("", "")
        self._db.execute(
            "insert or replace into pulls values"
            " (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                *identity(partner_id, remote),
                remote.name,
                STAGED,
                "",
                "",
                staged.sha256,
                staged.part,
                staged.target,
                cursor.name,
                cursor.text,
                at.isoformat(),
            ],
        )

    def staged(self, partner_id: str) -> list[Staged]:
        """Files that were under way when a sweep died."""
        rows = self._db.execute(
            "select part, target, sha256 from pulls where partner_id = ? and state = ?"
            " order by rowid",
            [partner_id, STAGED],
        )
        return [Staged(*row) for row in rows.fetchall()]

    def retarget(self, partner_id: str, staged: Staged, target: str) -> None:
        """Another path in the drop for a staged file: the first is taken."""
        self._db.execute(
            "update pulls set target = ? where partner_id = ? and part = ?",
            [target, partner_id, staged.part],
        )

    def collect(self, partner_id: str, part: str) -> None:
        """A staged file is in the drop; its cursor moves with this note."""
        self._db.execute("begin immediate")
        try:
            self._db.execute(
                "insert or replace into cursors"
                " select partner_id, cursor_name, cursor_text from pulls"
                " where partner_id = ? and part = ? and cursor_name <> ''",
                [partner_id, part],
            )
            self._db.execute(
                "update pulls set state = ?, part = '' where partner_id = ?"
                " and part = ?",
                [COLLECTED, partner_id, part],
            )
        except BaseException:
            self._db.execute("rollback")
            raise
        self._db.execute("commit")

    def refuse(
        self, partner_id: str, remote: RemoteFile, why: tuple[str, str], at: datetime
    ) -> None:
        """Note a file that is not taken, with its code and detail."""
        self._db.execute(
            "insert or replace into pulls values"
            " (?, ?, ?, ?, ?, ?, ?, ?, ?, '', '', '', '', '', ?)",
            [
                *identity(partner_id, remote),
                printable(remote.name),
                REFUSED,
                *why,
                at.isoformat(),
            ],
        )

    def forget(self, partner_id: str, name: str) -> int:
        """Have every file of this name pulled once more; returns how many."""
        return self._db.execute(
            "delete from pulls where partner_id = ? and name = ? and state <> ?",
            [partner_id, name, STAGED],
        ).rowcount

    def pulled(self, partner_id: str) -> list[Pulled]:
        """Every row of a partner, oldest first."""
        rows = self._db.execute(
            "select name, state, code, detail, sha256, noted_at from pulls"
            " where partner_id = ? order by noted_at, name",
            [partner_id],
        )
        return [
            Pulled(name, state, code, detail, sha256, datetime.fromisoformat(noted))
            for name, state, code, detail, sha256, noted in rows.fetchall()
        ]

    def sightings(self, partner_id: str) -> dict[Identity, datetime]:
        """Files that earlier sweeps saw and left alone: since when they look so."""
        rows = self._db.execute(
            "select partner_id, remote_key, size_bytes, modified_at, etag, seen_at"
            " from sightings where partner_id = ?",
            [partner_id],
        )
        return {row[:5]: datetime.fromisoformat(row[5]) for row in rows.fetchall()}

    def sight(self, partner_id: str, seen: Iterable[tuple[Identity, datetime]]) -> None:
        """Replace what was seen and left alone."""
        self._db.execute("begin immediate")
        self._db.execute("delete from sightings where partner_id = ?", [partner_id])
        self._db.executemany(
            "insert or replace into sightings values (?, ?, ?, ?, ?, ?)",
            [(*same, at.isoformat()) for same, at in seen],
        )
        self._db.execute("commit")

    def cursors(self, partner_id: str) -> Cursors:
        """The cursors of a partner's pulls."""
        return _JournalCursors(self._db, partner_id)

    def delivery(self, partner_id: str, name: str) -> tuple[str, str] | None:
        """State and sha256 of a file that leaves; None when it never did."""
        found: tuple[str, str] | None = self._db.execute(
            "select state, sha256 from deliveries where partner_id = ? and name = ?",
            [partner_id, name],
        ).fetchone()
        return found

    def note_delivery(
        self, partner_id: str, name: str, fact: tuple[str, str], at: datetime
    ) -> None:
        """Note state and sha256 of a file that leaves."""
        self._db.execute(
            "insert or replace into deliveries values (?, ?, ?, ?, ?)",
            [partner_id, name, *fact, at.isoformat()],
        )

    def forget_delivery(self, partner_id: str, name: str) -> None:
        """Have a file delivered once more, under the name it left with."""
        self._db.execute(
            "delete from deliveries where partner_id = ? and name = ?",
            [partner_id, name],
        )


class _JournalCursors:
    def __init__(self, db: sqlite3.Connection, partner_id: str) -> None:
        self._db = db
        self._partner_id = partner_id

    def text(self, name: str) -> str:
        row = self._db.execute(
            "select cursor_text from cursors where partner_id = ? and cursor_name = ?",
            [self._partner_id, name],
        ).fetchone()
        return str(row[0]) if row else ""

    def move(self, cursor: Cursor) -> None:
        self._db.execute(
            "insert or replace into cursors values (?, ?, ?)",
            [self._partner_id, cursor.name, cursor.text],
        )


def identity(partner_id: str, remote: RemoteFile) -> Identity:
    """What makes a remote file the same file as one seen before."""
    changed = remote.modified_at.isoformat() if remote.modified_at else ""
    size = -1 if remote.size_bytes is None else remote.size_bytes
    key = remote.key.encode(errors="surrogateescape").hex()
    return partner_id, key, size, changed, remote.etag


_SCHEMA = """
pragma journal_mode = wal;
pragma synchronous = full;
create table if not exists pulls (
    partner_id text not null,
    remote_key text not null,
    size_bytes integer not null,
    modified_at text not null,
    etag text not null,
    name text not null,
    state text not null,
    code text not null,
    detail text not null,
    sha256 text not null,
    part text not null,
    target text not null,
    cursor_name text not null,
    cursor_text text not null,
    noted_at text not null,
    primary key (partner_id, remote_key, size_bytes, modified_at, etag)
);
create index if not exists pulls_by_bytes on pulls (partner_id, sha256);
create table if not exists sightings (
    partner_id text not null,
    remote_key text not null,
    size_bytes integer not null,
    modified_at text not null,
    etag text not null,
    seen_at text not null,
    primary key (partner_id, remote_key, size_bytes, modified_at, etag)
);
create table if not exists cursors (
    partner_id text not null,
    cursor_name text not null,
    cursor_text text not null,
    primary key (partner_id, cursor_name)
);
create table if not exists deliveries (
    partner_id text not null,
    name text not null,
    state text not null,
    sha256 text not null,
    noted_at text not null,
    primary key (partner_id, name)
);
"""
