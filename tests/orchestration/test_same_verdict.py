"""``orderhouse validate`` says of a file what a run says of it."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
import yaml

from orchestration.cli.failures import CommandError
from orchestration.cli.validate import validate_file
from orchestration.resources.answering import answer_files
from orchestration.resources.house import House
from tests.orchestration.test_answers import BROKEN, hold_nothing, report_of
from tests.orchestration.test_arrival import ACME, STOCK, house, put, taken

__all__ = ["house"]

NAME = "stock_20171227_000001.csv"
WITH_GIFT = STOCK.format(1).replace("_at\n", "_at,gift\n").replace("0\n", "0,x\n")
FILES = {
    "broken": (NAME, BROKEN, 1),
    "an unknown column": (NAME, WITH_GIFT, 0),
    "only a header": (NAME, STOCK.partition("\n")[0], 2),
    "empty": (NAME, "", 2),
    "blank": (NAME, " \n\n", 2),
    "no table": (NAME, "nothing\nof\nuse\n", 2),
    "too large": (NAME, STOCK.format(1) + "x" * 2000, 2),
    "a strange name": ("Stock of today.csv", STOCK.format(1), 2),
    "a dangerous name": ("stock_a|b.csv", STOCK.format(1), 2),
    "a name of no characters": (os.fsdecode(b"stock_gr\xfc.csv"), STOCK.format(1), 2),
}


@pytest.fixture
def profile(tmp_path: Path) -> str:
    """ACME as a YAML of its own, as a partner has it."""
    content = {"attributes": ACME.model_dump(mode="json")}
    path = tmp_path / "acme.yaml"
    path.write_text(yaml.safe_dump(content))
    return str(path)


@pytest.mark.parametrize("case", FILES)
def test_validate_and_a_run_say_the_same(
    house: House, profile: str, tmp_path: Path, case: str
) -> None:
    name, text, code = FILES[case]
    alone = tmp_path / "alone" / name
    alone.parent.mkdir()
    alone.write_text(text)
    hold_nothing(house)
    put(house, name, text)
    taken(house)
    answer_files(house, ACME)

    left = validate_file(alone, profile, "", "en", str(tmp_path))

    (written,) = tmp_path.glob("*.report.json")
    said = json.loads(written.read_text())
    ledger = house.lake.query("select verdict from lake.bronze.landing_ledger")
    assert code == left
    assert ledger["verdict"].item() == said["verdict"]
    if code or said["findings"]:
        told = report_of(house)
        apart = {"received_at": "", "document": "", "format": ""}
        assert told | apart == said | apart


def test_a_strange_name_is_told_the_right_ones(profile: str, tmp_path: Path) -> None:
    path = tmp_path / "Stock of today.csv"
    path.write_text(STOCK.format(1))

    validate_file(path, profile, "", "en", str(tmp_path))

    (finding,) = json.loads((tmp_path / f"{path.name}.report.json").read_text())[
        "findings"
    ]
    assert "(stock_*.csv)" in finding["what_is_wrong"]


def test_a_language_nobody_speaks_is_refused(profile: str, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="en or zh"):
        validate_file(tmp_path / "stock_1.csv", profile, "", "fr", "")


def test_lines_refused_for_a_warning_are_findings(tmp_path: Path) -> None:
    samples = Path(__file__).parents[2] / "data" / "samples" / "formats"
    twice = tmp_path / "po.edi"
    twice.write_bytes(2 * (samples / "x12_850" / "good.in").read_bytes())

    assert 1 == validate_file(twice, "", "x12_850", "en", "")
