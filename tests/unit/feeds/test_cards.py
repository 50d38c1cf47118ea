"""Card numbers are found in text and not in long numbers of other kinds."""

import pytest

from transforms.contracts import cards

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
