"""Servers on 127.0.0.1 that the tests of transports start and break."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from orchestration.resources.transports.pulls import PullJournal
from orchestration.resources.transports.settings import PagesSettings, SftpSettings
from tests.orchestration.transports.sftp_place import PASSWORD, USER, SftpPlace
from tests.orchestration.transports.web_place import Answering, WebPlace

QUICK = {
    "attempts": 3,
    "first_wait_seconds": 0.01,
    "longest_wait_seconds": 0.2,
    "connect_seconds": 3,
    "seconds_per_file": 4,
}
"""Limits under which no test waits for long."""


@pytest.fixture
def quick() -> dict[str, Any]:
    """Limits of every profile here."""
    return dict(QUICK)


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[PullJournal]:
    """An empty journal."""
    opened = PullJournal(tmp_path / "transports.sqlite")
    yield opened
    opened.close()


@pytest.fixture
def sftp(tmp_path: Path) -> Iterator[SftpPlace]:
    """A partner's SFTP server, with folders ``in`` and ``out``."""
    place = SftpPlace(tmp_path / "partner")
    place.start()
    yield place
    place.stop()


@pytest.fixture
def sftp_settings(
    sftp: SftpPlace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., SftpSettings]:
    """A profile for that server; the password is in the environment."""
    monkeypatch.setenv("HARBOR_PASSWORD", PASSWORD)
    sftp.known_hosts(tmp_path / "known_hosts")

    def settings(**changes: Any) -> SftpSettings:  # noqa: ANN401 any field
        facts = {
            "kind": "sftp",
            "host": "127.0.0.1",
            "port": sftp.port,
            "user": USER,
            "secret": "HARBOR_PASSWORD",  # pragma: allowlist secret
            "known_hosts": "known_hosts",
            "inbox": "in",
            "outbox": "out",
            "settle_seconds": 0,
        }
        return SftpSettings.model_validate(QUICK | facts | changes)

    return settings


@pytest.fixture
def serve() -> Iterator[Callable[[Answering], WebPlace]]:
    """Starts web servers; they end with the test."""
    places: list[WebPlace] = []

    def start(answer: Answering) -> WebPlace:
        places.append(WebPlace(answer))
        return places[-1]

    yield start
    for place in places:
        place.stop()


@pytest.fixture
def pages_settings(
    monkeypatch: pytest.MonkeyPatch,
) -> Callable[..., PagesSettings]:
    """A profile of a shop's orders; the token is in the environment."""
    monkeypatch.setenv("SHOP_TOKEN", "a-token")

    def settings(url: str, **changes: Any) -> PagesSettings:  # noqa: ANN401 any field
        pull = {"name": "orders", "path": "/orders.json", "rows": "orders"}
        facts = {
            "kind": "https_pages",
            "url": url,
            "secret": "SHOP_TOKEN",  # pragma: allowlist secret
            "secret_header": "X-Shop-Token",  # pragma: allowlist secret
            "pulls": [pull | changes.pop("pull", {})],
        }
        return PagesSettings.model_validate(QUICK | facts | changes)

    return settings
