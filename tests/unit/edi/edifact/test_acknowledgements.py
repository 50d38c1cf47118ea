"""CONTRL: who is answered, and what each error is called and where."""

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.contracts.profile import Profile
from transforms.edi.edifact.acknowledgements import acknowledge_payload
from transforms.edi.edifact.characters import spoken
from transforms.edi.edifact.documents import judge, open_payload
from transforms.edi.edifact.writer import Dialect

AT = datetime(2017, 12, 28, 8, 0)  # noqa: DTZ001 the wall's hour
ASKS = "UNB+UNOC:3+BUYER:14+ORDERHOUSE:ZZ+171227:0905+7++++1'"
SILENT = "UNB+UNOC:3+BUYER:14+ORDERHOUSE:ZZ+171227:0905+7'"
BODY = "BGM+220+1+9'DTM+137:20171227:102'LIN+1++A:SA'QTY+21:1'UNS+S'"
UNH = "UNH+1+ORDERS:D:96A:UN:EAN008'"
GOOD = f"{UNH}{BODY}UNT+7+1'"
CONTRL = "UNH+1+CONTRL:D:3:UN'UCI+1+A+B+7'UNT+3+1'"


def answered(*pieces: str, **options: str) -> list[str] | None:
    """The answer's segments between UNB and UNZ, as people write them."""
    profile = Profile("buyer", options=options)
    payload = "".join(pieces).encode()
    answers = acknowledge_payload(payload, profile, control_no=12, at=AT)
    if not answers:
        return None
    opened = open_payload(
        b"".join(answers), Profile("us", options={"accepts_test": "true"})
    )
    assert [] == opened.strays
    for found in opened.messages:
        assert judge(found, Profile("us")) is None
    return [spoken(text) for m in opened.messages for text in m.texts]


def inner(*pieces: str, **options: str) -> list[str]:
    segments = answered(*pieces, **options)
    assert segments is not None
    return segments[1:-1]


def test_a_whole_interchange_is_acknowledged_message_by_message() -> None:
    assert [
        "UCI+7+BUYER:14+ORDERHOUSE:ZZ+7",
        "UCM+1+ORDERS:D:96A:UN:EAN008+7",
    ] == inner(ASKS, GOOD, "UNZ+1+7'")


def test_the_envelope_goes_back_to_where_it_came_from() -> None:
    payload = (ASKS + GOOD + "UNZ+1+7'").encode()
    (answer,) = acknowledge_payload(payload, Profile("buyer"), control_no=12, at=AT)

    assert b"UNB+UNOC:3+ORDERHOUSE:ZZ+BUYER:14+171228:0800+12" == answer.split(b"'")[1]


def test_it_comes_from_whom_the_partner_wrote_to() -> None:
    payload = (ASKS + GOOD + "UNZ+1+7'").replace("ORDERHOUSE:ZZ", "0012345000017:14")
    (answer,) = acknowledge_payload(
        payload.encode(), Profile("buyer"), control_no=12, at=AT
    )

    assert b"UNB+UNOC:3+0012345000017:14+BUYER:14+" in answer


def test_a_partner_may_like_another_dialect() -> None:
    payload = (ASKS + GOOD + "UNZ+1+7'").encode()
    (answer,) = acknowledge_payload(
        payload, Profile("buyer"), control_no=1, at=AT, dialect=Dialect(version="4")
    )

    assert b"UNB+UNOC:4+ORDERHOUSE+BUYER+20171228:0800+1" == answer.split(b"'")[1]


def test_nobody_is_answered_who_does_not_ask() -> None:
    assert answered(SILENT, GOOD, "UNZ+1+7'") is None
    assert answered(b"no interchange".decode()) is None


def test_the_profile_may_ask_instead() -> None:
    assert answered(SILENT, GOOD, "UNZ+1+7'", answers_contrl="true") is not None


def test_a_contrl_is_never_answered() -> None:
    assert answered(ASKS, CONTRL, "UNZ+1+7'", answers_contrl="true") is None


def test_a_contrl_beside_other_messages_is_passed_over() -> None:
    second = GOOD.replace("+1+ORDERS", "+2+ORDERS").replace("UNT+7+1", "UNT+7+2")

    assert ["UCM+2+ORDERS:D:96A:UN:EAN008+7"] == inner(
        ASKS, CONTRL, second, "UNZ+2+7'"
    )[1:]


def test_every_interchange_has_a_contrl_of_its_own() -> None:
    other = ASKS.replace("+7++++1", "+8++++1")
    segments = answered(ASKS, GOOD, "UNZ+1+7'", SILENT, "UNZ+0+7'", other, "UNZ+0+8'")

    assert segments is not None
    assert ["UCI+7+BUYER:14+ORDERHOUSE:ZZ+7", "UCI+8+BUYER:14+ORDERHOUSE:ZZ+7"] == [
        text for text in segments if text.startswith("UCI")
    ]


def test_syntax_version_4_is_answered_in_its_own_contrl() -> None:
    segments = answered(ASKS.replace("UNOC:3", "UNOC:4"), GOOD, "UNZ+1+7'")

    assert segments is not None
    assert "UNH+1+CONTRL:4:1:UN" == segments[0]


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        # An element: too long, invalid, missing, too many; counted from the tag on.
        (GOOD.replace("+220+", "+1234+"), ["UCS+2", "UCD+14+2:1"]),
        (GOOD.replace("137", "1379"), ["UCS+3", "UCD+39+2:1"]),
        (GOOD.replace("21:1", "21:x"), ["UCS+5", "UCD+37+2:2"]),
        (GOOD.replace("21:1", "21"), ["UCS+5", "UCD+13+2:2"]),
        (GOOD.replace("+1+9'", "+1+9+AC+1'"), ["UCS+2", "UCD+16+6"]),
        (GOOD.replace("21:1", "21:1:PCE:X"), ["UCS+5", "UCD+16+2:4"]),
        # A segment: unknown, misplaced, too often, missing (told at the one before).
        (GOOD.replace("QTY+21:1'", "FOO+1'"), ["UCS+5+15"]),
        (GOOD.replace("BGM+220+1+9'", ""), ["UCS+1+13"]),
        (GOOD.replace("UNS+S'", "UNS+S'UNS+S'"), ["UCS+7+35"]),
        (GOOD.replace("LIN", "TOD+1'" * 6 + "LIN", 1), ["UCS+9+36"]),
        (GOOD.replace("UNS", "FTX+AAI+++\x07'UNS"), ["UCS+6+21"]),
    ],
)
def test_errors_in_a_message(message: str, expected: list[str]) -> None:
    size = message.count("'")
    whole = message.replace("UNT+7", f"UNT+{size}")

    assert ["UCM+1+ORDERS:D:96A:UN:EAN008+4", *expected] == inner(
        ASKS, whole, "UNZ+1+7'"
    )[1:]


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        (GOOD.replace("UNT+7+1", "UNT+8+1"), "+4+29+UNT+2"),
        (GOOD.replace("UNT+7+1", "UNT+7+2"), "+4+28+UNT+3"),
        (GOOD.replace("UNT+7+1'", ""), "+4+13+UNT"),
    ],
)
def test_errors_in_the_envelope_of_a_message(message: str, expected: str) -> None:
    assert [f"UCM+1+ORDERS:D:96A:UN:EAN008{expected}"] == inner(
        ASKS, message, "UNZ+1+7'"
    )[1:]


def test_a_message_we_have_no_map_of_is_not_supported() -> None:
    message = "UNH+1+INVOIC:D:96A:UN'BGM+380'UNT+3+1'"

    assert ["UCM+1+INVOIC:D:96A:UN+4+14+UNH+3:1"] == inner(ASKS, message, "UNZ+1+7'")[
        1:
    ]


def test_a_repeated_message_is_a_duplicate() -> None:
    segments = inner(ASKS, GOOD, GOOD, "UNZ+2+7'")

    assert "UCM+1+ORDERS:D:96A:UN:EAN008+4+26+UNH+2" == segments[-1]


@pytest.mark.parametrize(
    ("end", "expected"),
    [
        ("UNZ+2+7'", "+7+29+UNZ+2"),
        ("UNZ+1+8'", "+7+28+UNZ+3"),
        ("", "+7+13+UNZ"),
    ],
)
def test_a_wrong_unz_is_named_and_the_messages_stand(end: str, expected: str) -> None:
    uci, ucm = inner(ASKS, GOOD, end)

    assert f"UCI+7+BUYER:14+ORDERHOUSE:ZZ{expected}" == uci
    assert "UCM+1+ORDERS:D:96A:UN:EAN008+7" == ucm


@pytest.mark.parametrize(
    ("unb", "expected"),
    [
        (ASKS.replace("++++1'", "++++1++1'"), "+4+25+UNB+12"),
        (ASKS.replace("BUYER", "OTHER"), "+4+23+UNB+3"),
    ],
)
def test_what_is_refused_whole_is_rejected_whole(unb: str, expected: str) -> None:
    payload = (unb + GOOD + "UNZ+1+7'").encode()
    profile = Profile("buyer", interchange_id="BUYER")
    (answer,) = acknowledge_payload(payload, profile, control_no=1, at=AT)

    assert answer.split(b"'")[3].decode().endswith(expected)
    assert b"UCM" not in answer


def test_what_is_meant_for_somebody_else_is_rejected() -> None:
    ours = Profile("buyer", our_interchange_id="ACME")
    payload = (ASKS + GOOD + "UNZ+1+7'").encode()
    (answer,) = acknowledge_payload(payload, ours, control_no=1, at=AT)
    (kept,) = acknowledge_payload(
        payload.replace(b"ORDERHOUSE", b"ACME"), ours, control_no=1, at=AT
    )

    assert b"UCI+7+BUYER:14+ORDERHOUSE:ZZ+4+7+UNB+4'" in answer
    assert b"UCI+7+BUYER:14+ACME:ZZ+7'" in kept


def test_a_repeated_interchange_is_a_duplicate() -> None:
    whole = ASKS + GOOD + "UNZ+1+7'"
    segments = answered(whole, whole)

    assert segments is not None
    assert "UCI+7+BUYER:14+ORDERHOUSE:ZZ+4+26+UNB+6" == segments[-2]


def test_a_file_that_comes_again_is_refused_as_a_copy() -> None:
    payload = (ASKS + GOOD + "UNZ+1+7'").encode()
    (answer,) = acknowledge_payload(
        payload, Profile("buyer"), control_no=1, at=AT, is_repeat=True
    )

    assert b"UCI+7+BUYER:14+ORDERHOUSE:ZZ+4+26+UNB+6'" in answer
    assert b"UCM" not in answer


def test_each_sender_of_a_mailbox_has_an_answer_of_its_own() -> None:
    one = ASKS + GOOD + "UNZ+1+7'"
    payload = (one + one.replace("BUYER", "OTHER")).encode()
    answers = acknowledge_payload(payload, Profile("buyer"), control_no=12, at=AT)

    assert [
        b"UNB+UNOC:3+ORDERHOUSE:ZZ+BUYER:14+171228:0800+12",
        b"UNB+UNOC:3+ORDERHOUSE:ZZ+OTHER:14+171228:0800+13",
    ] == [answer.split(b"'")[1] for answer in answers]
    assert [b"UCI+7+BUYER:14", b"UCI+7+OTHER:14"] == [
        answer.split(b"'")[3][:14] for answer in answers
    ]


def test_groups_are_answered_as_groups() -> None:
    ung = "UNG+ORDERS+S:1+R+171227:0905+5+UN+D:96A'"
    group = ung + GOOD + "UNE+1+5'"
    broken = ung.replace("+5+", "+6+") + GOOD + "UNE+2+6'"

    assert [
        "UCF+5+S:1+R+7",
        "UCM+1+ORDERS:D:96A:UN:EAN008+7",
        "UCF+5+S:1+R+4+26+UNG+6",
        "UCF+6+S:1+R+7+29+UNE+2",
        "UCM+1+ORDERS:D:96A:UN:EAN008+7",
    ] == inner(ASKS, group, group, broken, "UNZ+3+7'")[1:]


def test_no_data_is_copied_back() -> None:
    message = GOOD.replace("UNS", "FTX+AAI+++4111111111111111'UNS")
    payload = (ASKS + message.replace("UNT+7", "UNT+8") + "UNZ+1+7'").encode()
    (answer,) = acknowledge_payload(payload, Profile("buyer"), control_no=1, at=AT)

    assert b"UCS+6'UCD+12+5'" in answer
    assert b"4111" not in answer


GROUPED = (
    f"{ASKS}UNG+ORDERS+S:1+R:2+171227:0905+5+UN+D:96A'{GOOD}UNE+1+5'UNZ+1+7'{ASKS}"
    f"{GOOD}UNZ+1+7'"
)
NOISE = st.text("'+:?*\x00\x1d \nAB19", max_size=20)


@given(place=st.integers(0, len(GROUPED)), length=st.integers(0, 30), noise=NOISE)
def test_whatever_was_sent_the_answer_is_legal(
    place: int, length: int, noise: str
) -> None:
    answered(GROUPED[:place] + noise + GROUPED[place + length :])


def test_a_control_character_in_an_envelope_is_named_where_it_stands() -> None:
    message = GOOD.replace("UNT+7", "UNT+\x077")

    assert answered(ASKS, message, "UNZ+1+7'") is not None
