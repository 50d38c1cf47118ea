"""The vault: personal data and the keys of landed files, encrypted.

A SQLite file of its own whose cells are AES-256-GCM. The lake holds tokens
(keyed hashes), so the same person has the same token and nobody can turn one
back without the vault. Key: ``ORDERHOUSE_VAULT_KEY`` (64 hex digits), else a
generated file that git ignores.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import polars as pl
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from orchestration.resources.home import Home
from orchestration.resources.refusal import RefusalError
from transforms.contracts.table import TEXT, Table

KEY_BYTES = 32
NONCE_BYTES = 12


class VaultError(RefusalError):
    """The vault cannot be opened or does not know a token."""


class Vault:
    """Tokens for personal values, and back; keys for landed files."""

    def __init__(self, path: Path, key: bytes) -> None:
        """Open or create the vault at ``path`` under ``key`` (32 bytes)."""
        self._token_key = hmac.digest(key, b"tokens", "sha256")
        self._cipher = AESGCM(hmac.digest(key, b"cells", "sha256"))
        self._known: dict[tuple[str, str], str] = {}
        self._db = sqlite3.connect(path, isolation_level=None)
        self._db.executescript(
            """
            pragma journal_mode = wal;
            pragma synchronous = full;
            create table if not exists personal_values
                (token text primary key, kind text not null, cell blob not null);
            create table if not exists file_keys
                (sha256 text primary key, cell blob not null);
            """
        )
        self._check_key()

    @classmethod
    def open(cls, home: Home) -> Vault:
        """The vault of a house; makes a key file when there is none."""
        return cls(home.vault, vault_key(home))

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    @contextmanager
    def batch(self) -> Iterator[None]:
        """Write many cells in one transaction; nests inside another batch."""
        if self._db.in_transaction:
            yield
            return
        self._db.execute("begin immediate")
        try:
            yield
        finally:
            # Values and keys are true whatever failed around them: keep them.
            self._db.execute("commit")

    def tokenise(self, frame: pl.DataFrame, table: Table) -> pl.DataFrame:
        """Replace every personal cell of ``frame`` by its token; nulls stay."""
        kinds = {
            name: kind
            for name, kind in table.personal_columns.items()
            if name in frame.columns
        }
        return frame.with_columns(
            pl.col(name)
            .replace_strict(self._tokens(frame.get_column(name), kind), default=None)
            .cast(TEXT)
            for name, kind in kinds.items()
        )

    def reveal(self, frame: pl.DataFrame, table: Table) -> pl.DataFrame:
        """Replace every token of ``frame``'s personal columns by its value."""
        names = [n for n in table.personal_columns if n in frame.columns]
        return frame.with_columns(
            pl.col(name)
            .replace_strict(self._values(frame.get_column(name)), default=None)
            .cast(TEXT)
            for name in names
        )

    def file_cipher(self, sha256: str) -> AESGCM:
        """The cipher of one landed file; its key is made at first use."""
        row = self._db.execute(
            "select cell from file_keys where sha256 = ?", [sha256]
        ).fetchone()
        if row:
            return AESGCM(self._opened(row[0], sha256))
        key = AESGCM.generate_key(bit_length=8 * KEY_BYTES)
        self._db.execute(
            "insert or ignore into file_keys values (?, ?)",
            [sha256, self._sealed(key, sha256)],
        )
        return self.file_cipher(sha256)

    def has_file_key(self, sha256: str) -> bool:
        """Whether the key of a file is kept: without it its bytes are noise."""
        found = self._db.execute("select 1 from file_keys where sha256 = ?", [sha256])
        return found.fetchone() is not None

    def token(self, kind: str, value: str) -> str:
        """The token of one value: equal values of a kind have equal tokens."""
        keyed = hmac.digest(self._token_key, f"{kind}|{value}".encode(), "sha256")
        return f"tok_{kind}_{keyed.hex()[:24]}"

    def _tokens(self, values: pl.Series, kind: str) -> dict[str, str]:
        unique = values.drop_nulls().unique().to_list()
        fresh = [v for v in unique if (kind, v) not in self._known]
        rows = []
        for value in fresh:
            token = self.token(kind, value)
            self._known[(kind, value)] = token
            rows.append((token, kind, self._sealed(value.encode(), token)))
        with self.batch():
            self._db.executemany(
                "insert or ignore into personal_values values (?, ?, ?)", rows
            )
        return {value: self._known[(kind, value)] for value in unique}

    def _values(self, tokens: pl.Series) -> dict[str, str]:
        found: dict[str, str] = {}
        for token in tokens.drop_nulls().unique().to_list():
            row = self._db.execute(
                "select cell from personal_values where token = ?", [token]
            ).fetchone()
            if row is None:
                raise VaultError(f"the vault does not know {token}")
            found[token] = self._opened(row[0], token).decode()
        return found

    def _sealed(self, plain: bytes, name: str) -> bytes:
        nonce = os.urandom(NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, plain, name.encode())

    def _opened(self, cell: bytes, name: str) -> bytes:
        return self._cipher.decrypt(
            cell[:NONCE_BYTES], cell[NONCE_BYTES:], name.encode()
        )

    def _check_key(self) -> None:
        # A wrong key must fail here, not at the first partner file.
        probe = hashlib.sha256(self._token_key).hexdigest()[:16]
        self._db.execute("create table if not exists key_check (probe text)")
        row = self._db.execute("select probe from key_check").fetchone()
        if row is None:
            self._db.execute("insert into key_check values (?)", [probe])
        elif row[0] != probe:
            self._db.close()
            raise VaultError(
                "the vault was made with another key: set ORDERHOUSE_VAULT_KEY "
                "or restore vault.key"
            )


def vault_key(home: Home) -> bytes:
    """The vault's key from the environment, else from the house's key file.

    Raises:
        VaultError: the key is not 64 hex digits.
    """
    text = os.environ.get("ORDERHOUSE_VAULT_KEY") or _key_file(home)
    try:
        key = bytes.fromhex(text.strip())
    except ValueError as error:
        raise VaultError("the vault key must be 64 hex digits") from error
    if len(key) != KEY_BYTES:
        raise VaultError("the vault key must be 64 hex digits")
    return key


def _key_file(home: Home) -> str:
    if not home.vault_key.exists():
        home.root.mkdir(parents=True, exist_ok=True)
        handle = os.open(home.vault_key, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as stream:
            stream.write(os.urandom(KEY_BYTES).hex())
    return home.vault_key.read_text()
