"""Card numbers in free text: found however they are grouped."""

import pytest

from transforms.contracts.cards import find
from transforms.edi.cards import guilty_text


@pytest.mark.parametrize(
    "text",
    [
        "4111111111111111",
        "card 4111 1111 1111 1111, thanks",
        "3782-822463-10005",
        "order 12 4111 1111 1111 1111",
        "6304000000000000000",
    ],
)
def test_a_card_is_found(text: str) -> None:
    assert find(text, is_free_text=True) is not None


@pytest.mark.parametrize(
    "text",
    [
        "4111111111111112",
        "call +1 555 010 0199",
        "0000000000000",
        "411111111111",
        "4111  1111 1111 1111",
        "",
    ],
)
def test_other_digits_are_no_card(text: str) -> None:
    assert find(text, is_free_text=True) is None


def test_references_are_not_looked_at() -> None:
    assert guilty_text(["REF", "ZZ", "4111111111111111"]) is None
    assert guilty_text(["N1", "ST", "x", "92", "4111111111111111"]) is None
    assert (1, "4111111111111111") == guilty_text(["MSG", "4111111111111111"])
