"""What is asked of whole payloads is never answered with a wrong no."""

import random

import pytest

from transforms.contracts.cards import find
from transforms.feeds.reading import bytewise
from transforms.feeds.reading.bytewise import (
    character,
    has_controls,
    has_longer_cell,
    lines_in,
    may_hold_card,
)

CARDS = (
    *("4111111111111111", "4111 1111 1111 1111", "5500-0000-0000-0004"),
    *("378282246310005", "3782 822463 10005", "35301113 3330 0000"),
)
NO_CARDS = ("902-0000001-0000001", "6011000990139424x", "1234567890123", "4111 " * 2)


@pytest.fixture(params=[1, 3, 1 << 16])
def some_at_once(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> int:
    """Words that are looked at together."""
    monkeypatch.setattr(bytewise, "_AT_ONCE", request.param)
    return int(request.param)


@pytest.mark.usefixtures("some_at_once")
@pytest.mark.parametrize("card", CARDS)
def test_a_card_is_found_wherever_it_stands(card: str) -> None:
    around = [(" " * left, "é," * right) for left in range(10) for right in range(10)]

    assert all(find(f"{left}{card}{right}") for left, right in around)
    assert all(may_hold_card(f"{left}{card}{right}".encode()) for left, right in around)


@pytest.mark.parametrize("text", NO_CARDS)
def test_other_long_numbers_are_none(text: str) -> None:
    assert not may_hold_card((text + ", " + "x" * 40).encode())


@pytest.mark.usefixtures("some_at_once")
def test_no_card_among_digits_is_missed() -> None:
    chance = random.Random(4)  # noqa: S311 no secret
    signs = "0123456789" * 6 + ' -"\nx.é'
    for _ in range(3_000):
        text = "".join(chance.choices(signs, k=chance.randrange(80)))
        is_card = any(find(line) for line in text.split("\n"))

        assert may_hold_card(text.encode()) or not is_card, text


@pytest.mark.usefixtures("some_at_once")
@pytest.mark.parametrize("control", ["\x00", "\x0b", "\r", "\x1f", "\x7f"])
def test_a_control_character_is_found_wherever_it_stands(control: str) -> None:
    texts = ["a\té\n" * 5 + "b" * n + control + "c" * (9 - n) for n in range(10)]

    assert all(has_controls(text.encode()) for text in texts)
    assert not any(has_controls(text.replace(control, "").encode()) for text in texts)


@pytest.mark.usefixtures("some_at_once")
@pytest.mark.parametrize(
    ("text", "count"),
    [("", 0), ("a\nb\n", 2), ("a\r\nb\n", 2), ("\r\r\ra\n", 3), ("\n" * 99, 99)],
)
def test_lines_are_as_many_as_their_ends(text: str, count: int) -> None:
    assert lines_in(text.encode()) == count


def some_text(seed: int) -> str:
    """Up to forty letters, quotes among them, of one to four bytes each."""
    chance = random.Random(seed)  # noqa: S311 a test's own
    return "".join(chance.choices('ab"é中😀', k=chance.randrange(40)))


@pytest.mark.usefixtures("some_at_once")
@pytest.mark.parametrize("longest", [1, 3, 7])
def test_a_long_cell_is_one_between_quotes_by_its_characters(longest: int) -> None:
    texts = [some_text(seed) for seed in range(500)]

    expected = [any(len(c) > longest for c in t.split('"')) for t in texts]

    assert expected == [has_longer_cell(t.encode(), longest) for t in texts]
    assert len(set(expected)) == 2


@pytest.mark.usefixtures("some_at_once")
@pytest.mark.parametrize("number", [1, 3, 20])
def test_a_character_ends_where_the_text_up_to_it_does(number: int) -> None:
    texts = [some_text(seed) for seed in range(500)]

    expected = [len(text[:number].encode()) for text in texts]

    assert expected == [
        character(t.encode(), 0, len(t.encode()), number) for t in texts
    ]
