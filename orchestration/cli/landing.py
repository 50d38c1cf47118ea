"""``orderhouse landing``: what a partner sent, with its verdict."""

from __future__ import annotations

from orchestration.cli.execution import CONSOLE
from orchestration.cli.failures import CommandError
from orchestration.resources.home import Home
from orchestration.resources.landing import Landing
from orchestration.resources.vault import Vault


def show(file: str, lines: int) -> int:
    """Print a landed file's ledger rows and its first lines.

    Raises:
        CommandError: no such file was landed.
    """
    home = Home.at().make()
    vault = Vault.open(home)
    landing = Landing.open(home, vault)
    try:
        arrivals = landing.find(file)
        if not arrivals:
            raise CommandError(f"no file called {file!r} was landed")
        for arrival in arrivals:
            CONSOLE.print(
                f"{arrival.landing_id}  {arrival.partner_id}  {arrival.file_name}  "
                f"{arrival.verdict}  {arrival.received_at.isoformat()}  "
                f"{arrival.size_bytes} bytes  {arrival.payload_sha256[:12]}"
            )
        text = landing.read(arrivals[-1].payload_sha256).decode(errors="replace")
        for number, line in enumerate(text.splitlines()[:lines], start=1):
            CONSOLE.print(f"{number:>6}  {line}", markup=False)
    finally:
        landing.close()
        vault.close()
    return 0
