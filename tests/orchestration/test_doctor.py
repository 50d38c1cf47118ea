"""``orderhouse doctor`` says what is missing, above all where much is."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from orchestration.cli.doctor import CHECKS, examine, looked
from orchestration.resources.home import Home
from orchestration.resources.house import House
from orchestration.resources.landing import Incoming
from orchestration.resources.policies import POLICIES

COULD_NOT_RUN = 2
DECISIONS = Incoming(
    partner_id="self",
    feed="self_decisions",
    document="self_decisions",
    format="jsonl_self_decisions",
    file_name="self_20171228T050000_0123456789abcdef.jsonl",
    content=b"{}",
    received_at=datetime(2017, 12, 28, 5, tzinfo=UTC),
)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    """A house that nobody has opened."""
    monkeypatch.setenv("ORDERHOUSE_HOME", str(tmp_path / "house"))
    return Home.at()


def doctor(home: Home, missing: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """The command where a package cannot be imported."""
    (folder / f"{missing}.py").write_text(
        f"raise ImportError(\"No module named '{missing}'\")"
    )
    return subprocess.run(
        [sys.executable, "-m", "orchestration.cli.main", "doctor"],
        env={
            **os.environ,
            "ORDERHOUSE_HOME": str(home.root),
            "PYTHONPATH": str(folder),
        },
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_a_missing_package_is_named_with_what_mends_it(
    home: Home, tmp_path: Path
) -> None:
    told = doctor(home, "polars", tmp_path)

    assert COULD_NOT_RUN == told.returncode
    assert "No module named 'polars'" in told.stdout
    assert "make clean setup" in told.stdout
    assert "disk" in told.stdout, "the other checks are told all the same"


@pytest.mark.parametrize("package", ["typer", "pydantic"])
def test_without_what_every_command_needs_none_leaves_with_1(
    package: str, home: Home, tmp_path: Path
) -> None:
    told = doctor(home, package, tmp_path)

    assert COULD_NOT_RUN == told.returncode
    assert package in told.stderr
    assert "make clean setup" in told.stderr


def test_a_house_that_is_not_there_yet_lacks_nothing(home: Home) -> None:
    assert 0 == examine()
    assert not home.root.exists()


def test_runs_that_only_landing_knows_are_a_lost_lake(home: Home) -> None:
    house = House.open(home.root)
    house.landing.land(DECISIONS)
    house.close()

    found = [looked(check) for check in CHECKS]

    assert ["orderhouse rebuild"] == [f.remedy for f in found if f.subject == "lake"]


def test_a_wrong_rule_is_mended_in_its_line(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = shutil.copytree(POLICIES, tmp_path / "policies")
    monkeypatch.setenv("ORDERHOUSE_POLICIES", str(folder))
    rules = folder / "allocation.yaml"
    rules.write_text(rules.read_text().replace("2017-11-23", "2017-13-23"))

    home.make()
    home.catalog.touch()

    found = [looked(check) for check in CHECKS]
    [told] = [one for one in found if one.subject == "policies"]
    rules.unlink()
    [missing] = [one for one in map(looked, CHECKS) if one.subject == "policies"]

    assert "closed_dates: 2017-13-23 is no date of the calendar" in told.seen
    assert told.remedy.startswith("mend that line")
    assert "restore the file from git" == missing.remedy
    others = {one.subject for one in found if one.remedy == "mend the policies first"}
    assert {"lake", "nodes named", "control numbers"} == others


def test_a_catalog_that_cannot_be_read_is_told_and_the_rest_looked_at(
    home: Home, capsys: pytest.CaptureFixture[str]
) -> None:
    home.make()
    home.catalog.write_text("garbage")

    code = examine()

    told = capsys.readouterr().out
    assert COULD_NOT_RUN == code
    assert "CONTRIBUTING.md, Runbook" in told
    assert "disk" in told
