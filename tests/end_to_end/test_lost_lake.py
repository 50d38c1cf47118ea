"""What could not run says why; what was delivered is never passed by.

That landing brings a lost lake back is a matter of ``test_equal_hashes``.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from orchestration.resources.home import Home
from orchestration.resources.house import House
from orchestration.resources.lakehouse import Lakehouse
from orchestration.resources.outbox import OutboxError
from tests.end_to_end.test_commands import COULD_NOT_RUN, alone, orderhouse

# Warnings of the libraries that a run stands on are no failure of the run.
pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("default")]


def test_a_rebuild_waits_for_no_other_writer(
    own_played_house: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ORDERHOUSE_HOME", str(own_played_house.root))
    lake = Lakehouse(own_played_house)
    with lake.lease():
        told = alone(own_played_house.root, "rebuild")
    lake.close()

    assert COULD_NOT_RUN == told.returncode
    assert "another run is writing" in told.stderr


def test_another_file_under_a_delivered_name_is_never_passed_by(
    own_played_house: Home,
) -> None:
    house = House.open(own_played_house.root)
    with house.lake.transaction("test", "other bytes under a used number"):
        house.lake.execute(
            "update lake.instructions.outbox_files set sha256 = repeat('0', 64)"
            " where file_name = '940_000000001.edi' and partner_id = 'harbor_3pl'"
        )

    with pytest.raises(OutboxError, match="delivered with other bytes"):
        house.outbox.deliver()
    house.close()


def test_a_day_to_come_is_refused(tmp_path: Path) -> None:
    told = orderhouse(tmp_path / "house", "run", "--date=2107-12-29")

    assert COULD_NOT_RUN == told.returncode
    assert "still to come" in told.stderr


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("allocation.yaml", "allocation: {fairnes: strict}\nrelease: {}\n"),
        ("company.yaml", "zone: [\n"),
    ],
)
def test_a_policy_that_nobody_reads_stops_the_run_at_its_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, file: str, text: str
) -> None:
    rules = tmp_path / "policies"
    shutil.copytree(Path(__file__).parents[2] / "orchestration" / "policies", rules)
    (rules / file).write_text(text)
    monkeypatch.setenv("ORDERHOUSE_POLICIES", str(rules))

    told = orderhouse(tmp_path / "house", "run", "--date=2017-12-27")

    assert COULD_NOT_RUN == told.returncode
    assert f"policies/{file}" in told.stderr
    assert "Traceback" not in told.stderr


def test_an_unknown_size_could_not_run(tmp_path: Path) -> None:
    told = orderhouse(tmp_path / "house", "demo", "--size", "fortnight")

    assert COULD_NOT_RUN == told.returncode
    assert "Traceback" not in told.stderr
