"""XML as it arrives, element by element, within bounds; a DOCTYPE is refused.

Expat expands entities only where a document type declares them, so without one
there is nothing to expand or to fetch. Not here: what the elements mean.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from xml.parsers import expat

from transforms.feeds.reading.archive import ArchiveError

MAX_TAGS = 5_000_000
"""Of one document: a sheet of a million cells has four million."""

MAX_NAMES = 10_000
"""Of elements and attributes in one document: a parser keeps each of them."""

MAX_TOKEN_BYTES = 1 << 20
"""Of one tag or comment: expat reads an unfinished one from its start again."""

MAX_PROLOG_BYTES = 1 << 16
"""Before the root element."""

MAX_DEPTH = 100
"""Elements inside each other."""

Start = Callable[[str, dict[str, str]], None]
Name = Callable[[str], None]


def local_name(name: str) -> str:
    """A name without its prefix."""
    return name.rpartition(":")[2]


class Nesting:
    """Counts how deep elements lie in each other, and refuses the abyss."""

    depth = 0

    def enter(self) -> None:
        """An element begins.

        Raises:
            ArchiveError: ARCHIVE_BOMB below ``MAX_DEPTH``.
        """
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise ArchiveError("ARCHIVE_BOMB", f"XML deeper than {MAX_DEPTH}")

    def leave(self) -> None:
        """An element ends."""
        self.depth -= 1


class XmlReader:
    """An expat parser within bounds: feed it, then close it.

    Args:
        start: gets the name and attributes of each element.
        end: gets the name of an element that ends.
        text: gets the text between tags, in pieces.

    A ``ValueError`` of theirs means BAD_XML too.
    """

    def __init__(
        self, start: Start, end: Name | None = None, text: Name | None = None
    ) -> None:
        """Take what is called for elements and their text."""
        self._names: dict[str, str] = {}
        self._parser = expat.ParserCreate(intern=self._names)
        self._parser.buffer_text = True
        self._parser.StartDoctypeDeclHandler = _refuse_doctype
        self._parser.StartElementHandler = start
        self._parser.EndElementHandler = end
        self._parser.CharacterDataHandler = text
        self._fed = 0
        self._tags = 0

    def feed(self, part: bytes) -> None:
        """Read some more bytes.

        Raises:
            ArchiveError: BAD_XML for what is not well formed or declares a
                document type, ARCHIVE_BOMB for what is out of bounds.
        """
        self._tags += part.count(b"<")
        self._parse(part)
        self._fed += len(part)
        if self._tags > MAX_TAGS:
            raise ArchiveError("ARCHIVE_BOMB", f"more than {MAX_TAGS} XML tags")
        if len(self._names) > MAX_NAMES:
            raise ArchiveError("ARCHIVE_BOMB", f"more than {MAX_NAMES} XML names")
        if self._fed - self._parser.CurrentByteIndex > MAX_TOKEN_BYTES:
            raise ArchiveError("ARCHIVE_BOMB", "an XML tag without an end")

    def close(self) -> None:
        """No more bytes come.

        Raises:
            ArchiveError: BAD_XML, the document is not complete.
        """
        self._parse(b"", is_last=True)

    def _parse(self, part: bytes, *, is_last: bool = False) -> None:
        try:
            self._parser.Parse(part, is_last)
        except ArchiveError:
            raise
        except (expat.ExpatError, ValueError, LookupError) as error:
            raise ArchiveError("BAD_XML", str(error)) from None


def read_xml(parts: Iterable[bytes], start: Start) -> None:
    """Hand every element of a small document to ``start``.

    Raises:
        ArchiveError: as ``XmlReader`` does.
    """
    nesting = Nesting()

    def begin(name: str, attributes: dict[str, str]) -> None:
        nesting.enter()
        start(local_name(name), attributes)

    reader = XmlReader(begin, lambda _: nesting.leave())
    for part in parts:
        reader.feed(part)
    reader.close()


def check_prolog(parts: Iterable[bytes]) -> None:
    """Read up to the root element: behind it there is no document type.

    Raises:
        ArchiveError: BAD_XML, there is a document type or no root element.
    """
    has_root = False

    def begin(_: str, __: dict[str, str]) -> None:
        nonlocal has_root
        has_root = True
        # The rest is not read, and need not be well formed.
        raise _EnoughError

    reader, done = XmlReader(begin), 0
    for part in parts:
        try:
            reader.feed(part)
        except _EnoughError:
            break
        done += len(part)
        if done > MAX_PROLOG_BYTES:
            break
    if not has_root:
        raise ArchiveError("BAD_XML", "no root element")


class _EnoughError(Exception):
    """The root element began."""


def _refuse_doctype(*_: object) -> None:
    raise ArchiveError("BAD_XML", "a document type is declared")
