"""What every HTTPS pull is: one client, one access, and no way out."""

from __future__ import annotations

from pathlib import Path

from orchestration.resources.transports.settings import WebSettings
from orchestration.resources.transports.transport import Cursors, RefusedError
from orchestration.resources.transports.web.access import Access
from orchestration.resources.transports.web.guarded import GuardedClient


class InboundTransport:
    """The half of an HTTPS pull that does not depend on what is pulled."""

    settle_seconds = 0.0

    def __init__(self, settings: WebSettings, root: Path, cursors: Cursors) -> None:
        """A way to the API; files of certificates are under ``root``.

        Raises:
            RefusedError: a secret or the certificate authority is missing.
        """
        self._cursors = cursors
        self._client = GuardedClient(settings, root)
        self._access = Access(settings, self._client)

    def holds(self, name: str) -> bool:
        """Nothing is delivered this way."""
        raise RefusedError(f"{name}: an HTTPS pull delivers nothing")

    def deliver(self, name: str, content: bytes) -> None:
        """Nothing is delivered this way."""
        raise RefusedError(f"{name}: {len(content)} bytes have no way to the partner")

    def close(self) -> None:
        """Let go of connections."""
        self._client.close()
