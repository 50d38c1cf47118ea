"""``orderhouse parse``: any file's canonical rows and rejects, without a house."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from sys import stderr, stdout

import polars as pl

from orchestration.cli.failures import CommandError
from orchestration.resources.drop import name_of
from orchestration.resources.formats import (
    feed_format,
    formats_of_sets,
    recognise,
)
from orchestration.resources.partners import PartnerProfile, partner
from orchestration.resources.sharing import read, readers, shares
from transforms.answers.report import (
    FileFacts,
    FileReport,
    named_together,
    refused,
    report,
    together,
)
from transforms.contracts.profile import Parsed, Profile

CLEAN, FINDINGS, UNUSABLE = 0, 1, 2
UNKNOWN = "UNKNOWN_FORMAT"
NOT_UTF8 = (
    "its bytes are no UTF-8: say what they are in a profile, option encoding"
    " (latin-1, gb18030, …)"
)


class UnknownFormatError(CommandError):
    """No format recognises a file; ``report`` is what its sender is told."""

    def __init__(self, name: str, found: FileReport) -> None:
        """The report ``found`` of a file called ``name``."""
        (finding,) = found.findings
        detail = f"; {finding.detail}" if finding.detail else ""
        super().__init__(
            f"{UNKNOWN}: no format recognises {name}: name one with --format"
            f" (docs/formats.md){detail}"
        )
        self.report = found


@dataclass(frozen=True)
class Reading:
    """A file as its formats read it.

    Args:
        formats: named, of the feeds that read it, or recognised; several where
            sets of several kinds stand in an X12 or EDIFACT file.
        others: formats that could read it too, next best first.
        parts: what each of the formats says.
        parsed: what they say together.
        report: the same as an error report.
    """

    formats: tuple[str, ...]
    others: tuple[str, ...]
    parts: tuple[Parsed, ...]
    parsed: Parsed
    report: FileReport

    @property
    def rows(self) -> dict[str, pl.DataFrame]:
        """Canonical rows by document."""
        found: dict[str, list[pl.DataFrame]] = {}
        for name, part in zip(self.formats, self.parts, strict=True):
            document = str(feed_format(name).DOCUMENT.name)
            found.setdefault(document, []).append(part.rows)
        return {name: pl.concat(frames) for name, frames in found.items()}


def read_file(path: Path, format_name: str = "", partner_name: str = "") -> Reading:
    """Read a file as production would.

    Args:
        path: the file.
        format_name: format; "" takes those of the partner's feeds that read it,
            else the one that reads it best, of X12 and EDIFACT each that has sets
            in it.
        partner_name: id of a partner or path of its YAML; "" for none.

    Raises:
        UnknownFormatError: nobody named a format, and none recognises the file.
        CommandError: the message says what cannot be made out.
    """
    payload = file_bytes(path)
    known = known_partner(partner_name) if partner_name else None
    feeds = readers(known, name_of(path), payload) if known else ()
    feed = feeds[0] if feeds else None
    profile = known.profile(feed) if known else Profile("nobody")
    chosen, others = tuple(f.format for f in feeds), tuple[str, ...]()
    is_agreed = bool(feeds and not format_name)
    if not is_agreed:
        chosen, others = _formats(path, payload, profile, format_name)
    try:
        if known and is_agreed:
            parts = read(known, feeds, payload)
        else:
            parts = _parts(payload, chosen, profile)
    except ValueError as error:
        raise CommandError(str(error)) from error
    facts = facts_of(path, payload, profile.partner_id, *chosen)
    whole = together(parts)
    return Reading(chosen, others, tuple(parts), whole, report(facts, whole))


def _parts(payload: bytes, formats: Sequence[str], profile: Profile) -> list[Parsed]:
    """What each format reads of a file."""
    return [
        feed_format(name).parse(payload, replace(profile, share=share))
        for name, share in zip(formats, shares(formats), strict=True)
    ]


def parse_file(path: Path, format_name: str, partner_name: str, out: str) -> int:
    """Write rows and rejects into a folder, or print them as CSV.

    Args:
        path: the file.
        format_name: see ``read_file``.
        partner_name: see ``read_file``.
        out: a folder for ``<name>.rows.parquet`` and ``.rejects.parquet`` (and
            the same as CSV); "" prints to standard output. Rows of several
            documents are in ``<name>.<document>.rows.parquet``.

    Returns:
        0 nothing refused, 1 something refused, 2 not readable at all.
    """
    reading = read_file(path, format_name, partner_name)
    parsed = reading.parsed
    if out:
        _write(Path(out), path.name, reading)
    else:
        tables = [*reading.rows.values()]
        tables += [parsed.rejects] if parsed.rejects.height else []
        stdout.write("\n".join(table.write_csv() for table in tables))
    for line, code, message in parsed.notices["payload_line", "code", "message"].rows():
        stderr.write(f"{path.name}:{line}: {code}: {message}\n")
    others = f"; could also be {', '.join(reading.others)}" if reading.others else ""
    lines = parsed.lines
    stderr.write(
        f"{path.name}: {named_together(reading.formats)}, {_counted(reading)};"
        f" lines: {lines.physical} = {lines.accepted} accepted +"
        f" {lines.quarantined} quarantined + {lines.blank} blank{others}\n"
    )
    return code_of(reading.report)


def _counted(reading: Reading) -> str:
    """Rows of the file, of each document where it has several."""
    if len(reading.rows) == 1:
        return f"{reading.parsed.rows.height} rows"
    told = (f"{rows.height} rows of {name}" for name, rows in reading.rows.items())
    return ", ".join(told)


def code_of(found: FileReport) -> int:
    """Exit code of a report: 0 nothing refused, 1 some lines, 2 nothing usable.

    Lines may be refused for what is a warning only: an interchange that stands twice.
    """
    if found.verdict not in {"ACCEPTED", "PARTIAL"}:
        return UNUSABLE
    is_whole = found.verdict == "ACCEPTED" and found.is_clean
    return CLEAN if is_whole else FINDINGS


def file_bytes(path: Path) -> bytes:
    """What a file holds.

    Raises:
        CommandError: it cannot be read.
    """
    try:
        return path.read_bytes()
    except OSError as error:
        raise CommandError(f"cannot read {path}: {error.strerror}") from error


def facts_of(path: Path, payload: bytes, partner_id: str, *formats: str) -> FileFacts:
    """What is known of a file that nobody landed, and of the formats that read it."""
    return FileFacts(
        file_name=name_of(path),
        sha256=hashlib.sha256(payload).hexdigest(),
        size_bytes=len(payload),
        partner_id=partner_id,
        document=named_together(feed_format(f).DOCUMENT.name for f in formats),
        format=named_together(formats),
    )


def known_partner(name: str) -> PartnerProfile:
    """A partner by its id or the path of its YAML.

    Raises:
        CommandError: there is none, or its file is wrong.
    """
    try:
        return partner(name)
    except ValueError as error:
        raise CommandError(str(error)) from error


def _formats(
    path: Path, payload: bytes, profile: Profile, format_name: str
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The formats that read a file, and others that could."""
    if format_name:
        return (format_name,), ()
    mixed = formats_of_sets(payload, profile)
    if len(mixed) > 1:
        return mixed, ()
    found = recognise(payload, profile)
    if not found:
        facts = facts_of(path, payload, profile.partner_id)
        detail = "" if _is_utf8(payload) else NOT_UTF8
        raise UnknownFormatError(path.name, refused(facts, UNKNOWN, UNKNOWN, detail))
    return (found[0],), tuple(found[1:])


def _is_utf8(payload: bytes) -> bool:
    """Whether the bytes are UTF-8, say by a mark that they are not, or are packed."""
    if payload.startswith((b"PK", b"\xff\xfe", b"\xfe\xff")):
        return True
    try:
        payload.decode()
    except UnicodeDecodeError:
        return False
    return True


def _write(folder: Path, name: str, reading: Reading) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for kind, frame in _frames(reading).items():
        frame.write_parquet(folder / f"{name}.{kind}.parquet")
        frame.write_csv(folder / f"{name}.{kind}.csv")


def _frames(reading: Reading) -> dict[str, pl.DataFrame]:
    parsed, rows = reading.parsed, reading.rows
    is_one = len(rows) == 1
    frames = {"rows" if is_one else f"{name}.rows": f for name, f in rows.items()}
    frames["rejects"] = parsed.rejects
    return frames | ({"notices": parsed.notices} if parsed.notices.height else {})
