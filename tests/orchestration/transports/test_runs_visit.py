"""A run pulls before it begins and delivers after its commit, by a partner's YAML."""

from __future__ import annotations

from pathlib import Path

import pytest

from orchestration.resources.dispatch import collect_files, finish_committed
from orchestration.resources.house import House
from orchestration.resources.partners import partners
from tests.orchestration.test_arrival import house

__all__ = ["house"]

YAML = """
type: orchestration.components.partner.Partner
attributes:
  partner_id: far_3pl
  display_name: "Far Fulfilment"
  role: 3pl
  owner: team:logistics
  transport:
    kind: folder
    inbox: far/in
    outbox: far/out
    settle_seconds: 0
  feeds:
    - name: stock_snapshots
      format: csv_stock
      pattern: "stock_*.csv"
"""


@pytest.fixture
def far(house: House, tmp_path: Path) -> House:
    """A house of one partner that has folders of its own, with a file each way."""
    (tmp_path / "partners" / "far_3pl").mkdir(parents=True)
    (tmp_path / "partners" / "far_3pl" / "defs.yaml").write_text(YAML)
    house.partners = partners(tmp_path / "partners")
    inbox, outbox = house.home.root / "far/in", house.home.outbox / "far_3pl"
    for folder in (inbox, outbox):
        folder.mkdir(parents=True)
    (inbox / "stock_1.csv").write_text("counted")
    (outbox / "940_1.edi").write_text("ship this")
    (outbox / "940_1.edi.manifest.json").write_text("{}")
    return house


def test_new_files_are_in_the_drop_before_the_run_begins(far: House) -> None:
    assert [] == collect_files(far)
    assert (far.home.drop / "far_3pl" / "stock_1.csv").read_text() == "counted"


def test_what_waits_is_delivered_once_and_nothing_is_left_to_say(far: House) -> None:
    assert ["far_3pl/940_1.edi"] == finish_committed(far)
    assert [] == far.undelivered
    assert (far.home.root / "far/out/940_1.edi").read_text() == "ship this"


def test_a_partner_that_a_delivery_does_not_reach_is_named_with_the_reason(
    far: House,
) -> None:
    (far.home.root / "far/out").write_text("a file where the folder should be")

    assert [] == finish_committed(far)
    (said,) = far.undelivered
    assert said.startswith("far_3pl: 940_1.edi cannot be written")
    assert (far.home.outbox / "far_3pl" / "940_1.edi").exists()
