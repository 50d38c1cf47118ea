"""Mends: documents that operators write so that what waits goes on.

An operator's action lands like anybody's document: a row of master data or of
stock in the name of ``operators``, or a corrected line in the name of the
partner who sent it, because orders and payments belong to their sender. A mend
is read by its own format before it is put into the drop. The name of its file
says who wrote it and why; a file made here says so in two columns as well. Not
here: what waits (``waiting``), how a person asks (``cli.mend``).
"""

from __future__ import annotations

import csv
import io
import os
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from pathlib import Path

import polars as pl

from orchestration.resources.files import write_atomically
from orchestration.resources.home import Home
from orchestration.resources.partners import Feed, PartnerProfile
from orchestration.resources.refusal import RefusalError
from orchestration.resources.sharing import read, readers
from transforms.contracts.documents import DOCUMENTS, PROVENANCE
from transforms.contracts.profile import Parsed
from transforms.feeds.reading.text import ENCODINGS, LINE_END, unmarked

_SPAN = "[0-9]+(?:to[0-9]+)?"
_MARK = re.compile(rf"mend-([0-9a-f]{{12}})-({_SPAN}(?:[.]{_SPAN})*)_")
LONGEST_SPAN = 10_000
MOST_SPANS = 8
"""Runs of other lines that the name of a mend holds."""
MOST_WORDS = 60
"""Characters of a reason in a file's name; the columns hold all of it."""

_REACHES_SOMEBODY = re.compile(r"\S*@\S*|\+?[0-9][0-9 ()./-]{5,}[0-9]")
"""Mail addresses and telephone numbers."""

SIGNATURE = ("mended_by", "mend_reason")
"""Columns of a mend made here that say who and why."""

DELIMITERS = ("\t", ";", "|", ",")


NO_TABLE = (b"{", b"[", b"ISA", b"UNA", b"UNB", b"PK", b"TA1")
"""Beginnings of JSON, X12, EDIFACT and workbooks."""


class MendRefusedError(RefusalError):
    """The mend would not be read, or cannot be written; the message says why."""


@dataclass(frozen=True)
class Authorship:
    """Who mends, why and when.

    Args:
        author: a name or account.
        reason: in any language.
        at: the hour the mend arrives; runs as of then and later read it.
    """

    author: str
    reason: str
    at: datetime

    @property
    def signer(self) -> str:
        """Author as a file's name may hold it.

        Raises:
            MendRefusedError: author or reason is missing.
        """
        if not self.author.strip():
            raise MendRefusedError("no author: --author NAME says who does it")
        if not self.reason.strip():
            raise MendRefusedError("no reason: --reason TEXT says why")
        return _slug(self.author)

    @property
    def signature(self) -> str:
        """Author and reason likewise, without what a person could be reached by.

        Names stand in ledgers that nobody encrypts.

        Raises:
            MendRefusedError: as ``signer``.
        """
        words = _slug(_REACHES_SOMEBODY.sub(" ", self.reason))
        return f"{self.signer}_{words[:MOST_WORDS].strip('-')}"


@dataclass(frozen=True)
class Mend:
    """A file for the drop, as it will be read.

    Args:
        partner_id: in whose name it lands.
        file_name: fits the feed's pattern.
        content: exact bytes.
        parsed: its rows; none is rejected.
    """

    partner_id: str
    file_name: str
    content: bytes
    parsed: Parsed


@dataclass(frozen=True)
class Place:
    """A line of a landed file.

    Args:
        payload_sha256: the file.
        line: the line.
        others: lines that were refused with it and are mended with it.
    """

    payload_sha256: str
    line: int
    others: tuple[int, ...] = ()

    @property
    def mark(self) -> str:
        """How the name of a file says which lines it mends.

        Example:
            >>> Place("0123456789abcdef", 25, (21, 22, 23, 30)).mark
            'mend-0123456789ab-25.21to23.30'
        """
        spans: list[list[int]] = []
        for line in sorted(self.others):
            is_next = spans and line == spans[-1][1] + 1
            if is_next and line - spans[-1][0] <= LONGEST_SPAN:
                spans[-1][1] = line
            else:
                spans.append([line, line])
        parts = [f"{a}to{b}" if b > a else str(a) for a, b in spans[:MOST_SPANS]]
        return f"mend-{self.payload_sha256[:12]}-{'.'.join([str(self.line), *parts])}"


def row_mend(
    operators: PartnerProfile, document: str, cells: Mapping[str, str], by: Authorship
) -> Mend:
    """A file of one row of a document, in the operators' own name.

    Args:
        operators: profile of the partner ``operators``.
        document: one that operators send.
        cells: column → text in the spelling of the contract; ``updated_at`` is
            the hour of the mend when not given.
        by: who and why.

    Raises:
        MendRefusedError: no such document or column, or the row would be refused.
    """
    return rows_mend(operators, document, [cells], by)


def rows_mend(
    operators: PartnerProfile,
    document: str,
    rows: Sequence[Mapping[str, str]],
    by: Authorship,
) -> Mend:
    """``row_mend`` of several rows with the same columns, in one file."""
    feed = next((f for f in operators.feeds if f.document == document), None)
    if feed is None:
        known = ", ".join(f.document for f in operators.feeds)
        raise MendRefusedError(f"operators send no {document!r}; they send {known}")
    names = _columns(document)
    unknown = sorted(set(rows[0]) - set(names))
    if unknown:
        raise MendRefusedError(
            f"{document} has no column {', '.join(unknown)}; it has {', '.join(names)}"
        )
    told = [{"updated_at": by.at.isoformat()} | dict(cells) for cells in rows]
    content = _csv([name for name in names if name in told[0]], told, by, ",").encode()
    # The rows say why; what was said may name a person, and a file's name must not.
    mark = sha256(content).hexdigest()[:8]
    stamp = f"{by.at:%Y%m%dT%H%M%S}_{by.signer}_{mark}"
    return _read(operators, feed, feed.pattern.replace("*", stamp, 1), content)


def named_by(stem: str, cells: Mapping[str, str]) -> str:
    """A number of what the cells say: of two things said in one second, two.

    The same thing said twice in a second is said once.
    """
    said = repr(sorted(cells.items())).encode()
    return f"{stem}-{sha256(said).hexdigest()[:8]}"


def line_mend(
    partner: PartnerProfile, feed: Feed, place: Place, content: bytes, by: Authorship
) -> Mend:
    """A file that takes the place of a line, in the name of who sent the line.

    Args:
        partner: who sent the line.
        feed: feed that it came by.
        place: the line.
        content: what counts instead, in the feed's format.
        by: who and why.

    Raises:
        MendRefusedError: no name fits the feed, or the content would be refused.
    """
    said = f"{place.mark}_{by.signature}"
    name = feed.pattern.replace("*", said, 1).replace("*", "")
    named = partner.feeds_of(name)
    is_read = feed in (named if feed.kinds else named[:1])
    if not is_read:
        raise MendRefusedError(
            f"no name of a mend fits the pattern {feed.pattern!r}: put the corrected"
            f" file into drop/{partner.partner_id} yourself"
        )
    return _read(partner, feed, name, content)


def feed_for(
    partner: PartnerProfile, feed: Feed, file_name: str, code: str, content: bytes
) -> Feed:
    """The feed that a corrected file lands by.

    That of the line; of a set that no feed read the one that was agreed since.

    Args:
        partner: who sent the line.
        feed: feed that refused the line.
        file_name: of the line's file.
        code: why the line waits.
        content: what counts instead.
    """
    if code != "UNKNOWN_SET":
        return feed
    return next(iter(readers(partner, file_name, content)), feed)


def corrected(
    payload: bytes,
    line: int,
    cells: Mapping[str, str],
    by: Authorship,
    declared: str = ENCODINGS[0],
) -> bytes:
    """A delimited file of one line of another, some cells of it changed.

    It is in the encoding of the other, or in UTF-8 with a byte order mark where
    that has no spelling for a new cell, the author or the reason.

    Args:
        payload: with a header in its first line.
        line: physical line, from 1.
        cells: column → new text.
        by: who and why.
        declared: encoding that the profile declares; a byte order mark wins.

    Raises:
        MendRefusedError: the payload is no such file, has no such column, or the
            line has another number of cells than the header and not all are named.
    """
    if payload.lstrip().startswith(NO_TABLE):
        # Its first line is no header and may name a person: it is not shown.
        raise MendRefusedError(
            "the file is no table, so no cell of it can be named: give it what it"
            " misses (mend alias, mend row), or a corrected file (--with FILE)"
        )
    try:
        texts = _texts(payload, declared)
        head, text = texts[0], texts[line - 1]
    except (UnicodeDecodeError, IndexError) as error:
        raise MendRefusedError(f"line {line} cannot be read: {error}") from error
    delimiter = max(DELIMITERS, key=head.count)
    names, values = (next(csv.reader([t], delimiter=delimiter)) for t in (head, text))
    unknown = sorted(set(cells) - set(names))
    if unknown or delimiter not in head:
        raise MendRefusedError(
            f"no column {', '.join(unknown) or delimiter!r} in the header: {head};"
            " name a file with the corrected line instead"
        )
    _refuse_ragged(line, names, values, cells)
    told = dict(zip(names, values, strict=False)) | dict(cells)
    return _spelled(_csv(names, [told], by, delimiter), declared)


def _refuse_ragged(
    line: int,
    names: Sequence[str],
    values: Sequence[str],
    cells: Mapping[str, str],
) -> None:
    """Of a line with more or fewer cells than the header none is known to be whose."""
    beyond = len(values) - len(names)
    if beyond and not set(names) <= set(cells):
        raise MendRefusedError(
            f"line {line} has {abs(beyond)} {'more' if beyond > 0 else 'fewer'} cells"
            " than the header, so which column a cell of it is of cannot be told:"
            " name every column (column=text …), or give the line in a file"
            " (--with FILE)"
        )


def with_the_order(
    payload: bytes,
    line: int,
    refused: Sequence[int],
    refs: Collection[str],
    declared: str = ENCODINGS[0],
) -> list[int]:
    """Refused lines that belong, or may belong, to the order of one of them.

    Args:
        payload: a delimited file.
        line: of the order.
        refused: other lines of the file that are not taken.
        refs: the order's id as the line says it. Where no cell of the line is it,
            it is made of several, and nobody can tell: all of ``refused``.
        declared: encoding that the profile declares; a byte order mark wins.
    """
    texts = _texts(payload, declared, "replace")
    delimiter = max(DELIMITERS, key=texts[0].count)
    cells = {
        n: {cell.strip('" ') for cell in texts[n - 1].split(delimiter)}
        for n in (line, *refused)
        if 0 < n <= len(texts)
    }
    named = cells.get(line, set()) & set(refs)
    return [n for n in refused if not named or named & cells.get(n, set())]


def is_mend(file_name: str) -> bool:
    """Whether a file takes the place of a line: its sender did not send it."""
    return _MARK.search(file_name) is not None


def lines_mended(file_name: str) -> set[tuple[str, int]]:
    """The lines that a file takes the place of, each with 12 digits of its hash.

    Example:
        >>> sorted(lines_mended("po_mend-0123456789ab-7.3to4_ana_typo.edi"))
        [('0123456789ab', 3), ('0123456789ab', 4), ('0123456789ab', 7)]
    """
    found = _MARK.search(file_name)
    if found is None:
        return set()
    spans = (part.partition("to")[::2] for part in found[2].split("."))
    ends = ((int(a), int(b or a)) for a, b in spans)
    return {
        (found[1], line)
        for a, b in ends
        for line in range(a, min(b, a + LONGEST_SPAN) + 1)
    }


def unsigned(parsed: Parsed) -> Parsed:
    """What was read, without the notice that nobody knows the signature's columns."""
    if parsed.notices.is_empty():
        return parsed
    told = pl.col("column_name") == ", ".join(SIGNATURE)
    return replace(parsed, notices=parsed.notices.filter(~told))


def deliver(home: Home, mend: Mend, at: datetime) -> Path:
    """Put a mend into the drop; its time stamp is its hour of arrival.

    A name that lies there already is another mend of the same second: it stays.
    """
    folder = home.drop / mend.partner_id
    path = folder / mend.file_name
    stem, number = path.stem, 2
    while path.exists():
        path = path.with_stem(f"{stem}-{number}")
        number += 1
    write_atomically(path, mend.content)
    os.utime(path, (at.timestamp(), at.timestamp()))
    return path


def _read(partner: PartnerProfile, feed: Feed, name: str, content: bytes) -> Mend:
    """The mend as its format reads it; what it would refuse is refused here."""
    feeds = readers(partner, name, content)
    # What holds nothing for the feed is refused as a file of the feed is.
    feeds = feeds if feed in feeds else (feed,)
    parts = read(partner, feeds, content)
    rejects = pl.concat([part.rejects for part in parts]).sort("payload_line")
    if rejects.height:
        first = rejects.row(0, named=True)
        raise MendRefusedError(f"{first['column_name']}: {first['message']}")
    parsed = parts[feeds.index(feed)]
    if not parsed.rows.height:
        raise MendRefusedError("nothing in it would be read")
    return Mend(partner.partner_id, name, content, parsed)


def _columns(document: str) -> list[str]:
    given = {column.name for column in PROVENANCE}
    return [name for name in DOCUMENTS[document].names if name not in given]


def _csv(
    names: list[str],
    rows: Sequence[Mapping[str, str]],
    by: Authorship,
    delimiter: str,
) -> str:
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter=delimiter, lineterminator="\n")
    writer.writerow([*names, *SIGNATURE])
    for cells in rows:
        writer.writerow([*(cells.get(n, "") for n in names), by.author, by.reason])
    return stream.getvalue()


def _texts(payload: bytes, declared: str, errors: str = "strict") -> list[str]:
    """The lines of a payload, as its format ends them."""
    data, encoding = unmarked(payload, declared)
    return LINE_END.split(data.decode(encoding, errors))


def _spelled(text: str, declared: str) -> bytes:
    """Bytes of a text that the format reads, whatever characters are in it."""
    try:
        return text.encode(declared)
    except UnicodeEncodeError:
        return text.encode("utf-8-sig")


def _slug(text: str) -> str:
    """Lower-case ASCII words; what has none is told by the columns alone."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-") or "unwritten"
