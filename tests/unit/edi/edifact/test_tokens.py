"""Cutting: any service characters, encodings, wrapping, several interchanges."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.edi.edifact.characters import Service, read_service, spoken
from transforms.edi.edifact.tokens import tokenise
from transforms.edi.limits import Limits

UNB = "UNB+UNOC:3+SENDER+RECEIVER+171227:0905+7'"
ONE = "UNH+1+ORDERS:D:96A:UN'BGM+220+1+9'UNT+3+1'"
UNZ = "UNZ+1+7'"


def texts_of(payload: str | bytes) -> list[list[str]]:
    raw = payload.encode("latin-1") if isinstance(payload, str) else payload
    return [[spoken(t) for t in one.texts] for one in tokenise(raw).interchanges]


def test_service_characters_are_read_from_the_una() -> None:
    expected = Service("=", "*", ",", "!", "", "~", is_announced=True)

    assert expected == read_service("UNA=*,! ~UNB*UNOA=2")


@pytest.mark.parametrize(
    ("limits", "excess"),
    [
        (Limits(interchanges=2), ""),
        (Limits(interchanges=1), "more than 1 interchanges"),
        (Limits(segments=10), ""),
        (Limits(segments=9), "more than 9 segments"),
        (Limits(elements=20), "more than 20 elements"),
    ],
)
def test_a_file_holds_no_more_than_its_sender_s_profile_allows(
    limits: Limits, excess: str
) -> None:
    payload = 2 * (UNB + ONE + UNZ)

    assert excess == tokenise(payload.encode(), limits=limits).excess


def test_without_a_una_those_of_level_a_hold() -> None:
    assert Service() == read_service(UNB)


def test_level_b_has_separators_of_its_own() -> None:
    text = "UNB\x1dUNOB\x1f1\x1dS\x1dR\x1d171227\x1f0905\x1d7\x1cUNZ\x1d0\x1d7\x1c"

    assert [["UNB+UNOB:1+S+R+171227:0905+7", "UNZ+0+7"]] == texts_of(text)


def test_version_4_repeats_with_an_asterisk_and_takes_both_decimal_marks() -> None:
    service = read_service(UNB.replace("UNOC:3", "UNOC:4"))

    assert service is not None
    assert ("*", {".", ","}) == (service.repetition, {*service.decimal})


@pytest.mark.parametrize(
    "text",
    [
        "UNA++.? 'UNB+UNOC:3",  # one character with two duties
        "UNA:+.?A'UNB+UNOC:3",  # a letter that repeats
        "UNA:+.? 'UNB*UNOC:3",  # another separator than announced
        "UNB*UNOC:3",  # unusual ones without a UNA
        "UNA",
        "UNB",
    ],
)
def test_what_is_no_header_is_not_taken_for_one(text: str) -> None:
    assert read_service(text) is None


def test_a_released_character_is_data() -> None:
    text = UNB + "FTX+AAI+++it?'s 5?+5?: a ??-mark?? and ???''" + UNZ

    assert "FTX+AAI+++it's 5+5: a ?-mark? and ?'" == texts_of(text)[0][1]


def test_an_unneeded_release_falls_away() -> None:
    assert "FTX+a.b" == texts_of(UNB + "FTX+a?.b'" + UNZ)[0][1]


def test_lines_and_indents_between_segments_are_no_data() -> None:
    text = (UNB + ONE + UNZ).replace("'", "'\r\n\t  ")

    assert texts_of(UNB + ONE + UNZ) == texts_of(text)


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("width", [15, 40])
def test_a_wrapped_file_is_put_together_again(width: int, newline: str) -> None:
    whole = UNB + ONE + UNZ
    lines = [whole[n : n + width] for n in range(0, len(whole), width)]

    assert texts_of(whole) == texts_of(newline.join(lines))


def test_a_newline_may_end_segments() -> None:
    una = "UNA:+.? \n"
    text = una + (UNB + ONE + UNZ).replace("'", "\n")

    assert 6 == len(texts_of(text)[0])
    assert "UNZ+1+7" == texts_of(text)[0][-1]


def test_a_line_end_inside_a_text_stays_to_be_judged() -> None:
    assert "FTX+AAI+++one\ntwo" == texts_of(UNB + "FTX+AAI+++one\ntwo'" + UNZ)[0][1]


def test_several_interchanges_and_what_stands_between_them() -> None:
    second = "UNA=*.? ~UNB*UNOC=3*S*R*1=1*8~UNZ*0*8~"
    text = f"hello\n\nthere\n{UNB}{UNZ}\nbetween\n{second} after"
    tokens = tokenise(text.encode())

    assert [(4, 2), (7, 3)] == [(x.line, len(x.texts)) for x in tokens.interchanges]
    assert ["hello", "", "there", "between", "after"] == [s.text for s in tokens.strays]
    assert 10 == tokens.count


def test_a_missing_unz_does_not_swallow_the_next_interchange() -> None:
    text = UNB + ONE + "UNA:+.? '" + UNB + ONE + UNZ

    assert [4, 6] == [len(texts) for texts in texts_of(text)]


def test_a_broken_off_segment_does_not_swallow_a_una() -> None:
    text = UNB + "UNH+1+ORD" + "UNA:+.? '" + UNB + ONE + UNZ

    assert [2, 6] == [len(texts) for texts in texts_of(text)]


def test_envelope_words_in_released_data_end_nothing() -> None:
    text = UNB + "FTX+AAI+++stop?'UNZ+1+7 and ?'UNB+x'" + UNZ

    assert ["FTX+AAI+++stop'UNZ+1+7 and 'UNB+x"] == texts_of(text)[0][1:-1]


def test_a_segment_that_only_begins_like_a_trailer_ends_nothing() -> None:
    assert "UNZIP+1" == texts_of(UNB + "UNZIP+1'" + UNZ)[0][1]


@pytest.mark.parametrize(
    ("syntax", "encoding", "letter"),
    [
        ("UNOC", "latin-1", "ü"),
        ("UNOD", "iso8859-2", "ł"),
        ("UNOE", "iso8859-5", "Ж"),
        ("UNOF", "iso8859-7", "Ω"),
        ("UNOK", "iso8859-9", "ğ"),
        ("UNOL", "iso8859-15", "€"),
        ("UNOW", "utf-8", "中"),
        ("UNOY", "utf-8", "ü"),
    ],
)
def test_letters_are_read_in_the_set_that_unb_names(
    syntax: str, encoding: str, letter: str
) -> None:
    text = UNB.replace("UNOC", syntax) + f"FTX+{letter}'" + UNZ
    (one,) = tokenise(text.encode(encoding)).interchanges

    assert f"FTX\x1d{letter}" == one.texts[1]
    assert (encoding, False, False) == (one.encoding, one.is_guessed, one.is_damaged)


@pytest.mark.parametrize("syntax", ["UNOA", "UNOB", "UNOC"])
def test_utf_8_under_another_name_is_read_and_told(syntax: str) -> None:
    text = UNB.replace("UNOC", syntax) + "FTX+München'" + UNZ
    (one,) = tokenise(text.encode()).interchanges

    assert ("FTX\x1dMünchen", "utf-8", True) == (
        one.texts[1],
        one.encoding,
        one.is_guessed,
    )


@pytest.mark.parametrize("mark", ["utf-8-sig", "utf-16"])
def test_a_byte_order_mark_wins(mark: str) -> None:
    (one,) = tokenise((UNB + "FTX+Zoë'" + UNZ).encode(mark)).interchanges

    assert ("FTX\x1dZoë", False) == (one.texts[1], one.is_guessed)


def test_a_partner_whose_unb_lies_is_read_as_its_profile_says() -> None:
    payload = (UNB + "FTX+łódź'" + UNZ).encode("iso8859-2")
    (one,) = tokenise(payload, "iso8859-2").interchanges

    assert "FTX\x1dłódź" == one.texts[1]


def test_bytes_that_are_no_text_are_marked() -> None:
    payload = UNB.replace("UNOC", "UNOW").encode() + b"FTX+\xff'" + UNZ.encode()
    (one,) = tokenise(payload).interchanges

    assert one.is_damaged
    assert "FTX\x1d\ufffd" == one.texts[1]


def test_separators_of_ours_in_data_are_never_separators() -> None:
    (one,) = tokenise((UNB + "FTX+a\x1db\x1fc'" + UNZ).encode()).interchanges

    assert ["FTX", "a\ufdd0b\ufdd0c"] == one.texts[1].split("\x1d")


@given(st.binary(max_size=300))
def test_any_bytes_are_cut(noise: bytes) -> None:
    tokens = tokenise(noise)

    assert tokens.count == len(tokens.strays) + sum(
        len(one.texts) for one in tokens.interchanges
    )


@given(st.text("UNABZH+:.?*' \n\r\x1d3", max_size=200))
def test_anything_behind_a_header_is_cut(noise: str) -> None:
    tokens = tokenise((UNB + noise).encode())

    assert tokens.interchanges
    assert [one.line for one in tokens.interchanges] == sorted(
        {one.line for one in tokens.interchanges}
    )
