"""A partner is one YAML file; a mistake in it is named where it stands."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from orchestration.components.bronze import BronzeAttributes
from orchestration.resources.partners import CADENCES, PARTNERS, partners
from orchestration.resources.refusal import RefusalError
from transforms.contracts.documents import DOCUMENTS


def _written(folder: Path, **changes: object) -> Path:
    """A copy of a real partner with some attributes changed, or, None, left out."""
    content = yaml.safe_load((PARTNERS / "harbor_3pl" / "defs.yaml").read_text())
    told = content["attributes"] | changes
    content["attributes"] = {k: v for k, v in told.items() if v is not None}
    (folder / "harbor_3pl").mkdir(parents=True)
    (folder / "harbor_3pl" / "defs.yaml").write_text(yaml.safe_dump(content))
    return folder


def test_a_misspelt_format_is_refused_and_the_known_ones_named(tmp_path: Path) -> None:
    feeds = [{"name": "stock_snapshots", "format": "x12_864", "pattern": "*.edi"}]

    with pytest.raises(RefusalError, match="unknown format 'x12_864'") as refusal:
        partners(_written(tmp_path, feeds=feeds))

    message = str(refusal.value)
    assert message.startswith("harbor_3pl/defs.yaml:")
    assert "x12_846" in message
    assert "csv_stock" in message
    assert "x12_940" not in message


def test_a_partner_says_by_which_id_it_knows_us(tmp_path: Path) -> None:
    ours = {"our_interchange_id": "0012345000017", "our_interchange_qualifier": "14"}
    profile = partners(_written(tmp_path, **ours))["harbor_3pl"].profile()

    assert ("0012345000017", "14") == (
        profile.our_interchange_id,
        profile.our_interchange_qualifier,
    )


def test_what_goes_to_another_is_refused_once_our_id_is_written_down(
    tmp_path: Path,
) -> None:
    """Also where it is the one that we have without a word."""
    said, unsaid = (
        partners(_written(tmp_path / name, **cells))["harbor_3pl"].profile()
        for name, cells in (
            ("said", {"our_interchange_id": "ORDERHOUSE"}),
            ("unsaid", {"our_interchange_id": None}),
        )
    )

    assert ("ORDERHOUSE", "") == (said.addressee, unsaid.addressee)


def test_an_outbound_format_is_no_feed(tmp_path: Path) -> None:
    feeds = [{"name": "orders", "format": "x12_940", "pattern": "*.edi"}]

    with pytest.raises(ValueError, match="unknown format 'x12_940'"):
        partners(_written(tmp_path, feeds=feeds))


def test_a_misspelt_instruction_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"unknown format 'x12_904'.*x12_940"):
        partners(
            _written(tmp_path, instructions=[{"name": "orders", "format": "x12_904"}])
        )


def test_an_attribute_that_nobody_reads_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="timezone"):
        partners(_written(tmp_path, timezone="UTC"))


@pytest.mark.parametrize("zone", ["Mars/Base", "", "../UTC", "America"])
def test_a_zone_that_is_none_is_refused(tmp_path: Path, zone: str) -> None:
    with pytest.raises(ValueError, match="is no zone, America/Chicago is"):
        partners(_written(tmp_path, zone=zone))


@pytest.mark.parametrize("twice", ["name", "pattern"])
def test_feeds_that_cannot_be_told_apart_are_refused(
    tmp_path: Path, twice: str
) -> None:
    feeds = [
        {"name": f"stock_{n}", "format": "csv_stock", "pattern": f"stock_{n}_*.csv"}
        for n in ("a", "b")
    ]
    feeds[1][twice] = feeds[0][twice]

    with pytest.raises(ValueError, match="stands twice"):
        partners(_written(tmp_path, feeds=feeds))


def test_an_unchanged_copy_is_the_same_partner(tmp_path: Path) -> None:
    assert partners()["harbor_3pl"] == partners(_written(tmp_path))["harbor_3pl"]


def test_the_first_matching_feed_takes_a_file() -> None:
    harbor = partners()["harbor_3pl"]
    feed = harbor.feed_of("945_20171228.edi")

    assert feed is not None
    assert "shipment_confirmations" == feed.document
    assert harbor.feed_of("notes.txt") is None


def test_a_partner_is_in_the_folder_of_its_name() -> None:
    folders = sorted(path.parent.name for path in PARTNERS.glob("*/defs.yaml"))

    assert folders == sorted(partners())


def test_every_document_is_spoken_by_some_partner() -> None:
    """A document that nobody sends would stand apart from the graph."""
    spoken = {feed.document for p in partners().values() for feed in p.feeds}

    assert set(DOCUMENTS) == spoken


def test_a_document_without_contract_is_refused() -> None:
    with pytest.raises(ValueError, match=r"unknown documents.*gossip"):
        BronzeAttributes(owner="team:data", documents=("orders", "gossip"))


@pytest.mark.parametrize(
    ("format_name", "option", "value"),
    [
        ("x12_860", "poc03", "old"),
        ("x12_947", "adjustment.AU", "STOLEN AVAILABLE -"),
        ("edifact_desadv", "notice_kind", "return"),
        ("edifact_invrpt", "stock_qualifiers", "33=AVAIL/available"),
        ("x12_846", "max_segments", "1.5 million"),
        ("x12_846", "max_cells", "9"),
        ("csv_stock", "max_amounts", "9"),
        ("csv_stock", "decimel", ","),
        ("x12_846", "umo.CS", "12"),
        ("x12_846", "uom", "12"),
        ("shopify_orders", "decimal", ","),
    ],
)
def test_an_option_that_means_nothing_is_refused(
    format_name: str, option: str, value: str, tmp_path: Path
) -> None:
    feed = {"name": "one", "format": format_name, "pattern": "*.edi"}
    wrong = feed | {"options": {option: value}}

    with pytest.raises(ValueError, match=f"feed one: .*{option}"):
        partners(_written(tmp_path, feeds=[wrong]))


def test_a_bound_of_a_partner_is_one_of_some_file_of_its(tmp_path: Path) -> None:
    feeds = [
        {"name": "stock", "format": "x12_846", "pattern": "*.edi"},
        {"name": "orders", "format": "csv_orders", "pattern": "*.csv"},
    ]
    known = _written(tmp_path / "known", feeds=feeds, options={"max_cells": "9"})
    wrong = _written(tmp_path / "wrong", feeds=feeds, options={"max_amounts": "9"})

    assert "9" == partners(known)["harbor_3pl"].options["max_cells"]
    with pytest.raises(ValueError, match="no option of x12_846, csv_orders"):
        partners(wrong)


def test_a_misspelt_option_is_refused_with_the_nearest(tmp_path: Path) -> None:
    feed = {"name": "stock", "format": "csv_stock", "pattern": "*.csv"}
    wrong = feed | {"options": {"date_fromat": "%d.%m.%Y"}}

    with pytest.raises(ValueError, match="no option of csv_stock, date_format is"):
        partners(_written(tmp_path, feeds=[wrong]))


def test_an_option_of_what_a_partner_gets_is_one_of_its(tmp_path: Path) -> None:
    gets = [{"name": "orders", "format": "edifact_insdes"}]
    known = _written(
        tmp_path / "known", instructions=gets, options={"edifact_syntax": "UNOY"}
    )
    wrong = _written(tmp_path / "wrong", instructions=gets, options={"location": "7"})

    assert "UNOY" == partners(known)["harbor_3pl"].options["edifact_syntax"]
    with pytest.raises(ValueError, match="location is no option of"):
        partners(wrong)


@pytest.mark.parametrize("cadence", CADENCES)
def test_a_cadence_that_the_recipe_names_is_one(tmp_path: Path, cadence: str) -> None:
    recipe = (PARTNERS.parents[2] / "CONTRIBUTING.md").read_text(encoding="utf-8")
    feed = {"name": "stock", "format": "csv_stock", "pattern": "*.csv"}
    house = _written(tmp_path, feeds=[feed | {"cadence": cadence}])

    assert cadence == partners(house)["harbor_3pl"].feeds[0].cadence
    assert cadence in recipe


def test_a_misspelt_cadence_is_refused_with_the_nearest(tmp_path: Path) -> None:
    feed = {"name": "stock", "format": "csv_stock", "pattern": "*.csv"}

    with pytest.raises(ValueError, match="'dialy' is no cadence, 'daily' is"):
        partners(_written(tmp_path, feeds=[feed | {"cadence": "dialy"}]))
