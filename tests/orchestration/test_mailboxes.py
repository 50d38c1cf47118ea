"""A mailbox brings sets of several kinds in one file: each feed reads its own."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, permutations
from pathlib import Path

import polars as pl
import pytest

from orchestration.resources.answering import answer_files
from orchestration.resources.house import House
from orchestration.resources.intake import ledger_unread, load_document
from orchestration.resources.landing import Arrival
from orchestration.resources.mending import (
    Authorship,
    MendRefusedError,
    Place,
    feed_for,
    line_mend,
)
from orchestration.resources.partners import Feed, PartnerProfile
from orchestration.resources.reception import land_drop
from orchestration.resources.sharing import profiles_of
from tests.orchestration.test_answers import hold_nothing
from tests.orchestration.test_arrival import NIGHT, notices, put
from transforms.contracts.arrivals import ANSWER_FILES, EDI_CONTROLS, FILE_RECEIPTS
from transforms.contracts.documents import DOCUMENTS
from transforms.contracts.profile import REJECTS

BOX = "box_*.edi"
VAN = PartnerProfile(
    partner_id="acme",
    display_name="Acme",
    role="channel",
    owner="team:commerce",
    zone="America/New_York",
    answers="x12",
    feeds=(
        Feed(name="orders", format="x12_850", pattern=BOX, sequence=r"_(\d{3})\.edi$"),
        Feed(name="order_changes", format="x12_860", pattern=BOX),
        Feed(name="acknowledgements", format="x12_997", pattern="997_*.edi"),
    ),
)
EUROPEAN = VAN.model_copy(
    update={
        "answers": "edifact",
        "feeds": (
            Feed(name="orders", format="edifact_orders", pattern=BOX),
            Feed(name="order_changes", format="edifact_ordchg", pattern=BOX),
        ),
    }
)


def a_set(kind: str, number: int, *segments: str) -> list[str]:
    told = [f"ST*{kind}*{number:04}", *segments]
    return [*told, f"SE*{len(told) + 1}*{number:04}"]


def a_group(kind: str, number: int, *sets: Sequence[str]) -> list[str]:
    return [
        f"GS*{kind}*BUYER*ORDERHOUSE*20171227*1200*{number}*X*004010",
        *chain(*sets),
        f"GE*{len(sets)}*{number}",
    ]


def a_mailbox(*groups: Sequence[str], number: int = 7, usage: str = "P") -> str:
    blank = " " * 10
    head = (
        f"ISA*00*{blank}*00*{blank}*ZZ*{'BUYER':15}*ZZ*{'ORDERHOUSE':15}"
        f"*171227*1200*U*00401*{number:09}*0*{usage}*>"
    )
    tail = f"IEA*{len(groups)}*{number:09}"
    return "".join(f"{text}~\n" for text in (head, *chain(*groups), tail))


def an_order(number: int, qty: str = "2") -> list[str]:
    return a_set(
        "850",
        number,
        f"BEG*00*SA*PO-{number}**20171227",
        f"PO1*1*{qty}*EA*9.50**VP*825123",
    )


def a_change(number: int, qty: str = "3") -> list[str]:
    head = f"BCH*04*SA*PO-{number}**1*20171227*****20171227"
    return a_set("860", number, head, f"POC*1*QI*{qty}**EA*9.50**VP*825123")


ORDERS = a_group("PO", 1, an_order(1), an_order(2, "two"))
CHANGES = a_group("PC", 2, a_change(1), a_change(2, "two"))
ACKNOWLEDGED = a_group("FA", 3, a_set("997", 1, "AK1*OW*1", "AK9*A*1*1*1"))
CATALOGUE = a_group("SC", 4, a_set("832", 1, "BCT*PC*X"))
MIXED = a_mailbox(ORDERS, CHANGES, ACKNOWLEDGED, CATALOGUE)
SEGMENTS = MIXED.count("~")


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    """An empty house of a partner with a mailbox, the run of a night begun."""
    monkeypatch.setenv("ORDERHOUSE_VAULT_KEY", "11" * 32)
    opened = House.open(tmp_path / "house")
    opened.partners = {"acme": VAN}
    opened.begin(NIGHT)
    hold_nothing(opened)
    yield opened
    opened.close()


def landed(house: House) -> list[Arrival]:
    return land_drop(house, house.partners["acme"])


def swept(house: House) -> list[Arrival]:
    """What waits in the drop, loaded and answered as by a run of its own."""
    house.begin(NIGHT)
    arrivals = landed(house)
    for name in ("orders", "order_changes", "acknowledgements"):
        load_document(house, DOCUMENTS[name], lambda _: None)
    ledger_unread(house)
    answer_files(house, house.partners["acme"])
    return arrivals


def refs(house: House, document: str) -> list[str]:
    name = "set_ref" if document == "acknowledgements" else "order_ref"
    return house.lake.read(DOCUMENTS[document])[name].sort().to_list()


def counts(house: House) -> tuple[int, ...]:
    """Lines of all ledger rows: physical, accepted, quarantined, blank."""
    kinds = ("physical", "accepted", "quarantined", "blank")
    sums = ", ".join(f"sum({kind}_lines)::bigint" for kind in kinds)
    return house.lake.query(f"select {sums} from lake.bronze.landing_ledger").row(0)


def wire(house: House) -> list[str]:
    """What went back on the wire, by file."""
    sent = house.lake.read(ANSWER_FILES, "kind = 'wire'").sort("control_ref")
    return [house.outbox.read(sha).decode() for sha in sent["sha256"]]


def verdicts(answers: Iterable[str], separator: str = "*") -> list[str]:
    """AK1, AK5 and AK9 of answers, or UCI and UCM."""
    texts = chain(*(answer.replace("'", "~").split("~") for answer in answers))
    named = ("AK1", "AK5", "AK9", "UCI", "UCM")
    return [t.strip() for t in texts if t.strip().split(separator)[0] in named]


def test_each_set_is_read_by_the_feed_of_its_kind_and_once(house: House) -> None:
    put(house, "box_001.edi", MIXED)

    swept(house)

    assert ["PO-1"] == refs(house, "orders")
    assert ["PO-1"] == refs(house, "order_changes")
    assert ["1"] == refs(house, "acknowledgements")
    refused = house.lake.read(REJECTS).group_by("document", "code").len()
    assert {
        ("orders", "BAD_QTY", 4),
        ("order_changes", "BAD_QTY", 4),
        ("orders", "UNKNOWN_SET", 3),
    } == set(refused.rows())


def test_the_lines_of_all_feeds_are_the_lines_of_the_file(house: House) -> None:
    put(house, "box_001.edi", "\n \n" + MIXED.replace("~\nGE", "~~\nGE"))

    swept(house)

    physical, accepted, quarantined, blank = counts(house)
    assert SEGMENTS + 4 == physical == accepted + quarantined + blank
    assert (11, 4) == (quarantined, blank)


def test_a_file_has_one_receipt_that_tells_of_all_its_sets(house: House) -> None:
    put(house, "box_001.edi", MIXED)

    swept(house)

    receipt = house.lake.read(FILE_RECEIPTS).row(0, named=True)
    assert 1 == house.lake.count("instructions.file_receipts")
    assert ("PARTIAL", 3) == (receipt["verdict"], receipt["errors"])
    name = receipt["report_name"].replace(".html", ".json")
    sent = house.lake.read(ANSWER_FILES, "file_name = ?", [name])["sha256"].item()
    report = json.loads(house.outbox.read(sent))
    assert "x12_850 + x12_860 + x12_997" == report["format"]
    assert (SEGMENTS, 11, 3) == tuple(
        report[key] for key in ("physical_lines", "quarantined_lines", "loaded_rows")
    )
    causes = [(f["column"], f["code"]) for f in report["findings"]]
    assert [("PO102", "BAD_QTY"), ("POC03", "BAD_QTY"), ("ST01", "UNKNOWN_SET")] == [
        cause for cause in causes if cause[0] != "set"
    ]


def test_each_group_is_answered_once_but_for_acknowledgements(house: House) -> None:
    put(house, "box_001.edi", MIXED)

    swept(house)

    (answer,) = wire(house)
    assert ["PO", "PC", "SC"] == [
        text.split("*")[1] for text in verdicts([answer]) if text.startswith("AK1")
    ]
    assert ["AK9*P*2*2*1", "AK9*P*2*2*1", "AK9*R*1*1*0"] == [
        text for text in verdicts([answer]) if text.startswith("AK9")
    ]
    assert "AK2*832*0001~\nAK5*R*1~" in answer


def test_sharing_is_no_duplicate_and_a_number_that_comes_again_is(
    house: House,
) -> None:
    put(house, "box_001.edi", MIXED)
    swept(house)
    once = notices(house)
    put(house, "box_002.edi", a_mailbox(ORDERS, CHANGES, number=7))
    swept(house)

    assert [] == once
    found = [code for code, _ in notices(house)]
    assert ["DUPLICATE_GROUP", "DUPLICATE_GROUP", "DUPLICATE_INTERCHANGE"] == found
    levels = house.lake.read(EDI_CONTROLS)["level"].value_counts()
    assert {("interchange", 2), ("group", 6)} == set(levels.rows())


@pytest.mark.parametrize("groups", list(permutations([ORDERS, CHANGES, ACKNOWLEDGED])))
def test_the_order_of_sets_in_a_file_changes_nothing(
    house: House, groups: Sequence[list[str]]
) -> None:
    put(house, "box_001.edi", a_mailbox(*groups))

    swept(house)

    assert (["PO-1"], ["PO-1"]) == (refs(house, "orders"), refs(house, "order_changes"))
    assert 3 == house.lake.count("bronze.landing_ledger")


@pytest.mark.parametrize(
    ("name", "groups", "feeds"),
    [
        ("box_001.edi", [ORDERS], ["orders"]),
        ("box_001.edi", [CHANGES], ["order_changes"]),
        ("997_001.edi", [CHANGES, ORDERS], ["orders", "order_changes"]),
        ("997_001.edi", [CATALOGUE], ["acknowledgements"]),
        ("box_001.edi", [CATALOGUE], ["orders"]),
    ],
)
def test_a_file_has_a_row_for_each_feed_that_finds_its_own(
    house: House, name: str, groups: Sequence[list[str]], feeds: Sequence[str]
) -> None:
    """Whatever its name; one that nobody reads stays with the feed of its name."""
    put(house, name, a_mailbox(*groups))

    assert feeds == [arrival.feed for arrival in landed(house)]


def test_a_copy_is_one_row_and_refused_whole_on_the_wire(house: House) -> None:
    put(house, "box_001.edi", MIXED)
    swept(house)
    put(house, "box_002.edi", MIXED)

    copies = swept(house)

    assert ["DUPLICATE"] == [arrival.verdict for arrival in copies]
    assert ["PO-1"] == refs(house, "orders")
    assert "TA1*000000007*171227*1200*R*025~" in wire(house)[-1]
    assert [] == notices(house)


def test_an_arrival_told_twice_is_entered_once(house: House) -> None:
    """A crash between the ledger and the drop leaves the file in both."""
    put(house, "box_001.edi", MIXED)
    first = landed(house)
    put(house, "box_001.edi", MIXED)

    assert first == landed(house)
    assert 3 == len(first)
    assert 3 == len(house.landing.arrivals())


def test_a_feed_that_was_loaded_before_a_crash_is_not_loaded_again(
    house: House,
) -> None:
    put(house, "box_001.edi", MIXED)
    landed(house)
    load_document(house, DOCUMENTS["order_changes"], lambda _: None)

    swept(house)

    assert ["PO-1"] == refs(house, "order_changes")
    assert SEGMENTS == counts(house)[0]


def test_what_a_later_feed_could_read_stays_as_it_was_landed(house: House) -> None:
    """The ledger says who reads a file, so a rebuild loses none of it."""
    house.partners = {"acme": VAN.model_copy(update={"feeds": VAN.feeds[:1]})}
    put(house, "box_001.edi", a_mailbox(ORDERS, CHANGES))
    landed(house)
    house.partners = {"acme": VAN}

    swept(house)

    assert [] == refs(house, "order_changes")
    assert {"UNKNOWN_SET", "BAD_QTY"} == set(house.lake.read(REJECTS)["code"])
    assert a_mailbox(ORDERS, CHANGES).count("~") == counts(house)[0]


def test_a_test_is_judged_by_all_its_feeds_and_counts_nowhere(house: House) -> None:
    live = VAN.model_copy(update={"live_from": NIGHT.date()})
    house.partners = {"acme": live}
    put(house, "box_001.edi", a_mailbox(ORDERS, CHANGES, usage="T"))

    swept(house)

    receipt = house.lake.read(FILE_RECEIPTS).row(0, named=True)
    assert ("TEST", 2) == (receipt["verdict"], receipt["errors"])
    assert ["AK9*P*2*2*1"] * 2 == [
        text for text in verdicts(wire(house)) if text.startswith("AK9")
    ]
    assert [] == refs(house, "orders")


def test_a_number_is_not_missed_that_brought_another_kind(house: House) -> None:
    put(house, "box_001.edi", a_mailbox(ORDERS, number=1))
    put(house, "box_002.edi", a_mailbox(CHANGES, number=2))
    put(house, "box_003.edi", a_mailbox(a_group("PO", 9, an_order(3)), number=3))
    put(house, "box_005.edi", a_mailbox(a_group("PC", 8, a_change(3)), number=4))

    swept(house)

    (notice,) = notices(house)
    assert "SEQUENCE_GAP" == notice[0]
    assert "004 is missing" in notice[1]
    told = "select distinct number_feed from lake.bronze.landing_ledger"
    assert [("orders",)] == house.lake.query(told).rows()


def test_sets_that_the_named_feed_ignores_are_read_by_none(house: House) -> None:
    feeds = (
        VAN.feeds[0].model_copy(update={"options": {"ignores_sets": "860"}}),
        *VAN.feeds[1:],
    )
    house.partners = {"acme": VAN.model_copy(update={"feeds": feeds})}
    put(house, "box_001.edi", a_mailbox(ORDERS, CHANGES))

    assert ["orders"] == [arrival.feed for arrival in swept(house)]
    assert {"BAD_QTY"} == set(house.lake.read(REJECTS)["code"])


@pytest.mark.parametrize(
    ("options", "refs_read"),
    [
        ([{"accepts_test": "true"}, {}], (["PO-1"], ["PO-1"])),
        ([{"max_segments": "900"}, {"max_segments": "9"}], (["PO-1"], ["PO-1"])),
        ([{"max_segments": "9"}, {"max_segments": "900"}], ([], [])),
    ],
)
def test_a_file_is_opened_alike_for_all_its_feeds(
    house: House,
    options: Sequence[dict[str, str]],
    refs_read: tuple[list[str], list[str]],
) -> None:
    """What one feed passes over another must see."""
    feeds = tuple(
        feed.model_copy(update={"options": said})
        for feed, said in zip(VAN.feeds[:2], options, strict=True)
    )
    house.partners = {"acme": VAN.model_copy(update={"feeds": feeds})}
    usage = "T" if "accepts_test" in options[0] else "P"
    mixed = a_mailbox(ORDERS, CHANGES, usage=usage)
    put(house, "box_001.edi", mixed)

    swept(house)

    assert refs_read == (refs(house, "orders"), refs(house, "order_changes"))
    assert counts(house)[0] == (mixed.count("~") if any(refs_read) else 1)


def test_a_corrected_set_of_a_mailbox_lands_for_its_own_feed() -> None:
    place, by = Place("ab" * 32, 12), Authorship("ana", "a number", NIGHT)
    right = a_mailbox(a_group("PC", 5, a_change(2, "4"))).encode()
    changes = VAN.feeds[1]

    mend = line_mend(VAN, changes, place, right, by)

    assert ["4"] == mend.parsed.rows["qty"].to_list()
    with pytest.raises(MendRefusedError, match="850 where 860 is read"):
        line_mend(VAN, changes, place, a_mailbox(ORDERS).encode(), by)


def test_a_set_that_nobody_read_is_mended_for_the_feed_that_was_agreed_since() -> None:
    right = a_mailbox(a_group("PC", 5, a_change(2, "4"))).encode()
    orders, changes, _ = VAN.feeds

    told = {
        code: feed_for(VAN, orders, "box_001.edi", code, right)
        for code in ("UNKNOWN_SET", "BAD_QTY")
    }

    assert {"UNKNOWN_SET": changes, "BAD_QTY": orders} == told


UNB = "UNB+UNOC:3+BUYER:14+ORDERHOUSE:14+171227:1005+302++++1'"
UNZ = "UNZ+4+302'"


def a_message(kind: str, number: int, qty: str) -> str:
    head = (
        ["BGM+220+PO-1+9", "DTM+137:201712271000:203"]
        if kind == "ORDERS"
        else ["BGM+230+C-1+4", "DTM+137:201712271100:203", "RFF+ON:PO-1"]
    )
    item = "LIN+1++1:SA" if kind == "ORDERS" else "LIN+1+3+1:SA"
    told = [
        f"UNH+{number}+{kind}:D:96A:UN:EAN008",
        *head,
        "CUX+2:EUR:9",
        item,
        f"QTY+21:{qty}",
        "PRI+AAA:2.50",
        "UNS+S",
    ]
    return "".join(f"{s}'" for s in [*told, f"UNT+{len(told) + 1}+{number}"])


def test_messages_of_an_edifact_mailbox_each_find_their_feed(house: House) -> None:
    house.partners = {"acme": EUROPEAN}
    mixed = (
        UNB
        + a_message("ORDERS", 1, "2")
        + a_message("ORDCHG", 2, "3")
        + a_message("ORDCHG", 3, "two")
        + a_message("INVRPT", 4, "3")
        + UNZ
    )
    put(house, "box_001.edi", mixed)

    swept(house)

    assert (["PO-1"], ["PO-1"]) == (refs(house, "orders"), refs(house, "order_changes"))
    assert mixed.count("'") == counts(house)[0]
    assert {("orders", "UNKNOWN_SET"), ("order_changes", "BAD_QTY")} == set(
        house.lake.read(REJECTS).select("document", "code").unique().rows()
    )
    assert ["7", "7", "7", "4", "4"] == [
        text.split("+")[4 if text.startswith("UCI") else 3]
        for text in verdicts(wire(house), "+")
    ]
    assert [] == notices(house)


@pytest.mark.parametrize(
    ("second", "refused"),
    [
        ({"format": "x12_850"}, "'box_*.edi of 850' stands twice"),
        ({"format": "csv_orders"}, "'box_*.edi' stands twice"),
    ],
)
def test_a_pattern_is_shared_by_feeds_of_different_sets_only(
    second: dict[str, str], refused: str
) -> None:
    feeds = [
        {"name": "orders", "format": "x12_850", "pattern": BOX},
        {"name": "others", "pattern": BOX, **second},
    ]
    said = VAN.model_dump(mode="json", exclude={"transport"}) | {"feeds": feeds}

    with pytest.raises(ValueError, match="stands twice") as error:
        PartnerProfile(**said)

    assert refused in str(error.value)


def test_rows_of_a_file_are_frames_of_one_document_each(house: House) -> None:
    put(house, "box_001.edi", MIXED)
    swept(house)

    ledger = house.lake.query("select * from lake.bronze.landing_ledger")
    read = ledger.select("document", "verdict", "loaded_rows").sort("document")
    assert [
        ("acknowledgements", "ACCEPTED", 1),
        ("order_changes", "PARTIAL", 1),
        ("orders", "PARTIAL", 1),
    ] == read.rows()
    assert 1 == ledger.select(pl.col("payload_sha256").n_unique()).item()


def test_a_partner_that_is_no_more_is_named_with_what_to_do() -> None:
    landed = Arrival(
        *(1, "gone", "orders", "orders", "x12_850", "box_1.edi"),
        *("sha", 9, NIGHT, "ACCEPTED"),
    )

    with pytest.raises(LookupError, match=r"gone landed.*partners/gone/defs\.yaml"):
        profiles_of({"acme": VAN}, [landed])
