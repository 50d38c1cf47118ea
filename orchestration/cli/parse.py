"""``orderhouse parse``: any file's canonical rows and rejects, without a house."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from sys import stderr, stdout

import polars as pl

from orchestration.cli.failures import CommandError
from orchestration.resources.drop import name_of
from orchestration.resources.formats import feed_format, recognise
from orchestration.resources.partners import PartnerProfile, partner
from transforms.answers.report import FileFacts, FileReport, refused, report
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
    """A file as a format read it.

    Args:
        format: format, named or recognised.
        others: formats that could read it too, next best first.
        parsed: what it says.
        report: the same as an error report.
    """

    format: str
    others: tuple[str, ...]
    parsed: Parsed
    report: FileReport


def read_file(path: Path, format_name: str = "", partner_name: str = "") -> Reading:
    """Read a file as production would.

    Args:
        path: the file.
        format_name: format; "" takes that of the partner's feed whose pattern
            the name fits, else the one that reads it best.
        partner_name: id of a partner or path of its YAML; "" for none.

    Raises:
        UnknownFormatError: nobody named a format, and none recognises the file.
        CommandError: the message says what cannot be made out.
    """
    payload = file_bytes(path)
    known = known_partner(partner_name) if partner_name else None
    feed = known.feed_of(name_of(path)) if known else None
    profile = known.profile(feed) if known else Profile("nobody")
    named = format_name or (feed.format if feed else "")
    chosen, *others = [named] if named else _recognised(path, payload, profile)
    try:
        module = feed_format(chosen)
        parsed: Parsed = module.parse(payload, profile)
    except ValueError as error:
        raise CommandError(str(error)) from error
    facts = facts_of(path, payload, profile.partner_id, chosen)
    return Reading(chosen, tuple(others), parsed, report(facts, parsed))


def parse_file(path: Path, format_name: str, partner_name: str, out: str) -> int:
    """Write rows and rejects into a folder, or print them as CSV.

    Args:
        path: the file.
        format_name: see ``read_file``.
        partner_name: see ``read_file``.
        out: a folder for ``<name>.rows.parquet`` and ``.rejects.parquet`` (and
            the same as CSV); "" prints to standard output.

    Returns:
        0 nothing refused, 1 something refused, 2 not readable at all.
    """
    reading = read_file(path, format_name, partner_name)
    parsed = reading.parsed
    if out:
        _write(Path(out), path.name, parsed)
    else:
        stdout.write(parsed.rows.write_csv())
        if parsed.rejects.height:
            stdout.write("\n" + parsed.rejects.write_csv())
    for line, code, message in parsed.notices["payload_line", "code", "message"].rows():
        stderr.write(f"{path.name}:{line}: {code}: {message}\n")
    others = f"; could also be {', '.join(reading.others)}" if reading.others else ""
    lines = parsed.lines
    stderr.write(
        f"{path.name}: {reading.format}, {parsed.rows.height} rows;"
        f" lines: {lines.physical} = {lines.accepted} accepted +"
        f" {lines.quarantined} quarantined + {lines.blank} blank{others}\n"
    )
    return code_of(reading.report)


def code_of(found: FileReport) -> int:
    """Exit code of a report: 0 good, 1 findings, 2 nothing usable."""
    if found.verdict not in {"ACCEPTED", "PARTIAL"}:
        return UNUSABLE
    return CLEAN if found.is_clean else FINDINGS


def file_bytes(path: Path) -> bytes:
    """What a file holds.

    Raises:
        CommandError: it cannot be read.
    """
    try:
        return path.read_bytes()
    except OSError as error:
        raise CommandError(f"cannot read {path}: {error.strerror}") from error


def facts_of(
    path: Path, payload: bytes, partner_id: str, format_name: str = ""
) -> FileFacts:
    """What is known of a file that nobody landed."""
    document = feed_format(format_name).DOCUMENT.name if format_name else ""
    return FileFacts(
        file_name=name_of(path),
        sha256=hashlib.sha256(payload).hexdigest(),
        size_bytes=len(payload),
        partner_id=partner_id,
        document=str(document),
        format=format_name,
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


def _recognised(path: Path, payload: bytes, profile: Profile) -> list[str]:
    found = recognise(payload, profile)
    if not found:
        facts = facts_of(path, payload, profile.partner_id)
        detail = "" if _is_utf8(payload) else NOT_UTF8
        raise UnknownFormatError(path.name, refused(facts, UNKNOWN, UNKNOWN, detail))
    return found


def _is_utf8(payload: bytes) -> bool:
    """Whether the bytes are UTF-8, say by a mark that they are not, or are packed."""
    if payload.startswith((b"PK", b"\xff\xfe", b"\xfe\xff")):
        return True
    try:
        payload.decode()
    except UnicodeDecodeError:
        return False
    return True


def _write(folder: Path, name: str, parsed: Parsed) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for kind, frame in _frames(parsed).items():
        frame.write_parquet(folder / f"{name}.{kind}.parquet")
        frame.write_csv(folder / f"{name}.{kind}.csv")


def _frames(parsed: Parsed) -> dict[str, pl.DataFrame]:
    frames = {"rows": parsed.rows, "rejects": parsed.rejects}
    return frames | ({"notices": parsed.notices} if parsed.notices.height else {})
