"""Reports: asked for, waited for, downloaded; against a small server."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from orchestration.resources.transports.collect import Collection, collect
from orchestration.resources.transports.pulls import PullJournal
from orchestration.resources.transports.settings import ReportsSettings
from orchestration.resources.transports.web.reports import ReportsTransport
from tests.orchestration.transports.web_place import (
    Answering,
    Reply,
    Request,
    WebPlace,
)

Serve = Callable[[Answering], WebPlace]
ROWS = b"order-id\tsku\n113-5550101-0000001\tA-1\n"


class Marketplace:
    """Makes reports: queued, then under way, then done."""

    def __init__(self, states: list[str], document: bytes = ROWS) -> None:  # noqa: D107
        self.states = states
        self.document = document
        self.compression = ""
        self.asked: list[dict[str, Any]] = []
        self.polls = 0
        self.documents_at = ""
        self.token_requests = 0

    def __call__(self, request: Request) -> Reply:
        """Answer as the API does."""
        if request.path == "/token":
            self.token_requests += 1
            assert b"refresh_token=a-grant" in request.body
            return _json({"access_token": "a-token", "expires_in": 3600})
        is_known = request.headers.get("x-token") == "a-token"
        return self._report(request) if is_known else _json({}, 403)

    def _report(self, request: Request) -> Reply:
        if request.method == "POST":
            self.asked.append(request.json())
            return _json({"reportId": f"r/{len(self.asked)}"}, 202)
        if "/documents/" in request.path:
            facts = {"url": f"{self.documents_at}/file?signed=yes"}
            return _json(facts | {"compressionAlgorithm": self.compression})
        self.polls += 1
        state = self.states.pop(0) if len(self.states) > 1 else self.states[0]
        done = {"reportDocumentId": "d1"} if state == "DONE" else {}
        return _json({"processingStatus": state} | done)


def _json(facts: dict[str, Any], status: int = 200) -> Reply:
    return Reply(json.dumps(facts).encode(), status)


class Play:
    """A marketplace, its document host, and a sweep of them at an hour of choice."""

    def __init__(  # noqa: D107
        self, market: Marketplace, serve: Serve, root: Path, quick: dict[str, Any]
    ) -> None:
        self.market = market
        self.files = serve(lambda _: Reply(market.document))
        self.api = serve(market)
        market.documents_at = self.files.url
        self.root = root
        self.quick = quick
        self.waits: list[float] = []

    def settings(self, **changes: Any) -> ReportsSettings:  # noqa: ANN401 any field
        """The profile."""
        pull = {
            "name": "all_orders",
            "report_type": "GET_ALL_ORDERS",
            "since": "2026-11-01T00:00:00Z",
        }
        facts = {
            "kind": "https_reports",
            "url": self.api.url,
            "secret": "MARKET_TOKEN",  # pragma: allowlist secret
            "secret_header": "X-Token",  # pragma: allowlist secret
            "hosts": [self.files.host],
            "marketplaces": ["M1"],
            "poll_seconds": 1,
            "patience_seconds": 5,
            "longest_wait_seconds": 2,
            "pulls": [pull],
        }
        return ReportsSettings.model_validate(self.quick | facts | changes)

    def sweep(
        self,
        journal: PullJournal,
        day: int = 10,
        **changes: Any,  # noqa: ANN401
    ) -> Collection:
        """Collect at noon of that day of November."""
        transport = ReportsTransport(
            self.settings(**changes),
            self.root,
            journal.cursors("market"),
            clock=lambda: datetime(2026, 11, day, 12, tzinfo=UTC),
            pause=self.waits.append,
        )
        try:
            return collect("market", transport, self.root / "drop", journal)
        finally:
            transport.close()

    def content(self, name: str) -> bytes:
        """Bytes of a collected file."""
        return (self.root / "drop" / "market" / name).read_bytes()


@pytest.fixture
def play(
    serve: Serve,
    tmp_path: Path,
    quick: dict[str, Any],
    monkeypatch: pytest.MonkeyPatch,
) -> Callable[..., Play]:
    """Opens a marketplace; its token is in the environment."""
    monkeypatch.setenv("MARKET_TOKEN", "a-token")
    return lambda market: Play(market, serve, tmp_path, quick)


def test_a_report_is_asked_for_waited_for_and_downloaded(
    play: Callable[..., Play], journal: PullJournal
) -> None:
    scene = play(Marketplace(["IN_QUEUE", "IN_PROGRESS", "IN_PROGRESS", "DONE"]))

    done = scene.sweep(journal)

    assert ["all_orders_20261110T115800Z_r1.txt"] == done.collected
    assert ROWS == scene.content(done.collected[0])
    assert [1, 2, 2] == scene.waits
    assert [
        {
            "reportType": "GET_ALL_ORDERS",
            "marketplaceIds": ["M1"],
            "dataStartTime": "2026-11-01T00:00:00Z",
            "dataEndTime": "2026-11-10T11:58:00Z",
        }
    ] == scene.market.asked


def test_the_token_is_not_shown_to_the_host_of_documents(
    play: Callable[..., Play], journal: PullJournal
) -> None:
    scene = play(Marketplace(["DONE"]))
    scene.sweep(journal)

    assert all("x-token" not in r.headers for r in scene.files.requests)
    assert 1 == len(scene.files.requests)


def test_the_next_report_begins_where_the_last_ended(
    play: Callable[..., Play], journal: PullJournal
) -> None:
    scene = play(Marketplace(["DONE"]))
    scene.sweep(journal, day=10)
    scene.market.document = ROWS + b"113-5550102-0000002\tA-2\n"
    scene.sweep(journal, day=11)

    starts = [asked["dataStartTime"] for asked in scene.market.asked]
    assert ["2026-11-01T00:00:00Z", "2026-11-10T11:58:00Z"] == starts


def test_no_report_is_asked_for_more_often_than_the_profile_says(
    play: Callable[..., Play], journal: PullJournal
) -> None:
    scene = play(Marketplace(["DONE"]))
    scene.sweep(journal)

    assert Collection() == scene.sweep(journal)
    assert 1 == len(scene.market.asked)


def test_a_long_span_is_cut_into_windows(
    play: Callable[..., Play], journal: PullJournal
) -> None:
    scene = play(Marketplace(["DONE"]))
    pulls = [scene.settings().pulls[0].model_copy(update={"window_days": 4})]
    scene.sweep(journal, pulls=pulls)

    ends = [asked["dataEndTime"][:10] for asked in scene.market.asked]
    assert ["2026-11-05", "2026-11-09", "2026-11-10"] == ends


def test_a_report_not_done_in_time_is_asked_on_by_the_next_sweep(
    play: Callable[..., Play], journal: PullJournal
) -> None:
    scene = play(Marketplace(["IN_PROGRESS"]))
    assert Collection() == scene.sweep(journal)
    assert sum(scene.waits) <= 5

    scene.market.states = ["DONE"]
    assert 1 == len(scene.sweep(journal).collected)
    assert 1 == len(scene.market.asked)


def test_a_packed_document_is_unpacked(
    play: Callable[..., Play], journal: PullJournal
) -> None:
    scene = play(Marketplace(["DONE"], gzip.compress(ROWS)))
    scene.market.compression = "GZIP"

    (name,) = scene.sweep(journal).collected

    assert ROWS == scene.content(name)


def test_a_document_that_unpacks_without_end_is_refused(
    play: Callable[..., Play], journal: PullJournal
) -> None:
    scene = play(Marketplace(["DONE"], gzip.compress(b"0" * 5_000_000)))

    done = scene.sweep(journal, max_bytes=100_000)

    assert "FILE_TOO_LARGE: more than 100000 bytes" == done.failure
    assert [] == done.collected


def test_a_torn_document_is_downloaded_again_by_the_next_sweep(
    play: Callable[..., Play], journal: PullJournal
) -> None:
    scene = play(Marketplace(["DONE"], gzip.compress(ROWS)[:-6]))
    assert "the document is torn" in scene.sweep(journal).failure

    scene.market.document = gzip.compress(ROWS)
    assert 1 == len(scene.sweep(journal).collected)
    assert 1 == len(scene.market.asked)


def test_a_download_cut_in_the_middle_is_tried_again(
    play: Callable[..., Play], journal: PullJournal
) -> None:
    scene = play(Marketplace(["DONE"]))
    scene.files.faults = [Reply(ROWS, cut_after=5), Reply(b"", 500)]

    (name,) = scene.sweep(journal).collected

    assert ROWS == scene.content(name)


def test_an_expired_address_of_a_document_is_renewed_by_the_next_sweep(
    play: Callable[..., Play], journal: PullJournal
) -> None:
    scene = play(Marketplace(["DONE"]))
    scene.files.faults = [Reply(b"", 403)]
    assert "answers 403" in scene.sweep(journal).failure

    assert 1 == len(scene.sweep(journal).collected)


def test_a_report_without_data_moves_on_without_a_file(
    play: Callable[..., Play], journal: PullJournal
) -> None:
    scene = play(Marketplace(["CANCELLED"]))

    assert Collection() == scene.sweep(journal)
    assert Collection() == scene.sweep(journal)
    assert 1 == len(scene.market.asked)


def test_a_report_that_could_not_be_made_is_asked_for_anew(
    play: Callable[..., Play], journal: PullJournal
) -> None:
    scene = play(Marketplace(["FATAL"]))
    assert "report r/1: FATAL" in scene.sweep(journal).failure

    scene.market.states = ["DONE"]
    assert 1 == len(scene.sweep(journal).collected)
    assert ["2026-11-01T00:00:00Z"] * 2 == [
        asked["dataStartTime"] for asked in scene.market.asked
    ]


def test_a_document_on_a_host_that_the_profile_does_not_name_is_refused(
    play: Callable[..., Play], journal: PullJournal
) -> None:
    scene = play(Marketplace(["DONE"]))

    failure = scene.sweep(journal, hosts=[]).failure

    assert "is not among the hosts of the profile" in failure
    assert [] == scene.files.requests


def test_a_short_lived_token_is_got_once_for_the_grant(
    play: Callable[..., Play],
    journal: PullJournal,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("APP_ID", "APP_SECRET"):
        monkeypatch.setenv(name, "not-real")
    monkeypatch.setenv("GRANT", "a-grant")
    scene = play(Marketplace(["IN_QUEUE", "DONE"]))
    token = {
        "url": f"{scene.api.url}/token",
        "client_id": "APP_ID",
        "client_secret": "APP_SECRET",  # pragma: allowlist secret
        "refresh_token": "GRANT",
    }

    assert 1 == len(scene.sweep(journal, secret="", token=token).collected)
    assert 1 == scene.market.token_requests
