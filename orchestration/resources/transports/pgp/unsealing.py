"""Decrypts one file and verifies who signed it; run as a process of its own.

Reads a JSON order from standard input, writes the plain file, and answers with
one line of JSON: ``{"error": ""}`` when the file is decrypted and its signature
holds. Imports nothing of the project, so that it starts at once.
"""

from __future__ import annotations

import json
import sys
from typing import Any


def unseal(order: dict[str, Any]) -> str:
    """Decrypt and verify; returns what failed, empty when nothing did.

    Args:
        order: paths ``sealed``, ``plain``, ``our_key``, ``partner_key``; the
            ``passphrase`` (may be empty); ``max_bytes`` and ``seconds``.
    """
    import pysequoia  # noqa: PLC0415 only this process needs it

    _confine(order["max_bytes"], order["seconds"])
    try:
        key = pysequoia.Tsk.from_file(order["our_key"])
        senders = pysequoia.Cert.split_file(order["partner_key"])
        pysequoia.decrypt_file(
            order["sealed"],
            order["plain"],
            decryptor=key.decryptor(order["passphrase"] or None),
            # With a store given, a file without a good signature is an error.
            store=lambda _ids: senders,
        )
    except (RuntimeError, ValueError, OSError) as error:
        # The library appends a back trace of its own to the first line.
        return str(error).partition("\n")[0] or type(error).__name__
    return ""


def _confine(max_bytes: int, seconds: float) -> None:
    """Let no file grow past ``max_bytes``, nor the work take longer."""
    import resource  # noqa: PLC0415 not on every system

    resource.setrlimit(resource.RLIMIT_FSIZE, (max_bytes, max_bytes))
    limit = int(seconds) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (limit, limit))


if __name__ == "__main__":
    sys.stdout.write(json.dumps({"error": unseal(json.load(sys.stdin))}) + "\n")
