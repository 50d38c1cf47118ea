"""Maps: order, repetition and elements of messages, by their directories."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.edi.edifact.characters import Service, normalised
from transforms.edi.edifact.directories.notation import Directory, Node
from transforms.edi.edifact.maps import D01B, D96A, check, message_map

KINDS = ["ORDERS", "ORDCHG", "ORDRSP", "INVRPT", "DESADV", "RECADV", "APERAK", "CONTRL"]
HEAD = "BGM+220+1+9'DTM+137:20171227:102'"
LINE = "LIN+1++A:SA'QTY+21:1'PRI+AAA:1'"


def found(
    inner: str,
    kind: str = "ORDERS",
    release: str = "96A",
    decimal: str = ".",
    *,
    in_order: bool = True,
) -> tuple[int, str, str, str] | None:
    text = f"UNH+1+{kind}:D:{release}:UN'{inner}UNT+9+1'"
    expected = message_map(kind, release, decimal)
    assert expected is not None
    fault = check(expected, normalised(text, Service())[:-1], 1, in_order=in_order)
    return (fault.line, fault.place, fault.code, fault.error) if fault else None


def order(*extra: str, head: str = HEAD, line: str = LINE) -> str:
    return head + line + "".join(extra) + "UNS+S'"


def test_every_message_is_in_both_directories() -> None:
    assert {*KINDS} == {*D96A.messages} == {*D01B.messages}


@pytest.mark.parametrize("directory", [D96A, D01B])
def test_every_segment_of_a_message_is_in_its_directory(directory: Directory) -> None:
    def tags(node: Node) -> set[str]:
        return {node.tag}.union(*map(tags, node.children))

    used = set().union(*map(tags, directory.messages.values()))

    assert set() == used - {*directory.segments}


@pytest.mark.parametrize(
    ("release", "expected"),
    [
        ("96A", "D.96A"),
        ("93A", "D.96A"),
        ("911", "D.96A"),
        ("96B", "D.96A"),
        ("97A", "D.01B"),
        ("01B", "D.01B"),
        ("10A", "D.01B"),
        ("", "D.01B"),
    ],
)
def test_another_release_is_read_as_the_nearer(release: str, expected: str) -> None:
    message = message_map("ORDERS", release)

    assert message is not None
    assert expected == message.directory


def test_an_order_of_the_directory_is_legal() -> None:
    assert found(order()) is None


def test_optional_segments_that_we_do_not_read_are_legal() -> None:
    head = HEAD + "PAI+::42'ALI+BE++71E'TOD+3++CIF:23:9'LOC+1+BE-BRU'"

    assert found(order(head=head)) is None


@pytest.mark.parametrize(
    ("inner", "expected"),
    [
        ("DTM+137:20171227:102'", (2, "BGM", "MISSING_VALUE", "13")),
        ("BGM+220+1'UNS+S'", (3, "DTM", "MISSING_VALUE", "13")),
        (HEAD + LINE, (7, "UNS", "MISSING_VALUE", "13")),
        (order("FOO+1'"), (7, "FOO", "MISPLACED_SEGMENT", "15")),
        (order("QTY+21:2'"), (7, "QTY", "MISPLACED_SEGMENT", "15")),
        (order("BGM+220+1'"), (7, "BGM", "MISPLACED_SEGMENT", "15")),
        (order("TOD+3'" * 6), (12, "TOD", "MISPLACED_SEGMENT", "36")),
        (order(line=LINE + "MEA+PD'" * 6), (12, "MEA", "MISPLACED_SEGMENT", "15")),
        (order("UNS+S'"), (8, "UNS", "MISPLACED_SEGMENT", "35")),
        (order("TODAY+3'"), (7, "TOD", "MISPLACED_SEGMENT", "15")),
        (HEAD.replace("BGM", "BGMX") + LINE, (2, "BGM", "MISPLACED_SEGMENT", "15")),
    ],
)
def test_order_and_repetition(inner: str, expected: tuple[int, str, str, str]) -> None:
    fault = found(inner)

    if expected[1] == "MEA":  # stands by itself, so it may stand here
        assert fault is None
    else:
        assert expected == fault


def test_segments_that_stand_by_themselves_may_stand_anywhere() -> None:
    assert found(order("FTX+AAI+++late'RFF+ON:1'FTX+AAI+++later'")) is None


def test_a_partner_may_be_let_off_the_order_but_not_the_elements() -> None:
    jumbled = "LIN+1++A:SA'BGM+220+1+9'QTY+21:1'"

    assert found(jumbled) is not None
    assert found(jumbled, in_order=False) is None
    assert (4, "QTY01.2", "BAD_QTY", "37") == found(
        jumbled.replace("21:1'", "21:x'"), in_order=False
    )


@pytest.mark.parametrize(
    ("segment", "expected"),
    [
        ("BGM+220+1+9+AC'", None),
        ("BGM+220+1+9+'", None),
        ("BGM+220::9+1+9'", None),
        ("BGM+220+1+9+ACDC'", ("BGM04", "LINE_TOO_LONG", "39")),
        ("BGM+220+1+9+AC+X'", ("BGM05", "TOO_MANY_ELEMENTS", "16")),
        ("BGM+220:::order:x+1+9'", ("BGM01.5", "TOO_MANY_ELEMENTS", "16")),
        ("BGM+220+1+16'", ("BGM03", "BAD_CODE", "14")),
        ("BGM+999+1+9'", ("BGM01.1", "BAD_CODE", "14")),
        (f"BGM+220+{'9' * 36}+9'", ("BGM02", "LINE_TOO_LONG", "39")),
    ],
)
def test_elements(segment: str, expected: tuple[str, str, str] | None) -> None:
    fault = found(order(head=segment + "DTM+137:20171227:102'"))

    assert expected == (fault and fault[1:])


@pytest.mark.parametrize(
    ("number", "decimal", "expected"),
    [
        ("1", ".", None),
        ("-12.5", ".", None),
        (".5", ".", None),
        ("1,5", ",", None),
        ("1,5", ".,", None),
        ("123456789012345", ".", None),
        ("-1234567890.12345", ".", None),
        ("1234567890123456", ".", "39"),
        ("1,5", ".", "37"),
        ("1.5", ",", "37"),
        ("1.", ".", "37"),
        ("1.000,5", ".,", "37"),
        ("+1", ".", "37"),
        ("1E3", ".", "37"),
    ],
)
def test_numbers(number: str, decimal: str, expected: str | None) -> None:
    line = f"LIN+1++A:SA'QTY+21:{number.replace('+', '?+')}'PRI+AAA:1'"
    fault = found(order(line=line), decimal=decimal)

    assert expected == (fault and fault[3])


def test_a_mandatory_component_and_a_blank_one_are_missing() -> None:
    bare = found(order(line="LIN+1++A:SA'QTY+21'"))
    blank = found(order(line="LIN+1++A:SA'QTY+21:   '"))

    assert (5, "QTY01.2", "MISSING_VALUE", "13") == bare == blank


def test_a_version_4_repeat_is_checked_like_the_first() -> None:
    fault = found(order(line="LIN+1++A:SA'QTY+21:1'PIA+1+A:SA\x1eB:TOOLONG'"))

    assert fault is not None
    assert ("PIA02.2", "39") == (fault[1], fault[3])


@pytest.mark.parametrize(
    ("release", "name", "expected"),
    [
        ("96A", "x" * 35, None),
        ("96A", "x" * 36, "39"),
        ("01B", "x" * 256, None),
        ("01B", "x" * 257, "39"),
    ],
)
def test_the_directories_differ_in_lengths(
    release: str, name: str, expected: str | None
) -> None:
    line = f"LIN+1++A:SA'IMD+F++:::{name}'QTY+21:1'"
    fault = found(order(line=line), release=release)

    assert expected == (fault and fault[3])


def test_stock_is_told_quantity_first_in_one_and_inventory_first_in_the_other() -> None:
    head = "BGM+35+1'DTM+137:20171227:102'LIN+1++A:SA'"

    assert found(head + "QTY+145:1'INV++1'", "INVRPT") is None
    assert found(head + "INV++1'QTY+145:1'", "INVRPT", "01B") is None
    assert found(head + "INV++1'QTY+145:1'", "INVRPT") is not None


TEXTS = st.lists(
    st.sampled_from([*D96A.segments]).flatmap(
        lambda tag: st.text("+:*AB19., ", max_size=12).map(lambda rest: tag + rest)
    ),
    max_size=8,
)


@given(
    kind=st.sampled_from(KINDS), texts=TEXTS, release=st.sampled_from(["96A", "01B"])
)
def test_whatever_stands_there_a_check_ends(
    kind: str, texts: list[str], release: str
) -> None:
    text = "'".join([f"UNH+1+{kind}:D:{release}:UN", *texts, "UNT+2+1", ""])
    message = message_map(kind, release)

    assert message is not None
    cut = normalised(text, Service(repetition="*"))[:-1]
    for in_order in (True, False):
        fault = check(message, cut, 1, in_order=in_order)
        assert fault is None or 1 <= fault.line <= len(cut)
