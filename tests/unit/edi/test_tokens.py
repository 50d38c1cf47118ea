"""Cutting: any delimiters, several interchanges, stray text, numbers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.edi.delimiters import Delimiters
from transforms.edi.tokens import read_delimiters, tokenise

ISA = (
    "ISA*00*          *00*          *ZZ*SENDER         *ZZ*RECEIVER       "
    "*171227*0905*U*00401*000000012*0*P*>~"
)
IEA = "IEA*0*000000012~"


def texts_of(payload: str) -> list[list[str]]:
    return [one.texts for one in tokenise(payload.encode()).interchanges]


def test_delimiters_are_read_from_the_isa() -> None:
    newer = ISA.replace("*U*00401*", "*^*00501*").replace("*", "|").replace("~", "'\n")

    assert Delimiters("|", ">", "'", "^", "\n") == read_delimiters(newer)


def test_isa11_is_no_repetition_separator_before_00402() -> None:
    older = ISA.replace("*U*00401*", "*^*00401*")
    found = read_delimiters(older)

    assert found is not None
    assert "" == found.repetition


@pytest.mark.parametrize("broken", ["ISA", "ISA*00*~", "ISABELLA*" * 20, ISA[:104]])
def test_what_is_no_whole_isa_has_no_delimiters(broken: str) -> None:
    assert read_delimiters(broken) is None


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_line_ends_after_terminators_are_no_data(newline: str) -> None:
    payload = (ISA + "GS*PO~GE*0~" + IEA).replace("~", "~" + newline)

    assert [[ISA[:-1], "GS*PO", "GE*0", IEA[:-1]]] == texts_of(payload)


def test_lines_wrapped_at_eighty_characters_are_joined() -> None:
    payload = ISA + "GS*PO~" + f"MSG*{'long ' * 30}end~" + IEA
    wrapped = "\n".join(payload[n : n + 80] for n in range(0, len(payload), 80))

    assert texts_of(payload)[0][1:] == texts_of(wrapped)[0][1:]


def test_a_line_end_can_be_the_terminator() -> None:
    payload = (ISA + "GS*PO~~" + IEA).replace("~", "\n")

    assert [[ISA[:-1], "GS*PO", "", IEA[:-1]]] == texts_of(payload)


def test_interchanges_of_other_delimiters_stand_in_one_file() -> None:
    other = (ISA + IEA).replace("*", "|").replace("~", "!")
    tokens = tokenise((ISA + IEA + other).encode())

    assert ["~", "!"] == [one.delimiters.terminator for one in tokens.interchanges]
    assert [1, 3] == [one.line for one in tokens.interchanges]


def test_a_missing_iea_ends_before_the_next_isa() -> None:
    assert [[ISA[:-1], "GS*PO"], [ISA[:-1], IEA[:-1]]] == texts_of(
        ISA + "GS*PO~" + ISA + IEA
    )


def test_a_segment_called_isabel_is_no_interchange() -> None:
    assert [[ISA[:-1], "MSG*ISA", "ISABEL*1", IEA[:-1]]] == texts_of(
        ISA + "MSG*ISA~ISABEL*1~" + IEA
    )


def test_stray_lines_are_numbered_with_the_segments() -> None:
    tokens = tokenise(("hello\n\nyou\n" + ISA + IEA + "\nbye").encode())
    strays = [(one.line, one.text) for one in tokens.strays]

    assert [(1, "hello"), (2, ""), (3, "you"), (6, "bye")] == strays
    assert 6 == tokens.count


def test_a_last_segment_without_terminator_counts() -> None:
    assert [[ISA[:-1], "GS*P"]] == texts_of(ISA + "GS*P")


def test_bytes_that_are_not_utf8_are_latin1() -> None:
    payload = (ISA + "N1*ST*Zoë~" + IEA).encode("latin-1")

    assert "N1*ST*Zoë" == tokenise(payload).interchanges[0].texts[1]


def test_a_byte_order_mark_is_no_data() -> None:
    assert 2 == tokenise(b"\xef\xbb\xbf" + (ISA + IEA).encode()).count


def test_segments_are_cut_at_their_own_separator() -> None:
    payload = (ISA + "N1*ST*A|B~" + IEA).replace("*", "^").replace("|", "*")

    assert ["N1", "ST", "A*B"] == tokenise(payload.encode()).interchanges[0].segments()[
        1
    ]


def test_segment_ids_may_be_in_lower_case() -> None:
    payload = (ISA + "GS*PO~GE*0*1~" + IEA).lower()

    assert [4, 4] == [len(texts) for texts in texts_of(payload + payload)]


def test_indents_are_no_data() -> None:
    payload = ISA + "\n\tGS*PO~\n    ST*850*1~\n  ~N1*ST*Ada ~\n" + IEA

    assert ["GS*PO", "ST*850*1", "", "N1*ST*Ada "] == texts_of(payload)[0][1:5]


def test_a_delimiter_may_be_any_character() -> None:
    payload = (
        ISA.replace("*", "§").replace("~", "…") + "N1§ST§Zoë…" + "IEA§0§000000012…"
    )

    assert "N1§ST§Zoë" == texts_of(payload)[0][1]


def test_the_encoding_is_told() -> None:
    text = ISA + "N1*ST*Zoë~" + IEA
    encodings = ["utf-8", "utf-8-sig", "latin-1"]

    assert encodings == [tokenise(text.encode(one)).encoding for one in encodings]


def test_a_word_that_begins_like_an_isa_in_data_opens_nothing() -> None:
    inner = "MSG*" + ISA[:-1].replace("~", "") + "~"

    assert 1 == len(texts_of(ISA + inner + IEA))


def test_a_file_of_headers_alone_is_cut_in_time() -> None:
    assert 3_000 == len(texts_of(ISA * 3_000))


PIECES = [ISA, IEA, "ST*850*0001~", "SE*2*0001~", "ISA", "~", "*", "\n", "x", "GE*1~"]


@given(st.lists(st.sampled_from(PIECES), max_size=12))
def test_every_segment_gets_a_number_of_its_own(pieces: list[str]) -> None:
    tokens = tokenise("".join(pieces).encode())
    numbers = [stray.line for stray in tokens.strays]
    for one in tokens.interchanges:
        numbers += range(one.line, one.line + len(one.texts))

    assert list(range(1, tokens.count + 1)) == sorted(numbers)


@given(st.binary(max_size=400))
def test_any_bytes_are_cut(noise: bytes) -> None:
    assert 0 <= tokenise(ISA.encode() + noise).count
