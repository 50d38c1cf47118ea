"""Writing: envelopes, counts, released characters, and reading it back."""

import warnings
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.edi.edifact.characters import LEVEL_B, Service
from transforms.edi.edifact.envelopes import open_interchanges
from transforms.edi.edifact.tokens import tokenise
from transforms.edi.edifact.writer import (
    Dialect,
    Segment,
    respell,
    spell,
    write_interchange,
)

AT = datetime(2017, 12, 27, 9, 5)  # noqa: DTZ001 the wall's hour
UNA = Service(is_announced=True)
DIALECTS = [
    Dialect(),
    Dialect(Service()),
    Dialect(Service(is_announced=True, newline="\n"), is_test=True),
    Dialect(Service("=", "*", ",", "!", "", "~", "\r\n", is_announced=True), "UNOW"),
    Dialect(Service(repetition="*", decimal=".,"), "UNOY", "4", "14", "14"),
    Dialect(LEVEL_B, "UNOB", "1"),
    Dialect(Service(release="", is_announced=True), "UNOD"),
]


def written(
    messages: list[tuple[str, list[Segment]]],
    control_no: int = 12,
    dialect: Dialect = DIALECTS[0],
) -> bytes:
    return write_interchange(
        messages,
        sender="SENDER",
        receiver="RECEIVER",
        control_no=control_no,
        at=AT,
        dialect=dialect,
    )


def test_messages_are_numbered_and_counted() -> None:
    expected = (
        b"UNA:+.? 'UNB+UNOC:3+SENDER+RECEIVER+171227:0905+12'"
        b"UNH+1+ORDERS:D:96A:UN'BGM+220'UNT+3+1'UNH+2+ORDCHG:D:96A:UN'UNT+2+2'"
        b"UNZ+2+12'"
    )

    assert expected == written(
        [("ORDERS:D:96A:UN", [["BGM", "220"]]), ("ORDCHG:D:96A:UN", [])]
    )


def test_a_dialect_is_spelled_in_the_unb() -> None:
    dialect = Dialect(Service(), "UNOY", "4", "14", "ZZ", "ORDERS", True, True)
    expected = (
        b"UNB+UNOY:4+SENDER:14+RECEIVER:ZZ+20171227:0905+12++ORDERS++1++1'UNZ+0+12'"
    )

    assert expected == written([], dialect=dialect)


def test_what_is_empty_at_the_end_is_left_out() -> None:
    segment: Segment = [
        "NAD",
        "BY",
        ["1", "", "9", ""],
        ["", ""],
        "",
        ["", "x", ""],
        "",
    ]

    assert b"NAD+BY+1::9+++:x'" == spell([segment], Service())


@pytest.mark.parametrize("mark", [":", "+", "'", "?", ":::", "a:"])
def test_data_that_end_with_a_separator_end_no_segment(mark: str) -> None:
    payload = written([("ORDERS:D:96A:UN", [["FTX", "AAI", ["1", mark], ""]])])
    released = "".join(f"?{x}" if x in ":+'?" else x for x in mark)

    assert f"FTX+AAI+1:{released}'UNT".encode() in payload
    (message,) = open_interchanges(payload).messages
    assert message.texts[1].endswith(mark)


def test_repeats_are_joined() -> None:
    segment: Segment = ["PIA", "1", [["A", "SA"], ["B", "BP"]], [["C"], ["D"]]]

    assert b"PIA+1+A:SA*B:BP+C*D'" == spell([segment], Service(repetition="*"))


@pytest.mark.parametrize(
    ("text", "encoding", "expected"),
    [
        ("it's 5+5: ok?", "latin-1", "it?'s 5?+5?: ok??"),
        ("Zoë Müller", "latin-1", "Zoë Müller"),
        ("Zoë Müller", "ascii", "Zoe Muller"),
        ("łódź 中", "latin-1", "lódz ??"),
        ("łódź 中", "utf-8", "łódź 中"),
        ("a\tb\x00c\nd\x1de", "latin-1", "a b c d e"),
    ],
)
def test_data_cannot_break_the_file(text: str, encoding: str, expected: str) -> None:
    assert f"FTX+{expected}'".encode(encoding) == spell(
        [["FTX", text]], Service(), encoding
    )


def test_without_a_release_character_service_characters_become_blanks() -> None:
    assert b"FTX\x1da b\x1c" == spell([["FTX", "a\x1fb"]], LEVEL_B)
    assert b"FTX+a b c'" == spell([["FTX", "a+b:c"]], Service(release=""))


@pytest.mark.parametrize("control_no", [0, -1, 1_000_000_000])
def test_a_control_number_out_of_range_is_refused(control_no: int) -> None:
    with pytest.raises(ValueError, match="control number"):
        written([], control_no)


@pytest.mark.parametrize("name", ["", " ", "S" * 36])
def test_an_id_of_no_or_too_many_characters_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="1 … 35 characters"):
        write_interchange([], sender=name, receiver="R", control_no=1, at=AT)


def test_an_unknown_character_set_is_refused() -> None:
    with pytest.raises(ValueError, match="UNOZ"):
        written([], dialect=Dialect(syntax="UNOZ"))


TEXT = st.text(max_size=6)
COMPOSITE = st.lists(TEXT, min_size=2, max_size=4)
SEGMENTS = st.tuples(
    st.sampled_from(["BGM", "NAD", "FTX", "LIN"]),
    st.lists(TEXT | COMPOSITE, max_size=5),
).map(lambda pair: [pair[0], *pair[1]])
MESSAGES = st.lists(
    st.tuples(
        st.sampled_from(["ORDERS:D:96A:UN", "DESADV:D:01B:UN:EAN007"]),
        st.lists(SEGMENTS, max_size=5),
    ),
    max_size=4,
)


@given(
    messages=MESSAGES,
    dialect=st.sampled_from(DIALECTS),
    control_no=st.integers(1, 10**9 - 1),
)
def test_what_is_written_is_read_without_a_fault(
    messages: list[tuple[str, list[Segment]]], dialect: Dialect, control_no: int
) -> None:
    opened = open_interchanges(
        written(messages, control_no, dialect), accepts_test=True
    )

    assert [] == opened.strays
    assert [None] * len(messages) == [found.fault for found in opened.messages]
    assert [name for name, _ in messages] == [m.identifier for m in opened.messages]
    assert [len(inner) + 2 for _, inner in messages] == [
        len(found.texts) for found in opened.messages
    ]


@given(messages=MESSAGES, dialect=st.sampled_from(DIALECTS))
def test_reading_and_writing_again_gives_every_byte(
    messages: list[tuple[str, list[Segment]]], dialect: Dialect
) -> None:
    payload = written(messages, dialect=dialect)
    (one,) = tokenise(payload).interchanges

    assert payload == spell(one.segments(), one.service, one.encoding)
    assert payload == respell(one)


PRINTABLE = st.text(
    st.characters(codec="latin-1", exclude_categories=["Cc"]), min_size=1, max_size=8
).filter(lambda text: text == text.strip())


@given(st.lists(st.tuples(PRINTABLE, PRINTABLE, PRINTABLE), min_size=1, max_size=6))
def test_an_independent_reader_reads_the_same_words(
    rows: list[tuple[str, str, str]],
) -> None:
    pydifact = pytest.importorskip("pydifact.parser")
    segments: list[Segment] = [
        ["FTX", first, [second, third]] for first, second, third in rows
    ]
    payload = written([("ORDERS:D:96A:UN", segments)])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        read = [*pydifact.Parser().parse(payload.decode("latin-1"))]

    expected = [[first, [second, third]] for first, second, third in rows]
    assert expected == [one.elements for one in read if one.tag == "FTX"]
    assert str(len(rows) + 2) == next(x for x in read if x.tag == "UNT").elements[0]
