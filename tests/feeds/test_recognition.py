"""``orderhouse parse``: the format is found out, rows and rejects are written."""

from __future__ import annotations

import io
import json
from pathlib import Path
from types import ModuleType

import polars as pl
import pytest

from orchestration.cli.failures import CommandError
from orchestration.cli.parse import CLEAN, FINDINGS, UNUSABLE, parse_file, read_file
from orchestration.cli.validate import validate_file
from orchestration.resources.formats import recognise
from tests.feeds.conftest import FEEDS, SAMPLES, format_of, samples_of
from transforms.contracts.profile import Profile

# These two read the same segment to the same rows.
ALIKE = {"x12_ta1": ["x12_997", "x12_ta1"]}

MIXED = ("x12_850", "x12_860")

ORDER = "order_ref,line_ref,ordered_at,currency_code,sku_ref,qty,line_amount,"
ORDER += "service_code,payment_status,ship_to_name\n"
LINE = "O-{},1,2017-12-27T10:00:00Z,EUR,A,{},12.50,STANDARD,paid,{}\n"


def best_sample(module: ModuleType) -> Path:
    """The sample that most of is accepted of."""
    profile = Profile("nobody")

    def taken(path: Path) -> tuple[int, int]:
        parsed = module.parse(path.read_bytes(), profile)
        return parsed.rows.height, -parsed.rejects.height

    return max(samples_of(module), key=taken)


def needs_no_options(module: ModuleType) -> bool:
    said = SAMPLES / format_of(module) / "profile.json"
    return not (said.exists() and "options" in json.loads(said.read_text()))


@pytest.mark.slow
@pytest.mark.parametrize(
    "module", [m for m in FEEDS if needs_no_options(m)], ids=format_of
)
def test_a_file_is_known_by_what_stands_in_it(module: ModuleType) -> None:
    name = format_of(module)
    found = recognise(best_sample(module).read_bytes(), Profile("nobody"))

    assert found[0] in ALIKE.get(name, [name])


def a_file(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    path = folder / "orders.csv"
    path.write_bytes((ORDER + text).encode(encoding))
    return path


def test_rows_and_rejects_are_written_as_parquet_and_csv(tmp_path: Path) -> None:
    path = a_file(tmp_path, LINE.format(1, 2, "Ada") + LINE.format(2, "two", "Bea"))

    assert parse_file(path, "", "", str(tmp_path / "out")) == FINDINGS

    rows = pl.read_parquet(tmp_path / "out" / "orders.csv.rows.parquet")
    rejects = pl.read_csv(tmp_path / "out" / "orders.csv.rejects.csv")
    assert ["O-1"] == rows["order_ref"].to_list()
    assert [(3, "qty", "BAD_QTY")] == rejects[
        "payload_line", "column_name", "code"
    ].rows()


def test_rows_are_printed_where_no_folder_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = a_file(tmp_path, LINE.format(1, 2, "Ada"))
    out, err = io.StringIO(), io.StringIO()
    monkeypatch.setattr("orchestration.cli.parse.stdout", out)
    monkeypatch.setattr("orchestration.cli.parse.stderr", err)

    assert parse_file(path, "", "", "") == CLEAN

    assert "csv_orders,create,O-1" in out.getvalue()
    assert "2 accepted + 0 quarantined" in err.getvalue()


def test_what_was_read_all_the_same_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = a_file(tmp_path, LINE.format(1, 2, "Ada"))
    path.write_text(path.read_text().replace("ship_to_name", "colour"))
    err = io.StringIO()
    monkeypatch.setattr("orchestration.cli.parse.stdout", io.StringIO())
    monkeypatch.setattr("orchestration.cli.parse.stderr", err)

    parse_file(path, "csv_orders", "", "")

    assert "orders.csv:1: UNKNOWN_COLUMN: " in err.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_mark_says_how_a_file_is_encoded(tmp_path: Path, encoding: str) -> None:
    path = a_file(tmp_path, LINE.format(1, 2, "Jürgen 王"), encoding)

    assert ["Jürgen 王"] == read_file(path).parsed.rows["ship_to_name"].to_list()


@pytest.mark.parametrize("encoding", ["latin-1", "gb18030"])
def test_other_encodings_are_asked_for(tmp_path: Path, encoding: str) -> None:
    path = a_file(tmp_path, LINE.format(1, 2, "é"), encoding)

    with pytest.raises(CommandError, match=r"no UTF-8.*encoding"):
        read_file(path)


def test_a_verdict_says_what_only_a_run_can_judge(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good = SAMPLES / "x12_850" / "good.in"

    validate_file(good, "", "x12_850", "en", "")
    validate_file(good, "", "x12_850", "zh", "")
    whole = capsys.readouterr().out
    (empty := tmp_path / "letter.pdf").write_bytes(b"%PDF-1.7")
    validate_file(empty, "", "", "en", "")

    assert "is judged by the run" in whole
    assert "由正式运行判定" in whole
    assert "judged by the run" not in capsys.readouterr().out


def test_a_file_of_no_known_format_is_told_so_with_its_code(
    tmp_path: Path,
) -> None:
    path = tmp_path / "letter.pdf"
    path.write_bytes(b"%PDF-1.7 \xe2\xe3\xcf\xd3 a letter")

    assert UNUSABLE == validate_file(path, "", "", "zh", str(tmp_path))
    said = json.loads((tmp_path / "letter.pdf.report.json").read_text())
    (finding,) = said["findings"]
    assert ["UNKNOWN_FORMAT"] * 2 == [said["verdict"], finding["code"]]
    assert finding["what_is_wrong"].startswith("无法识别文件格式。")
    with pytest.raises(CommandError, match=r"UNKNOWN_FORMAT: .* no UTF-8"):
        parse_file(path, "", "", "")


def a_mailbox(folder: Path) -> Path:
    """Orders and their changes, an interchange of each, in one file."""
    parts = [(SAMPLES / name / "good.in").read_text() for name in MIXED]
    path = folder / "PO_box.edi"
    path.write_text("".join(parts))
    return path


@pytest.mark.parametrize("partner", ["", "business"])
def test_every_set_of_a_mailbox_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, partner: str
) -> None:
    path = a_mailbox(tmp_path)
    err = io.StringIO()
    monkeypatch.setattr("orchestration.cli.parse.stderr", err)

    assert parse_file(path, "", partner, str(tmp_path / "out")) == CLEAN

    orders, changes = (
        pl.read_parquet(tmp_path / "out" / f"PO_box.edi.{document}.rows.parquet")
        for document in ("orders", "order_changes")
    )
    files = (SAMPLES / name / "good.in" for name in MIXED)
    alone = [read_file(path).parsed.rows.height for path in files]
    assert alone == [orders.height, changes.height]
    assert "x12_850 + x12_860" in err.getvalue()
    assert f"{changes.height} rows of order_changes" in err.getvalue()


def test_a_named_format_reads_its_own_sets_alone(tmp_path: Path) -> None:
    found = read_file(a_mailbox(tmp_path), "x12_860")

    assert ["order_changes"] == list(found.rows)
    assert {"UNKNOWN_SET"} == set(found.parsed.rejects["code"])
