"""Asking an HTTPS API within bounds.

Only hosts that the profile names, certificates verified, redirects followed on
the same host alone; every answer bounded in bytes and seconds; cut, slow and
overloaded answers asked for again, at the pace the other side names.
"""

from __future__ import annotations

import io
import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from pathlib import Path
from typing import IO, TYPE_CHECKING
from urllib.parse import urljoin

from orchestration.resources.clock import now
from orchestration.resources.transports.courier import Courier
from orchestration.resources.transports.credentials import key_file
from orchestration.resources.transports.settings import (
    WebSettings,
    is_private,
    place_of,
)
from orchestration.resources.transports.transport import (
    FileRefusedError,
    RefusedError,
    UnreachableError,
)

if TYPE_CHECKING:
    from httpx2 import AsyncClient, Response

MOST_REDIRECTS = 3


@dataclass(frozen=True)
class Question:
    """One request.

    Args:
        url: with the host of the profile's.
        headers: sent to this host only.
        query: added to the address.
        json: body; a question with one is a POST.
        form: body of a form; likewise.
    """

    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] | None = None
    json: Mapping[str, object] | None = None
    form: Mapping[str, str] | None = None

    @property
    def method(self) -> str:
        """GET, or POST where there is a body."""
        return "GET" if self.json is None and self.form is None else "POST"


@dataclass(frozen=True)
class Answer:
    """What came back: the body, and the address of the next page if there is one."""

    url: str
    body: bytes
    next_url: str = ""


class AnswerRefusedError(RefusedError):
    """The other side refuses the question itself.

    Args:
        message: what was refused.
        status: of HTTP, 400 to 499.
    """

    def __init__(self, message: str, status: int) -> None:
        """A refusal with its status."""
        super().__init__(message)
        self.status = status


class GuardedClient:
    """Asks questions of the hosts that a profile names."""

    def __init__(self, settings: WebSettings, root: Path) -> None:
        """A client for one profile; ``root`` is where relative files lie.

        Raises:
            RefusedError: the certificate authority is missing.
        """
        self._settings = settings
        self._client = _client(settings, root)
        self._courier = Courier(settings, place_of(settings.url))
        token = settings.token
        self._secret = token.refresh_token if token else settings.secret

    def ask(self, question: Question) -> Answer:
        """The answer to a question, in memory.

        Raises:
            AnswerRefusedError: the question is refused.
            RefusedError: the host may not be asked.
            FileRefusedError: the answer is too large.
            UnreachableError: no answer after all tries.
        """
        return self._courier.run(lambda: self._asked(question))

    def download(self, question: Question, into: Path) -> None:
        """Stream the answer to a file.

        Raises:
            AnswerRefusedError: as for ``ask``; so are the others.
        """
        self._courier.run(lambda: self._downloaded(question, into))

    def close(self) -> None:
        """Let go of connections."""
        self._courier.finish(self._client.aclose)

    async def _asked(self, question: Question) -> Answer:
        sink = io.BytesIO()
        async with self._opened(question) as response:
            await self._poured(response, sink)
            link = response.links.get("next", {}).get("url", "")
        url = str(response.url)
        return Answer(url, sink.getvalue(), urljoin(url, link) if link else "")

    async def _downloaded(self, question: Question, into: Path) -> None:
        async with self._opened(question) as response:
            with into.open("wb") as sink:
                await self._poured(response, sink)

    @asynccontextmanager
    async def _opened(self, question: Question) -> AsyncIterator[Response]:
        """A good answer whose body is still to be read."""
        import httpx2  # noqa: PLC0415 heavy

        place = place_of(question.url)
        try:
            response = await self._sent(question)
            try:
                _judge(response, self._secret)
                yield response
            finally:
                await response.aclose()
        except (httpx2.TransportError, httpx2.DecodingError) as error:
            reason = str(error) or type(error).__name__
            if "CERTIFICATE_VERIFY_FAILED" in reason:
                raise RefusedError(
                    f"{place} does not prove who it is: {reason}"
                ) from error
            raise UnreachableError(f"{place}: {reason}") from error

    async def _sent(self, question: Question) -> Response:
        """The answer's head; redirects on the same host are followed."""
        place, url = place_of(question.url), question.url
        query: Mapping[str, str] | None = question.query
        for _ in range(MOST_REDIRECTS + 1):
            self._assert_known(url)
            response = await self._client.send(
                self._client.build_request(
                    question.method,
                    url,
                    headers=question.headers,
                    params=query,
                    json=question.json,
                    data=question.form,
                ),
                stream=True,
            )
            if not response.has_redirect_location:
                return response
            await response.aclose()
            url, query = urljoin(str(response.url), response.headers["location"]), None
            if place_of(url) != place or question.method != "GET":
                raise RefusedError(
                    f"{place} sends us to {place_of(url)}: a redirect to another"
                    " host is not followed"
                )
        raise RefusedError(f"{place} redirects without end")

    def _assert_known(self, url: str) -> None:
        if not is_private(url) or place_of(url) not in self._settings.known_hosts:
            raise RefusedError(
                f"{place_of(url)} is not among the hosts of the profile, or not https"
            )

    async def _poured(self, response: Response, sink: IO[bytes]) -> None:
        size, most = 0, self._settings.max_bytes
        async for chunk in response.aiter_bytes():
            size += len(chunk)
            if size > most:
                raise FileRefusedError("FILE_TOO_LARGE", f"more than {most} bytes")
            sink.write(chunk)


def _client(settings: WebSettings, root: Path) -> AsyncClient:
    import httpx2  # noqa: PLC0415 heavy

    trust: ssl.SSLContext | bool = True
    if settings.ca_file:
        authority = key_file(root, settings.ca_file, "the certificate authority")
        trust = ssl.create_default_context(cafile=str(authority))
    return httpx2.AsyncClient(
        verify=trust,
        timeout=settings.connect_seconds,
        follow_redirects=False,
        # Proxies and .netrc of the machine are no part of the profile.
        trust_env=False,
    )


def _judge(response: Response, secret: str) -> None:
    """Pass a good answer; name what is wrong with any other.

    Raises:
        UnreachableError: asking again may help (429, 408, 5xx).
        AnswerRefusedError: it would not.
    """
    status, place = response.status_code, place_of(str(response.url))
    if status < HTTPStatus.BAD_REQUEST:
        return
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR or status in {
        HTTPStatus.TOO_MANY_REQUESTS,
        HTTPStatus.REQUEST_TIMEOUT,
    }:
        wait = _asked_wait(response.headers.get("retry-after", ""))
        raise UnreachableError(f"{place} answers {status}", wait)
    is_ours = status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}
    hint = f": check {secret}" if is_ours and secret else ""
    raise AnswerRefusedError(
        f"{place} answers {status} to {response.url.path}{hint}", status
    )


def _asked_wait(header: str) -> float | None:
    """Seconds that ``Retry-After`` asks for; it may be a number or an instant."""
    try:
        return max(0.0, float(header))
    except ValueError:
        pass
    try:
        instant = parsedate_to_datetime(header)
    except ValueError:
        return None
    # A header that names no zone means UTC.
    aware = instant if instant.tzinfo else instant.replace(tzinfo=UTC)
    return max(0.0, (aware - now()).total_seconds())
