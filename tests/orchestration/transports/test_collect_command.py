"""``orderhouse collect``, and visits to partners in both directions."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from orchestration.cli.collect import CLEAN, collect_command
from orchestration.cli.failures import CommandError
from orchestration.resources.home import Home
from orchestration.resources.partners import partners
from orchestration.resources.transports.opening import has_inbox
from orchestration.resources.transports.settings import (
    FolderSettings,
    SftpSettings,
)
from orchestration.resources.transports.visit import Forwarding, forward, visit

LOADED = """
import sys
import orchestration.cli.collect
print(" ".join(sorted({name.partition(".")[0] for name in sys.modules})))
"""


def test_it_loads_neither_dagster_nor_the_libraries_of_any_way(project: Path) -> None:
    loaded = subprocess.run(
        [sys.executable, "-c", LOADED],
        cwd=project,
        check=True,
        capture_output=True,
        text=True,
    ).stdout.split()

    heavy = {"dagster", "dbt", "great_expectations", "streamlit"}
    ways = {"asyncssh", "s3fs", "httpx2", "pysequoia", "stamina", "botocore"}
    assert set() == (heavy | ways) & set(loaded)


def test_a_partner_without_a_way_of_its_own_writes_into_the_drop() -> None:
    harbor = partners()["harbor_3pl"]

    assert harbor.transport == FolderSettings()
    assert not has_inbox(harbor.transport)


def test_with_nothing_to_collect_it_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ORDERHOUSE_HOME", str(tmp_path))

    assert CLEAN == collect_command()
    assert "nothing to collect" in capsys.readouterr().out


def test_an_unknown_partner_is_named_with_the_known_ones() -> None:
    with pytest.raises(
        CommandError, match=r"no partner 'harbour'; known: .*harbor_3pl"
    ):
        collect_command("harbour")


def test_a_missing_secret_is_a_failure_of_that_partner(tmp_path: Path) -> None:
    settings = SftpSettings.model_validate(
        {
            "kind": "sftp",
            "host": "127.0.0.1",
            "user": "harbor",
            "secret": "NO_SUCH_WORD",  # pragma: allowlist secret
            "known_hosts": "known_hosts",
        }
    )

    failure = visit(Home.at(tmp_path).make(), "harbor_3pl", settings).failure

    assert "the secret NO_SUCH_WORD is missing" in failure


def test_a_visit_fills_the_drop_and_again_pulls_a_file_once_more(
    tmp_path: Path,
) -> None:
    home = Home.at(tmp_path).make()
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "stock.csv").write_bytes(b"sku,qty\n")
    settings = FolderSettings(inbox="in", settle_seconds=0)

    assert ["stock.csv"] == visit(home, "acme", settings).collected
    assert [] == visit(home, "acme", settings).collected
    (home.drop / "acme" / "stock.csv").unlink()
    assert ["stock.csv"] == visit(home, "acme", settings, again="stock.csv").collected


@pytest.fixture
def outbox(tmp_path: Path) -> Path:
    """An outbox with an order file, an answer, and a file without its manifest."""
    folder = tmp_path / "outbox" / "acme"
    for name in ("940_1.edi", "answers/receipt_1.csv"):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"content of " + name.encode())
        path.with_name(path.name + ".manifest.json").write_bytes(b"{}")
    (folder / "940_2.edi").write_bytes(b"its manifest is to come")
    return folder


def test_what_has_a_manifest_is_forwarded_once(tmp_path: Path, outbox: Path) -> None:
    home = Home.at(tmp_path)
    settings = FolderSettings(outbox="partner")

    first = forward(home, "acme", settings)
    second = forward(home, "acme", settings)

    assert Forwarding(["940_1.edi", "answers/receipt_1.csv"]) == first
    assert Forwarding() == second
    assert b"content of 940_1.edi" == (tmp_path / "partner" / "940_1.edi").read_bytes()
    assert (tmp_path / "partner" / "answers" / "receipt_1.csv.manifest.json").exists()
    assert ["940_2.edi"] == [p.name for p in outbox.rglob("*.edi")]


def test_a_file_noted_as_sent_and_not_taken_away_is_taken_away_later(
    tmp_path: Path, outbox: Path
) -> None:
    home = Home.at(tmp_path)
    settings = FolderSettings(outbox="partner")
    forward(home, "acme", settings)
    (outbox / "940_1.edi").write_bytes(b"content of 940_1.edi")

    assert Forwarding() == forward(home, "acme", settings)
    assert not (outbox / "940_1.edi").exists()


def test_a_parcel_that_can_never_leave_holds_back_no_other(
    tmp_path: Path, outbox: Path
) -> None:
    home, settings = Home.at(tmp_path), FolderSettings(outbox="partner")
    forward(home, "acme", settings)
    for name in ("940_1.edi", "940_3.edi"):
        (outbox / name).write_bytes(b"other content")
        (outbox / f"{name}.manifest.json").write_bytes(b"{}")

    done = forward(home, "acme", settings)

    assert ["940_3.edi"] == done.delivered
    assert "940_1.edi left with other bytes before" in done.failure
    assert b"content of 940_1.edi" == (tmp_path / "partner" / "940_1.edi").read_bytes()
    assert (outbox / "940_1.edi").exists()


def test_no_parcel_overtakes_one_that_waits_for_its_way(
    tmp_path: Path, outbox: Path
) -> None:
    (tmp_path / "partner" / "940_1.edi").mkdir(parents=True)

    done = forward(Home.at(tmp_path), "acme", FolderSettings(outbox="partner"))

    assert "940_1.edi cannot be written" in done.failure
    assert [] == done.delivered
    assert (outbox / "answers" / "receipt_1.csv").exists()


def test_what_cannot_be_forwarded_stays(tmp_path: Path, outbox: Path) -> None:
    (tmp_path / "partner").write_bytes(b"a file where the folder should be")

    done = forward(Home.at(tmp_path), "acme", FolderSettings(outbox="partner"))

    assert "940_1.edi cannot be written" in done.failure
    assert [] == done.delivered
    assert (outbox / "940_1.edi").exists()


def test_a_partner_that_fetches_from_our_outbox_is_not_visited(
    tmp_path: Path, outbox: Path
) -> None:
    assert Forwarding() == forward(Home.at(tmp_path), "acme", FolderSettings())
    assert (outbox / "940_1.edi").exists()
