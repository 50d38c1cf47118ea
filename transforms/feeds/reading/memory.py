"""Bytes in memory where a library asks for a file.

As much of a file as ``zipfile`` needs: the rooms of ``transforms`` import no
module that could open one.
"""

from __future__ import annotations


class BytesToRead:
    """A payload that is read as a file is.

    Example:
        >>> source = BytesToRead(b"abcdef")
        >>> source.seek(-2, 2), source.read(1), source.tell(), source.read()
        (4, b'e', 5, b'f')
    """

    def __init__(self, content: bytes) -> None:
        """Begin at the first byte."""
        self._content = content
        self._at = 0

    def read(self, size: int = -1, /) -> bytes:
        """The next bytes, all that are left unless told how many."""
        end = len(self._content) if size < 0 else self._at + size
        part = self._content[self._at : end]
        self._at += len(part)
        return part

    def seek(self, offset: int, whence: int = 0, /) -> int:
        """Go on at a place: from the start (0), from here (1), from the end (2)."""
        origin = (0, self._at, len(self._content))[whence]
        self._at = max(origin + offset, 0)
        return self._at

    def tell(self) -> int:
        """Where the next byte is read."""
        return self._at


class BytesWritten:
    """What a library writes, in the order it does; it cannot go back."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._parts: list[bytes] = []

    def write(self, part: bytes, /) -> int:
        """Add some bytes."""
        self._parts.append(bytes(part))
        return len(part)

    def flush(self) -> None:
        """Nothing waits."""

    @property
    def content(self) -> bytes:
        """All bytes so far."""
        return b"".join(self._parts)
