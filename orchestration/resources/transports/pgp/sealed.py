"""A way whose files are sealed: encrypted to the reader, signed by the writer."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from orchestration.resources.transports.credentials import key_file, secret
from orchestration.resources.transports.pgp import unsealing
from orchestration.resources.transports.settings import Limits, PgpSettings
from orchestration.resources.transports.transport import (
    FileRefusedError,
    RefusedError,
    RemoteFile,
    Transport,
)


@dataclass(frozen=True)
class Keys:
    """Keys of both sides, tried once."""

    our_key: Path
    passphrase: str
    partner_key: Path

    @classmethod
    def open(cls, settings: PgpSettings, root: Path) -> Keys:
        """The keys that a profile names.

        Raises:
            RefusedError: a file is missing or holds no usable key, or the
                passphrase is wrong. Found here and not at the first file, so
                that a mistake of ours is not called the partner's.
        """
        keys = cls(
            our_key=key_file(root, settings.our_key, "our PGP key"),
            passphrase=secret(settings.passphrase) if settings.passphrase else "",
            partner_key=key_file(root, settings.partner_key, "the partner's PGP key"),
        )
        keys.seal(b"trial")
        return keys

    def seal(self, content: bytes) -> bytes:
        """Encrypt to the partner and sign with our key.

        Raises:
            RefusedError: a key cannot be used for it.
        """
        import pysequoia  # noqa: PLC0415 heavy

        try:
            ours = pysequoia.Tsk.from_file(str(self.our_key))
            theirs = pysequoia.Cert.split_file(str(self.partner_key))
            word = self.passphrase or None
            ours.decryptor(word)
            return pysequoia.encrypt(
                content, recipients=theirs, signer=ours.signer(word), armor=False
            )
        except (RuntimeError, ValueError, OSError) as error:
            reason = str(error).partition("\n")[0]
            raise RefusedError(
                f"the PGP keys {self.our_key.name} and {self.partner_key.name} cannot"
                f" be used: {reason}"
            ) from error

    def unseal(self, sealed: Path, plain: Path, limits: Limits) -> None:
        """Decrypt and verify a file.

        Raises:
            FileRefusedError: NOT_DECRYPTED; nothing is left of ``plain``.
        """
        order = {
            "sealed": str(sealed),
            "plain": str(plain),
            "our_key": str(self.our_key),
            "partner_key": str(self.partner_key),
            "passphrase": self.passphrase,
            "max_bytes": limits.max_bytes,
            "seconds": limits.seconds_per_file,
        }
        error = _in_its_own_process(order, limits.seconds_per_file)
        if error:
            plain.unlink(missing_ok=True)
            raise FileRefusedError("NOT_DECRYPTED", error)


class SealedTransport:
    """Any way, with everything sealed on it."""

    def __init__(self, inner: Transport, limits: Limits, keys: Keys) -> None:
        """``inner``, sealed with ``keys``; ``limits`` also bound the plain file."""
        assert limits.pgp is not None  # noqa: S101 for the type checker
        self._inner = inner
        self._limits = limits
        self._suffix = limits.pgp.suffix
        self._keys = keys

    @property
    def settle_seconds(self) -> float:
        """As the way beneath."""
        return self._inner.settle_seconds

    def list(self) -> Iterator[RemoteFile]:
        """Files under their plain names."""
        for remote in self._inner.list():
            yield replace(remote, name=remote.name.removesuffix(self._suffix))

    def fetch(self, remote: RemoteFile, into: Path) -> None:
        """Fetch, decrypt, verify."""
        sealed = into.with_suffix(".sealed.part")
        try:
            self._inner.fetch(remote, sealed)
            self._keys.unseal(sealed, into, self._limits)
        finally:
            sealed.unlink(missing_ok=True)

    def holds(self, name: str) -> bool:
        """Whether the sealed file is there."""
        return self._inner.holds(name + self._suffix)

    def deliver(self, name: str, content: bytes) -> None:
        """Seal and deliver. Sealed bytes differ each time; what is in them does not."""
        self._inner.deliver(name + self._suffix, self._keys.seal(content))

    def close(self) -> None:
        """Close the way beneath."""
        self._inner.close()


def _in_its_own_process(order: dict[str, object], seconds: float) -> str:
    """What failed, as the other process says it."""
    command = [sys.executable, "-I", unsealing.__file__]
    try:
        done = subprocess.run(  # noqa: S603 our own file, no shell
            command,
            input=json.dumps(order).encode(),
            capture_output=True,
            timeout=seconds,
            check=False,
        )
        return str(json.loads(done.stdout)["error"])
    except subprocess.TimeoutExpired:
        return f"not decrypted after {seconds:g} s"
    except (ValueError, KeyError):
        return "decrypting ended early: the file is larger or harder than allowed"
