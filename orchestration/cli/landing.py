"""``orderhouse landing``: what a partner sent, with its verdict."""

from __future__ import annotations

import re
from collections.abc import Sequence

from orchestration.cli.execution import CONSOLE
from orchestration.cli.failures import CommandError
from orchestration.resources.home import Home
from orchestration.resources.landing import Arrival, Landing
from orchestration.resources.vault import Vault
from transforms.edi.tokens import tokenise

AROUND = 3
"""Lines shown before a line that was asked for."""

_PLACE = re.compile(r"^(?P<file>.+):(?P<line>[0-9]+)$")


def show(file: str, lines: int) -> int:
    """Print a landed file's ledger rows and its lines, numbered as in rejects.

    Args:
        file: name, first digits of its hash, or either with ``:LINE``.
        lines: how many to print, from the first or around the one asked for.

    Raises:
        CommandError: no such file was landed.
    """
    home = Home.at().make()
    vault = Vault.open(home)
    landing = Landing.open(home, vault)
    try:
        arrivals, line = _found(landing, file)
        for arrival in arrivals:
            CONSOLE.print(
                f"{arrival.landing_id}  {arrival.partner_id}  {arrival.file_name}  "
                f"{arrival.verdict}  {arrival.received_at.isoformat()}  "
                f"{arrival.size_bytes} bytes  {arrival.payload_sha256[:12]}"
            )
        for arrival in _different(arrivals):
            _print(arrival, landing.read(arrival.payload_sha256), line, lines)
    finally:
        landing.close()
        vault.close()
    return 0


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


def _print(arrival: Arrival, content: bytes, line: int, lines: int) -> None:
    CONSOLE.print(
        f"\n{arrival.partner_id} {arrival.file_name} {arrival.payload_sha256[:12]}",
        style="bold",
    )
    first = max(0, line - 1 - AROUND) if line else 0
    texts = numbered(content, arrival.format)[first : first + lines]
    for number, text in enumerate(texts, start=first + 1):
        mark = ">" if number == line else " "
        CONSOLE.print(f"{mark}{number:>6}  {text}", markup=False, soft_wrap=True)


def numbered(content: bytes, format_name: str) -> list[str]:
    """A file's lines as rejects number them: X12 by segment, the rest by line."""
    if not format_name.startswith("x12_"):
        return content.decode(errors="replace").splitlines()
    tokens = tokenise(content)
    texts = [""] * tokens.count
    for stray in tokens.strays:
        texts[stray.line - 1] = stray.text
    for interchange in tokens.interchanges:
        start = interchange.line - 1
        texts[start : start + len(interchange.texts)] = interchange.texts
    return texts
