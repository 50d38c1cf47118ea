"""Landing: every byte as received, encrypted, and the ledger of arrivals.

Content-addressed: ``landing/<2 hex>/<sha256>``. The ledger is a SQLite file
beside it, not a lake table, because it must survive the lake: a rebuild
starts from here.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from orchestration.resources.admission import EMPTY, UNEXPECTED, is_empty
from orchestration.resources.files import Store, many_writes, write_atomically
from orchestration.resources.home import Home
from orchestration.resources.vault import NONCE_BYTES, Vault

READ = {"ACCEPTED", "REVISION"}
LOOKED_INTO = {*READ, "TEST"}
"""Verdicts of files that bronze reads, and of those that their answer judges."""

FEWEST_DIGITS = 6
"""Of a hash that a file is found by: fewer name many files."""


@dataclass(frozen=True)
class Reader:
    """A feed that reads a file.

    Args:
        feed: its name.
        document: table its rows go to.
        format: format.
    """

    feed: str
    document: str
    format: str


@dataclass(frozen=True)
class Incoming:
    """A file to land: who sent it, as what, its name, bytes and hour.

    Args:
        feed: feed of the partner, "" when no feed expects such a name.
        refusal: verdict that stands whatever the bytes are, "" when none does.
        sha256: of bytes that are too many to hold; "" where ``content`` is whole.
        size_bytes: of those bytes.
        beside: other feeds that read it too, each its own sets.
    """

    partner_id: str
    feed: str
    document: str
    format: str
    file_name: str
    content: bytes
    received_at: datetime
    refusal: str = ""
    sha256: str = ""
    size_bytes: int = 0
    beside: tuple[Reader, ...] = ()

    @property
    def readers(self) -> list[Reader]:
        """All feeds that read it, first the one that accounts for its envelopes."""
        return [Reader(self.feed, self.document, self.format), *self.beside]


@dataclass(frozen=True)
class Arrival:
    """A file that arrived, as one feed reads it.

    A file that several feeds read has a row for each, one behind the other.

    Args:
        landing_id: row of the ledger, 1 … n in order of arrival.
        verdict: ACCEPTED, REVISION; not read: DUPLICATE, EMPTY_FILE, UNEXPECTED,
            UNSAFE_NAME, FILE_TOO_LARGE, TEST.
    """

    landing_id: int
    partner_id: str
    feed: str
    document: str
    format: str
    file_name: str
    payload_sha256: str
    size_bytes: int
    received_at: datetime
    verdict: str

    @property
    def file(self) -> tuple[str, str, str, datetime]:
        """What its rows have in common, and no other file's."""
        at = self.received_at
        return (self.partner_id, self.file_name, self.payload_sha256, at)

    @property
    def is_readable(self) -> bool:
        """Whether bronze reads it."""
        return self.verdict in READ


class Landing:
    """The store of landed bytes and its ledger."""

    def __init__(self, folder: Path, vault: Vault) -> None:
        """Open or create the landing in ``folder``."""
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._vault = vault
        self._write: Store = _write_now
        self._db = sqlite3.connect(folder / "ledger.sqlite", isolation_level=None)
        self._db.executescript(
            """
            pragma journal_mode = wal;
            pragma synchronous = full;
            create table if not exists ledger (
                landing_id integer primary key autoincrement,
                partner_id text not null, feed text not null,
                document text not null, format text not null,
                file_name text not null, payload_sha256 text not null,
                size_bytes integer not null, received_at text not null,
                verdict text not null);
            create index if not exists ledger_name on ledger (partner_id, file_name);
            create index if not exists ledger_hash on ledger (payload_sha256);
            """
        )

    @classmethod
    def open(cls, home: Home, vault: Vault) -> Landing:
        """The landing of a house."""
        return cls(home.landing, vault)

    def close(self) -> None:
        """Close the ledger."""
        self._db.close()

    @contextmanager
    def batch(self) -> Iterator[None]:
        """Enter many arrivals in one ledger transaction (fewer disk flushes).

        Their bytes are on the disk before the ledger says so.
        """
        self._db.execute("begin immediate")
        try:
            with self._vault.batch(), many_writes() as self._write:
                yield
        except BaseException:
            self._db.execute("rollback")
            raise
        finally:
            self._write = _write_now
        self._db.execute("commit")

    def land(
        self, file: Incoming, was_in_vain: Callable[[Arrival], bool] | None = None
    ) -> Arrival:
        """Store bytes and enter them in the ledger; the first row of the file."""
        return self.land_shared(file, was_in_vain)[0]

    def land_shared(
        self, file: Incoming, was_in_vain: Callable[[Arrival], bool] | None = None
    ) -> list[Arrival]:
        """Store bytes and enter them in the ledger, a row for each feed that reads.

        The same arrival told twice (same partner, name, bytes and hour) is
        entered once: a crash between the ledger and the drop repeats nothing. A
        file that is not looked into has one row.

        Args:
            file: what arrived.
            was_in_vain: whether an earlier arrival of the same bytes gave no row and
                to read them again may give some; without it every copy is a
                DUPLICATE.
        """
        sha256 = file.sha256 or hashlib.sha256(file.content).hexdigest()
        stamp = file.received_at.astimezone(UTC).isoformat()
        known = self._db.execute(
            "select * from ledger where partner_id = ? and file_name = ?"
            " and payload_sha256 = ? and received_at = ? order by landing_id",
            [file.partner_id, file.file_name, sha256, stamp],
        ).fetchall()
        if known:
            return [_arrival(row) for row in known]
        verdict = file.refusal or self._verdict(file, sha256, was_in_vain)
        if not file.sha256:
            self._store(sha256, file.content)
        readers = file.readers if verdict in LOOKED_INTO else file.readers[:1]
        return [self._enter(file, one, sha256, stamp, verdict) for one in readers]

    def _enter(
        self, file: Incoming, reader: Reader, sha256: str, stamp: str, verdict: str
    ) -> Arrival:
        cursor = self._db.execute(
            "insert into ledger (partner_id, feed, document, format, file_name,"
            " payload_sha256, size_bytes, received_at, verdict)"
            " values (?, ?, ?, ?, ?, ?, ?, ?, ?) returning *",
            [
                file.partner_id,
                reader.feed,
                reader.document,
                reader.format,
                file.file_name,
                sha256,
                file.size_bytes or len(file.content),
                stamp,
                verdict,
            ],
        )
        return _arrival(cursor.fetchone())

    def read(self, sha256: str) -> bytes:
        """The bytes of a landed file, decrypted and checked against its hash."""
        cell = self._path(sha256).read_bytes()
        cipher = self._vault.file_cipher(sha256)
        content = cipher.decrypt(
            cell[:NONCE_BYTES], cell[NONCE_BYTES:], sha256.encode()
        )
        if hashlib.sha256(content).hexdigest() != sha256:
            raise ValueError(f"landing: {sha256} is damaged; restore it")
        return content

    def arrivals(
        self, after: int = 0, until: int | None = None, as_of: datetime | None = None
    ) -> list[Arrival]:
        """Ledger rows with ``after < landing_id <= until``, received by ``as_of``."""
        rows = self._db.execute(
            "select * from ledger where landing_id > ? and landing_id <= ?"
            " order by landing_id",
            [after, until if until is not None else 2**62],
        ).fetchall()
        found = [_arrival(row) for row in rows]
        return [a for a in found if as_of is None or a.received_at <= as_of]

    def named(self, partner_id: str, beginning: str) -> list[Arrival]:
        """Ledger rows of a partner's files whose names begin so (ASCII), in order."""
        after = beginning[:-1] + chr(ord(beginning[-1]) + 1)
        rows = self._db.execute(
            "select * from ledger where partner_id = ? and file_name >= ?"
            " and file_name < ? order by landing_id",
            [partner_id, beginning, after],
        ).fetchall()
        return list(map(_arrival, rows))

    def find(self, name_or_hash: str) -> list[Arrival]:
        """Ledger rows of a file name or of a hash's first digits, six at least."""
        digits = name_or_hash if len(name_or_hash) >= FEWEST_DIGITS else "none"
        rows = self._db.execute(
            "select * from ledger where file_name = ?"
            " or substr(payload_sha256, 1, length(?)) = ? order by landing_id",
            [name_or_hash, digits, digits],
        ).fetchall()
        return [_arrival(row) for row in rows]

    def newest(
        self,
        partner_id: str,
        feeds: Collection[str],
        until: int | None = None,
        most: int = 10_000,
    ) -> list[Arrival]:
        """The newest files of feeds of a partner, read or not, newest first."""
        marks = ", ".join("?" * len(feeds))
        rows = self._db.execute(
            f"select * from ledger where partner_id = ? and feed in ({marks})"  # noqa: S608
            " and landing_id <= ? order by landing_id desc limit ?",
            [partner_id, *feeds, until if until is not None else 2**62, most],
        ).fetchall()
        return list(map(_arrival, rows))

    def readings(self, partner_id: str, sha256: str) -> list[Arrival]:
        """Arrivals of a partner's bytes that were taken in, oldest first."""
        rows = self._db.execute(
            "select * from ledger where partner_id = ? and payload_sha256 = ?"
            " and verdict in ('ACCEPTED', 'REVISION') order by landing_id",
            [partner_id, sha256],
        ).fetchall()
        return list(map(_arrival, rows))

    def copied(
        self,
        partner_id: str,
        sha256: str,
        was_in_vain: Callable[[Arrival], bool] | None,
    ) -> Arrival | None:
        """The arrival that makes a file of these bytes a copy, None if none does."""
        for before in self.readings(partner_id, sha256):
            if was_in_vain is None or not was_in_vain(before):
                return before
        return None

    def _verdict(
        self,
        file: Incoming,
        sha256: str,
        was_in_vain: Callable[[Arrival], bool] | None,
    ) -> str:
        if not file.feed:
            return UNEXPECTED
        if is_empty(file.content):
            return EMPTY
        # Bytes that came under a wrong name, or as a test, were never read. Read by
        # the wrong feed, or by a wrong profile, without a row they count nowhere, and
        # the right one reads them; with a row they count once, whatever name they
        # come under next.
        if self.copied(file.partner_id, sha256, was_in_vain):
            return "DUPLICATE"
        same_name = self._db.execute(
            "select 1 from ledger where partner_id = ? and file_name = ?",
            [file.partner_id, file.file_name],
        ).fetchone()
        return "REVISION" if same_name else "ACCEPTED"

    def _store(self, sha256: str, content: bytes) -> None:
        path = self._path(sha256)
        # Bytes whose key was rolled back by a crash are written again.
        if path.exists() and self._vault.has_file_key(sha256):
            return
        nonce = os.urandom(NONCE_BYTES)
        cipher = self._vault.file_cipher(sha256)
        self._write(
            path,
            lambda: nonce + cipher.encrypt(nonce, content, sha256.encode()),
            len(content),
        )

    def _path(self, sha256: str) -> Path:
        return self._folder / sha256[:2] / sha256


def _write_now(path: Path, content: Callable[[], bytes], _size: int) -> None:
    write_atomically(path, content())


def input_digest(hashes: Iterable[tuple[str, str]]) -> str:
    """Hash of a set of (partner, payload hash): what a run reads."""
    lines = sorted({f"{partner} {sha256}" for partner, sha256 in hashes})
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _arrival(row: Sequence[object]) -> Arrival:
    values = list(row)
    values[8] = datetime.fromisoformat(str(values[8]))
    return Arrival(*values)  # type: ignore[arg-type]
