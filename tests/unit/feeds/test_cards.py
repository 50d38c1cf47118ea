"""Card numbers are found in text and not in long numbers of other kinds."""

import itertools
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.contracts import cards, luhn

VISA = "4111111111111111"


@pytest.mark.parametrize(
    "number",
    [
        VISA,
        "5555555555554444",
        "2223003122003222",
        "378282246310005",
        "6011111111111117",
    ],
)
def test_the_large_networks_are_found_anywhere_in_a_line(number: str) -> None:
    assert number == cards.find(f'{{"note_attributes":[{{"value":"{number}"}}]}}')


@pytest.mark.parametrize("spelled", ["4111 1111 1111 1111", "4111-1111-1111-1111"])
def test_a_number_in_groups_is_found_as_it_is_spelled(spelled: str) -> None:
    assert spelled == cards.find(f"card: {spelled}.")


@pytest.mark.parametrize(
    "text",
    [
        "902-3159896-1390916",
        "4111111111111112",
        "0.4111111111111111",
        f"x{VISA}",
        f"{VISA}0",
        "5000000000017",
        "30569309025904",
    ],
)
def test_order_item_and_hash_numbers_are_no_cards(text: str) -> None:
    assert cards.find(text) is None


@pytest.mark.parametrize("number", ["30569309025904", "4222222222222", f"Visa{VISA}"])
def test_free_text_is_searched_for_any_network(number: str) -> None:
    assert cards.find(number, is_free_text=True) is not None


def test_a_phone_number_beside_a_card_number_does_not_hide_it() -> None:
    found = cards.find("555 0100 3056 930902 5904", is_free_text=True)

    assert found == "3056 930902 5904"


def stretches_one_by_one(text: str) -> set[str]:
    """Every stretch of whole groups in a text that is a card number, tried in turn."""
    found = set()
    for run in re.finditer(r"[0-9](?:[ -]?[0-9])*", text):
        groups = list(re.finditer("[0-9]+", run.group()))
        for first, last in itertools.combinations_with_replacement(groups, 2):
            stretch = run.group()[first.start() : last.end()]
            digits = re.sub("[ -]", "", stretch)
            is_long = cards.SHORTEST <= len(digits) <= cards.LONGEST
            if is_long and digits[0] != "0" and cards.is_luhn(digits):
                found.add(stretch)
    return found


@given(st.lists(st.text("0123456789 -x\n4", max_size=60), max_size=6))
def test_columns_find_what_trying_one_by_one_finds(texts: list[str]) -> None:
    expected = {
        n: every for n, t in enumerate(texts) if (every := stretches_one_by_one(t))
    }

    found = dict(cards.find_in_free_texts(texts))

    assert set(expected) == set(found)
    assert all(number in expected[place] for place, number in found.items())


def test_the_place_of_a_number_is_right_beyond_a_slice_of_texts() -> None:
    texts = ["1 " * luhn.SLICE_BYTES, "none", f"ü {VISA}", "", f"{VISA} {VISA}"]

    assert [(2, VISA), (4, VISA)] == list(cards.find_in_free_texts(texts))


@given(st.lists(st.text("0123456789", min_size=13, max_size=19), min_size=1))
def test_numbers_together_pass_as_each_does_alone(numbers: list[str]) -> None:
    together = luhn.is_luhn_each(numbers).tolist()

    assert together == [cards.is_luhn(number) for number in numbers]


@pytest.mark.parametrize("others", [3, 300])
def test_one_card_among_many_numbers_is_found(others: int) -> None:
    line = " ; ".join(["4111-1111-1111-1112"] * others + ["4111-1111-1111-1111"])

    assert "4111-1111-1111-1111" == cards.find(line)
