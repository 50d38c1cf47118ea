"""Writing: envelopes, counts, unsafe characters, and reading it back."""

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.edi.delimiters import Delimiters
from transforms.edi.envelopes import open_envelopes
from transforms.edi.tokens import read_delimiters, tokenise
from transforms.edi.writer import Dialect, respell, spell, write_interchange

AT = datetime(2017, 12, 27, 9, 5)  # noqa: DTZ001 the wall's hour
DIALECTS = [
    Dialect(),
    Dialect(Delimiters(newline="\n")),
    Dialect(Delimiters("|", "<", "'", newline="\r\n"), usage="T"),
    Dialect(Delimiters("^", ":", "\n"), receiver_qualifier="01"),
    Dialect(Delimiters(repetition="^"), version="005010", asks_for_ta1=True),
    Dialect(Delimiters("\x1d", "\x1f", "\x1c")),
]


def written(
    sets: list[tuple[str, list[list[str]]]],
    control_no: int = 12,
    dialect: Dialect = DIALECTS[0],
) -> bytes:
    return write_interchange(
        sets,
        functional_id="PO",
        sender="SENDER",
        receiver="RECEIVER",
        control_no=control_no,
        at=AT,
        dialect=dialect,
    )


@pytest.mark.parametrize("dialect", DIALECTS)
def test_the_isa_has_106_characters_and_names_the_delimiters(dialect: Dialect) -> None:
    text = written([("850", [["BEG", "00"]])], dialect=dialect).decode()

    assert dialect.delimiters == read_delimiters(text)
    assert dialect.delimiters.terminator == text[105]


def test_sets_are_numbered_and_counted() -> None:
    expected = (
        b"GS*PO*SENDER*RECEIVER*20171227*0905*12*X*004010~"
        b"ST*850*0001~BEG*00~SE*3*0001~ST*850*0002~SE*2*0002~"
        b"GE*2*12~IEA*1*000000012~"
    )

    assert expected == written([("850", [["BEG", "00"]]), ("850", [])])[106:]


def test_trailing_empty_elements_are_left_out() -> None:
    assert b"W05*N**X~" == spell([["W05", "N", "", "X", "", ""]], Delimiters())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A*B~C>D", "A B C D"),
        ("Zoë Müller", "Zoe Muller"),
        ("Straße 中", "Strasse ?"),
        ("a\tb\x00c\nd", "a b c d"),
        ("O\u2019Hara \u2013 x", "O'Hara - x"),
    ],
)
def test_data_cannot_break_the_file(text: str, expected: str) -> None:
    assert f"N1*ST*{expected}~".encode() == spell([["N1", "ST", text]], Delimiters())


@pytest.mark.parametrize("control_no", [0, -1, 1_000_000_000])
def test_a_control_number_out_of_range_is_refused(control_no: int) -> None:
    with pytest.raises(ValueError, match="control number"):
        written([], control_no)


def test_an_id_of_sixteen_characters_is_refused() -> None:
    with pytest.raises(ValueError, match="1 … 15 characters"):
        write_interchange(
            [], functional_id="PO", sender="S" * 16, receiver="R", control_no=1, at=AT
        )


ELEMENTS = st.text(max_size=8)
SEGMENTS = st.tuples(
    st.sampled_from(["BEG", "N1", "PO1", "MSG"]), st.lists(ELEMENTS, max_size=5)
).map(lambda pair: [pair[0], *pair[1]])
SETS = st.lists(
    st.tuples(st.sampled_from(["850", "945"]), st.lists(SEGMENTS, max_size=5)),
    max_size=4,
)


@given(
    sets=SETS, dialect=st.sampled_from(DIALECTS), control_no=st.integers(1, 10**9 - 1)
)
def test_what_is_written_is_read_without_a_finding(
    sets: list[tuple[str, list[list[str]]]], dialect: Dialect, control_no: int
) -> None:
    payload = written(sets, control_no, dialect)
    opened = open_envelopes(payload, accepts_test=True)

    assert [] == opened.strays
    assert [code for code, _ in sets] == [found.code for found in opened.sets]
    assert [None] * len(sets) == [found.finding for found in opened.sets]
    assert [len(segments) + 2 for _, segments in sets] == [
        len(found.texts) for found in opened.sets
    ]


@given(sets=SETS, dialect=st.sampled_from(DIALECTS))
def test_reading_and_writing_again_gives_every_byte(
    sets: list[tuple[str, list[list[str]]]], dialect: Dialect
) -> None:
    payload = written(sets, dialect=dialect)
    (interchange,) = tokenise(payload).interchanges

    assert payload == spell(interchange.segments(), interchange.delimiters)


@given(sets=SETS, dialect=st.sampled_from(DIALECTS))
def test_what_was_cut_is_spelled_again_byte_for_byte(
    sets: list[tuple[str, list[list[str]]]], dialect: Dialect
) -> None:
    payload = written(sets, dialect=dialect) + written(sets, 13, DIALECTS[0])

    assert payload == respell(tokenise(payload))


DELIMITERS = st.lists(
    st.characters(exclude_categories=["L", "N", "Z", "Cs"], exclude_characters="\r\n"),
    min_size=4,
    max_size=4,
    unique=True,
)
ANY_ELEMENT = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\r\n\ufeff"),
    max_size=6,
)


@given(
    marks=DELIMITERS,
    newline=st.sampled_from(["", "\n", "\r\n"]),
    rows=st.lists(st.lists(ANY_ELEMENT, max_size=4), max_size=4),
    encoding=st.sampled_from(["utf-8", "utf-8-sig"]),
)
def test_any_delimiters_and_any_text_come_back_byte_for_byte(
    marks: list[str], newline: str, rows: list[list[str]], encoding: str
) -> None:
    """Empty elements at the end, letters with marks, padded ids: all as sent."""
    element, component, terminator, repetition = marks
    isa = ISA_ELEMENTS.replace("*", element).replace("^", repetition) + component
    lines = [isa, *(_line(row, marks) for row in rows)]
    lines.append(element.join(["IEA", "0", "000000012"]))
    payload = "".join(f"{line}{terminator}{newline}" for line in lines).encode(encoding)
    tokens = tokenise(payload)

    assert payload == respell(tokens)
    assert [len(lines)] == [len(one.texts) for one in tokens.interchanges]
    assert lines == tokens.interchanges[0].texts


ISA_ELEMENTS = (
    "ISA*00*          *00*          *ZZ*SENDER         *ZZ*RECEIVER       "
    "*171227*0905*^*00501*000000012*0*P*"
)


def _line(row: list[str], marks: list[str]) -> str:
    # A segment has an id; outer blanks of one are the indents that people make.
    texts = ["".join(c for c in text if c not in marks).strip() for text in row]
    return marks[0].join(["MSG", *texts]) + marks[0]


def test_an_interchange_of_answers_has_no_group() -> None:
    answer = ["TA1", "000000009", "171227", "0905", "A", "000"]
    payload = write_interchange(
        [],
        functional_id="FA",
        sender="S",
        receiver="R",
        control_no=12,
        at=AT,
        answers=[answer],
    )

    assert b"TA1*000000009*171227*0905*A*000~IEA*0*000000012~" == payload[106:]


def test_application_ids_may_differ_from_the_interchange_s() -> None:
    payload = write_interchange(
        [],
        functional_id="FA",
        sender="S",
        receiver="R",
        control_no=12,
        at=AT,
        application=("OURS", "THEIRS"),
    )

    assert b"~GS*FA*OURS*THEIRS*" in payload
