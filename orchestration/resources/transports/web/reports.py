"""Reports that are asked for, waited for and downloaded, as Amazon's SP-API.

Each covers the span since the one before. The number of a report that was
asked for is remembered at once, so a sweep that dies while waiting asks on
instead of asking anew; the span counts as done only once its file is safe.
"""

from __future__ import annotations

import gzip
import json
import re
import time
import zlib
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from pathlib import Path
from typing import Any

from orchestration.resources.clock import now
from orchestration.resources.transports.settings import ReportPull, ReportsSettings
from orchestration.resources.transports.transport import (
    Cursor,
    Cursors,
    FileRefusedError,
    RefusedError,
    RemoteFile,
    UnreachableError,
)
from orchestration.resources.transports.web.guarded import (
    AnswerRefusedError,
    Question,
)
from orchestration.resources.transports.web.inbound import InboundTransport

STAMP = "%Y-%m-%dT%H:%M:%SZ"
GZIP_MAGIC = b"\x1f\x8b"
CHUNK_BYTES = 4 << 20
EXPECTED = {"reportId", "processingStatus", "url"}
"""Members of which every answer has one."""

LAG_SECONDS = 120
"""A report ends so long before now: APIs show the newest changes late."""


@dataclass(frozen=True)
class Span:
    """What a report covers: the text of a pull's cursor.

    Args:
        since: its first instant.
        until: instant after its last; empty: not asked for yet.
        report: its number at the API; empty: not asked for yet.
    """

    since: str
    until: str = ""
    report: str = ""

    @classmethod
    def read(cls, text: str, since: str) -> Span:
        """The span that a cursor tells; the first one when it tells none.

        Raises:
            RefusedError: the cursor is of another kind of pull.
        """
        try:
            return cls(**json.loads(text)) if text else cls(since)
        except (ValueError, TypeError) as error:
            raise RefusedError(
                "the cursor was written by another kind of pull: give the pull"
                " another name"
            ) from error

    def cursor(self, pull: ReportPull) -> Cursor:
        """As the cursor of a pull."""
        return Cursor(pull.name, json.dumps(asdict(self), separators=(",", ":")))

    def following(self) -> Span:
        """The span that begins where this one ends."""
        return Span(since=self.until)


class ReportsTransport(InboundTransport):
    """Pulls every report of a profile, one after the other."""

    def __init__(
        self,
        settings: ReportsSettings,
        root: Path,
        cursors: Cursors,
        clock: Callable[[], datetime] = now,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        """A way to the API.

        Raises:
            RefusedError: a secret or the certificate authority is missing.
        """
        super().__init__(settings, root, cursors)
        self._settings = settings
        self._clock = clock
        self._pause = pause

    def list(self) -> Iterator[RemoteFile]:
        """Reports that are done, oldest span first."""
        for pull in self._settings.pulls:
            yield from self._reports(pull)

    def fetch(self, remote: RemoteFile, into: Path) -> None:
        """Download the report's document; unpacked where it is packed."""
        packed = into.with_suffix(".packed.part")
        try:
            self._download(remote.key, packed)
            with packed.open("rb") as source:
                is_packed = source.read(2) == GZIP_MAGIC
            if is_packed:
                _unpack(packed, into, self._settings.max_bytes)
            else:
                packed.replace(into)
        finally:
            packed.unlink(missing_ok=True)

    def _reports(self, pull: ReportPull) -> Iterator[RemoteFile]:
        span = Span.read(self._cursors.text(pull.name), pull.since)
        while True:
            if not span.report:
                asked = self._asked(pull, span)
                if asked is None:
                    return
                span = asked
                self._cursors.move(span.cursor(pull))
            document = self._awaited(pull, span)
            if document is None:
                return
            then = span.following()
            if document:
                yield _remote(pull, span, document, then)
            else:
                self._cursors.move(then.cursor(pull))
            span = then

    def _asked(self, pull: ReportPull, span: Span) -> Span | None:
        """Ask for the next report; None while its span would be too short."""
        since = _instant(span.since)
        latest = self._clock() - timedelta(seconds=LAG_SECONDS)
        until = min(latest, since + timedelta(days=pull.window_days))
        if until - since < timedelta(seconds=pull.every_seconds):
            return None
        body: dict[str, object] = {
            "reportType": pull.report_type,
            "marketplaceIds": list(self._settings.marketplaces),
            "dataStartTime": since.strftime(STAMP),
            "dataEndTime": until.strftime(STAMP),
        }
        told = self._told(self._settings.reports_path, body)
        return Span(span.since, until.strftime(STAMP), str(told["reportId"]))

    def _awaited(self, pull: ReportPull, span: Span) -> str | None:
        """Id of the document; empty when there is no data, None when not done yet.

        Raises:
            RefusedError: the API could not make the report; the next sweep asks
                for it anew.
        """
        wait, waited = self._settings.poll_seconds, 0.0
        while True:
            state, document = self._state(pull, span)
            if state == "DONE":
                return document
            if state == "CANCELLED":
                return ""
            if state not in {"IN_QUEUE", "IN_PROGRESS"}:
                self._forget(pull, span)
                raise RefusedError(f"report {span.report}: {state}; it is asked anew")
            if waited + wait > self._settings.patience_seconds:
                return None
            self._pause(wait)
            waited += wait
            wait = min(2 * wait, self._settings.longest_wait_seconds)

    def _state(self, pull: ReportPull, span: Span) -> tuple[str, str]:
        path = f"{self._settings.reports_path}/{span.report}"
        try:
            told = self._told(path)
        except AnswerRefusedError as error:
            if error.status in {HTTPStatus.NOT_FOUND, HTTPStatus.GONE}:
                self._forget(pull, span)
            raise
        return str(told["processingStatus"]), str(told.get("reportDocumentId") or "")

    def _forget(self, pull: ReportPull, span: Span) -> None:
        self._cursors.move(replace(span, until="", report="").cursor(pull))

    def _told(self, path: str, body: dict[str, object] | None = None) -> dict[str, Any]:
        url = self._settings.url.rstrip("/") + path
        answer = self._client.ask(Question(url, self._access.headers(), json=body))
        try:
            told = json.loads(answer.body)
        except ValueError as error:
            raise RefusedError(f"the answer to {path} is no JSON") from error
        if not isinstance(told, dict) or EXPECTED.isdisjoint(told):
            raise RefusedError(f"the answer to {path} is not what we know")
        return told

    def _download(self, document: str, into: Path) -> None:
        told = self._told(f"{self._settings.documents_path}/{document}")
        try:
            # The address is signed by itself: our token goes to no other host.
            self._client.download(Question(str(told["url"])), into)
        except AnswerRefusedError as error:
            # Such addresses live for minutes only: the next sweep gets a new one.
            raise UnreachableError(f"document {document}: {error}") from error


def _remote(pull: ReportPull, span: Span, document: str, then: Span) -> RemoteFile:
    number = re.sub(r"[^A-Za-z0-9-]", "", span.report)[:64]
    until = re.sub(r"[^0-9TZ]", "", span.until)
    return RemoteFile(
        name=f"{pull.name}_{until}_{number}.{pull.extension}",
        key=document,
        cursor=then.cursor(pull),
    )


def _unpack(packed: Path, into: Path, most: int) -> None:
    size = 0
    try:
        with gzip.open(packed) as source, into.open("wb") as target:
            while chunk := source.read(CHUNK_BYTES):
                size += len(chunk)
                if size > most:
                    raise FileRefusedError("FILE_TOO_LARGE", f"more than {most} bytes")
                target.write(chunk)
    except (OSError, EOFError, zlib.error) as error:
        raise UnreachableError(f"the document is torn: {error}") from error


def _instant(text: str) -> datetime:
    try:
        instant = datetime.fromisoformat(text)
    except ValueError as error:
        raise RefusedError(f"{text!r} is no instant to begin at") from error
    return instant.replace(tzinfo=instant.tzinfo or UTC).astimezone(UTC)
