"""997 and TA1: one answer per group, asked for or due, never to an answer."""

import io
from datetime import UTC, datetime

import pytest
import pyx12.params
import pyx12.x12n_document
from hypothesis import given
from hypothesis import strategies as st
from pyx12.x12file import X12Reader

from transforms.contracts.profile import Envelope, Profile
from transforms.edi.tokens import tokenise
from transforms.feeds import x12_850, x12_945, x12_997, x12_ta1

PARTNER = Profile("p", zone="America/New_York")
AT = datetime(2017, 12, 28, 14, 5, tzinfo=UTC)
ISA = (
    "ISA*00*          *00*          *01*SENDER         *ZZ*RECEIVER       "
    "*171227*0905*U*00401*000000012*0*P*>~"
)
ASKING = ISA.replace("*0*P*", "*1*P*")
GS = "GS*PO*SENDER-GS*RECEIVER-GS*20171227*0905*12*X*004010~"
GOOD = "ST*850*0001~BEG*00*SA*PO-1**20171227~PO1*1*2*EA*9**VP*X~SE*4*0001~"
BAD = "ST*850*0002~BEG*00*SA*PO-2**20171227~PO1*1*two*EA*9**VP*X~SE*4*0002~"
SHORT = "ST*850*0003~BEG*00*SA*PO-3**20171227~SE*9*0003~"
GE, IEA = "GE*1*12~", "IEA*1*000000012~"
TA1 = "TA1*000000009*171227*0900*A*000~"


def answer(*pieces: str, profile: Profile = PARTNER) -> bytes | None:
    content = x12_850.answer("".join(pieces).encode(), Envelope(profile, 7, AT))
    return next(iter(content), None)


def segments(*pieces: str, profile: Profile = PARTNER) -> list[list[str]]:
    content = answer(*pieces, profile=profile)
    assert content is not None
    return tokenise(content).interchanges[0].segments()


def inner(*pieces: str) -> list[list[str]]:
    """What stands between ST and SE of the first 997."""
    found = segments(*pieces)
    names = [segment[0] for segment in found]
    return found[names.index("ST") + 1 : names.index("SE")]


def note_of(*pieces: str, profile: Profile = PARTNER) -> tuple[str, str] | None:
    content = answer(*pieces, profile=profile)
    found = tokenise(content or b"").interchanges
    told = [one for x in found for one in x.segments() if one[0] == "TA1"]
    return (told[0][4], told[0][5]) if told else None


def test_the_answer_goes_back_as_the_file_came() -> None:
    expected = (
        b"ISA*00*          *00*          *ZZ*RECEIVER       *01*SENDER         "
        b"*171228*0905*U*00401*000000007*0*P*>~"
        b"GS*FA*RECEIVER-GS*SENDER-GS*20171228*0905*7*X*004010~"
        b"ST*997*0001~AK1*PO*12~AK2*850*0001~AK5*A~AK9*A*1*1*1~SE*6*0001~"
        b"GE*1*7~IEA*1*000000007~"
    )

    assert expected == answer(ISA, GS, GOOD, GE, IEA)


def test_it_is_spelled_with_the_delimiters_of_the_file() -> None:
    payload = (ISA + GS + GOOD + GE + IEA).replace("*", "|").replace("~", "'\n")
    content = answer(payload)

    assert content
    assert content.startswith(b"ISA|00|")
    assert content.endswith(b"IEA|1|000000007'\n")


@pytest.mark.parametrize(("mark", "place"), [("§", "*"), ("A", ">"), ("…", "~")])
def test_delimiters_that_ascii_or_data_cannot_bear_are_not_kept(
    mark: str, place: str
) -> None:
    content = answer((ISA + GS + GOOD + GE + IEA).replace(place, mark))

    assert content
    assert content.startswith(b"ISA*00*")
    assert b"AK2*850*0001~" in content


def test_a_bad_element_is_named_and_its_value_is_not() -> None:
    expected = [
        ["AK1", "PO", "12"],
        ["AK2", "850", "0001"],
        ["AK5", "A"],
        ["AK2", "850", "0002"],
        ["AK3", "PO1", "3", "", "8"],
        ["AK4", "2", "", "6"],
        ["AK5", "R", "5"],
        ["AK2", "850", "0003"],
        ["AK5", "R", "4"],
        ["AK9", "P", "3", "3", "1"],
    ]

    assert expected == inner(ISA, GS, GOOD, BAD, SHORT, "GE*3*12~", IEA)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("PO1*1*2*EA*9**VP*X~", None),
        ("BEG*00*SA*PO-1**20171327~PO1*1*2*EA*9**VP*X~", ["AK4", "5", "", "8"]),
        ("BEG*00*SA***20171227~PO1*1*2*EA*9**VP*X~", ["AK4", "3", "", "1"]),
        ("BEG*99*SA*P**20171227~PO1*1*2*EA*9**VP*X~", ["AK4", "1", "", "7"]),
        (f"BEG*00*SA*{'P' * 51}**20171227~PO1*1*2*EA*9**VP*X~", ["AK4", "3", "", "5"]),
        (
            "BEG*00*SA*P**20171227~DTM*097*20171227*2500~PO1*1*2*EA*9**VP*X~",
            ["AK4", "3", "", "9"],
        ),
        # A unit that nobody agreed waits for the SKU's row: no error of syntax.
        ("BEG*00*SA*P**20171227~PO1*1*2*XX*9**VP*X~", None),
        ("BEG*00*SA*P**20171227~PO1*1*2*EA*9**VP*X~CTT*4~", ["AK4", "1", "", "7"]),
    ],
)
def test_the_error_of_an_element_has_its_code(
    body: str, expected: list[str] | None
) -> None:
    count = body.count("~") + 2
    found = inner(ISA, GS, f"ST*850*0001~{body}SE*{count}*0001~", GE, IEA)
    told = [segment for segment in found if segment[0] == "AK4"]

    assert ([expected] if expected else []) == told


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("PO1*1*2*EA*9**VP*X~", ["AK3", "BEG", "3", "", "3"]),
        ("BEG*00*SA*P**20171227~PID*F~", ["AK3", "PID", "3", "", "2"]),
        (
            "BEG*00*SA*P**20171227~PO1*1*2*EA*9**VP*X~CTT*1~CTT*1~",
            ["AK3", "CTT", "5", "", "5"],
        ),
    ],
)
def test_the_error_of_a_segment_has_its_code(body: str, expected: list[str]) -> None:
    count = body.count("~") + 2
    found = inner(ISA, GS, f"ST*850*0001~{body}SE*{count}*0001~", GE, IEA)

    assert [expected] == [segment for segment in found if segment[0] == "AK3"]
    assert ["AK5", "R", "5"] in found


@pytest.mark.parametrize(
    ("sets", "end", "expected"),
    [
        ([GOOD], "GE*2*12~", ["AK9", "E", "2", "1", "1", "5"]),
        ([GOOD], "GE*1*13~", ["AK9", "E", "1", "1", "1", "4"]),
        ([GOOD], "", ["AK9", "E", "1", "1", "1", "3"]),
        ([SHORT], "GE*1*12~", ["AK9", "R", "1", "1", "0"]),
        ([GOOD], "GE*many*12~", ["AK9", "E", "1", "1", "1", "5"]),
        ([], "GE*0*12~", ["AK9", "A", "0", "0", "0"]),
    ],
)
def test_the_group_has_a_verdict_of_its_own(
    sets: list[str], end: str, expected: list[str]
) -> None:
    assert expected == inner(ISA, GS, *sets, end, IEA)[-1]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (GOOD + GOOD, ["AK5", "R", "23"]),
        (GOOD.replace("*850*", "*860*"), ["AK5", "R", "1"]),
        (GOOD[:-10], ["AK5", "R", "2"]),
        (GOOD.replace("SE*4*0001", "SE*4*0009"), ["AK5", "R", "3"]),
    ],
)
def test_a_broken_set_is_refused_for_what_broke(body: str, expected: list[str]) -> None:
    told = [s for s in inner(ISA, GS, body, GE, IEA) if s[0] == "AK5"]

    assert expected == told[-1]


def test_a_group_that_repeats_is_refused_whole() -> None:
    found = segments(ISA, GS, GOOD, GE, GS, GOOD, GE, "IEA*2*000000012~")

    assert [["AK9", "A", "1", "1", "1"], ["AK9", "R", "1", "1", "0", "6"]] == [
        segment for segment in found if segment[0] == "AK9"
    ]


def test_each_group_has_a_997_of_its_own() -> None:
    other = GS.replace("*12*", "*13*")
    found = segments(ISA, GS, GOOD, GE, other, BAD, "GE*1*13~", "IEA*2*000000012~")

    assert [["AK1", "PO", "12"], ["AK1", "PO", "13"]] == [
        segment for segment in found if segment[0] == "AK1"
    ]
    assert ["GE", "2", "7"] in found


def test_an_acknowledgement_is_never_acknowledged() -> None:
    fa = GS.replace("*PO*", "*FA*")
    receipt = "ST*997*0001~AK1*PO*9~AK9*A*1*1*1~SE*4*0001~"

    assert answer(ISA, fa, receipt, GE, IEA) is None
    assert answer(ASKING, TA1, "IEA*0*000000012~") is None
    assert answer(ISA, TA1, "IEA*5*000000099~") is None


def test_an_fa_group_beside_another_is_passed_over() -> None:
    fa = GS.replace("*PO*", "*FA*").replace("*12*", "*13*")
    receipt = "ST*997*0001~AK1*PO*9~AK9*A*1*1*1~SE*4*0001~"
    found = segments(ISA, GS, GOOD, GE, fa, receipt, "GE*1*13~", "IEA*2*000000012~")

    assert [["AK1", "PO", "12"]] == [one for one in found if one[0] == "AK1"]


def test_sets_that_a_feed_ignores_are_held_to_their_own_map() -> None:
    profile = Profile("p", options={"ignores_sets": "860|832"})
    change = "ST*860*0004~BCH*04*SA*PO-1*****~POC*1*QQ~SE*4*0004~"
    price = "ST*832*0005~BCT*XX~SE*3*0005~"
    found = segments(ISA, GS, GOOD, change, price, "GE*3*12~", IEA, profile=profile)

    assert [["AK5", "A"], ["AK5", "R", "5"], ["AK5", "A"]] == [
        segment for segment in found if segment[0] == "AK5"
    ]


def test_bytes_without_an_interchange_have_no_answer() -> None:
    assert answer("hello") is None


@pytest.mark.parametrize(
    ("pieces", "expected"),
    [
        ((ISA, GS, GOOD, GE, IEA), None),
        ((ASKING, GS, GOOD, GE, IEA), ("A", "000")),
        ((ASKING, GS, BAD, GE, IEA), ("A", "000")),
        ((ISA, GS, GOOD, GE, "IEA*1*000000013~"), ("E", "001")),
        ((ISA, GS, GOOD, GE, "IEA*2*000000012~"), ("E", "021")),
        ((ISA, GS, GOOD, GE), ("E", "023")),
        ((ISA.replace("*171227*", "*171327*"), GS, GOOD, GE, IEA), ("E", "014")),
        ((ISA.replace("*0905*", "*2505*"), GS, GOOD, GE, IEA), ("E", "015")),
        ((ISA.replace("*00401*", "*4010*"), GS, GOOD, GE, IEA), ("E", "017")),
        (
            (ISA.replace("*0*P*", "*9*P*"), GS, GOOD, GE, IEA),
            ("E", "019"),
        ),
        ((ISA.replace("*P*", "*X*"), GS, GOOD, GE, IEA), ("E", "020")),
        ((ISA.replace("000000012", "ABC000012"), GS, GOOD, GE, IEA), ("E", "018")),
        ((ISA, GS, GOOD, IEA), ("E", "022")),
        ((ISA, "XXX*1~", GS, GOOD, GE, IEA), ("E", "024")),
        ((ISA, "IEA*0*000000012~"), None),
        ((ASKING, "IEA*0*000000012~"), ("A", "000")),
    ],
)
def test_a_ta1_is_told_when_asked_for_or_due(
    pieces: tuple[str, ...], expected: tuple[str, str] | None
) -> None:
    assert expected == note_of(*pieces)


def test_a_second_copy_and_a_stranger_are_rejected_and_have_no_997() -> None:
    copy = segments(ISA, GS, GOOD, GE, IEA, ISA, GS, GOOD, GE, IEA)
    profile = Profile("p", interchange_id="HARBOR")
    stranger = segments(ISA, GS, GOOD, GE, IEA, profile=profile)

    assert ["TA1", "000000012", "171227", "0905", "R", "025"] == copy[1]
    assert 1 == [segment[0] for segment in copy].count("AK1")
    assert ["TA1", "000000012", "171227", "0905", "R", "006"] == stranger[1]
    assert ["IEA", "0", "000000007"] == stranger[2]


def test_what_is_meant_for_somebody_else_is_refused() -> None:
    ours = Profile("p", zone="America/New_York", our_interchange_id="ACME")
    found = segments(ISA, GS, GOOD, GE, IEA, profile=ours)
    parsed = x12_850.parse(f"{ISA}{GS}{GOOD}{GE}{IEA}".encode(), ours)

    assert ["TA1", "000000012", "171227", "0905", "R", "008"] == found[1]
    assert {"WRONG_PARTNER"} == set(parsed.rejects["code"])
    assert "ISA08" == parsed.rejects["column_name"][0]
    to_us = ISA.replace("RECEIVER", "ACME    ")
    assert 1 == x12_850.parse(f"{to_us}{GS}{GOOD}{GE}{IEA}".encode(), ours).rows.height


def test_a_test_is_answered_as_a_test() -> None:
    trial = ISA.replace("*P*", "*T*")
    other = ISA.replace("000000012", "000000013")
    end = IEA.replace("000000012", "000000013")
    tries = Profile("p", zone="America/New_York", options={"accepts_test": "true"})
    both = (trial, GS, GOOD, GE, IEA, other, GS, GOOD, GE, end)

    assert "T" == segments(trial, GS, GOOD, GE, IEA, profile=tries)[0][15]
    assert "P" == segments(*both, profile=tries)[0][15]


def test_a_test_that_production_does_not_read_is_not_said_to_be_accepted() -> None:
    found = segments(ISA.replace("*P*", "*T*"), GS, GOOD, GE, IEA)

    assert ["TA1", "000000012", "171227", "0905", "R", "020"] == found[1]
    assert ["IEA", "0", "000000007"] == found[2]
    assert "T" == found[0][15]


def test_a_file_that_comes_again_is_refused_as_a_copy() -> None:
    payload = f"{ISA}{GS}{GOOD}{GE}{IEA}".encode()
    fa = payload.replace(b"GS*PO", b"GS*FA").replace(b"ST*850", b"ST*997")
    alone = (ISA + TA1 + "IEA*0*000000012~").encode()

    for again in (payload, fa):
        (content,) = x12_850.answer(again, Envelope(PARTNER, 7, AT), is_repeat=True)
        assert b"TA1*000000012*171227*0905*R*025~IEA*0*000000007~" in content
        assert b"AK1" not in content
    assert [] == x12_850.answer(alone, Envelope(PARTNER, 7, AT), is_repeat=True)


def test_a_refused_interchange_of_ta1s_has_no_ta1() -> None:
    alone = (ISA, TA1, "IEA*0*000000012~")

    assert answer(*alone, *alone) is None
    assert answer(*alone, profile=Profile("p", interchange_id="HARBOR")) is None


def test_a_997_in_a_group_of_another_name_is_not_answered() -> None:
    told = "ST*997*0001~AK1*OW*7~AK9*A*1*1*1~SE*4*0001~"

    assert answer(ISA, GS, told, GE, IEA) is None
    assert answer(ISA, GS, told, GOOD.replace("0001", "0002"), "GE*2*12~", IEA)


def test_each_sender_of_a_mailbox_has_an_answer_of_its_own() -> None:
    other = ISA.replace("SENDER ", "OTHER  ")
    third = ISA.replace("000000012", "000000013")
    end = IEA.replace("000000012", "000000013")
    pieces = (ISA, GS, GOOD, GE, IEA, other, GS, BAD, GE, IEA, third, GS, GOOD, GE, end)
    answers = x12_850.answer("".join(pieces).encode(), Envelope(PARTNER, 7, AT))

    found = [tokenise(content).interchanges[0].segments() for content in answers]
    assert [("SENDER", "000000007"), ("OTHER", "000000008")] == [
        (x[0][8].strip(), x[0][13]) for x in found
    ]
    assert [["A", "A"], ["R"]] == [
        [one[1] for one in x if one[0] == "AK9"] for x in found
    ]


def test_a_newer_release_names_itself() -> None:
    newer = GS.replace("*004010", "*005010")
    found = segments(ISA, newer, GOOD, GE, newer, GOOD, GE, "IEA*2*000000012~")

    assert ["AK1", "PO", "12", "005010"] in found
    assert ["AK9", "R", "1", "1", "0", "19"] in found
    assert "005010" == found[1][8]


def test_our_answers_are_read_by_our_own_formats() -> None:
    content = answer(ASKING, GS, GOOD, SHORT, "GE*2*12~", IEA) or b""
    found = x12_997.parse(content, PARTNER)

    assert [
        ("12", "ISA", "A"),
        ("12", "0001", "A"),
        ("12", "0003", "R"),
    ] == found.rows.select("interchange_ref", "set_ref", "status_code").rows()
    assert 0 == found.rejects.height
    assert found.lines.is_balanced()


def test_a_ta1_that_no_feed_reads_is_not_passed_over() -> None:
    payload = (ISA + TA1 + GS + GOOD + GE + IEA).encode()
    found = x12_850.parse(payload, PARTNER)
    silent = x12_850.parse(payload, Profile("p", options={"ignores_sets": "TA1"}))

    assert [(2, "TA1", "UNKNOWN_SET")] == found.rejects.select(
        "payload_line", "column_name", "code"
    ).rows()
    assert (1, "PARTIAL", True) == (
        found.rows.height,
        found.verdict,
        found.lines.is_balanced(),
    )
    assert ("ACCEPTED", True) == (silent.verdict, silent.lines.is_balanced())
    assert b"AK5*A" in (answer(ISA, TA1, GS, GOOD, GE, IEA) or b"")


def test_ta1s_alone_are_read_by_both_formats_of_them() -> None:
    refused = TA1.replace("*A*000", "*R*025")
    alone = (ISA + TA1 + refused + "TA1*X~IEA*0*000000012~").encode()
    found = [module.parse(alone, PARTNER) for module in (x12_997, x12_ta1)]

    for one in found:
        assert ["A", "R"] == one.rows["status_code"].to_list()
        assert [4] == one.rejects["payload_line"].to_list()
        assert one.lines.is_balanced()


MESSY = (ASKING, GS, GOOD, BAD, SHORT, GOOD, "PID*F~", "GE*9*12~", "IEA*1*000000012~")


def test_another_projects_reader_finds_no_error_in_an_answer() -> None:
    reader = X12Reader(io.StringIO((answer(*MESSY) or b"").decode("ascii")))
    names = [segment.get_seg_id() for segment in reader]

    assert [] == reader.pop_errors()
    assert ["ISA", "TA1", "GS", "ST", "AK1"] == names[:5]


def test_another_projects_map_of_the_997_finds_no_error() -> None:
    """pyx12 knows the 997 of health care: only those codes are put in."""
    text = (answer(*MESSY) or b"").decode().replace("*PO*", "*HC*")
    report, errors = io.StringIO(), io.StringIO()
    is_valid = pyx12.x12n_document.x12n_document(
        pyx12.params.ParamsBase(),
        io.StringIO(text.replace("*850*", "*837*")),
        report,
        None,
        None,
        None,
        errors,
    )

    assert is_valid, report.getvalue()


PIECES = [ISA, ASKING, GS, GOOD, BAD, SHORT, GE, IEA, TA1, "PID*F~", "ST*~", "GE~"]


@given(
    st.lists(st.sampled_from(PIECES), max_size=12),
    st.binary(max_size=20),
    st.integers(0, 400),
)
def test_whatever_came_the_answer_is_legal(
    pieces: list[str], noise: bytes, place: int
) -> None:
    payload = "".join(pieces).encode()
    content = x12_945.answer(
        payload[:place] + noise + payload[place:], Envelope(PARTNER, 7, AT)
    )
    parsed = x12_997.parse(
        b"".join(content), Profile("p", options={"accepts_test": "true"})
    )

    assert content == x12_945.answer(
        payload[:place] + noise + payload[place:], Envelope(PARTNER, 7, AT)
    )
    assert 0 == parsed.rejects.height
