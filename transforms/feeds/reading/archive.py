"""A zip archive as sent → its members, checked before a byte is unpacked.

What the directory of the archive says is checked first, and what really comes
out of a member is held against it. Not here: what is in the members.
"""

from __future__ import annotations

import stat
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from transforms.feeds.reading.memory import BytesToRead

MAX_MEMBERS = 10_000
MAX_UNPACKED_BYTES = 1 << 30
"""Of all members together."""

MAX_RATIO, SMALL_BYTES = 100, 10 << 20
"""Unpacked by packed bytes of a member; a small one may be ever so repetitive."""

STEP_BYTES = 1 << 16
"""Bytes a member gives at a time."""

_DIRECTORY_ENTRY = b"PK\x01\x02"
_LOCAL_HEADER = struct.Struct("<4s22xHH")


class ArchiveError(ValueError):
    """An archive that is not opened, or not read further.

    Args:
        code: BAD_ARCHIVE, ARCHIVE_BOMB, BAD_XML or FILE_TOO_LARGE.
        detail: what was found.
    """

    def __init__(self, code: str, detail: str) -> None:
        """Name the code and what was found."""
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail


@dataclass(frozen=True)
class Archive:
    """A checked archive.

    Args:
        payload: all its bytes.
        members: name → what the directory says of it.
    """

    payload: bytes
    members: dict[str, ZipInfo]

    def unpacked(self, name: str) -> Iterator[bytes]:
        """A member's bytes, some at a time.

        Raises:
            ArchiveError: there is no such member, it is damaged, or more comes
                out of it than the directory says.
        """
        member = self.members.get(name)
        if member is None:
            raise ArchiveError("BAD_ARCHIVE", f"no {name}")
        done = check = 0
        for part in _parts(self.payload, member):
            done += len(part)
            check = zlib.crc32(part, check)
            if done > member.file_size:
                break
            yield part
        if done != member.file_size or check != member.CRC:
            raise ArchiveError("BAD_ARCHIVE", f"{name} is not what was packed")


def open_archive(payload: bytes) -> Archive:
    """Check an archive's directory.

    Raises:
        ArchiveError: it is no zip archive (BAD_ARCHIVE); a name climbs, stands
            twice or is a link, a member is encrypted or packed in a way that
            is not read (BAD_ARCHIVE); too many members, or they unpack to too
            much (ARCHIVE_BOMB).
    """
    # Reading the directory makes an object a member, whatever it says of their
    # number; the marks are counted first.
    if payload.count(_DIRECTORY_ENTRY) > MAX_MEMBERS:
        raise ArchiveError("ARCHIVE_BOMB", f"more than {MAX_MEMBERS} members")
    try:
        members = ZipFile(BytesToRead(payload)).infolist()
    except (BadZipFile, NotImplementedError, ValueError, OSError, struct.error):
        raise ArchiveError("BAD_ARCHIVE", "no zip archive") from None
    for member in members:
        _check(member)
    named = {member.filename: member for member in members}
    if len(named) < len(members):
        raise ArchiveError("BAD_ARCHIVE", "two members of one name")
    if sum(member.file_size for member in members) > MAX_UNPACKED_BYTES:
        raise ArchiveError("ARCHIVE_BOMB", "unpacks to more than 1 GiB")
    return Archive(payload, named)


def _check(member: ZipInfo) -> None:
    names = {member.filename, member.orig_filename}
    if any(_climbs(name) for name in names) or _is_link(member):
        raise ArchiveError("BAD_ARCHIVE", "a member's name leaves the archive")
    if member.flag_bits & 0x1:
        raise ArchiveError("BAD_ARCHIVE", "a member is encrypted")
    if member.compress_type not in {ZIP_STORED, ZIP_DEFLATED}:
        raise ArchiveError("BAD_ARCHIVE", "a member is packed in an unknown way")
    is_large = member.file_size > SMALL_BYTES
    if is_large and member.file_size > MAX_RATIO * member.compress_size:
        raise ArchiveError("ARCHIVE_BOMB", f"unpacks to {MAX_RATIO} times its size")


def _climbs(name: str) -> bool:
    steps = name.replace("\\", "/").split("/")
    return name.startswith(("/", "\\")) or ".." in steps or ":" in name or "\0" in name


def _is_link(member: ZipInfo) -> bool:
    return stat.S_ISLNK(member.external_attr >> 16)


def _parts(payload: bytes, member: ZipInfo) -> Iterator[bytes]:
    """What a member unpacks to, never more than a step at once."""
    packed = _packed(payload, member)
    if member.compress_type == ZIP_STORED:
        for start in range(0, len(packed), STEP_BYTES):
            yield bytes(packed[start : start + STEP_BYTES])
        return
    stream = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        for start in range(0, len(packed), STEP_BYTES):
            rest: bytes | memoryview = packed[start : start + STEP_BYTES]
            while rest:
                yield stream.decompress(rest, STEP_BYTES)
                rest = stream.unconsumed_tail
    except zlib.error:
        raise ArchiveError("BAD_ARCHIVE", f"{member.filename} is damaged") from None


def _packed(payload: bytes, member: ZipInfo) -> memoryview:
    """A member's bytes as they lie in the archive, behind its own header."""
    start = member.header_offset
    header = payload[start : start + _LOCAL_HEADER.size]
    if len(header) < _LOCAL_HEADER.size:
        raise ArchiveError("BAD_ARCHIVE", f"{member.filename} is missing")
    mark, name_length, extra_length = _LOCAL_HEADER.unpack(header)
    if mark != b"PK\x03\x04":
        raise ArchiveError("BAD_ARCHIVE", f"{member.filename} is missing")
    begin = start + _LOCAL_HEADER.size + name_length + extra_length
    return memoryview(payload)[begin : begin + member.compress_size]
