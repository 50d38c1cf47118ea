"""``orderhouse landing``: what a partner sent, and what became of it.

Two verdicts: arrival's, of the file as a whole (taken in, a copy, refused), and
the reading's, of its lines. Landing knows the first, the lake the second.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from typing import Any

import duckdb

from orchestration.cli.execution import CONSOLE
from orchestration.cli.failures import CommandError
from orchestration.resources.admission import TOO_LARGE
from orchestration.resources.formats import feed_format, feed_formats
from orchestration.resources.home import Home
from orchestration.resources.lakehouse import Lakehouse
from orchestration.resources.landing import Arrival, Landing
from orchestration.resources.partners import PartnerProfile, partners
from orchestration.resources.sharing import of_one_file
from orchestration.resources.vault import Vault
from transforms.contracts.profile import LineCount, verdict_of
from transforms.edi.edifact.characters import COMPONENT, ELEMENT, REPETITION
from transforms.edi.edifact.tokens import Interchange
from transforms.edi.edifact.tokens import tokenise as tokenise_edifact
from transforms.edi.limits import Limits
from transforms.edi.tokens import tokenise
from transforms.feeds.reading.json_lines import one_object_a_line
from transforms.feeds.reading.text import ENCODINGS, LINE_END, encoding_of, unmarked

FIRST = 20
"""Lines shown of a file; of FILE:LINE the others are shown only when asked for."""
AROUND = 3
"""Lines shown before a line that was asked for, where others are."""

ANY_LENGTH = Limits(sys.maxsize, sys.maxsize, sys.maxsize)
"""What landed is shown, whatever its sender's profile allows."""

READINGS = """
    select l.landing_id, l.physical_lines, l.accepted_lines, l.quarantined_lines,
        l.blank_lines, l.loaded_rows, l.run_id, r.verdict as told,
        coalesce(r.report_name, r.receipt_name) as told_in
    from lake.bronze.landing_ledger as l
    left join lake.instructions.file_receipts as r using (landing_id)
    where l.landing_id in ({ids})
"""
"""What the lake knows of files: how they were read, and what their sender was told."""

_PLACE = re.compile(r"^(?P<file>.+):(?P<line>[0-9]+)$")


def show(file: str, lines: int = 0) -> int:
    """Print a landed file's ledger rows and its lines, numbered as in rejects.

    Args:
        file: name, first digits of its hash, or either with ``:LINE``.
        lines: how many to print, from the first or around the one asked for; 0: the
            one alone, its neighbours are other people's; of a whole file ``FIRST``.

    Raises:
        CommandError: no such file was landed.
    """
    known, home = partners(), Home.at().make()
    vault = Vault.open(home)
    landing = Landing.open(home, vault)
    try:
        arrivals, line = _found(landing, file)
        readings = _readings(home, arrivals)
        for rows in of_one_file(arrivals):
            arrival = rows[0]
            CONSOLE.print(
                f"{arrival.landing_id}  {arrival.partner_id}  {arrival.file_name}  "
                f"{arrival.received_at.isoformat()}  "
                f"{arrival.size_bytes} bytes  {arrival.payload_sha256[:12]}"
            )
            for text in chain(*(_fates(row, readings) for row in rows)):
                CONSOLE.print(f"   {text}", soft_wrap=True)
        for arrival in _different(arrivals):
            if arrival.verdict == TOO_LARGE:
                CONSOLE.print("  its bytes were too many to be kept")
            else:
                content = landing.read(arrival.payload_sha256)
                texts = numbered(content, arrival.format, spelled_in(arrival, known))
                _print(arrival, texts, line, lines)
    finally:
        landing.close()
        vault.close()
    return 0


def _readings(
    home: Home, arrivals: Iterable[Arrival]
) -> dict[int, dict[str, Any]] | None:
    """READINGS of files, None where the lake is lost: landing is shown without it."""
    if not home.catalog.exists():
        return None
    ids = ", ".join(str(a.landing_id) for a in arrivals)
    try:
        lake = Lakehouse(home, is_reader=True)
        try:
            rows = lake.query(READINGS.format(ids=ids)).to_dicts()
        finally:
            lake.close()
    except duckdb.Error:
        return None
    return {row["landing_id"]: row for row in rows}


def _fates(
    arrival: Arrival, readings: dict[int, dict[str, Any]] | None
) -> Iterable[str]:
    """What became of a file at its arrival, at its reading, and what was told of it."""
    row = readings.get(arrival.landing_id) if readings is not None else None
    yield f"arrival: {arrival.verdict}, {_of_arrival(arrival)}"
    if arrival.is_readable:
        yield f"reading: {_of_reading(row, is_known=readings is not None)}"
    if row and row["told"]:
        yield f"told:    {row['told']}, in {row['told_in'] or 'no answer'}"


def _of_arrival(arrival: Arrival) -> str:
    if arrival.is_readable:
        return f"taken in as {arrival.feed} ({arrival.format})"
    return "not read"


def _of_reading(row: dict[str, Any] | None, *, is_known: bool) -> str:
    if not is_known:
        return "unknown, the lake cannot be read (orderhouse doctor)"
    if row is None:
        return "none yet, the next run reads it"
    count = LineCount(
        row["physical_lines"],
        row["accepted_lines"],
        row["quarantined_lines"],
        row["blank_lines"],
    )
    return (
        f"{verdict_of(count, row['loaded_rows'])}, lines: {count.physical} ="
        f" {count.accepted} accepted + {count.quarantined} quarantined"
        f" + {count.blank} blank; run {row['run_id']}"
    )


def _found(landing: Landing, file: str) -> tuple[list[Arrival], int]:
    """Ledger rows, and the line that was asked for (0: none)."""
    place = _PLACE.match(file)
    whole = landing.find(file)
    if whole or place is None:
        arrivals, line = whole, 0
    else:
        arrivals, line = landing.find(place["file"]), int(place["line"])
    if not arrivals:
        raise CommandError(f"no file called {file!r} was landed")
    return arrivals, line


def _different(arrivals: Sequence[Arrival]) -> list[Arrival]:
    """One arrival for each different content, the newest of each."""
    return list({a.payload_sha256: a for a in arrivals}.values())


def _print(arrival: Arrival, texts: list[str], line: int, lines: int) -> None:
    CONSOLE.print(
        f"\n{arrival.partner_id} {arrival.file_name} {arrival.payload_sha256[:12]}",
        style="bold",
    )
    if line > len(texts):
        CONSOLE.print(f"  it has {len(texts)} lines: there is no line {line}")
    shown = lines or (1 if line else FIRST)
    first = max(0, line - min(shown, 1 + AROUND)) if line else 0
    for number, text in enumerate(texts[first : first + shown], start=first + 1):
        mark = ">" if number == line else " "
        CONSOLE.print(f"{mark}{number:>6}  {text}", markup=False, soft_wrap=True)


def spelled_in(arrival: Arrival, known: Mapping[str, PartnerProfile]) -> str:
    """The encoding that its sender's profile declares for a file of lines.

    UTF-8 where the sender is no partner any more, or declares none of lines.
    """
    partner = known.get(arrival.partner_id)
    if partner is None:
        return ENCODINGS[0]
    try:
        return encoding_of(partner.profile(partner.feed_named(arrival.feed)))
    except ValueError:
        return ENCODINGS[0]


def numbered(
    content: bytes, format_name: str, declared: str = ENCODINGS[0]
) -> list[str]:
    """A file's lines as rejects number them: EDI by segment, the rest by line.

    Of a JSON page on one line each object is a line.

    Args:
        content: exact bytes.
        format_name: format it was read by.
        declared: encoding of a file of lines; a byte order mark wins.
    """
    if format_name.startswith("x12_"):
        x12 = tokenise(content, ANY_LENGTH)
        found = [(i.line, i.texts) for i in x12.interchanges]
        return _placed(x12.count, [*found, *((s.line, [s.text]) for s in x12.strays)])
    if format_name.startswith("edifact_"):
        edifact = tokenise_edifact(content, limits=ANY_LENGTH)
        found = [(i.line, _as_sent(i)) for i in edifact.interchanges]
        found += [(s.line, [s.text]) for s in edifact.strays]
        return _placed(edifact.count, found)
    if format_name in feed_formats():
        wrappers = getattr(feed_format(format_name), "WRAPPERS", None)
        content = content if wrappers is None else one_object_a_line(content, wrappers)
    data, encoding = unmarked(content, declared)
    lines = LINE_END.split(data.decode(encoding, errors="replace"))
    return lines[:-1] if lines[-1] == "" else lines


def _placed(count: int, parts: list[tuple[int, list[str]]]) -> list[str]:
    """Texts at their numbers, from 1."""
    texts = [""] * count
    for line, found in parts:
        texts[line - 1 : line - 1 + len(found)] = found
    return texts


def _as_sent(interchange: Interchange) -> list[str]:
    """Segments with the interchange's own characters between their elements."""
    service = interchange.service
    spelled = str.maketrans(
        {
            ELEMENT: service.element,
            COMPONENT: service.component,
            REPETITION: service.repetition,
        }
    )
    return [text.translate(spelled) for text in interchange.texts]
