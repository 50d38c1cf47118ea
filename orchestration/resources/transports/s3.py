"""A bucket as a partner's place.

An object appears whole or not at all, so nothing has to settle and a delivery
needs no temporary name. Only the endpoint that the profile names is asked, by
path-style addresses.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from orchestration.resources.transports.courier import Courier
from orchestration.resources.transports.credentials import key_file, secret
from orchestration.resources.transports.settings import S3Settings
from orchestration.resources.transports.transport import (
    FileRefusedError,
    FileUnsettledError,
    RefusedError,
    RemoteFile,
    TransportError,
    UnreachableError,
)

if TYPE_CHECKING:
    from s3fs import S3FileSystem

T = TypeVar("T")

CHUNK_BYTES = 8 << 20
"""Asked for at once, so that memory is bounded."""


class S3Transport:
    """Objects under one prefix come in, objects under another go out."""

    settle_seconds = 0.0

    def __init__(self, settings: S3Settings, root: Path) -> None:
        """A way to the bucket.

        Raises:
            RefusedError: a secret or the certificate authority is missing.
        """
        self._settings = settings
        self._options = _options(settings, root)
        self._courier = Courier(settings, settings.endpoint_url)
        self._store: S3FileSystem | None = None

    def list(self) -> Iterable[RemoteFile]:
        """Objects directly under the inbox's prefix."""
        return self._courier.run(lambda: self._told(self._listed, "list the inbox"))

    def fetch(self, remote: RemoteFile, into: Path) -> None:
        """Read block by block, then look whether it still is what was listed."""
        if (remote.size_bytes or 0) > self._settings.max_bytes:
            raise FileRefusedError("FILE_TOO_LARGE", f"{remote.size_bytes} bytes")
        errand = self._told
        self._courier.run(
            lambda: errand(lambda s: _fetched(s, remote, into), "fetch an object")
        )

    def holds(self, name: str) -> bool:
        """Whether the outbox has it."""
        key = self._key(self._settings.outbox, name)
        errand = self._told
        return bool(
            self._courier.run(
                lambda: errand(lambda s: s._exists(key), "look into the outbox")  # noqa: SLF001 fsspec's asynchronous names
            )
        )

    def deliver(self, name: str, content: bytes) -> None:
        """Put the object; it replaces what stood there at once."""
        key = self._key(self._settings.outbox, name)
        errand = self._told
        self._courier.run(
            lambda: errand(lambda s: s._pipe_file(key, content), f"deliver {name}")  # noqa: SLF001 fsspec's asynchronous names
        )

    def close(self) -> None:
        """Let go of connections."""
        self._courier.finish(self._left)

    def _key(self, prefix: str, name: str) -> str:
        return "/".join(part for part in (self._settings.bucket, prefix, name) if part)

    async def _told(self, work: Callable[[Any], Awaitable[T]], what: str) -> T:
        """Do one piece of work; say in our words what went wrong."""
        import s3fs.core  # noqa: PLC0415 heavy
        from botocore.exceptions import BotoCoreError  # noqa: PLC0415 heavy

        place = f"{self._settings.endpoint_url}/{self._settings.bucket}"
        try:
            if self._store is None:
                self._store = s3fs.S3FileSystem(**self._options)
                # Trying again is the courier's business, by the profile.
                self._store.retries = 1
            return await work(self._store)
        except TransportError:
            raise
        except FileNotFoundError as error:
            raise RefusedError(f"{place}: cannot {what}: it is not there") from error
        except PermissionError as error:
            raise RefusedError(
                f"{place}: cannot {what}: refused; check {self._settings.access_key}"
                f" and {self._settings.secret}"
            ) from error
        except (OSError, BotoCoreError, *s3fs.core.S3_RETRYABLE_ERRORS) as error:
            reason = str(error) or type(error).__name__
            raise UnreachableError(f"{place}: cannot {what}: {reason}") from error

    async def _left(self) -> None:
        store, self._store = self._store, None
        client = getattr(store, "_s3", None)
        if client is not None:
            await client.__aexit__(None, None, None)

    async def _listed(self, store: Any) -> Iterable[RemoteFile]:  # noqa: ANN401 s3fs has no types
        prefix = self._key(self._settings.inbox, "")
        try:
            entries = await store._ls(prefix, detail=True, refresh=True)  # noqa: SLF001 fsspec's asynchronous names
        except FileNotFoundError:
            # An empty prefix and none at all are the same to S3; a bucket is not.
            if not await store._exists(self._settings.bucket):  # noqa: SLF001 fsspec's asynchronous names
                raise
            return []
        return [
            _remote(entry)
            for entry in entries
            if entry["type"] == "file" and not entry["name"].endswith("/")
        ]


def _options(settings: S3Settings, root: Path) -> dict[str, Any]:
    client: dict[str, Any] = {}
    if settings.region:
        client["region_name"] = settings.region
    if settings.ca_file:
        authority = key_file(root, settings.ca_file, "the certificate authority")
        client["verify"] = str(authority)
    return {
        "key": secret(settings.access_key),
        "secret": secret(settings.secret),
        "endpoint_url": settings.endpoint_url,
        "client_kwargs": client,
        "config_kwargs": {
            "connect_timeout": settings.connect_seconds,
            "read_timeout": settings.connect_seconds,
            "retries": {"total_max_attempts": 1},
            "s3": {"addressing_style": "path"},
        },
        "asynchronous": True,
        "skip_instance_cache": True,
        "use_listings_cache": False,
    }


def _remote(entry: dict[str, Any]) -> RemoteFile:
    changed: datetime = entry["LastModified"]
    return RemoteFile(
        name=entry["name"].rpartition("/")[2],
        key=entry["name"],
        size_bytes=int(entry["size"]),
        modified_at=changed.astimezone(UTC),
        etag=str(entry.get("ETag", "")).strip('"'),
    )


async def _fetched(store: Any, remote: RemoteFile, into: Path) -> None:  # noqa: ANN401 s3fs has no types
    size = remote.size_bytes or 0
    try:
        with into.open("wb") as target:
            for start in range(0, size, CHUNK_BYTES):
                end = min(start + CHUNK_BYTES, size)
                block = await store._cat_file(remote.key, start=start, end=end)  # noqa: SLF001 fsspec's asynchronous names
                target.write(block)
            written = target.tell()
        after = _remote(await store._info(remote.key, refresh=True))  # noqa: SLF001 fsspec's asynchronous names
    except FileNotFoundError as error:
        raise FileUnsettledError(f"{remote.name} is gone") from error
    if (written, after.etag) != (size, remote.etag):
        raise FileUnsettledError(f"{remote.name} changed while it was read")
