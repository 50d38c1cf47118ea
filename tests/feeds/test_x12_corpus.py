"""X12 of other projects: read by every format, answered, and spelled again."""

import importlib
import pkgutil
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType

import polars as pl
import pytest

import transforms.feeds
from transforms.contracts.profile import Envelope, Parsed, Profile
from transforms.edi.envelopes import open_envelopes
from transforms.edi.tokens import tokenise
from transforms.edi.writer import respell
from transforms.feeds import x12_810, x12_850, x12_855, x12_856, x12_997

FORMATS = [
    importlib.import_module(f"transforms.feeds.{found.name}")
    for found in pkgutil.iter_modules(transforms.feeds.__path__)
    if found.name.startswith("x12_")
]
OPTIONS = {"accepts_test": "true", "uom.PC": "1", "uom.UN": "1"}
AT = datetime(2017, 12, 28, 14, 5, tzinfo=UTC)

# Indented, wrapped or trailed by blanks: what no segment holds cannot come back.
PROSE = {
    *("210-MGCTLYST-SAMPLE.EDI", "x12.214.edi", "x12.810.mandatory-conditions.edi"),
    *("x12.810a.edi", "x12.810b.edi", "x12.810c.edi", "x12.810d.edi", "x12.832.edi"),
    *("x12.850a.edi", "x12.Issue101.edi", "x12.Issue172.edi", "x12.Issue91.edi"),
    *("PriceCatalog.txt", "ts210_80char.edi", "simple_with_binary_segment.edi"),
}


@pytest.fixture(scope="session")
def corpus(project: Path) -> Path:
    folder = project.parent / "shared" / "data" / "edi"
    if not folder.exists():
        pytest.skip("no corpus of other projects beside this one")
    return folder


@pytest.fixture(scope="session")
def files(corpus: Path) -> list[Path]:
    """Files of the corpus with an X12 interchange."""
    every = [path for path in sorted(corpus.rglob("*")) if path.is_file()]
    return [path for path in every if tokenise(path.read_bytes()).interchanges]


@pytest.mark.parametrize("module", FORMATS, ids=lambda module: module.__name__[17:])
def test_every_file_is_counted_whole(module: ModuleType, files: list[Path]) -> None:
    for path in files:
        parsed: Parsed = module.parse(path.read_bytes(), Profile("c", options=OPTIONS))

        assert parsed.lines.is_balanced(), path
        assert parsed.lines.quarantined == parsed.rejects.height, path


def test_a_good_part_of_the_corpus_is_read(files: list[Path]) -> None:
    read: dict[str, int] = {}
    for module in FORMATS:
        code = module.__name__.rpartition("_")[2]
        for path in files:
            found = module.parse(path.read_bytes(), Profile("c", options=OPTIONS))
            read[code] = read.get(code, 0) + (found.rows.height > 0)

    assert {"850", "855", "856", "810", "210", "997"} == {
        code for code, count in read.items() if count
    }
    assert 40 < sum(read.values())


def test_whole_files_are_spelled_again_byte_for_byte(files: list[Path]) -> None:
    payloads = {path: path.read_bytes() for path in files}
    changed = {
        path.name
        for path, payload in payloads.items()
        if payload != respell(tokenise(payload))
    }

    assert PROSE == changed
    assert 90 < len(files) - len(changed)


def test_every_answer_is_read_without_a_fault(files: list[Path]) -> None:
    profile = Profile("c", options=OPTIONS)
    for path in files:
        answers = x12_850.answer(path.read_bytes(), Envelope(profile, 7, AT))
        answer = b"".join(answers)
        parsed = x12_997.parse(answer, profile)
        groups = [
            group
            for one in open_envelopes(path.read_bytes(), accepts_test=True).interchanges
            for group in one.groups
            if group.header.functional_id != "FA" and not one.refusal
        ]

        assert 0 == parsed.rejects.height, path
        assert len(groups) == answer.count(b"AK1"), path


@pytest.fixture(scope="session", params=["accept", "reject-line", "short-ship"])
def conversation(
    corpus: Path, request: pytest.FixtureRequest
) -> dict[str, pl.DataFrame]:
    """Rows of an order, and of all that an independent supplier sent to it."""
    folder = corpus / f"mock_edi_x12_{request.param}"
    modules = (x12_850, x12_855, x12_856, x12_810, x12_997)
    found: dict[str, list[pl.DataFrame]] = {}
    for path in sorted(folder.glob("*.edi")):
        for module in modules:
            options = OPTIONS | {"ignores_sets": "850|855|856|810|997"}
            parsed = module.parse(path.read_bytes(), Profile("c", options=options))
            assert 0 == parsed.rejects.height, path
            found.setdefault(module.__name__[-3:], []).append(parsed.rows)
    return {code: pl.concat(frames) for code, frames in found.items()}


def totals(frame: pl.DataFrame, line: str, qty: str) -> dict[str, int]:
    summed = frame.group_by(line).agg(pl.col(qty).cast(pl.Int64).sum())
    return {key: count for key, count in summed.rows() if count}


def test_what_a_supplier_ships_it_has_confirmed_and_invoices(
    conversation: dict[str, pl.DataFrame],
) -> None:
    ordered = totals(conversation["850"], "line_ref", "qty")
    confirmed = totals(conversation["855"], "line_ref", "qty")
    shipped = totals(conversation["856"], "po_line_ref", "shipped_qty")
    invoiced = totals(conversation["810"], "po_line_ref", "qty")

    assert shipped == invoiced
    assert all(shipped[line] >= count for line, count in confirmed.items())
    assert all(ordered[line] >= count for line, count in shipped.items())
    assert {"A"} == set(conversation["997"]["status_code"])


def test_an_invoice_of_a_supplier_comes_to_its_lines(
    conversation: dict[str, pl.DataFrame],
) -> None:
    money = pl.col("line_amount", "invoice_amount").cast(pl.Decimal(18, 2))
    invoices = conversation["810"].with_columns(money).group_by("invoice_ref")
    sums = invoices.agg(pl.col("line_amount").sum(), pl.col("invoice_amount").first())

    assert sums["line_amount"].equals(sums["invoice_amount"], check_names=False)


def test_one_order_runs_through_a_conversation(
    conversation: dict[str, pl.DataFrame],
) -> None:
    refs = {
        *conversation["850"]["order_ref"],
        *conversation["855"]["answered_ref"],
        *conversation["856"]["po_ref"],
        *conversation["810"]["po_ref"],
    }

    assert 1 == len(refs)
