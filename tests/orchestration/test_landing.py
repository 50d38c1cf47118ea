"""Landing: what arrived can be read for ever, whatever was killed when."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from orchestration.resources.home import Home
from orchestration.resources.landing import Incoming, Landing
from orchestration.resources.vault import Vault

KEY = bytes(32)
KILLED = """
import os, sys
from orchestration.resources.landing import Landing
from orchestration.resources.vault import Vault
from orchestration.resources.home import Home
from tests.orchestration.test_landing import incoming, opened

landing, vault = opened(Home.at(sys.argv[1]))
with landing.batch():
    landing.land(incoming(b"first"))
    landing.land(incoming(b"second"))
    os._exit(9)
"""


def incoming(content: bytes) -> Incoming:
    return Incoming(
        partner_id="acme",
        feed="orders",
        document="orders",
        format="pos_sales",
        file_name=f"{content.decode()}.csv",
        content=content,
        received_at=datetime(2017, 12, 27, tzinfo=UTC),
    )


def opened(home: Home) -> tuple[Landing, Vault]:
    vault = Vault(home.make().vault, KEY)
    return Landing.open(home, vault), vault


def test_files_of_a_killed_batch_land_again_and_can_be_read(tmp_path: Path) -> None:
    """Their bytes were stored, their keys rolled back."""
    home = Home.at(tmp_path)
    killed = subprocess.run(
        [sys.executable, "-c", KILLED, str(tmp_path)],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        check=False,
    )
    landing, vault = opened(home)
    with landing.batch():
        again = landing.land(incoming(b"first"))

    assert 9 == killed.returncode
    assert 1 == again.landing_id
    assert b"first" == landing.read(again.payload_sha256)
    landing.close()
    vault.close()


def test_the_same_arrival_told_twice_is_one_row(tmp_path: Path) -> None:
    landing, vault = opened(Home.at(tmp_path))

    first, second = (landing.land(incoming(b"first")) for _ in range(2))

    assert first == second
    landing.close()
    vault.close()


@pytest.mark.parametrize("content", [b"", b" \n\t"])
def test_a_file_without_content_is_empty(tmp_path: Path, content: bytes) -> None:
    landing, vault = opened(Home.at(tmp_path))
    file = replace(incoming(b"named"), content=content)

    assert "EMPTY_FILE" == landing.land(file).verdict
    landing.close()
    vault.close()
