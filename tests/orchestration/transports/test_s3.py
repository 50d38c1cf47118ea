"""S3 against moto's server, straight and over a line that is cut."""

from __future__ import annotations

import io
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stdout
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto.server import ThreadedMotoServer

from orchestration.resources.transports.collect import Collection, collect
from orchestration.resources.transports.pulls import PullJournal
from orchestration.resources.transports.s3 import S3Transport
from orchestration.resources.transports.settings import S3Settings
from orchestration.resources.transports.transport import RefusedError
from tests.orchestration.transports.cut_line import CutLine
from tests.orchestration.transports.web_place import Reply, WebPlace

Settings = Callable[..., S3Settings]
BIG = bytes(range(256)) * 1024


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """Port of a store with the bucket ``feeds``."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    with redirect_stdout(io.StringIO()):
        server.start()
    yield server.get_host_and_port()[1]
    server.stop()


class Bucket:
    """The bucket as its partner sees it."""

    def __init__(self, port: int) -> None:  # noqa: D107
        self._store = boto3.client(
            "s3",
            endpoint_url=f"http://127.0.0.1:{port}",
            aws_access_key_id="partner",
            aws_secret_access_key="not-real",  # noqa: S106 moto asks for none  # pragma: allowlist secret
            region_name="us-east-1",
        )
        self._store.create_bucket(Bucket="feeds")

    def put(self, key: str, content: bytes) -> None:
        """Put an object."""
        self._store.put_object(Bucket="feeds", Key=key, Body=content)

    def get(self, key: str) -> bytes:
        """Read an object."""
        answer = self._store.get_object(Bucket="feeds", Key=key)
        content: bytes = answer["Body"].read()
        return content

    def empty(self) -> None:
        """Remove every object."""
        found = self._store.list_objects_v2(Bucket="feeds").get("Contents", [])
        for entry in found:
            self._store.delete_object(Bucket="feeds", Key=entry["Key"])
        self._store.close()


@pytest.fixture
def bucket(port: int) -> Iterator[Bucket]:
    """An empty bucket."""
    made = Bucket(port)
    yield made
    made.empty()


@pytest.fixture
def settings(
    port: int, quick: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> Settings:
    """A profile for that bucket; keys are in the environment."""
    monkeypatch.setenv("STORE_ID", "an-id")
    monkeypatch.setenv("STORE_SECRET", "a-secret")

    def made(**changes: Any) -> S3Settings:  # noqa: ANN401 any field
        facts = {
            "kind": "s3",
            "endpoint_url": f"http://127.0.0.1:{port}",
            "bucket": "feeds",
            "access_key": "STORE_ID",
            "secret": "STORE_SECRET",  # pragma: allowlist secret
            "region": "us-east-1",
            "inbox": "acme/in",
            "outbox": "acme/out",
        }
        return S3Settings.model_validate(quick | facts | changes)

    return made


@contextmanager
def _opened(settings: S3Settings, root: Path) -> Iterator[S3Transport]:
    transport = S3Transport(settings, root)
    try:
        yield transport
    finally:
        transport.close()


def _collected(settings: S3Settings, root: Path, journal: PullJournal) -> Collection:
    with _opened(settings, root) as transport:
        return collect("acme", transport, root / "drop", journal)


def test_objects_of_the_inbox_come_once_and_no_others(
    bucket: Bucket, settings: Settings, tmp_path: Path, journal: PullJournal
) -> None:
    bucket.put("acme/in/orders.csv", BIG)
    bucket.put("acme/in/deeper/orders.csv", b"x")
    bucket.put("acme/other.csv", b"x")

    assert ["orders.csv"] == _collected(settings(), tmp_path, journal).collected
    assert Collection() == _collected(settings(), tmp_path, journal)
    assert BIG == (tmp_path / "drop" / "acme" / "orders.csv").read_bytes()


def test_an_object_put_again_comes_again(
    bucket: Bucket, settings: Settings, tmp_path: Path, journal: PullJournal
) -> None:
    bucket.put("acme/in/orders.csv", b"one")
    _collected(settings(), tmp_path, journal)
    bucket.put("acme/in/orders.csv", b"two")

    (path,) = _collected(settings(), tmp_path, journal).collected

    assert path.endswith("/orders.csv")
    assert b"two" == (tmp_path / "drop" / "acme" / path).read_bytes()
    assert b"one" == (tmp_path / "drop" / "acme" / "orders.csv").read_bytes()


def test_an_empty_inbox_is_no_failure_but_a_missing_bucket_is(
    bucket: Bucket, settings: Settings, tmp_path: Path, journal: PullJournal
) -> None:
    assert bucket
    assert Collection() == _collected(settings(), tmp_path, journal)

    failure = _collected(settings(bucket="elsewhere"), tmp_path, journal).failure
    assert "cannot list the inbox: it is not there" in failure


def test_an_unsafe_key_is_refused(
    bucket: Bucket, settings: Settings, tmp_path: Path, journal: PullJournal
) -> None:
    bucket.put("acme/in/a\\..\\b.csv", b"x")

    done = _collected(settings(), tmp_path, journal)

    assert ["UNSAFE_NAME"] == [refusal.code for refusal in done.refused]
    assert [] == done.collected


def test_a_read_cut_in_the_middle_is_tried_again(
    bucket: Bucket, settings: Settings, tmp_path: Path, journal: PullJournal, port: int
) -> None:
    bucket.put("acme/in/orders.csv", BIG)
    line = CutLine(port, cut_after=100_000, cuts=2)
    try:
        done = _collected(
            settings(endpoint_url=f"http://127.0.0.1:{line.port}"), tmp_path, journal
        )
    finally:
        line.stop()

    assert Collection(collected=["orders.csv"]) == done
    assert BIG == (tmp_path / "drop" / "acme" / "orders.csv").read_bytes()
    assert 0 == line.cuts


def test_a_store_that_answers_too_slowly_is_given_up(
    settings: Settings,
    tmp_path: Path,
    journal: PullJournal,
    serve: Callable[..., WebPlace],
) -> None:
    place = serve(lambda _: Reply(b"x" * 1000, drip_seconds=0.05))
    slow = settings(endpoint_url=place.url, seconds_per_file=0.3, attempts=2)

    failure = _collected(slow, tmp_path, journal).failure

    assert "was too slow: not done after 0.3 s" in failure


def test_wrong_keys_are_refused_by_name_and_not_shown(
    settings: Settings,
    tmp_path: Path,
    journal: PullJournal,
    serve: Callable[..., WebPlace],
) -> None:
    denied = b"<Error><Code>InvalidAccessKeyId</Code><Message>no</Message></Error>"
    place = serve(lambda _: Reply(denied, 403))

    failure = _collected(settings(endpoint_url=place.url), tmp_path, journal).failure

    assert "refused; check STORE_ID and STORE_SECRET" in failure
    assert "a-secret" not in failure


def test_a_delivery_replaces_what_stood_there(
    bucket: Bucket, settings: Settings, tmp_path: Path
) -> None:
    with _opened(settings(), tmp_path) as transport:
        transport.deliver("940.edi", b"one")
        transport.deliver("940.edi", b"two")

        assert transport.holds("940.edi")
        assert not transport.holds("941.edi")

    assert b"two" == bucket.get("acme/out/940.edi")


def test_a_missing_secret_is_named(settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(RefusedError, match="the secret OTHER is missing"):
        S3Transport(settings(secret="OTHER"), tmp_path)  # noqa: S106 a name  # pragma: allowlist secret
