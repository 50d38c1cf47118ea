"""Lists of a REST API, page by page, such as Shopify's orders.

A page goes to the drop as the API sent it, one file a page, but for line breaks:
every row begins a line, because a line is what stands or falls, and one faulty
order must not refuse the page. Where a pull says ``fetched_at``, the page also
says when it was fetched.

Where the pull goes on is remembered page by page: a pull that was cut begins
with the page it did not get. Once the last page is safe, the next pull asks for
rows that changed since the newest one seen. The API includes that instant, so
its rows come back: a page that brings nothing else is dropped; one that does
goes to the drop whole, and the repeated version of a row is the same version.

A page address that has expired sends the pull back to its beginning; pages
whose bytes were collected before are not collected again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from itertools import pairwise
from pathlib import Path

from orchestration.resources.clock import now
from orchestration.resources.transports.settings import (
    PagePull,
    PagesSettings,
    place_of,
)
from orchestration.resources.transports.transport import (
    Cursor,
    Cursors,
    RefusedError,
    RemoteFile,
)
from orchestration.resources.transports.web.guarded import (
    Answer,
    AnswerRefusedError,
    Question,
)
from orchestration.resources.transports.web.inbound import InboundTransport
from transforms.feeds.reading.json_pages import read_page

EXPIRED = {HTTPStatus.BAD_REQUEST, HTTPStatus.NOT_FOUND, HTTPStatus.GONE}
"""What APIs answer to a page address that is too old."""


@dataclass(frozen=True)
class Place:
    """Where a pull stands: the text of its cursor.

    Args:
        since: instant that its first page was asked from; empty: everything.
        next_url: page to go on with; empty: begin at ``since``.
        page: how many pages since ``since`` are done.
        newest: newest instant of change in them.
        known: rows near ``newest``, which will be sent again: mark → instant.
    """

    since: str
    next_url: str = ""
    page: int = 0
    newest: str = ""
    known: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, text: str, since: str) -> Place:
        """The place that a cursor tells; the beginning when it tells none.

        Raises:
            RefusedError: the cursor is of another kind of pull.
        """
        if not text:
            return cls(since)
        try:
            return cls(**json.loads(text))
        except (ValueError, TypeError) as error:
            raise RefusedError(
                "the cursor was written by another kind of pull: give the pull"
                " another name"
            ) from error

    def text(self) -> str:
        """As a cursor keeps it."""
        return json.dumps(asdict(self), separators=(",", ":"))


@dataclass(frozen=True)
class Page:
    """One answer, read far enough to know where the pull goes on."""

    answer: Answer
    marks: Mapping[str, datetime | None] = field(default_factory=dict)

    @classmethod
    def of(cls, answer: Answer, pull: PagePull) -> Page:
        """The rows of an answer, each with its mark and instant of change.

        Raises:
            RefusedError: the answer holds no such list.
        """
        try:
            rows = json.loads(answer.body)[pull.rows]
            marks = {_mark(row): _changed(row, pull.cursor_field) for row in rows}
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise RefusedError(
                f"the answer to {pull.path} holds no list called {pull.rows!r}"
            ) from error
        return cls(answer, marks)

    def next_place(self, place: Place, pull: PagePull, at: datetime) -> Place:
        """Where the pull goes on once this page is safe."""
        # A clock that runs ahead must not move the cursor past what is to come.
        seen = [changed for changed in self.marks.values() if changed]
        newest = max((c for c in seen if c <= at), default=None)
        before = _instant(place.newest)
        if newest is None or (before and before > newest):
            newest = before
        near = _near(newest, pull.overlap_seconds)
        known = {m: c.isoformat() for m, c in self.marks.items() if c}
        there = Place(
            since=place.since,
            next_url=self.answer.next_url,
            page=place.page + 1,
            newest=newest.isoformat() if newest else "",
            known={
                mark: changed
                for mark, changed in {**place.known, **known}.items()
                if near and datetime.fromisoformat(changed) >= near
            },
        )
        if there.next_url:
            return there
        since = near.strftime("%Y-%m-%dT%H:%M:%SZ") if near else place.since
        return replace(there, since=since, page=0)


class PagesTransport(InboundTransport):
    """Pulls every list of a profile, one after the other."""

    def __init__(
        self,
        settings: PagesSettings,
        root: Path,
        cursors: Cursors,
        clock: Callable[[], datetime] = now,
    ) -> None:
        """A way to the API.

        Raises:
            RefusedError: a secret or the certificate authority is missing.
        """
        super().__init__(settings, root, cursors)
        self._settings = settings
        self._clock = clock
        self._held: dict[str, bytes] = {}

    def list(self) -> Iterator[RemoteFile]:
        """Pages with something new, in the order of the API."""
        for pull in self._settings.pulls:
            yield from self._pages(pull)

    def fetch(self, remote: RemoteFile, into: Path) -> None:
        """Write the page that the listing has just brought."""
        into.write_bytes(self._held[remote.key])

    def _pages(self, pull: PagePull) -> Iterator[RemoteFile]:
        place = Place.read(self._cursors.text(pull.name), pull.since)
        asked: set[str] = set()
        for _ in range(pull.max_pages):
            page, place = self._page(pull, place)
            if not place.next_url:
                asked = set()
            if page.answer.url in asked:
                raise RefusedError(f"the pages of {pull.path} run in a circle")
            asked.add(page.answer.url)
            then = page.next_place(place, pull, self._clock())
            cursor = Cursor(pull.name, then.text())
            if page.marks.keys() <= place.known.keys():
                self._cursors.move(cursor)
            else:
                yield self._remote(pull, place, page.answer, cursor)
            if not then.next_url:
                return
            place = then

    def _page(self, pull: PagePull, place: Place) -> tuple[Page, Place]:
        """The page at a place; the first one where that place has expired."""
        if place.next_url:
            if place_of(place.next_url) != place_of(self._settings.url):
                raise RefusedError(
                    f"the pages of {pull.path} go on at {place_of(place.next_url)},"
                    " another host"
                )
            try:
                question = Question(place.next_url, self._access.headers())
                return Page.of(self._client.ask(question), pull), place
            except AnswerRefusedError as error:
                if error.status not in EXPIRED:
                    raise
                place = replace(place, next_url="", page=0)
        query = dict(pull.query)
        if place.since:
            query[pull.cursor_parameter] = place.since
        url = self._settings.url.rstrip("/") + "/" + pull.path.lstrip("/")
        question = Question(url, self._access.headers(), query=query)
        return Page.of(self._client.ask(question), pull), place

    def _remote(
        self, pull: PagePull, place: Place, answer: Answer, cursor: Cursor
    ) -> RemoteFile:
        sha256 = hashlib.sha256(answer.body).hexdigest()
        since = "".join(c for c in place.since if c.isalnum()) or "start"
        key = f"{pull.name} {answer.url}"
        content = laid_out(answer.body, pull, self._clock())
        self._held = {key: content}
        return RemoteFile(
            name=f"{pull.name}_{since}_{place.page + 1:05}_{sha256[:8]}.json",
            key=key,
            size_bytes=len(content),
            etag=sha256,
            cursor=cursor,
        )


def laid_out(body: bytes, pull: PagePull, at: datetime) -> bytes:
    """A page with every row on a line of its own, and when it was fetched.

    Args:
        body: a JSON object; anything else stays as it is.
        pull: names the list, and says whether the instant is wanted.
        at: when it was fetched.
    """
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError:
        return body
    page = read_page(text, (pull.rows,))
    if page.broken_from is not None:
        return body
    cuts = [0, *(start for start, _ in page.spans), len(text)]
    head, *rows = (text[start:end] for start, end in pairwise(cuts))
    if pull.fetched_at:
        head = head.replace("{", f'{{"fetched_at":"{at:%Y-%m-%dT%H:%M:%SZ}",', 1)
    return "\n".join([head, *rows]).encode()


def _mark(row: object) -> str:
    if not isinstance(row, dict):
        raise TypeError("a row is an object")
    text = json.dumps(row, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _changed(row: Mapping[str, object], name: str) -> datetime | None:
    return _instant(str(row.get(name) or ""))


def _instant(text: str) -> datetime | None:
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        return None
    return instant.replace(tzinfo=instant.tzinfo or UTC).astimezone(UTC)


def _near(newest: datetime | None, overlap_seconds: int) -> datetime | None:
    """The first instant that the next pull asks for, in whole seconds."""
    if newest is None:
        return None
    return newest.replace(microsecond=0) - timedelta(seconds=overlap_seconds)
